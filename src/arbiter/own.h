/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Try, Free, and the hand-over of an idle claim.
 *
 * The functions here are inline. They contain what is done while the claim is
 * held, no outsider wants it, nobody waits, and nothing is reported or traced: two
 * compare-and-exchanges for a Try or a Free, one for a hand-over, and the
 * book-keeping. Everything else is in functions of own.c that are called in tail
 * position, so that the inline part needs neither a stack frame nor saved registers.
 * Documentation/performance.rst counts its instructions.
 */
#ifndef _ARBITER_OWN_H
#define _ARBITER_OWN_H

#include <linux/jiffies.h>

#include "arbiter.h"

int arbiter_own_undo(struct arbiter_client *client);
int arbiter_own_tell(struct arbiter_client *client);
int arbiter_try_slow(struct arbiter_client *client);
int arbiter_disown_slow(struct arbiter *arb, struct arbiter_client *client);
int arbiter_refuse_free(struct arbiter_client *client);
bool arbiter_hand_over(struct arbiter *arb);

/* Set OWNED if the claim is held and nobody owns or waits. */
static inline bool arbiter_take(struct arbiter *arb)
{
	int held = ARBITER_HELD;

	return atomic_try_cmpxchg(&arb->state, &held,
				  ARBITER_HELD | ARBITER_OWNED);
}

/*
 * Make the client the owner; the caller has just set OWNED. Fails with -EBUSY,
 * and clears OWNED again, if another thread has queued the same client in the
 * meantime.
 */
static inline int arbiter_own(struct arbiter *arb,
			      struct arbiter_client *client)
{
	int idle = ARBITER_IDLE;

	arbiter_note_owner(arb, client);
	if (unlikely(!atomic_try_cmpxchg(&client->state, &idle, ARBITER_OWNER)))
		return arbiter_own_undo(client);
	/*
	 * The compare-and-exchange above is a full barrier between the write
	 * of arb->owner and this read. Pairs with
	 * arbiter_notify_owner_locked(), which sets NOTIFY and then reads
	 * arb->owner, and with arbiter_set_traced(), whose caller sets TRACED and
	 * then reads arb->owner.
	 */
	if (unlikely(atomic_read(&arb->state) &
		     (ARBITER_NOTIFY | ARBITER_TRACED)))
		return arbiter_own_tell(client);
	return 0;
}

/**
 * arbiter_try() - own now or not at all
 * @client: a client
 *
 * This never queues, and never overtakes a queued request.
 *
 * Context: any but NMI. What the backing can do in it: see ops->claim.
 * Return: 0; -EBUSY: somebody owns (perhaps @client itself) or waits, an
 * outsider has the backing, another context is claiming it or giving it back, or
 * the backing cannot be asked in this context; -ENODEV: the arbiter is off.
 */
static inline int arbiter_try(struct arbiter_client *client)
{
	struct arbiter *arb = client->arb;

	if (likely(arbiter_take(arb)))
		return arbiter_own(arb, client);
	return arbiter_try_slow(client);
}

/* Clear OWNED for a client that is no longer ARBITER_OWNER. */
static inline int arbiter_disown(struct arbiter *arb,
				 struct arbiter_client *client)
{
	int owned = ARBITER_HELD | ARBITER_OWNED;

	WRITE_ONCE(arb->owner, NULL);
	if (likely(atomic_try_cmpxchg(&arb->state, &owned, ARBITER_HELD)))
		return 0;
	return arbiter_disown_slow(arb, client);
}

/**
 * arbiter_note_change() - have ops->restore called when the client frees
 * @client: a client that owns
 *
 * The owner calls this before it changes how the backing works. However the
 * client stops owning, ops->restore is called before another client or an
 * outsider has the backing.
 *
 * If another thread frees @client at the same time, another client may own
 * already, and then ops->restore is called in vain when that client frees. So who
 * is not sure that @client owns until the change is made does three things, with a
 * lock held that ops->restore takes, too: calls this, looks whether @client still
 * owns, and changes nothing if not. A Free that comes after this call then waits
 * for that lock, so the owner that is seen is not a later one. If this returns
 * true, it is a full barrier.
 *
 * Context: any.
 * Return: true if a client owns; false: @client does not, or the arbiter is off,
 * and nothing happens.
 */
static inline bool arbiter_note_change(struct arbiter_client *client)
{
	atomic_t *word = &client->arb->state;
	int state = atomic_read(word);

	/* This bounds how often a Free restores. */
	if (!arbiter_is_owner(client))
		return false;
	do {
		/* BUSY: a Free is restoring. */
		if ((state & (ARBITER_OWNED | ARBITER_OFF | ARBITER_BUSY)) !=
		    ARBITER_OWNED)
			return false;
	} while (!atomic_try_cmpxchg(word, &state, state | ARBITER_CHANGED));
	return true;
}

/**
 * arbiter_resign() - the first half of arbiter_free(): stop being the owner
 * @client: a client
 *
 * If several threads free one client, this succeeds for one of them. That
 * thread must call arbiter_pass_on(). Nobody owns until then: OWNED is still
 * set. The client may be queued again in the meantime. If this succeeds, it is
 * a full barrier.
 *
 * Context: any but NMI.
 * Return: true: @client has stopped being the owner; false: @client did not
 * own, see arbiter_refuse_free().
 */
static inline bool arbiter_resign(struct arbiter_client *client)
{
	int owner = ARBITER_OWNER;

	return atomic_try_cmpxchg(&client->state, &owner, ARBITER_IDLE);
}

/**
 * arbiter_pass_on() - the second half of arbiter_free()
 * @client: a client for which arbiter_resign() has just returned true
 *
 * Context: any but NMI.
 * Return: 0; -ENODEV: the arbiter is off.
 */
static inline int arbiter_pass_on(struct arbiter_client *client)
{
	struct arbiter *arb = client->arb;
	unsigned long held = jiffies - arb->held_since;

	if (unlikely(held > arb->stats.longest_hold))
		WRITE_ONCE(arb->stats.longest_hold, held);
	/* See struct arbiter_stats. */
	data_race(arb->stats.frees++);
	return arbiter_disown(arb, client);
}

/**
 * arbiter_free() - stop owning; the head of the queue owns next
 * @client: a client
 *
 * The call is complete for @client on return. If the backing's claim cannot be
 * given back in this context, ops->later() takes care of that.
 *
 * Context: any but NMI.
 * Return: 0; -EPERM: @client does not own, which is counted; -ENODEV: the
 * arbiter is off.
 */
static inline int arbiter_free(struct arbiter_client *client)
{
	if (unlikely(!arbiter_resign(client)))
		return arbiter_refuse_free(client);
	return arbiter_pass_on(client);
}

/**
 * arbiter_hand_over_idle() - the most frequent case of arbiter_hand_over()
 * @arb: an arbiter
 *
 * Context: any.
 * Return: true: as arbiter_hand_over(); false: nothing has changed, and
 * arbiter_hand_over() must be called.
 */
static inline bool arbiter_hand_over_idle(struct arbiter *arb)
{
	int held = ARBITER_HELD;

	return atomic_try_cmpxchg(&arb->state, &held, 0);
}

#endif /* _ARBITER_OWN_H */
