/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of this program share: its threads, the settings of a round,
 * and what is checked.
 *
 * The program runs rounds. In each round, threads call one arbiter at random
 * for a while, and end. Then everything must add up.
 */
#ifndef _STORM_H
#define _STORM_H

#include <pthread.h>

#include "arbiter/own.h"

#include "backing.h"
#include "monitor.h"

#define STORM_THREADS	24
#define STORM_SEATS	8

/**
 * struct thread - a thread, which is a task for the arbiter
 * @task: the task; the first member, see host_current()
 * @pthread: the thread
 * @id: the thread's number, from 1
 * @role: what the thread is, for a person who reads
 * @run: what the thread does
 * @seat: the client that the thread uses, or NULL
 * @choices: state of the random numbers that choose what is called
 * @jitter: state of the random numbers that choose where the thread pauses
 * @limited: the backing can do nothing in this context
 * @signalled: a signal is pending
 * @told: an outsider that waits, and that has told the arbiter (backing.lock)
 * @ops: number of calls so far
 * @ended: @run has returned
 */
struct thread {
	struct task_struct task;
	pthread_t pthread;
	unsigned int id;
	const char *role;
	void (*run)(struct thread *t);
	struct seat *seat;
	u64 choices;
	u64 jitter;
	bool limited;
	bool signalled;
	bool told;
	u64 ops;
	bool ended;
};

/**
 * struct seat - a place for a client, which comes and goes
 * @life: held while another thread uses the client, and while it is replaced
 * @client: the client
 * @pending: number of requests of arbiter_submit() that have not ended
 * @result: how the last of them ended; -EINPROGRESS: it has not
 * @calls: number of calls of ops->ended(), on which a thread sleeps
 */
struct seat {
	struct host_lock life;
	struct arbiter_client *client;
	int pending;
	int result;
	unsigned int calls;
};

/**
 * struct settings - how a round differs from others; chosen by its seed
 * @solos: number of clients that one thread uses
 * @pairs: number of clients that two threads use
 * @outsiders: number of outsiders
 * @stops: the arbiter is stopped and started again
 * @limited: one call in so many is made where the backing can do nothing
 * @pause: a thread pauses at one point in so many
 * @lose: the backing loses one kick in so many; 0: none
 * @stirs: tasks get signals, and are woken for no reason; without that, a wake-up
 *	that is forgotten leaves its task asleep
 */
struct settings {
	unsigned int solos;
	unsigned int pairs;
	unsigned int outsiders;
	bool stops;
	unsigned int limited;
	unsigned int pause;
	unsigned int lose;
	bool stirs;
};

/**
 * struct tally - what the threads have seen, to be compared with the statistics
 * @owned: number of calls and callbacks that said that a client owns
 * @freed: number of Frees by owners
 * @refused: number of Frees by others
 * @canceled: number of requests that ended with -ECANCELED or -ERESTARTSYS
 * @timeouts: number of requests that ended with -ETIMEDOUT
 * @submitted: number of requests of arbiter_submit()
 * @ended: number of calls of ops->ended()
 * @sections: number of times that an owner has used what it guards
 * @contended: number of calls of ops->contended()
 * @events: number of calls of ops->event()
 * @traced: number of calls of ops->traced()
 * @outsiders: number of times that an outsider had the backing
 * @stops: number of times that the arbiter was stopped
 */
struct tally {
	u64 owned;
	u64 freed;
	u64 refused;
	u64 canceled;
	u64 timeouts;
	u64 submitted;
	u64 ended;
	u64 sections;
	u64 contended;
	u64 events;
	u64 traced;
	u64 outsiders;
	u64 stops;
};

#define GUARDED_WORDS	8

/**
 * struct guarded - what the owner alone uses, by plain loads and stores
 * @inside: id of the thread that uses it; atomic, and orders nothing
 * @turn: number of times that it was used
 * @words: the same number, in each of them
 */
struct guarded {
	unsigned int inside;
	unsigned long turn;
	unsigned long words[GUARDED_WORDS];
};

/**
 * struct storm - a round
 * @seed: what all random numbers of the round come from
 * @length: number of calls by each thread of a client
 * @settings: see there
 * @arb: the arbiter
 * @backing: the backing
 * @monitor: what the arbiter is compared with
 * @guarded: what the owner alone uses
 * @tally: see there
 * @seat: the clients
 * @seats: number of them
 * @thread: the threads
 * @threads: number of them
 * @go: the threads may begin
 * @over: the threads that do not belong to a client are to end
 */
struct storm {
	u64 seed;
	u64 length;
	struct settings settings;
	struct arbiter arb;
	struct backing backing;
	struct monitor monitor;
	struct guarded guarded;
	struct tally tally;
	struct seat seat[STORM_SEATS];
	unsigned int seats;
	struct thread thread[STORM_THREADS];
	unsigned int threads;
	bool go;
	bool over;
};

extern struct storm storm;
extern __thread struct thread *self;

#define storm_load(p)		__atomic_load_n(p, __ATOMIC_RELAXED)
#define storm_store(p, value)	__atomic_store_n(p, value, __ATOMIC_RELAXED)
#define storm_count(p)		__atomic_fetch_add(p, 1, __ATOMIC_RELAXED)

/* Return the next random number. */
static inline u64 storm_random(u64 *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * 0x2545f4914f6cdd1dULL >> 16;
}

/* Return a random number below @limit that decides what is called. */
static inline unsigned int storm_choose(unsigned int limit)
{
	return storm_random(&self->choices) % limit;
}

/* storm.c: print what is wrong and the state of everything, and exit. */
void storm_fail(const char *format, ...)
	__attribute__((__format__(printf, 1, 2), __noreturn__));

#define storm_check(condition)						\
do {									\
	if (!(condition))						\
		storm_fail("%s:%d: %s", __FILE__, __LINE__, #condition); \
} while (0)

/* host.c */
void host_pause(void);
void host_futex_wait(unsigned int *word, unsigned int value, s64 ns);
void host_futex_wake(unsigned int *word);

/* guarded.c */
void guarded_use(void);

/* client.c, solo.c, pair.c */
void client_create(struct seat *seat);
void client_destroy(struct seat *seat);
int client_free_other(struct arbiter_client *client);
void solo_run(struct thread *t);
void pair_run(struct thread *t);

/* others.c */
void outsider_run(struct thread *t);
void meddler_run(struct thread *t);
void stopper_run(struct thread *t);
void worker_run(struct thread *t);

/* Check a result. -ENODEV is possible only where the arbiter is stopped. */
#define storm_expect(ret, condition)					\
do {									\
	if (!((condition) ||						\
	      ((ret) == -ENODEV && storm.settings.stops)))		\
		storm_fail("%s:%d: %d is none of: %s", __FILE__,	\
			   __LINE__, ret, #condition);			\
} while (0)

#endif /* _STORM_H */
