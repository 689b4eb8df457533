/* SPDX-License-Identifier: GPL-2.0 */
/* What grant.c does for the other files of the arbiter, and for nobody else. */
#ifndef _ARBITER_GRANT_H
#define _ARBITER_GRANT_H

#include <linux/lockdep.h>

#include "arbiter.h"

enum arbiter_claim arbiter_claim_locked(struct arbiter *arb, bool watch,
					unsigned long *flags)
	__must_hold(&arb->lock);
void arbiter_advance_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock);
void arbiter_restore_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock);
void arbiter_drop_locked(struct arbiter_request *req, int result);
void arbiter_notify_owner_locked(struct arbiter *arb);

/* Tell a client what has happened to it, if that is traced. */
static inline void arbiter_trace_locked(struct arbiter_client *client,
					enum arbiter_act act, int result,
					u64 since)
{
	lockdep_assert_held(&client->arb->lock);
	if (unlikely(atomic_read(&client->arb->state) & ARBITER_TRACED))
		client->ops->traced(client, act, result, since);
}

#ifdef PARBITER_KUNIT
/* Defined by the suite that forces a Try into the middle of a request. */
extern void (*arbiter_joining)(struct arbiter *arb);
#endif

/* Return whether somebody waits, outsiders included, if @state is the word. */
static inline bool arbiter_word_is_contended_locked(struct arbiter *arb,
						    int state)
{
	lockdep_assert_held(&arb->lock);
	return (unsigned int)state >= ARBITER_WAITER ||
	       ((state & ARBITER_WANTED) && arb->ops->outsider_waits(arb));
}

#endif /* _ARBITER_GRANT_H */
