/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls of the arbiter's inline functions, compiled as the arbiter is, so that
 * their accesses are points for the search.
 */
#ifndef _EXPLORE_CALLS_H
#define _EXPLORE_CALLS_H

#include "arbiter/own.h"

int call_try(struct arbiter_client *client);
int call_free(struct arbiter_client *client);
bool call_resign(struct arbiter_client *client);
int call_pass_on(struct arbiter_client *client);
unsigned int call_waiters(struct arbiter *arb);

/* Read what pb_status_fill() and pb_who_owns() read, as they do. */
void call_status(struct arbiter *arb);

/* Arm a watch and then read who owns, as pb_watch_arm() and its callers do. */
struct arbiter_client *call_watch(struct arbiter *arb, bool *armed);

/* If the client owns, write to what it protects. */
bool call_note_change(struct arbiter_client *client);
bool call_is_owner(const struct arbiter_client *client);
void call_use(struct arbiter_client *client, unsigned long *payload);

/* Hand the claim over, as the backing does. */
bool call_hand_over(struct arbiter *arb);

/* Read what owners write to, for an outsider that has the backing. */
void call_outsider_use(const unsigned long *payload);

#endif /* _EXPLORE_CALLS_H */
