// SPDX-License-Identifier: GPL-2.0
/*
 * What leads to a grant, and how a request ends.
 *
 * Everything that may make a grant possible (a new request, a Free, a kick from
 * the backing) changes the state under arbiter.lock and then calls
 * arbiter_advance_locked(). That function is the only one that decides. If the
 * claim is held and nobody owns, it grants to the head of the queue. Otherwise
 * it takes one step in that direction (claim, release, unwatch), with BUSY set
 * and without the lock, and decides again. A context that finds BUSY set
 * returns at once: the context that has set BUSY decides again after it has
 * cleared BUSY, so no change is lost.
 */
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include "grant.h"

/*
 * Number of steps that one arbiter_advance_locked() takes at most before it
 * leaves the rest to ops->later(). It bounds the time for callers that must not
 * loop, however fast the outsiders come and go. The longest useful sequence has
 * three steps.
 */
#define ARBITER_STEPS		6

enum arbiter_step {
	ARBITER_STEP_NONE,
	ARBITER_STEP_CLAIM,
	ARBITER_STEP_RELEASE,
	ARBITER_STEP_UNWATCH,
};

/*
 * Notify the owner that somebody waits.
 *
 * A Try takes OWNED without the lock, and may not have written arb->owner yet.
 * Then NOTIFY stays set, and arbiter_own() notifies: this function sets NOTIFY
 * and then reads arb->owner, arbiter_own() writes arb->owner and then reads
 * NOTIFY, and both have a full barrier between the two accesses. So at least
 * one of the two sees what the other has written.
 *
 * No waiter is missed:
 *
 * - A request is counted in the word before this function is called for it, and
 *   an outsider waits before the backing calls arbiter_notify_owner(). Both
 *   calls are made with the lock held.
 * - A client that becomes owner under the lock looks for waiters in the
 *   critical section in which OWNED is set. Of the two critical sections, the
 *   later one sees what the earlier one has changed.
 * - A client that becomes owner without the lock does so while there is no
 *   request, and SHARED and ASKED are clear, so no outsider waits. Otherwise its
 *   change of the word fails. A waiter that comes later finds OWNED set.
 */
void arbiter_notify_owner_locked(struct arbiter *arb)
{
	int state = atomic_read(&arb->state);
	struct arbiter_client *owner;

	lockdep_assert_held(&arb->lock);

	do {
		if (!(state & ARBITER_OWNED))
			return;
	} while (!atomic_try_cmpxchg(&arb->state, &state,
				     state | ARBITER_NOTIFY));
	owner = READ_ONCE(arb->owner);
	if (!owner)
		return;
	atomic_andnot(ARBITER_NOTIFY, &arb->state);
	if (owner->ops->contended)
		owner->ops->contended(owner);
}

/*
 * Return whether somebody waits, outsiders included. This is the one answer to
 * that question: for poll(), for the contended callback, and for yielding.
 */
static bool arbiter_is_contended_locked(struct arbiter *arb)
{
	int state = atomic_read(&arb->state);

	return !(state & ARBITER_OFF) &&
	       arbiter_word_is_contended_locked(arb, state);
}

/**
 * arbiter_notify_owner() - notify the owner if there is one and somebody waits
 * @arb: an arbiter
 *
 * Context: any but NMI.
 */
void arbiter_notify_owner(struct arbiter *arb)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	if (arbiter_is_contended_locked(arb))
		arbiter_notify_owner_locked(arb);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

/**
 * arbiter_is_contended() - find out whether anybody waits
 * @arb: an arbiter
 *
 * Context: any but NMI.
 * Return: true if a request is queued or an outsider waits. The answer may be
 * out of date on return.
 */
bool arbiter_is_contended(struct arbiter *arb)
{
	unsigned long flags;
	bool ret;

	raw_spin_lock_irqsave(&arb->lock, flags);
	ret = arbiter_is_contended_locked(arb);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return ret;
}

/*
 * End a request that is not on the queue any more. The request, and with an
 * error also its client, may be gone when this returns.
 */
static void arbiter_finish_locked(struct arbiter_request *req, int result)
{
	struct arbiter_client *client = req->client;

	lockdep_assert_held(&client->arb->lock);

	client->request = NULL;
	/*
	 * Release: publishes what the grant wrote for the owner. From here on
	 * another thread that shares the client may see ARBITER_OWNER in
	 * arbiter_is_owner() or arbiter_resign(), and free without the lock.
	 */
	atomic_set_release(&client->state,
			   result ? ARBITER_IDLE : ARBITER_OWNER);
	WRITE_ONCE(req->result, result);
	/*
	 * A sleeper takes the lock before it returns from arbiter_wait(), so
	 * neither its task nor its stack, on which @req lives, can go away
	 * while this holds the lock.
	 */
	if (req->sleeper)
		wake_up_process(req->sleeper);
	else
		client->ops->ended(client, result);
}

/*
 * Take a request off the queue. If a walk stands at this request, the walk
 * continues with the next one.
 */
static void arbiter_unlink_locked(struct arbiter *arb,
				  struct arbiter_request *req)
{
	lockdep_assert_held(&arb->lock);
	if (unlikely(arb->cursor == &req->node))
		arb->cursor = req->node.next;
	list_del(&req->node);
}

/* Take a request off the queue without a grant, and end it with an error. */
void arbiter_drop_locked(struct arbiter_request *req, int result)
{
	struct arbiter *arb = req->client->arb;

	lockdep_assert_held(&arb->lock);

	arbiter_unlink_locked(arb, req);
	atomic_sub(ARBITER_WAITER, &arb->state);
	/* These are read without the lock. */
	if (result == -ETIMEDOUT)
		WRITE_ONCE(arb->stats.timeouts, arb->stats.timeouts + 1);
	else if (result != -ENODEV)
		WRITE_ONCE(arb->stats.cancels, arb->stats.cancels + 1);
	arbiter_trace_locked(req->client, ARBITER_ACT_ENDED, result, req->since);
	arbiter_finish_locked(req, result);
}

/*
 * Make the head of the queue the owner. The claim is held, and nobody owns. The
 * waiter becomes the owner in one change of the word, so there is no moment at
 * which a Try could succeed in between.
 */
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
	arbiter_trace_locked(req->client, ARBITER_ACT_GRANTED, 0, req->since);
	arbiter_note_owner(arb, req->client);
	arbiter_finish_locked(req, 0);
	/* Those who wait have notified an earlier owner, or found none. */
	if (arbiter_word_is_contended_locked(arb, atomic_read(&arb->state)))
		arbiter_notify_owner_locked(arb);
}

/*
 * Return whether the head of the queue may own now, if the claim is held and
 * nobody owns. After one client, outsiders that wait come first.
 */
static bool arbiter_is_heads_turn_locked(struct arbiter *arb, int state)
{
	if (list_empty(&arb->queue) || arb->renew)
		return false;
	return !(state & ARBITER_WANTED) || !arb->served ||
	       !arb->ops->outsider_waits(arb);
}

/* Grant if that is possible; else return the step that leads to a grant. */
static enum arbiter_step arbiter_decide_locked(struct arbiter *arb)
{
	int state = atomic_read(&arb->state);

	lockdep_assert_held(&arb->lock);

	if (state & (ARBITER_OFF | ARBITER_OWNED | ARBITER_BUSY))
		return ARBITER_STEP_NONE;

	if (state & ARBITER_HELD) {
		if (arbiter_is_heads_turn_locked(arb, state)) {
			arbiter_grant_locked(arb);
			return ARBITER_STEP_NONE;
		}
		return (state & ARBITER_WANTED) ? ARBITER_STEP_RELEASE :
						  ARBITER_STEP_NONE;
	}

	/* While an outsider has the backing, try again only after a kick. */
	if (!list_empty(&arb->queue))
		return arb->kicked || !arb->watched ? ARBITER_STEP_CLAIM :
						      ARBITER_STEP_NONE;
	return arb->watched ? ARBITER_STEP_UNWATCH : ARBITER_STEP_NONE;
}

static void arbiter_begin_busy_locked(struct arbiter *arb)
{
	lockdep_assert_held(&arb->lock);
	atomic_or(ARBITER_BUSY, &arb->state);
}

static void arbiter_end_busy_locked(struct arbiter *arb)
{
	int ended = ARBITER_BUSY;

	lockdep_assert_held(&arb->lock);
	/*
	 * Without the claim, ASKED says nothing about the next claim, and no
	 * outsider is asking.
	 */
	if (!(atomic_read(&arb->state) & ARBITER_HELD))
		ended |= ARBITER_ASKED;
	if (atomic_fetch_andnot(ended, &arb->state) & ARBITER_OFF)
		complete(&arb->busy_ended);
}

/* Try to claim the backing once. Drops the lock and takes it again. */
enum arbiter_claim arbiter_claim_locked(struct arbiter *arb, bool watch,
					unsigned long *flags)
	__must_hold(&arb->lock)
{
	enum arbiter_claim claim;

	arbiter_begin_busy_locked(arb);
	arb->kicked = false;
	arb->renew = false;
	raw_spin_unlock_irqrestore(&arb->lock, *flags);
	claim = arb->ops->claim(arb, watch);
	raw_spin_lock_irqsave(&arb->lock, *flags);
	switch (claim) {
	case ARBITER_CLAIMED:
		arb->watched = false;
		arb->served = false;
		atomic_or(ARBITER_HELD | (arb->ops->outsider_waits(arb) ?
					  ARBITER_ASKED : 0), &arb->state);
		break;
	case ARBITER_REFUSED:
		arb->watched |= watch;
		break;
	case ARBITER_LATER:
		arb->kicked = true;
		break;
	}
	arbiter_end_busy_locked(arb);
	return claim;
}

/* Give the claim back. Drops the lock and takes it again. */
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

/* Undo what the owner has changed. Drops the lock and takes it again. */
void arbiter_restore_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock)
{
	arbiter_begin_busy_locked(arb);
	raw_spin_unlock_irqrestore(&arb->lock, *flags);
	arb->ops->restore(arb);
	raw_spin_lock_irqsave(&arb->lock, *flags);
	/* While BUSY is set, nobody announces a change. */
	atomic_andnot(ARBITER_CHANGED, &arb->state);
	arbiter_end_busy_locked(arb);
}

/* Stop watching the backing. Drops the lock and takes it again. */
static bool arbiter_unwatch_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock)
{
	bool done;

	arbiter_begin_busy_locked(arb);
	raw_spin_unlock_irqrestore(&arb->lock, *flags);
	done = arb->ops->unwatch(arb);
	raw_spin_lock_irqsave(&arb->lock, *flags);
	if (done)
		arb->watched = false;
	arbiter_end_busy_locked(arb);
	return done;
}

/* Take a step. Returns false if that cannot be done in this context. */
static bool arbiter_step_locked(struct arbiter *arb, enum arbiter_step step,
				unsigned long *flags)
	__must_hold(&arb->lock)
{
	switch (step) {
	case ARBITER_STEP_CLAIM:
		return arbiter_claim_locked(arb, true, flags) != ARBITER_LATER;
	case ARBITER_STEP_RELEASE:
		return arbiter_release_locked(arb, flags);
	case ARBITER_STEP_UNWATCH:
		return arbiter_unwatch_locked(arb, flags);
	case ARBITER_STEP_NONE:
		break;
	}
	return true;
}

/* Do what the state asks for. May drop the lock and take it again. */
void arbiter_advance_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock)
{
	unsigned int steps = ARBITER_STEPS;
	enum arbiter_step step;

	lockdep_assert_held(&arb->lock);

	while ((step = arbiter_decide_locked(arb)) != ARBITER_STEP_NONE) {
		if (!steps-- || !arbiter_step_locked(arb, step, flags)) {
			/*
			 * Once the arbiter is off, there is nothing to do
			 * later.
			 */
			if (!(atomic_read(&arb->state) & ARBITER_OFF))
				arb->ops->later(arb);
			return;
		}
	}
}
