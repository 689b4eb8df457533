/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arbiter decides who owns a thing, who waits for it, and who is next.
 *
 * The arbiter knows clients and an abstract backing: what must be claimed from
 * the outside world before a client can own. It knows no parport, no file, and
 * no process beyond the task that it wakes. Any other user of the backing is
 * called an outsider.
 *
 * The state word, arbiter.state, consists of flags and of a number:
 *
 *	OWNED	a client owns
 *	HELD	the arbiter holds the backing's claim
 *	BUSY	one context is inside the backing's claim, release, unwatch or
 *		restore; while BUSY is set, only that context changes HELD
 *	SHARED	outsiders use the backing, and an idle claim must not be kept: the
 *		last Free gives the claim back
 *	ASKED	an outsider has asked for the backing since the claim was made, or
 *		waited already at that time, or the backing wants a new claim: the
 *		last Free gives the claim back; cleared with HELD
 *	OFF	there is no backing (not started yet, or stopped)
 *	NOTIFY	somebody waits, and the owner has still to be notified, because
 *		arbiter.owner was not written yet when it should have been
 *		notified; set with OWNED only
 *	CHANGED	the owner has changed how the backing works, so its Free, or
 *		arbiter_abandon(), calls ops->restore; set by the owner while OWNED
 *		is set, and cleared before OWNED is, unless OFF is set
 *	REPORT	the backing is told of each Free that leaves nobody who owns or
 *		waits, by ops->freed
 *	TRACED	clients are told of what happens to them, by ops->traced, so that
 *		it can be traced
 *	the other bits count the queued requests, in steps of WAITER
 *
 * These changes take no lock. The first three are one compare-and-exchange of the
 * whole word each:
 *
 *	Try	   HELD         -> HELD | OWNED
 *	Free	   HELD | OWNED -> HELD
 *	hand over  HELD         -> 0; REPORT and TRACED stay as they are
 *	ask	   sets ASKED at any time while HELD or BUSY is set
 *	change	   sets CHANGED; only for the owner, see arbiter_note_change()
 *	report	   sets and clears REPORT at any time
 *	trace	   sets and clears TRACED at any time
 *
 * Any further flag and any waiter make the first three fail. So a context that holds
 * arbiter.lock and sees SHARED, BUSY, OFF or a waiter is the only one that changes
 * the rest of the word: all but ASKED, CHANGED, REPORT and TRACED. All other changes are made
 * under arbiter.lock, or by arbiter_abandon(), when no other context makes any but
 * those above. The number of waiters changes only there, together with the list.
 *
 * OWNED works as a lock: what it guards is written after OWNED is set and
 * before the client becomes ARBITER_OWNER, or after the client has stopped
 * being ARBITER_OWNER and before OWNED is cleared.
 *
 * The files of this directory, each uses those before it only: arbiter.h (the
 * types), grant.c (what leads to a grant), own.h and own.c (Try and Free),
 * request.c and walk.c (the queue), arbiter.c (start, stop, and what the
 * backing reports).
 */
#ifndef _ARBITER_H
#define _ARBITER_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/jiffies.h>
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
	ARBITER_NOTIFY = 0x20,
	ARBITER_ASKED = 0x40,
	ARBITER_CHANGED = 0x80,
	ARBITER_REPORT = 0x100,
	ARBITER_TRACED = 0x200,
	/* If one of these is set, the last Free gives the claim back. */
	ARBITER_WANTED = ARBITER_SHARED | ARBITER_ASKED,
	/* These do not say who has the claim, or who wants it. */
	ARBITER_TOLD = ARBITER_REPORT | ARBITER_TRACED,
	ARBITER_WAITER = 0x400,
};

/* The flags and their names, for whoever shows the word */
#define ARBITER_FLAG_NAMES						\
	{ ARBITER_OFF, "OFF" }, { ARBITER_SHARED, "SHARED" },		\
	{ ARBITER_ASKED, "ASKED" }, { ARBITER_HELD, "HELD" },		\
	{ ARBITER_BUSY, "BUSY" }, { ARBITER_OWNED, "OWNED" },		\
	{ ARBITER_NOTIFY, "NOTIFY" }, { ARBITER_CHANGED, "CHANGED" },	\
	{ ARBITER_REPORT, "REPORT" }, { ARBITER_TRACED, "TRACED" }

/* The largest number of requests that the state word can count */
#define ARBITER_WAITERS_MAX	(UINT_MAX / ARBITER_WAITER)

/* How an attempt to claim the backing ended */
enum arbiter_claim {
	ARBITER_CLAIMED,	/* the arbiter has the claim */
	ARBITER_REFUSED,	/* an outsider has it */
	ARBITER_LATER,		/* it cannot be tried in this context */
};

/**
 * struct arbiter_ops - what an arbiter does with its backing
 * @claim: Try to claim the backing, without sleeping. If @watch is set and the
 *	claim is refused, watch the backing: call arbiter_kick() when a further
 *	attempt may succeed. Called in the context of the caller of the
 *	arbiter, with BUSY set and without any lock of the arbiter. An outsider
 *	for which arbiter_hand_over() has returned true on another CPU has the
 *	backing, even if it has not taken the backing yet.
 * @release: Give the claim back. Returns false if that cannot be done in this
 *	context. Called as @claim is, or by arbiter_abandon() with OFF set
 *	instead of BUSY.
 * @unwatch: Stop watching the backing, because nobody waits any more. Returns
 *	false if that cannot be done in this context. Called as @claim is.
 * @outsider_waits: Return whether an outsider waits for the backing. Called
 *	with arbiter.lock held and interrupts off. If SHARED is clear, the
 *	backing must call arbiter_hand_over() or arbiter_ask() before an
 *	outsider begins to wait, and in any case arbiter_notify_owner() after
 *	(not before) that.
 * @restore: Undo what the owner has changed, see arbiter_note_change(). Called as
 *	@claim is, in the context of the Free, or by arbiter_abandon() with OFF
 *	set instead of BUSY. The claim is held. May be NULL if
 *	arbiter_note_change() is never called.
 * @freed: A Free has left nobody who owns or waits, and REPORT was set. Called
 *	without any lock of the arbiter and without BUSY, in the context of the
 *	Free. By then a client may own again, or arbiter_stop() may have
 *	returned. May be NULL if arbiter_set_report() is never called.
 * @later: Call arbiter_kick() soon, from a context in which the other
 *	operations can do all their work. Called in any context, with or
 *	without arbiter.lock.
 */
struct arbiter_ops {
	enum arbiter_claim (*claim)(struct arbiter *arb, bool watch);
	bool (*release)(struct arbiter *arb);
	bool (*unwatch)(struct arbiter *arb);
	bool (*outsider_waits)(struct arbiter *arb);
	void (*restore)(struct arbiter *arb);
	void (*freed)(struct arbiter *arb);
	void (*later)(struct arbiter *arb);
};

/**
 * struct arbiter_stats - what has happened so far
 * @grants: Number of grants. It grows with every grant, also with a grant that
 *	is undone before anybody learns of it. Written by the context that
 *	holds OWNED, without WRITE_ONCE(), so that counting takes one
 *	instruction. A reader may see a value that is one too small; on 32-bit
 *	machines it may see a wrong value while the lower half overflows.
 * @frees: number of times that an owner has freed; written as @grants is
 * @longest_hold: in jiffies; written by the context that holds OWNED
 * @longest_wait: in nanoseconds; guarded by arbiter.lock
 * @cancels: number of requests that were withdrawn; guarded by arbiter.lock
 * @timeouts: number of requests that timed out; guarded by arbiter.lock
 * @undone: how many of @grants were undone; written as @grants is
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
 * struct arbiter - one thing that clients own in turn
 * @state: the state word, see above
 * @lock: Guards @queue, @cursor, @kicked, @watched, @served, @renew and every
 *	client's request. It is raw because Free must work in hard interrupt context on
 *	PREEMPT_RT. Nothing unbounded is done while it is held.
 * @queue: queued requests, the longest waiting one first
 * @cursor: where the current walk continues: a request's node, or @queue at
 *	the end; NULL if no walk is under way (@lock)
 * @walking: held during a walk, because there is one @cursor; taken outside
 *	of @lock
 * @owner: The owner; written by the context that holds OWNED. The client may be
 *	used under @lock, because arbiter_client_exit() takes the lock before
 *	the client goes away.
 * @held_since: when @owner became owner, in jiffies; written as @owner is. Who
 *	reads it under @lock may see the time of the next owner
 * @kicked: the backing should be claimed again (@lock)
 * @watched: the backing will call arbiter_kick() (@lock)
 * @served: a client has owned since the claim was made, and has freed while
 *	something was there to look at (see arbiter_disown_slow()); so outsiders
 *	that wait come before the next client (@lock)
 * @renew: nobody may become owner by the claim that is held, see
 *	arbiter_renew(); ASKED is set as well (@lock)
 * @stats: counters
 * @refused: number of frees by clients that did not own
 * @busy_ended: completed when BUSY is cleared while OFF is set
 * @ops: the backing's operations
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
	bool watched;
	bool served;
	bool renew;
	struct arbiter_stats stats;
	atomic64_t refused;
	struct completion busy_ended;
	const struct arbiter_ops *ops;
};

enum arbiter_client_state {
	ARBITER_IDLE,
	ARBITER_QUEUED,
	ARBITER_OWNER,
};

/* What is traced of a client */
enum arbiter_act {
	ARBITER_ACT_QUEUED,	/* its request was queued */
	ARBITER_ACT_GRANTED,	/* it is about to be the owner */
	ARBITER_ACT_ENDED,	/* its request has ended without a grant */
	ARBITER_ACT_FREED,	/* it has stopped being the owner */
	ARBITER_ACT_REFUSED,	/* its Try has failed */
	ARBITER_ACT_SETTLED,	/* its grant by a Try or its Free is done */
};

/**
 * struct arbiter_client_ops - how a client is notified
 * @ended: The client's arbiter_submit() request has ended with 0, -ECANCELED or
 *	-ENODEV.
 * @contended: The client owns, and somebody waits. Called when the client is
 *	granted, if somebody waits at that time, whenever the first request
 *	joins the queue, and whenever the backing calls arbiter_notify_owner().
 * @event: The client owns, and the backing has an event for it. May be NULL.
 * @traced: Something has happened to the client. Called while TRACED is set; may
 *	be NULL if arbiter_set_traced() is never called. @result is the error for
 *	ENDED and REFUSED, and else 0. @since is when the request of GRANTED or
 *	ENDED was queued, in nanoseconds of CLOCK_MONOTONIC; 0: it was not queued.
 *	For GRANTED and FREED, OWNED is set, so they alternate. A grant that is
 *	undone is GRANTED and FREED. When a grant by a Try or a FREED has taken
 *	effect, SETTLED follows, so whoever reads the state then sees no earlier one.
 *	SETTLED may come without GRANTED, if TRACED was set in between.
 *
 * All are called with arbiter.lock held and interrupts off. They may only do
 * what must be done at once, and pass the rest on (irq_work, queue_work()).
 */
struct arbiter_client_ops {
	void (*ended)(struct arbiter_client *client, int result);
	void (*contended)(struct arbiter_client *client);
	void (*event)(struct arbiter_client *client);
	void (*traced)(struct arbiter_client *client, enum arbiter_act act,
		       int result, u64 since);
};

/**
 * struct arbiter_request - a client's queued wish to own
 * @node: in arbiter.queue (arbiter.lock)
 * @client: the client that made it
 * @sleeper: the task that sleeps until the request ends; NULL if
 *	client->ops->ended is called instead
 * @cancelled: the name of a request of arbiter_submit_unless(); else NULL. It is
 *	only compared (arbiter.lock)
 * @result: -EINPROGRESS while it is queued, then how it ended (arbiter.lock)
 * @tag: a number that the caller has given, for those who walk along the queue;
 *	the arbiter does not use it
 * @since: when it was queued, in nanoseconds of CLOCK_MONOTONIC
 */
struct arbiter_request {
	struct list_head node;
	struct arbiter_client *client;
	struct task_struct *sleeper;
	const bool *cancelled;
	int result;
	int tag;
	u64 since;
};

/**
 * struct arbiter_client - one contender
 * @arb: the arbiter
 * @state: enum arbiter_client_state. arbiter_try() changes IDLE to OWNER while
 *	it holds OWNED. A compare-and-exchange changes OWNER to IDLE, and the
 *	thread whose exchange succeeds frees. Every change from or to QUEUED is
 *	made under arbiter.lock.
 * @request: the queued request, or NULL (arbiter.lock)
 * @async: the request of arbiter_submit()
 * @ops: how the client is notified
 */
struct arbiter_client {
	struct arbiter *arb;
	atomic_t state;
	struct arbiter_request *request;
	struct arbiter_request async;
	const struct arbiter_client_ops *ops;
};

/* arbiter.c */
void arbiter_init(struct arbiter *arb, const struct arbiter_ops *ops);
void arbiter_start(struct arbiter *arb);
void arbiter_stop(struct arbiter *arb);
void arbiter_abandon(struct arbiter *arb);

void arbiter_client_init(struct arbiter_client *client, struct arbiter *arb,
			 const struct arbiter_client_ops *ops);
void arbiter_client_exit(struct arbiter_client *client);

void arbiter_kick(struct arbiter *arb);
bool arbiter_claim_idle(struct arbiter *arb);
void arbiter_set_shared(struct arbiter *arb, bool shared);
void arbiter_set_report(struct arbiter *arb, bool report);
void arbiter_set_traced(struct arbiter *arb, bool traced);
bool arbiter_ask(struct arbiter *arb);
void arbiter_renew(struct arbiter *arb);
void arbiter_event(struct arbiter *arb);
void arbiter_synchronize(struct arbiter *arb);
bool arbiter_is_free(const struct arbiter *arb);

/* grant.c */
void arbiter_notify_owner(struct arbiter *arb);
bool arbiter_is_contended(struct arbiter *arb);

/* request.c; arbiter_try() and arbiter_free() are in own.h */
int arbiter_submit(struct arbiter_client *client);
int arbiter_submit_unless(struct arbiter_client *client, const bool *cancelled,
			  int tag);
int arbiter_enqueue(struct arbiter_client *client);
int arbiter_enqueue_tagged(struct arbiter_client *client, int tag);
int arbiter_wait(struct arbiter_client *client, unsigned int task_state,
		 ktime_t deadline);
int arbiter_wait_tagged(struct arbiter_client *client, unsigned int task_state,
			ktime_t deadline, int tag);
int arbiter_cancel(struct arbiter_client *client);
int arbiter_cancel_submitted(struct arbiter_client *client,
			     const bool *cancelled);
int arbiter_queued_tag(struct arbiter_client *client);

/**
 * struct arbiter_walk - a walk along the queue
 * @visit: Called for each request, with arbiter.lock held and interrupts off.
 *	The walk ends when it returns false.
 * @position: position of the request for which @visit is called, from 1
 */
struct arbiter_walk {
	bool (*visit)(struct arbiter_walk *walk,
		      const struct arbiter_request *req);
	unsigned int position;
};

/* walk.c */
int arbiter_walk(struct arbiter *arb, struct arbiter_walk *walk);
unsigned int arbiter_position(struct arbiter_client *client);

/* Return the number of queued requests. Context: any. */
static inline unsigned int arbiter_waiters(const struct arbiter *arb)
{
	return (unsigned int)atomic_read(&arb->state) / ARBITER_WAITER;
}

/* Return the number of grants without those that were undone. Context: any. */
static inline u64 arbiter_allocates(const struct arbiter *arb)
{
	/*
	 * Read @undone first, so that it counts no grant that is not in
	 * @grants.
	 */
	u64 undone = READ_ONCE(arb->stats.undone);

	return READ_ONCE(arb->stats.grants) - undone;
}

/* Return whether there is a backing. Context: any. */
static inline bool arbiter_is_on(const struct arbiter *arb)
{
	return !(atomic_read(&arb->state) & ARBITER_OFF);
}

/*
 * Return whether the client owns. Context: any.
 *
 * Acquire: a caller that reads ARBITER_OWNER also sees all stores of earlier
 * owners. Pairs with the release in arbiter_finish_locked() and with the fully
 * ordered compare-and-exchange in arbiter_own().
 */
static inline bool arbiter_is_owner(const struct arbiter_client *client)
{
	return atomic_read_acquire(&client->state) == ARBITER_OWNER;
}

/*
 * Record the new owner. The caller has set OWNED, and has not made the client
 * ARBITER_OWNER yet.
 */
static inline void arbiter_note_owner(struct arbiter *arb,
				      struct arbiter_client *client)
{
	WRITE_ONCE(arb->held_since, jiffies);
	/* See struct arbiter_stats. */
	data_race(arb->stats.grants++);
	WRITE_ONCE(arb->owner, client);
}

#endif /* _ARBITER_H */
