/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arbiter: who owns, who waits, who is next.
 *
 * Pure arbitration: it knows clients and an abstract backing (the thing that
 * must be claimed from the outside world before anybody here can own), but no
 * parport, no file and no process beyond the task it wakes.
 *
 * The state word, arbiter.state:
 *
 *	OWNED	a client owns
 *	HELD	the backing's claim is ours
 *	BUSY	one context is inside the backing's claim, release or lose;
 *		only it may change HELD
 *	SHARED	outsiders use the backing: let the claim go on the last Free
 *	OFF	no backing (never started, or stopped)
 *	UNTOLD	somebody waits, and the owner, not known yet when it should have
 *		been told, is still to be; goes with OWNED
 *	the rest of the word counts the queued requests, in steps of WAITER
 *
 * Without lock, by one compare-and-exchange of the whole word each:
 *
 *	Try   HELD         -> HELD | OWNED
 *	Free  HELD | OWNED -> HELD
 *
 * Any flag or waiter besides makes these fail, so whoever holds arbiter.lock
 * and sees SHARED, BUSY, OFF or a waiter has the word to itself. Everything
 * else changes under arbiter.lock; the count changes only there, together
 * with the list. Ownership itself is a lock: what it guards is written
 * between taking OWNED and making the client ARBITER_OWNER, and between
 * unmaking it and dropping OWNED.
 */
#ifndef _PARBITER_ARBITER_H
#define _PARBITER_ARBITER_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct arbiter;
struct arbiter_client;
struct task_struct;

enum {
	ARBITER_OWNED = 0x01,
	ARBITER_HELD = 0x02,
	ARBITER_BUSY = 0x04,
	ARBITER_SHARED = 0x08,
	ARBITER_OFF = 0x10,
	ARBITER_UNTOLD = 0x20,
	ARBITER_WAITER = 0x100,
};

/* As many requests as the state word can count */
#define ARBITER_WAITERS_MAX	(UINT_MAX / ARBITER_WAITER)

/* How an attempt to claim the backing ended. */
enum arbiter_claim {
	ARBITER_CLAIMED,	/* it is ours */
	ARBITER_REFUSED,	/* an outsider has it */
	ARBITER_LATER,		/* cannot be tried in this context */
};

/**
 * struct arbiter_ops - the backing
 * @claim: try to claim it, without sleeping. If @wait and it is refused, see
 *	to it that arbiter_kick() is called when it may be had. Called with
 *	BUSY set, in the caller's context, without any lock of the arbiter.
 * @release: give the claim back. false: cannot be done in this context.
 *	Called as @claim is, or by arbiter_abandon() with OFF for BUSY.
 * @lose: nobody waits any more: undo what @claim did about arbiter_kick().
 *	false: cannot be done in this context. Called as @claim is.
 * @contended: an outsider waits for the backing. Called with arbiter.lock
 *	held and interrupts off. Once an outsider has begun to wait,
 *	arbiter_notify_owner() must be called: afterwards, not before.
 * @later: call arbiter_kick() soon, from a context in which everything can
 *	be done. Called with or without arbiter.lock, in any context.
 */
struct arbiter_ops {
	enum arbiter_claim (*claim)(struct arbiter *arb, bool wait);
	bool (*release)(struct arbiter *arb);
	bool (*lose)(struct arbiter *arb);
	bool (*contended)(struct arbiter *arb);
	void (*later)(struct arbiter *arb);
};

/**
 * struct arbiter_stats - what happened so far
 * @grants: a serial: grows with every grant, also with one that is undone
 *	before anybody is told. Written by whoever holds OWNED, without
 *	WRITE_ONCE(), so that it takes one instruction. Who only reads may be
 *	one behind, and on 32-bit machines, while the lower half overflows, far
 *	off
 * @frees: frees by an owner; as @grants
 * @longest_hold: in jiffies; written by whoever holds OWNED
 * @longest_wait: in nanoseconds; arbiter.lock
 * @cancels: arbiter.lock
 * @timeouts: arbiter.lock
 * @undone: how many of @grants were undone; as @grants
 */
struct arbiter_stats {
	u64 grants;
	u64 frees;
	unsigned long longest_hold;
	u64 longest_wait;
	u64 cancels;
	u64 timeouts;
	u64 undone;
};

/**
 * struct arbiter - one thing to be owned
 * @state: the state word, see above
 * @lock: guards @queue, @cursor, @kicked, @interested, @served and every
 *	client's request. Raw, because Free must work in hard interrupt context
 *	on PREEMPT_RT; nothing unbounded is done under it.
 * @queue: queued requests, longest waiting first
 * @cursor: where the walk that is under way goes on: a request's node, or
 *	@queue at its end; NULL: there is no walk (@lock)
 * @walking: held during a walk: there is one @cursor. Outside of @lock
 * @owner: the owner; written by whoever holds OWNED. Valid for use under
 *	@lock: arbiter_client_exit() passes through the lock.
 * @held_since: when it became owner, in jiffies; as @owner
 * @kicked: the backing may be had: claim again (@lock)
 * @interested: the backing will kick us (@lock)
 * @served: a client has owned since the claim was made: outsiders who wait
 *	have their turn before our next one (@lock)
 * @stats: see there
 * @refused: frees by clients that did not own
 * @settled: BUSY ended after OFF
 * @ops: the backing
 */
struct arbiter {
	atomic_t state;
	raw_spinlock_t lock;
	struct list_head queue;
	struct list_head *cursor;
	struct mutex walking; /* see above */
	struct arbiter_client *owner;
	unsigned long held_since;
	bool kicked;
	bool interested;
	bool served;
	struct arbiter_stats stats;
	atomic64_t refused;
	struct completion settled;
	const struct arbiter_ops *ops;
};

enum arbiter_client_state {
	ARBITER_IDLE,
	ARBITER_QUEUED,
	ARBITER_OWNER,
};

/**
 * struct arbiter_client_ops - what a client is told
 * @ended: its arbiter_submit() request ended with 0, -ECANCELED or -ENODEV
 * @contended: it owns, and somebody waits: when it is granted, if somebody
 *	does already, and whenever the first request joins the queue or the
 *	backing calls arbiter_notify_owner()
 * @event: it owns, and the backing has an event for it; may be NULL
 *
 * All are called with arbiter.lock held and interrupts off: they may only
 * pass the news on (irq_work, queue_work()) and do what must be done at once.
 */
struct arbiter_client_ops {
	void (*ended)(struct arbiter_client *client, int result);
	void (*contended)(struct arbiter_client *client);
	void (*event)(struct arbiter_client *client);
};

/**
 * struct arbiter_request - a client's queued wish
 * @node: in arbiter.queue (arbiter.lock)
 * @client: whose
 * @sleeper: who sleeps for it; NULL: client->ops->ended is called instead
 * @result: -EINPROGRESS while queued, then how it ended (arbiter.lock)
 * @since: when it was queued, in nanoseconds of CLOCK_MONOTONIC
 */
struct arbiter_request {
	struct list_head node;
	struct arbiter_client *client;
	struct task_struct *sleeper;
	int result;
	u64 since;
};

/**
 * struct arbiter_client - one contender
 * @arb: for what
 * @state: enum arbiter_client_state. IDLE to OWNER by arbiter_try() while it
 *	holds OWNED; OWNER to IDLE by compare-and-exchange: the winner frees;
 *	everything that concerns QUEUED under arbiter.lock
 * @request: the queued request, NULL: none (arbiter.lock)
 * @queued: the request of arbiter_submit()
 * @ops: see there
 */
struct arbiter_client {
	struct arbiter *arb;
	atomic_t state;
	struct arbiter_request *request;
	struct arbiter_request queued;
	const struct arbiter_client_ops *ops;
};

void arbiter_init(struct arbiter *arb, const struct arbiter_ops *ops);
void arbiter_start(struct arbiter *arb);
void arbiter_stop(struct arbiter *arb);
void arbiter_abandon(struct arbiter *arb);

void arbiter_client_init(struct arbiter_client *client, struct arbiter *arb,
			 const struct arbiter_client_ops *ops);
void arbiter_client_exit(struct arbiter_client *client);

/* arbiter_try() and arbiter_free() are in arbiter_fast.h. */
int arbiter_submit(struct arbiter_client *client);
int arbiter_enqueue(struct arbiter_client *client);
int arbiter_wait(struct arbiter_client *client, unsigned int task_state,
		 ktime_t deadline);
int arbiter_cancel(struct arbiter_client *client);

/**
 * struct arbiter_walk - a walk along the queue
 * @visit: called for each request, with arbiter.lock held and interrupts off;
 *	false ends the walk
 * @position: of the request that @visit is called for, from 1
 */
struct arbiter_walk {
	bool (*visit)(struct arbiter_walk *walk,
		      const struct arbiter_request *req);
	unsigned int position;
};

int arbiter_walk(struct arbiter *arb, struct arbiter_walk *walk);
unsigned int arbiter_position(struct arbiter_client *client);

void arbiter_kick(struct arbiter *arb);
void arbiter_set_shared(struct arbiter *arb, bool shared);
void arbiter_notify_owner(struct arbiter *arb);
void arbiter_event(struct arbiter *arb);
void arbiter_settle(struct arbiter *arb);
bool arbiter_contended(struct arbiter *arb);
bool arbiter_is_free(const struct arbiter *arb);

/* Number of queued requests; any context. */
static inline unsigned int arbiter_waiters(const struct arbiter *arb)
{
	return (unsigned int)atomic_read(&arb->state) / ARBITER_WAITER;
}

/* Number of grants that clients were told of; any context. */
static inline u64 arbiter_allocates(const struct arbiter *arb)
{
	/* Read first, so that it counts nothing that grants does not. */
	u64 undone = READ_ONCE(arb->stats.undone);

	return READ_ONCE(arb->stats.grants) - undone;
}

/* Is there a backing? Any context. */
static inline bool arbiter_is_on(const struct arbiter *arb)
{
	return !(atomic_read(&arb->state) & ARBITER_OFF);
}

/* Is the backing's claim ours? Any context. */
static inline bool arbiter_is_held(const struct arbiter *arb)
{
	return atomic_read(&arb->state) & ARBITER_HELD;
}

/*
 * Any context. Who sees that it owns sees what those did who owned before:
 * pairs with arbiter_finish_locked().
 */
static inline bool arbiter_is_owner(const struct arbiter_client *client)
{
	return atomic_read_acquire(&client->state) == ARBITER_OWNER;
}

#endif /* _PARBITER_ARBITER_H */
