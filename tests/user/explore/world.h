/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything that a schedule changes: the arbiter, its clients, the backing,
 * and the fibers that call the arbiter.
 *
 * It is one structure at a fixed address. So a state can be saved, restored,
 * and compared by its hash (search.c). What is constant while one scenario is
 * explored is in struct scenario.
 */
#ifndef _EXPLORE_WORLD_H
#define _EXPLORE_WORLD_H

#include "arbiter/own.h"

#define FIBERS_MAX	7
#define CLIENTS_MAX	4
#define OPS_MAX		8
#define OUTSIDERS_MAX	2
#define STORES_MAX	4

/* What a fiber is about to do, or waits for */
enum wish {
	WISH_STEP,		/* any access: it can go on */
	WISH_OP,		/* begin its next operation */
	WISH_SPIN_LOCK,
	WISH_MUTEX,
	WISH_COMPLETION,
	WISH_SLEEP,		/* asleep until its task is TASK_RUNNING */
	WISH_WORK,		/* the work item: until the backing asks for it */
	WISH_BACKING,		/* an outsider: until the backing is its own */
	WISH_ENDED,		/* until its client's request has ended */
	WISH_NO_OWNER,		/* until nobody owns */
	WISH_DONE,		/* never again */
};

/**
 * struct store - a store that other fibers do not see yet
 * @address: where to; NULL: this entry is free
 * @value: what
 * @size: in bytes
 */
struct store {
	void *address;
	u64 value;
	unsigned int size;
};

/**
 * struct fiber - one thread, interrupt or work item
 * @task: what the arbiter sees of it
 * @wish: what it is about to do
 * @on: the lock or completion for which it waits
 * @place: the address of the instruction that does @wish
 * @options: how many ways there are to go on; the search takes each of them
 * @option: the way that the search took
 * @op: index of the current operation in its program
 * @result: what its last operation returned
 * @irqs_off: how often it has turned interrupts off
 * @racing: it is in an expression that may race
 * @waiting: it is inside arbiter_wait(), so its stack has a request
 * @timed: its sleep may time out
 * @expired: its sleep has timed out
 * @signal: a signal is pending
 * @thaws: the freezer has woken it as a signal would
 * @started: its first operation has begun
 * @queued_before: bit mask of the clients that were in the queue, without
 *	interruption, since its current operation began
 * @queue_place: the place of its client in the queue at that time, from 1; 0: none
 * @stores: its stores that are still invisible to others
 */
struct fiber {
	struct task_struct task;
	enum wish wish;
	struct host_lock *on;
	const void *place;
	int options;
	int option;
	int op;
	int result;
	int irqs_off;
	bool racing;
	bool waiting;
	bool timed;
	bool expired;
	bool signal;
	bool thaws;
	bool started;
	unsigned int queued_before;
	int queue_place;
	struct store stores[STORES_MAX];
};

/**
 * struct client - a client and what the search knows about it
 * @base: the client
 * @gone: it does not exist any more
 * @dies: its memory goes away in ops->ended() if the request has failed
 * @pending: arbiter_submit() requests that were accepted and have not ended
 * @result: how the last one ended
 * @told: it was notified that somebody waits, since it became owner
 * @holds: it owns, as far as the results of its calls say
 */
struct client {
	struct arbiter_client base;
	bool gone;
	bool dies;
	int pending;
	int result;
	bool told;
	bool holds;
};

/* Who has the backing: nobody, the arbiter, or outsider number HOLDER_OUT + n */
enum holder {
	HOLDER_NONE,
	HOLDER_ARBITER,
	HOLDER_OUT,
};

/**
 * struct backing - what the arbiter's claim is made from
 * @holder: enum holder
 * @lock: held while an outsider claims, as the core's cad_lock
 * @change_lock: held while it is changed by a thread that is not sure that its
 *	client owns, and while it is restored
 * @waiting: who waits, in order: enum holder; HOLDER_ARBITER is the watch
 * @length: number of entries of @waiting
 * @passed: how many clients became owner while the outsider waited, less the
 *	number of times that another outsider had the backing meanwhile
 * @anew: the claim is to be made anew, and no claim has begun since then
 * @stale: the claim that is held or being made is not to be used
 * @changed: the owner has changed how the backing works
 * @unreported: a Free has left nobody, and the backing is to be told of it
 * @several: there are several outsiders, so a claim is not handed over
 * @used: a client has owned since the claim was made
 * @news: there is a reason to claim again, although the backing is watched
 * @owed: a claim could not be tried in the context of its caller
 * @work: the work item is to run
 * @retry: the backing asks again by itself after some time
 * @lost: a wake-up was lost while requests were queued, so they may have to
 *	wait for @retry
 * @inside: number of contexts inside claim, release and unwatch
 * @off: the backing is gone, and is not to be called
 */
struct backing {
	int holder;
	struct host_lock lock;
	struct host_lock change_lock;
	int waiting[OUTSIDERS_MAX + 1];
	int length;
	int passed[OUTSIDERS_MAX];
	bool anew;
	bool stale;
	bool changed;
	bool unreported;
	bool several;
	bool used;
	bool news;
	bool owed;
	bool work;
	bool retry;
	bool lost;
	int inside;
	bool off;
};

/**
 * struct tally - results of calls, which the statistics must agree with
 * @grants: calls and callbacks that made a client owner
 * @frees: Frees that returned 0 or that a stop has made useless
 * @cancels: requests that were withdrawn
 * @timeouts: requests that timed out
 * @refused: Frees by clients that did not own
 */
struct tally {
	int grants;
	int frees;
	int cancels;
	int timeouts;
	int refused;
};

/**
 * struct watch - somebody who has looked at who owns, and is woken when that changes
 * @armed: nothing has happened since
 * @seen: the owner that was seen
 */
struct watch {
	bool armed;
	struct arbiter_client *seen;
};

/**
 * struct world - the state of a schedule
 * @arb: the arbiter
 * @clients: its clients
 * @payload: guarded by ownership; plain accesses
 * @backing: the backing
 * @fibers: who calls the arbiter
 * @queue: the clients in the queue, when the oracle last looked
 * @queue_length: number of entries of @queue
 * @left_place: the place from which a client left the queue last
 * @word: the state word, when the oracle last looked
 * @traced: who owns, by what was traced last: 1 + the client's number; 0: nobody
 * @watch: who looks at the owner
 * @tally: see there
 */
struct world {
	struct arbiter arb;
	struct client clients[CLIENTS_MAX];
	unsigned long payload;
	struct backing backing;
	struct fiber fibers[FIBERS_MAX];
	int queue[CLIENTS_MAX];
	int queue_length;
	int left_place;
	int word;
	int traced;
	struct watch watch;
	struct tally tally;
};

extern struct world world;

static inline struct client *client_of(struct arbiter_client *base)
{
	return container_of(base, struct client, base);
}

static inline int client_number(const struct client *client)
{
	return client - world.clients;
}

#endif /* _EXPLORE_WORLD_H */
