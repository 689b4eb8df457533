/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Try and Free, with their fast paths: what they do while the claim is held, no
 * outsider is about and nobody waits. Two compare-and-exchanges each, and the
 * book-keeping. Whatever else there is to do is in functions of its own, to
 * which the fast path jumps, so that it needs neither a stack frame nor saved
 * registers: Documentation/performance.rst counts its instructions.
 */
#ifndef _PARBITER_ARBITER_FAST_H
#define _PARBITER_ARBITER_FAST_H

#include <linux/jiffies.h>

#include "arbiter.h"

/* How far a Try came, and what is left for the slow functions */
enum arbiter_tried {
	ARBITER_TRIED_OWNER,	/* the client owns */
	ARBITER_TRIED_UNTOLD,	/* it does, and is to be told that others wait */
	ARBITER_TRIED_QUEUED,	/* OWNED is set, but the client is in the queue */
	ARBITER_TRIED_NOTHING,	/* nothing is changed */
};

int arbiter_try_slow(struct arbiter_client *client, enum arbiter_tried tried);
int arbiter_let_go_slow(struct arbiter *arb);
int arbiter_refuse_free(struct arbiter_client *client);

/* Marks a port OWNED that is idle and kept. */
static inline bool arbiter_take_fast(struct arbiter *arb)
{
	int held = ARBITER_HELD;

	return atomic_try_cmpxchg(&arb->state, &held,
				  ARBITER_HELD | ARBITER_OWNED);
}

/* Writes down who owns. Between taking OWNED and making it known. */
static inline void arbiter_note_owner(struct arbiter *arb,
				      struct arbiter_client *client)
{
	arb->held_since = jiffies;
	/* See struct arbiter_stats. */
	data_race(arb->stats.grants++);
	WRITE_ONCE(arb->owner, client);
}

/* Makes a client the owner of what has just been marked OWNED, if it can. */
static inline enum arbiter_tried
arbiter_own_fast(struct arbiter *arb, struct arbiter_client *client)
{
	int idle = ARBITER_IDLE;

	arbiter_note_owner(arb, client);
	if (unlikely(!atomic_try_cmpxchg(&client->state, &idle, ARBITER_OWNER)))
		return ARBITER_TRIED_QUEUED;
	/* Pairs with arbiter_tell_owner_locked(): it saw no owner to tell. */
	if (unlikely(atomic_read(&arb->state) & ARBITER_UNTOLD))
		return ARBITER_TRIED_UNTOLD;
	return ARBITER_TRIED_OWNER;
}

/**
 * arbiter_try_fast() - own now if that is easy
 * @client: a client
 *
 * Context: any but NMI.
 * Return: how far it came; unless that is ARBITER_TRIED_OWNER,
 * arbiter_try_slow() must be called with it.
 */
static inline enum arbiter_tried arbiter_try_fast(struct arbiter_client *client)
{
	struct arbiter *arb = client->arb;

	if (unlikely(!arbiter_take_fast(arb)))
		return ARBITER_TRIED_NOTHING;
	return arbiter_own_fast(arb, client);
}

/**
 * arbiter_try() - own now or not at all
 * @client: a client
 *
 * Never queues, and never overtakes a queued request.
 *
 * Context: any but NMI, see ops->claim for what the backing can do there.
 * Return: 0, -EBUSY (owned, by @client too; waited for; an outsider has the
 * backing or it cannot be asked in this context), -ENODEV.
 */
static inline int arbiter_try(struct arbiter_client *client)
{
	enum arbiter_tried tried = arbiter_try_fast(client);

	if (likely(tried == ARBITER_TRIED_OWNER))
		return 0;
	return arbiter_try_slow(client, tried);
}

/* Drops OWNED for a client that is owner no more. */
static inline int arbiter_let_go(struct arbiter *arb)
{
	int owned = ARBITER_HELD | ARBITER_OWNED;

	WRITE_ONCE(arb->owner, NULL);
	if (likely(atomic_try_cmpxchg(&arb->state, &owned, ARBITER_HELD)))
		return 0;
	return arbiter_let_go_slow(arb);
}

/**
 * arbiter_resign() - the first half of arbiter_free(): be owner no more
 * @client: a client
 *
 * Of several threads that free one client, one wins. Nobody owns until it
 * calls arbiter_pass_on(): OWNED is still set, and the client may be queued
 * again meanwhile. A full barrier if it succeeds.
 *
 * Context: any but NMI.
 * Return: false: @client did not own, see arbiter_refuse_free().
 */
static inline bool arbiter_resign(struct arbiter_client *client)
{
	int owner = ARBITER_OWNER;

	return atomic_try_cmpxchg(&client->state, &owner, ARBITER_IDLE);
}

/**
 * arbiter_pass_on() - the second half of arbiter_free()
 * @client: a client that has just resigned
 *
 * Context: any but NMI.
 * Return: 0, -ENODEV.
 */
static inline int arbiter_pass_on(struct arbiter_client *client)
{
	struct arbiter *arb = client->arb;
	unsigned long held = jiffies - arb->held_since;

	if (unlikely(held > arb->stats.longest_hold))
		WRITE_ONCE(arb->stats.longest_hold, held);
	/* See struct arbiter_stats. */
	data_race(arb->stats.frees++);
	return arbiter_let_go(arb);
}

/**
 * arbiter_free() - stop owning; the head of the queue owns next
 * @client: a client
 *
 * Complete for @client on return. If the backing's claim cannot be given back
 * in this context that is left to ops->later().
 *
 * Context: any but NMI.
 * Return: 0, -EPERM (@client does not own; counted), -ENODEV.
 */
static inline int arbiter_free(struct arbiter_client *client)
{
	if (unlikely(!arbiter_resign(client)))
		return arbiter_refuse_free(client);
	return arbiter_pass_on(client);
}

#endif /* _PARBITER_ARBITER_FAST_H */
