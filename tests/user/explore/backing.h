/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The backing of the arbiter, with outsiders and a work item, as the parport
 * core and src/port/claim.c behave. A port's lock makes each change of its
 * state one step.
 */
#ifndef _EXPLORE_BACKING_H
#define _EXPLORE_BACKING_H

#include "arbiter/arbiter.h"

extern const struct arbiter_ops backing_ops;

/* What an outsider does: claim and wait until it has the backing; give it up. */
void backing_share(bool shared);
void backing_renew(void);
void backing_outsider_claim(int outsider);
void backing_outsider_leave(int outsider);

/* The backing goes away: the work item does not run, nothing is watched. */
void backing_go(void);

/* What the work item does, for ever. */
void backing_work(void);

bool backing_outsider_is_waiting(int outsider);

/* Return the number of outsiders that wait. */
int backing_outsiders_waiting(void);

/* Return whether the backing watches for the arbiter. */
bool backing_is_watching(void);

#endif /* _EXPLORE_BACKING_H */
