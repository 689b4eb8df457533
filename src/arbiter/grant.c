// SPDX-License-Identifier: GPL-2.0
/*
 * How a grant comes about: everything that may make one possible (a new
 * request, a Free, a kick from the backing) changes the state under the lock
 * and then calls arbiter_advance_locked(), the only place that decides. It
 * grants to the head if the claim is held and nobody owns; otherwise it takes
 * one step towards that (claim, release), outside the lock and marked BUSY, and
 * decides again. Whoever finds BUSY leaves: the one who is BUSY looks again
 * when it is done, so nothing is lost.
 */
#include <linux/lockdep.h>

#include "grant.h"

/*
 * Steps that one arbiter_advance_locked() takes at most before it leaves the
 * rest to ops->later(): a bound for callers that must not loop, however fast
 * the outsiders come and go. Three steps are the longest useful sequence.
 */
#define ARBITER_STEPS		6

enum arbiter_step {
	ARBITER_STEP_NONE,
	ARBITER_STEP_CLAIM,
	ARBITER_STEP_RELEASE,
	ARBITER_STEP_LOSE,
};

/* The claim is held and nobody owns: the head does, without a gap. */
static void arbiter_grant_locked(struct arbiter *arb)
{
	struct arbiter_request *req;
	u64 waited;

	lockdep_assert_held(&arb->lock);

	req = list_first_entry(&arb->queue, struct arbiter_request, node);
	arbiter_unlink_locked(arb, req);
	atomic_add(ARBITER_OWNED - ARBITER_WAITER, &arb->state);

	waited = ktime_get_ns() - req->since;
	if (waited > arb->stats.longest_wait)
		WRITE_ONCE(arb->stats.longest_wait, waited);
	arbiter_note_owner(arb, req->client);
	arbiter_finish_locked(req, 0);
	/* Who waits already found another owner to tell, or none. */
	if (arbiter_state_contended_locked(arb, atomic_read(&arb->state)))
		arbiter_tell_owner_locked(arb);
}

/* Grants if it can; otherwise says what would bring a grant nearer. */
static enum arbiter_step arbiter_decide_locked(struct arbiter *arb)
{
	int state = atomic_read(&arb->state);
	bool waiters = !list_empty(&arb->queue);

	lockdep_assert_held(&arb->lock);

	if (state & (ARBITER_OFF | ARBITER_OWNED | ARBITER_BUSY))
		return ARBITER_STEP_NONE;

	if (state & ARBITER_HELD) {
		/* Outsiders who wait have their turn after one client. */
		bool ours = waiters &&
			    !((state & ARBITER_SHARED) && arb->served &&
			      arb->ops->contended(arb));

		if (ours) {
			arbiter_grant_locked(arb);
			return ARBITER_STEP_NONE;
		}
		return (state & ARBITER_SHARED) ? ARBITER_STEP_RELEASE :
						  ARBITER_STEP_NONE;
	}

	/* Behind an outsider there is nothing to try until something kicks. */
	if (waiters)
		return arb->kicked || !arb->interested ? ARBITER_STEP_CLAIM :
							 ARBITER_STEP_NONE;
	return arb->interested ? ARBITER_STEP_LOSE : ARBITER_STEP_NONE;
}

static void arbiter_begin_busy_locked(struct arbiter *arb)
{
	lockdep_assert_held(&arb->lock);
	atomic_or(ARBITER_BUSY, &arb->state);
}

static void arbiter_end_busy_locked(struct arbiter *arb)
{
	lockdep_assert_held(&arb->lock);
	if (atomic_fetch_andnot(ARBITER_BUSY, &arb->state) & ARBITER_OFF)
		complete(&arb->settled);
}

/* One attempt at the claim. Drops and retakes the lock. */
enum arbiter_claim arbiter_claim_locked(struct arbiter *arb, bool wait,
					unsigned long *flags)
	__must_hold(&arb->lock)
{
	enum arbiter_claim claim;

	arbiter_begin_busy_locked(arb);
	arb->kicked = false;
	raw_spin_unlock_irqrestore(&arb->lock, *flags);
	claim = arb->ops->claim(arb, wait);
	raw_spin_lock_irqsave(&arb->lock, *flags);
	switch (claim) {
	case ARBITER_CLAIMED:
		arb->interested = false;
		arb->served = false;
		atomic_or(ARBITER_HELD, &arb->state);
		break;
	case ARBITER_REFUSED:
		arb->interested |= wait;
		break;
	case ARBITER_LATER:
		arb->kicked = true;
		break;
	}
	arbiter_end_busy_locked(arb);
	return claim;
}

/* Gives the claim back. Drops and retakes the lock. */
static bool arbiter_release_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock)
{
	bool done;

	arbiter_begin_busy_locked(arb);
	raw_spin_unlock_irqrestore(&arb->lock, *flags);
	done = arb->ops->release(arb);
	raw_spin_lock_irqsave(&arb->lock, *flags);
	if (done)
		atomic_andnot(ARBITER_HELD, &arb->state);
	arbiter_end_busy_locked(arb);
	return done;
}

/* Lets the backing forget that somebody waited. Drops and retakes the lock. */
static bool arbiter_lose_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock)
{
	bool done;

	arbiter_begin_busy_locked(arb);
	raw_spin_unlock_irqrestore(&arb->lock, *flags);
	done = arb->ops->lose(arb);
	raw_spin_lock_irqsave(&arb->lock, *flags);
	if (done)
		arb->interested = false;
	arbiter_end_busy_locked(arb);
	return done;
}

static bool arbiter_step_locked(struct arbiter *arb, enum arbiter_step step,
				unsigned long *flags)
	__must_hold(&arb->lock)
{
	switch (step) {
	case ARBITER_STEP_CLAIM:
		return arbiter_claim_locked(arb, true, flags) != ARBITER_LATER;
	case ARBITER_STEP_RELEASE:
		return arbiter_release_locked(arb, flags);
	case ARBITER_STEP_LOSE:
		return arbiter_lose_locked(arb, flags);
	case ARBITER_STEP_NONE:
		break;
	}
	return true;
}

/* Makes whatever the state asks for happen. May drop and retake the lock. */
void arbiter_advance_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock)
{
	unsigned int steps = ARBITER_STEPS;
	enum arbiter_step step;

	lockdep_assert_held(&arb->lock);

	while ((step = arbiter_decide_locked(arb)) != ARBITER_STEP_NONE) {
		if (!steps-- || !arbiter_step_locked(arb, step, flags)) {
			/* Once it is off, nobody waits for what is later. */
			if (!(atomic_read(&arb->state) & ARBITER_OFF))
				arb->ops->later(arb);
			return;
		}
	}
}
