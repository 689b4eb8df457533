// SPDX-License-Identifier: GPL-2.0
/*
 * An arbiter and its clients begin and end, and the backing reports what
 * happens to it. See arbiter.h for the state word and the rules by which it
 * changes.
 *
 * Lock order: arbiter.lock is the innermost lock but for those that
 * wake_up_process(), irq_work_queue(), queue_work() and trace events take.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "grant.h"
#include "own.h"

/**
 * arbiter_kick() - claim again, or do what was left to do later
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
 * arbiter_claim_idle() - claim for nobody
 * @arb: an arbiter
 *
 * If nobody owns or waits, and the claim is not held, one attempt is made to claim
 * the backing. The claim is kept until an outsider wants it. It is not made if
 * outsiders share the backing.
 *
 * Context: any but NMI.
 * Return: false: nothing was tried, because another context is claiming the backing
 * or giving it back, or because this context cannot claim; the caller should call
 * again soon, from a context in which the backing can be claimed. Otherwise true.
 */
bool arbiter_claim_idle(struct arbiter *arb)
{
	enum arbiter_claim claim = ARBITER_REFUSED;
	unsigned long flags;
	int state;

	raw_spin_lock_irqsave(&arb->lock, flags);
	state = atomic_read(&arb->state);
	if (!(state & ~(ARBITER_TOLD | ARBITER_ASKED))) {
		claim = arbiter_claim_locked(arb, false, &flags);
		/* Somebody may have left it to this context to decide. */
		arbiter_advance_locked(arb, &flags);
	} else if ((state & ARBITER_BUSY) && !(state & ARBITER_OFF)) {
		claim = ARBITER_LATER;
	}
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return claim != ARBITER_LATER;
}

/**
 * arbiter_set_shared() - set whether an idle claim must not be kept
 * @arb: an arbiter
 * @shared: whether the last Free gives the claim back, because the claim cannot
 *	be handed over to the outsiders that use the backing
 *
 * An idle claim is given back before this returns, if the context allows that.
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
 * arbiter_set_report() - set whether the backing is told of the last Free
 * @arb: an arbiter
 * @report: whether ops->freed is called for each Free that leaves nobody who owns
 *	or waits
 *
 * The claim is kept as it is without this. A Try and a Free take the lock while
 * this is set. A Free that is under way during the call may be reported or not;
 * if it is, ops->freed may still be running on return.
 *
 * Context: any.
 */
void arbiter_set_report(struct arbiter *arb, bool report)
{
	/*
	 * A full barrier: what the caller has prepared is seen by ops->freed. Pairs
	 * with the exchange in arbiter_clear_owned_locked().
	 */
	if (report)
		atomic_fetch_or(ARBITER_REPORT, &arb->state);
	else
		atomic_andnot(ARBITER_REPORT, &arb->state);
}

/**
 * arbiter_set_traced() - set whether clients are told of what happens to them
 * @arb: an arbiter
 * @traced: whether ops->traced of each client is called
 *
 * The claim is kept as it is without this. A Try and a Free take the lock while
 * this is set, so without this they need not look whether anybody traces. What is
 * under way during the call may be traced or not.
 *
 * Context: any.
 */
void arbiter_set_traced(struct arbiter *arb, bool traced)
{
	/*
	 * A full barrier: a caller that reads arb->owner after this sees each owner
	 * of whose grant ops->traced is not called. Pairs with the exchanges in
	 * arbiter_own() and arbiter_disown().
	 */
	if (traced)
		atomic_fetch_or(ARBITER_TRACED, &arb->state);
	else
		atomic_andnot(ARBITER_TRACED, &arb->state);
}

/**
 * arbiter_ask() - have the claim given back when nobody owns
 * @arb: an arbiter
 *
 * If the claim is in use, or is being made, the last Free gives it back. The
 * backing calls this when it cannot hand the claim over to an outsider that
 * asks.
 *
 * Takes no lock.
 *
 * Context: any.
 * Return: true: the claim is idle, and is given back only if the caller
 * arranges for a call of arbiter_kick(); false otherwise.
 */
bool arbiter_ask(struct arbiter *arb)
{
	int state = atomic_read(&arb->state);

	do {
		if (!(state & (ARBITER_HELD | ARBITER_BUSY)))
			return false;
	} while (!atomic_try_cmpxchg(&arb->state, &state,
				     state | ARBITER_ASKED));
	return (state & ~ARBITER_TOLD) == ARBITER_HELD;
}

/**
 * arbiter_renew() - have the claim made anew before anybody becomes owner
 * @arb: an arbiter
 *
 * The backing calls this when it would make the claim in another way now. A
 * claim that is idle is given back, by ops->later() if that cannot be done in
 * this context. If a client owns, its Free gives the claim back, even if
 * requests are queued. A claim that is being made while this is called is made
 * a second time, unless it is for a Try, which fails with -EBUSY.
 *
 * Context: any but NMI.
 */
void arbiter_renew(struct arbiter *arb)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	arb->renew = true;
	arbiter_ask(arb);
	arbiter_advance_locked(arb, &flags);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

/**
 * arbiter_event() - pass an event of the backing on to the owner
 * @arb: an arbiter
 *
 * Nothing happens if nobody owns.
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
 * arbiter_synchronize() - wait for the operations of clients that are under way
 * @arb: an arbiter
 *
 * An operation of struct arbiter_client_ops that began before this call, for
 * whichever client, has returned when this returns.
 *
 * Context: any but NMI, and not from such an operation.
 */
void arbiter_synchronize(struct arbiter *arb)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

/**
 * arbiter_client_init() - initialize a client
 * @client: the client
 * @arb: the arbiter
 * @ops: how the client is notified
 *
 * Context: any.
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
 * arbiter_client_exit() - withdraw the client's request, or free for it
 * @client: the client; no other call for it may be under way
 *
 * The arbiter does not refer to the client any more on return.
 *
 * Context: any but NMI.
 */
void arbiter_client_exit(struct arbiter_client *client)
{
	arbiter_cancel(client);
	if (arbiter_is_owner(client))
		arbiter_free(client);
	arbiter_synchronize(client->arb);
}

/**
 * arbiter_init() - initialize an arbiter, which is off
 * @arb: the arbiter
 * @ops: the backing's operations
 *
 * Context: any.
 */
void arbiter_init(struct arbiter *arb, const struct arbiter_ops *ops)
{
	memset(arb, 0, sizeof(*arb));
	atomic_set(&arb->state, ARBITER_OFF);
	raw_spin_lock_init(&arb->lock);
	INIT_LIST_HEAD(&arb->queue);
	mutex_init(&arb->walking);
	init_completion(&arb->busy_ended);
	arb->ops = ops;
}

/**
 * arbiter_start() - turn an arbiter on, because there is a backing
 * @arb: an arbiter that is off, and that nobody owns
 *
 * Context: any but NMI.
 */
void arbiter_start(struct arbiter *arb)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	arb->kicked = false;
	arb->watched = false;
	arb->served = false;
	arb->renew = false;
	reinit_completion(&arb->busy_ended);
	atomic_andnot(ARBITER_OFF | ARBITER_ASKED, &arb->state);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

/**
 * arbiter_stop() - turn an arbiter off, because its backing goes away
 * @arb: an arbiter that is on
 *
 * Every queued request ends with -ENODEV, and every later call fails with
 * -ENODEV. On return no context is inside the backing's operations, but perhaps
 * inside ops->freed. The owner, if there is one, does not own any more. The claim is
 * kept until arbiter_abandon(), because that client may be in the middle of using
 * what the claim protects.
 *
 * Context: process, may sleep: for calls into the backing that are under way,
 * never for a client.
 */
void arbiter_stop(struct arbiter *arb)
{
	struct arbiter_request *req;
	unsigned long flags;
	bool busy;

	raw_spin_lock_irqsave(&arb->lock, flags);
	/* After this no request joins, and no context sets BUSY. */
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
	 * If BUSY is set here, the context that clears it sees OFF and
	 * completes. If BUSY was cleared while the queue was emptied, nobody
	 * waits for that completion.
	 */
	if (busy)
		wait_for_completion(&arb->busy_ended);
}

/**
 * arbiter_abandon() - give the claim back if it is held
 * @arb: an arbiter that is off
 *
 * If ops->release returns false, the claim ends with the backing.
 *
 * Context: as ops->release needs it.
 */
void arbiter_abandon(struct arbiter *arb)
{
	/* No context has set BUSY, so no Free restores, and none will. */
	if (atomic_read(&arb->state) & ARBITER_CHANGED)
		arb->ops->restore(arb);
	if (atomic_fetch_andnot(ARBITER_HELD | ARBITER_ASKED | ARBITER_CHANGED,
				&arb->state) & ARBITER_HELD)
		arb->ops->release(arb);
}
