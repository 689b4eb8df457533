// SPDX-License-Identifier: GPL-2.0
/*
 * Try, Free and the hand-over: what is left to do if the inline functions of
 * own.h fail.
 */
#include <linux/errno.h>

#include "grant.h"
#include "own.h"

/* Return why a Try that finds this word fails; 0 if it may succeed. */
static int arbiter_refusal(int state)
{
	if (state & ARBITER_OFF)
		return -ENODEV;
	if (state & (ARBITER_OWNED | ARBITER_BUSY) ||
	    (unsigned int)state >= ARBITER_WAITER)
		return -EBUSY;
	return 0;
}

/*
 * Clear OWNED, and first undo what the owner has changed. The client has stopped
 * being the owner; until OWNED is cleared, nobody else has the backing. Once the
 * arbiter is off, arbiter_abandon() restores. Returns the word as it was.
 *
 * Another thread may still announce a change for the client, because it has seen the
 * client as the owner. The exchange fails then, and the backing is restored once
 * more. So CHANGED is never set without OWNED: such a word would not be idle, and no
 * outsider would be given the claim.
 */
static int arbiter_clear_owned_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock)
{
	int state = atomic_read(&arb->state);

	do {
		while ((state & (ARBITER_CHANGED | ARBITER_OFF)) ==
		       ARBITER_CHANGED) {
			arbiter_restore_locked(arb, flags);
			state = atomic_read(&arb->state);
		}
	} while (!atomic_try_cmpxchg(&arb->state, &state,
				     state & ~(ARBITER_OWNED |
					       ARBITER_NOTIFY)));
	return state;
}

/* The rest of arbiter_disown(), if there is more to do than clearing OWNED. */
int arbiter_disown_slow(struct arbiter *arb, struct arbiter_client *client)
{
	unsigned long flags;
	bool report;
	int state, ret = 0;

	raw_spin_lock_irqsave(&arb->lock, flags);
	arbiter_trace_locked(client, ARBITER_ACT_FREED, 0, 0);
	arb->served = true;
	/*
	 * If there is a waiter in the word, no Try succeeds between this and
	 * the grant, and arbiter_is_free() returns false: nobody can see the
	 * thing free in between.
	 */
	state = arbiter_clear_owned_locked(arb, &flags);
	if (state & ARBITER_OFF)
		ret = -ENODEV;
	else
		arbiter_advance_locked(arb, &flags);
	arbiter_trace_locked(client, ARBITER_ACT_SETTLED, 0, 0);
	report = state & ARBITER_REPORT && arbiter_is_free(arb);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	if (report)
		arb->ops->freed(arb);
	return ret;
}

/* The rest of arbiter_own(), if the client was queued by another thread. */
int arbiter_own_undo(struct arbiter_client *client)
{
	struct arbiter *arb = client->arb;

	/* See struct arbiter_stats. */
	data_race(arb->stats.undone++);
	arbiter_disown(arb, client);
	return -EBUSY;
}

/*
 * The rest of arbiter_own(), if somebody began to wait, or to trace, before it was
 * known that the client owns.
 */
int arbiter_own_tell(struct arbiter_client *client)
{
	struct arbiter *arb = client->arb;
	unsigned long flags;

	if (atomic_read(&arb->state) & ARBITER_NOTIFY)
		arbiter_notify_owner(arb);
	raw_spin_lock_irqsave(&arb->lock, flags);
	arbiter_trace_locked(client, ARBITER_ACT_SETTLED, 0, 0);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return 0;
}

/* Set OWNED. Claims the backing first if the claim is not held. */
static int arbiter_take_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock)
{
	int state, ret;

	/* A claim that is to be made anew is given back first. */
	if (arb->renew)
		arbiter_advance_locked(arb, flags);
	state = atomic_read(&arb->state);
	ret = arbiter_refusal(state);
	if (ret)
		return ret;
	if (!(state & ARBITER_HELD)) {
		if (arbiter_claim_locked(arb, false, flags) !=
		    ARBITER_CLAIMED) {
			/*
			 * A request that was queued while BUSY was set has
			 * left it to this context to decide.
			 */
			arbiter_advance_locked(arb, flags);
			return -EBUSY;
		}
		/*
		 * Once the arbiter is off, arbiter_abandon() gives the claim
		 * back.
		 */
		if (atomic_read(&arb->state) & ARBITER_OFF)
			return -ENODEV;
	} else if ((state & ARBITER_WANTED) && arb->served &&
		   arb->ops->outsider_waits(arb)) {
		return -EBUSY;
	}
	if (arb->renew) {
		arbiter_advance_locked(arb, flags);
		return -EBUSY;
	}
	/*
	 * A Try that takes no lock may have been faster, or an outsider, to
	 * which the claim was handed over.
	 */
	state = atomic_read(&arb->state);
	do {
		if ((state & (ARBITER_HELD | ARBITER_OWNED)) != ARBITER_HELD)
			return -EBUSY;
	} while (!atomic_try_cmpxchg(&arb->state, &state,
				     state | ARBITER_OWNED));
	/* Those who began to wait during the claim found no owner to notify. */
	if (arbiter_word_is_contended_locked(arb, state))
		atomic_or(ARBITER_NOTIFY, &arb->state);
	return 0;
}

/* The rest of arbiter_try(), if the thing is not held and idle. */
int arbiter_try_slow(struct arbiter_client *client)
{
	struct arbiter *arb = client->arb;
	int state = atomic_read(&arb->state), ret;
	unsigned long flags;

	/*
	 * Refuse without the lock if possible: clients that try again and again
	 * then do not keep the lock from those that wait in the queue.
	 */
	ret = arbiter_refusal(state);
	if (ret && !(state & ARBITER_TRACED))
		return ret;
	raw_spin_lock_irqsave(&arb->lock, flags);
	ret = arbiter_take_locked(arb, &flags);
	arbiter_trace_locked(client, ret ? ARBITER_ACT_REFUSED :
					   ARBITER_ACT_GRANTED, ret, 0);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	if (ret)
		return ret;
	return arbiter_own(arb, client);
}

/**
 * arbiter_hand_over() - give an outsider the claim if nobody owns or waits
 * @arb: an arbiter
 *
 * The backing calls this when an outsider asks for what the arbiter has
 * claimed, if it can give this outsider the claim without ops->release. If the
 * claim is not handed over, the last Free gives it back.
 *
 * Takes no lock. If this returns true, it is a full barrier: the outsider sees
 * the stores of earlier owners.
 *
 * Context: any.
 * Return: true: the arbiter does not hold the claim any more, and the outsider
 * must be given it; false: the outsider must be refused.
 */
bool arbiter_hand_over(struct arbiter *arb)
{
	int state = atomic_read(&arb->state), next;
	bool idle;

	/*
	 * If ASKED is set here, a client owns, or a context that has the lock
	 * or has set BUSY is about to decide. Whoever ends that looks at ASKED
	 * afterwards, because the Free without the lock fails if it is set. (Or
	 * the arbiter is off, or a release could not be done in its context, and
	 * arbiter_kick(), for which ops->later() was called, does it.)
	 */
	do {
		idle = (state & ~ARBITER_TOLD) == ARBITER_HELD;
		next = idle ? state & ~ARBITER_HELD : state | ARBITER_ASKED;
	} while (!atomic_try_cmpxchg(&arb->state, &state, next));
	return idle;
}

/**
 * arbiter_refuse_free() - how a Free ends whose client does not own
 * @client: a client for which arbiter_resign() has returned false
 *
 * Context: any.
 * Return: -EPERM, which is counted; -ENODEV: the arbiter is off.
 */
int arbiter_refuse_free(struct arbiter_client *client)
{
	struct arbiter *arb = client->arb;

	if (!arbiter_is_on(arb))
		return -ENODEV;
	atomic64_inc(&arb->refused);
	return -EPERM;
}

/**
 * arbiter_is_free() - find out whether nobody owns or waits
 * @arb: an arbiter
 *
 * One atomic read. Outsiders are not considered.
 *
 * Context: any.
 * Return: true if nobody owns, no request is queued, and the arbiter is on.
 * The answer may be out of date on return.
 */
bool arbiter_is_free(const struct arbiter *arb)
{
	/* While BUSY is set, no client owns; an outsider may have the backing. */
	return !arbiter_refusal(atomic_read(&arb->state) & ~ARBITER_BUSY);
}
