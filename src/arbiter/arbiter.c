// SPDX-License-Identifier: GPL-2.0
/*
 * The arbiter: who owns, who waits, who is next. See arbiter.h for the state
 * word and the rules by which it changes, advance.c for what leads to a grant.
 *
 * Lock order: arbiter.lock is innermost but for what wake_up_process(),
 * irq_work_queue() and queue_work() take.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/string.h>

#include "grant.h"

/*
 * Does anybody wait, outsiders included? The one answer to that question: for
 * poll(), for the contended callback, and for whoever would yield.
 */
static bool arbiter_contended_locked(struct arbiter *arb)
{
	int state = atomic_read(&arb->state);

	lockdep_assert_held(&arb->lock);

	return !(state & ARBITER_OFF) &&
	       arbiter_state_contended_locked(arb, state);
}

/*
 * Tells the owner that somebody waits. Whoever has just taken OWNED, without
 * the lock, may not have written down yet who it is. Either it is seen here
 * after UNTOLD is set, or arbiter_own_fast() sees UNTOLD after writing it down:
 * both sides have a full barrier in between.
 *
 * Nobody who waits is missed. A request counts itself before it comes here, an
 * outsider waits before the backing calls arbiter_notify_owner(), and both come
 * with the lock held. Who becomes owner with the lock held looks who waits in
 * the same critical section in which it sets OWNED: whichever section is
 * second sees what the first did. Who becomes owner without the lock does so
 * while there are neither requests nor outsiders, or its change of the state
 * word fails: whoever waits then comes later, and finds OWNED set.
 */
void arbiter_tell_owner_locked(struct arbiter *arb)
{
	int state = atomic_read(&arb->state);
	struct arbiter_client *owner;

	lockdep_assert_held(&arb->lock);

	do {
		if (!(state & ARBITER_OWNED))
			return;
	} while (!atomic_try_cmpxchg(&arb->state, &state,
				     state | ARBITER_UNTOLD));
	owner = READ_ONCE(arb->owner);
	if (!owner)
		return;
	atomic_andnot(ARBITER_UNTOLD, &arb->state);
	if (owner->ops->contended)
		owner->ops->contended(owner);
}

/* The rest of arbiter_let_go(): there is more to do than dropping OWNED. */
int arbiter_let_go_slow(struct arbiter *arb)
{
	unsigned long flags;
	int ret = 0;

	raw_spin_lock_irqsave(&arb->lock, flags);
	arb->served = true;
	/*
	 * With a waiter in the word no Try gets in between this and the
	 * grant, and arbiter_is_free() says no: the port is never free.
	 */
	if (atomic_fetch_andnot(ARBITER_OWNED | ARBITER_UNTOLD, &arb->state) &
	    ARBITER_OFF)
		ret = -ENODEV;
	else
		arbiter_advance_locked(arb, &flags);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return ret;
}

/* The rest of arbiter_own_fast(). Returns 0 (client owns) or -EBUSY. */
static int arbiter_own_slow(struct arbiter *arb, enum arbiter_tried tried)
{
	if (tried == ARBITER_TRIED_UNTOLD)
		arbiter_notify_owner(arb);
	if (tried != ARBITER_TRIED_QUEUED)
		return 0;

	/* See struct arbiter_stats. */
	data_race(arb->stats.undone++);
	arbiter_let_go(arb);
	return -EBUSY;
}

/*
 * Makes client the owner of what the caller has just marked OWNED. Fails, and
 * gives it back, if another thread has queued the same client meanwhile.
 */
int arbiter_own(struct arbiter *arb, struct arbiter_client *client)
{
	return arbiter_own_slow(arb, arbiter_own_fast(arb, client));
}

/* What a Try that finds this state can say at once; 0: it may go on. */
static int arbiter_refusal(int state)
{
	if (state & ARBITER_OFF)
		return -ENODEV;
	if (state & (ARBITER_OWNED | ARBITER_BUSY) ||
	    (unsigned int)state >= ARBITER_WAITER)
		return -EBUSY;
	return 0;
}

/* Marks an idle port OWNED, claiming it first if need be. */
static int arbiter_take_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock)
{
	int state = atomic_read(&arb->state);
	int ret = arbiter_refusal(state);

	if (ret)
		return ret;
	if (!(state & ARBITER_HELD)) {
		if (arbiter_claim_locked(arb, false, flags) !=
		    ARBITER_CLAIMED) {
			/* Whoever queued meanwhile left it to us to advance. */
			arbiter_advance_locked(arb, flags);
			return -EBUSY;
		}
		/* If it went OFF, arbiter_abandon() will give it back. */
		if (atomic_read(&arb->state) & ARBITER_OFF)
			return -ENODEV;
	} else if ((state & ARBITER_SHARED) && arb->served &&
		   arb->ops->contended(arb)) {
		return -EBUSY;
	}
	/* A Try without the lock may have been faster. */
	state = atomic_fetch_or(ARBITER_OWNED, &arb->state);
	if (state & ARBITER_OWNED)
		return -EBUSY;
	/* Who came while the claim was made found nobody to tell. */
	if (arbiter_state_contended_locked(arb, state))
		atomic_or(ARBITER_UNTOLD, &arb->state);
	return 0;
}

/* The rest of arbiter_try(). */
int arbiter_try_slow(struct arbiter_client *client, enum arbiter_tried tried)
{
	struct arbiter *arb = client->arb;
	unsigned long flags;
	int ret;

	if (tried != ARBITER_TRIED_NOTHING)
		return arbiter_own_slow(arb, tried);

	/* Those who ask again and again leave the lock to those who wait. */
	ret = arbiter_refusal(atomic_read(&arb->state));
	if (ret)
		return ret;
	raw_spin_lock_irqsave(&arb->lock, flags);
	ret = arbiter_take_locked(arb, &flags);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return ret ?: arbiter_own(arb, client);
}

/**
 * arbiter_refuse_free() - what to say to a client that did not own
 * @client: a client for which arbiter_resign() said no
 *
 * Context: any.
 * Return: -EPERM (counted), -ENODEV.
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
 * arbiter_kick() - the backing may be had, or something was left for later
 * @arb: an arbiter
 *
 * Context: any but NMI.
 */
void arbiter_kick(struct arbiter *arb)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	arb->kicked = true;
	arbiter_advance_locked(arb, &flags);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

/**
 * arbiter_set_shared() - outsiders use the backing, or do so no more
 * @arb: an arbiter
 * @shared: whether the last Free gives the backing's claim back
 *
 * An idle claim is given back before this returns, if the context allows.
 *
 * Context: any but NMI.
 */
void arbiter_set_shared(struct arbiter *arb, bool shared)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	if (shared)
		atomic_or(ARBITER_SHARED, &arb->state);
	else
		atomic_andnot(ARBITER_SHARED, &arb->state);
	arbiter_advance_locked(arb, &flags);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

/**
 * arbiter_notify_owner() - tell the owner, if there is one and somebody waits
 * @arb: an arbiter
 *
 * Context: any but NMI.
 */
void arbiter_notify_owner(struct arbiter *arb)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	if (arbiter_contended_locked(arb))
		arbiter_tell_owner_locked(arb);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

/**
 * arbiter_event() - the backing has an event for the owner, if there is one
 * @arb: an arbiter
 *
 * Context: any but NMI.
 */
void arbiter_event(struct arbiter *arb)
{
	struct arbiter_client *owner;
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	owner = READ_ONCE(arb->owner);
	if (owner && owner->ops->event)
		owner->ops->event(owner);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

/**
 * arbiter_settle() - wait for whoever is telling the owner something
 * @arb: an arbiter
 *
 * Whoever found the owner, or something of the owner's, under the lock before
 * this is done with it afterwards.
 *
 * Context: any but NMI.
 */
void arbiter_settle(struct arbiter *arb)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

/**
 * arbiter_contended() - does anybody wait, outsiders included?
 * @arb: an arbiter
 *
 * Context: any but NMI.
 * Return: as named; may be out of date on return.
 */
bool arbiter_contended(struct arbiter *arb)
{
	unsigned long flags;
	bool ret;

	raw_spin_lock_irqsave(&arb->lock, flags);
	ret = arbiter_contended_locked(arb);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return ret;
}

/**
 * arbiter_is_free() - is there neither owner nor waiter?
 * @arb: an arbiter
 *
 * Knows nothing of outsiders. One atomic read.
 *
 * Context: any.
 * Return: as named; may be out of date on return.
 */
bool arbiter_is_free(const struct arbiter *arb)
{
	/* A claim on its way back, or being tried, is neither. */
	return !arbiter_refusal(atomic_read(&arb->state) & ~ARBITER_BUSY);
}

/**
 * arbiter_client_init() - prepare a client
 * @client: the client
 * @arb: what it contends for
 * @ops: what it is told
 */
void arbiter_client_init(struct arbiter_client *client, struct arbiter *arb,
			 const struct arbiter_client_ops *ops)
{
	client->arb = arb;
	client->request = NULL;
	client->ops = ops;
	atomic_set(&client->state, ARBITER_IDLE);
}

/**
 * arbiter_client_exit() - withdraw or free whatever the client has
 * @client: the client; no other call for it may be under way
 *
 * Nothing of it remains in the arbiter on return.
 *
 * Context: any but NMI.
 */
void arbiter_client_exit(struct arbiter_client *client)
{
	arbiter_cancel(client);
	if (arbiter_is_owner(client))
		arbiter_free(client);
	arbiter_settle(client->arb);
}

/**
 * arbiter_init() - prepare an arbiter; it is off
 * @arb: the arbiter
 * @ops: its backing
 */
void arbiter_init(struct arbiter *arb, const struct arbiter_ops *ops)
{
	memset(arb, 0, sizeof(*arb));
	atomic_set(&arb->state, ARBITER_OFF);
	raw_spin_lock_init(&arb->lock);
	INIT_LIST_HEAD(&arb->queue);
	mutex_init(&arb->walking);
	init_completion(&arb->settled);
	arb->ops = ops;
}

/**
 * arbiter_start() - there is a backing now
 * @arb: an arbiter that is off, and that nobody owns
 */
void arbiter_start(struct arbiter *arb)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	arb->kicked = false;
	arb->interested = false;
	arb->served = false;
	reinit_completion(&arb->settled);
	atomic_andnot(ARBITER_OFF, &arb->state);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

/**
 * arbiter_stop() - there is no backing any more
 * @arb: an arbiter that is on
 *
 * Ends every queued request, and every later call, with -ENODEV, and leaves
 * nobody inside the backing. A client that owned does so no more, but the
 * claim stays until arbiter_abandon(): the client may be in the middle of
 * using what it has just lost.
 *
 * Context: process, may sleep, but never for a client: only for calls into
 * the backing that are under way.
 */
void arbiter_stop(struct arbiter *arb)
{
	struct arbiter_request *req;
	unsigned long flags;
	bool busy;

	raw_spin_lock_irqsave(&arb->lock, flags);
	/* Nobody joins, and nobody begins to be BUSY, after this. */
	atomic_or(ARBITER_OFF, &arb->state);
	while ((req = list_first_entry_or_null(&arb->queue,
					       struct arbiter_request, node))) {
		arbiter_drop_locked(req, -ENODEV);
		raw_spin_unlock_irqrestore(&arb->lock, flags);
		raw_spin_lock_irqsave(&arb->lock, flags);
	}
	busy = atomic_read(&arb->state) & ARBITER_BUSY;
	raw_spin_unlock_irqrestore(&arb->lock, flags);

	/*
	 * BUSY seen under the lock after OFF ends with a completion. If it
	 * ended while the queue was emptied, the completion is left unused.
	 */
	if (busy)
		wait_for_completion(&arb->settled);
}

/**
 * arbiter_abandon() - give the claim back, if it is held
 * @arb: an arbiter that is off
 *
 * Where ops->release says no, the backing's end must give it back.
 *
 * Context: as ops->release needs.
 */
void arbiter_abandon(struct arbiter *arb)
{
	if (atomic_fetch_andnot(ARBITER_HELD, &arb->state) & ARBITER_HELD)
		arb->ops->release(arb);
}
