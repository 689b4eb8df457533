/* SPDX-License-Identifier: GPL-2.0 */
/* What arbiter.c, advance.c, request.c and walk.c do for each other only. */
#ifndef _PARBITER_ARBITER_INTERNAL_H
#define _PARBITER_ARBITER_INTERNAL_H

#include <linux/lockdep.h>

#include "own.h"

/*
 * The KUnit suites call this in the middle of what another processor might
 * interrupt there: half of a request is written down. arbiter.lock is held.
 */
#ifdef PARBITER_KUNIT
extern void (*arbiter_joining)(struct arbiter *arb);
#endif

static inline void arbiter_half_joined(struct arbiter *arb)
{
#ifdef PARBITER_KUNIT
	if (arbiter_joining)
		arbiter_joining(arb);
#endif
}

/* Does anybody wait, outsiders included, when this is the state word? */
static inline bool arbiter_state_contended_locked(struct arbiter *arb,
						  int state)
{
	lockdep_assert_held(&arb->lock);
	return (unsigned int)state >= ARBITER_WAITER ||
	       ((state & ARBITER_SHARED) && arb->ops->contended(arb));
}

/* arbiter.c */
/* Out of line, and called by tests in the middle of a Try. */
int arbiter_own(struct arbiter *arb, struct arbiter_client *client);
void arbiter_tell_owner_locked(struct arbiter *arb);

/* Takes a request off the queue; a walk that stands there goes on behind it. */
static inline void arbiter_unlink_locked(struct arbiter *arb,
					 struct arbiter_request *req)
{
	lockdep_assert_held(&arb->lock);
	if (unlikely(arb->cursor == &req->node))
		arb->cursor = req->node.next;
	list_del(&req->node);
}

/* advance.c */
enum arbiter_claim arbiter_claim_locked(struct arbiter *arb, bool wait,
					unsigned long *flags)
	__must_hold(&arb->lock);
void arbiter_advance_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock);

/* request.c */
void arbiter_finish_locked(struct arbiter_request *req, int result);
void arbiter_drop_locked(struct arbiter_request *req, int result);

#endif /* _PARBITER_ARBITER_INTERNAL_H */
