/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that take turns (turns.c) by means of parbiter or of others (way.c) */
#ifndef PARBITER_BENCH_TURNS_H
#define PARBITER_BENCH_TURNS_H

#include <pthread.h>

#include "bench.h"

#define CROWD_MAX	512

/* How the processes run */
#define TURNS_REAL_TIME	1U	/* all at the same real-time priority */
#define TURNS_COUNT	2U	/* each notes the scheduler's counters of itself */
#define TURNS_YIELD	4U	/* the owner lets others run before it frees */
#define TURNS_WORK	8U	/* it works; waits are noted */

/**
 * struct turns - memory that the processes share
 * @ready: number of processes that are about to take their first turn
 * @stop: all processes end
 * @flags: how the processes run
 * @n: number of turns taken
 * @limit: number of turns to take
 * @last: index of the process that took the last turn
 * @handoffs: turns that another process took than the turn before
 * @ended_at: when the last turn ended, in cycles
 * @began: when the first turn was allowed, in nanoseconds
 * @stopped: when the last turn began, in nanoseconds
 * @latency: from the end of a turn to the begin of the next, in cycles
 * @taken: turns of each process that count
 * @granted: all turns of each process
 * @waited: how long each process waited for its turns, in nanoseconds
 * @longest: the longest of these waits
 * @wakeups: how often the scheduler woke each process
 * @switches: how often each process went to sleep
 *
 * Only the process whose turn it is writes @n, @last, @handoffs and the times.
 */
struct turns {
	unsigned int ready;
	volatile bool stop;
	unsigned int flags;
	unsigned int n;
	unsigned int limit;
	unsigned int last;
	unsigned int handoffs;
	uint32_t ended_at;
	uint64_t began;
	uint64_t stopped;
	uint32_t latency[WARM + RUNS];
	unsigned long taken[CROWD_MAX];
	unsigned long granted[CROWD_MAX];
	uint64_t waited[CROWD_MAX];
	uint64_t longest[CROWD_MAX];
	long wakeups[CROWD_MAX];
	long switches[CROWD_MAX];
};

/**
 * struct way - a way to take turns
 * @name: part of the rows' names
 * @text: part of the rows' texts
 * @prepare: make what @n processes share, and hold the first turn back
 * @enter: make what a process has of its own, or NULL
 * @begin: allow the first turn
 * @take: wait for the turn of process @me
 * @give: end the turn of process @me
 * @leave: called for a process that takes no more turns, or NULL
 */
struct way {
	const char *name;
	const char *text;
	void (*prepare)(unsigned int n);
	void (*enter)(void);
	void (*begin)(void);
	void (*take)(unsigned int me);
	void (*give)(unsigned int me);
	void (*leave)(unsigned int me);
};

extern const struct way way_port, way_ahead, way_flock, way_mutex, way_futex,
			way_pipe;
pthread_mutex_t *make_mutex(void);	/* robust, shared with children */

extern struct turns *turns;
void turns_run(const struct way *way, unsigned int n, unsigned int limit,
	       unsigned int flags);
double turns_fairness(unsigned int n);		/* Jain's index */
double turns_per_grant(const long *what, unsigned int n);

#endif /* PARBITER_BENCH_TURNS_H */
