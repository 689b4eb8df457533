/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that take turns, by parbiter or something else: turns.c, way.c */
#ifndef PARBITER_BENCH_TURNS_H
#define PARBITER_BENCH_TURNS_H

#include <pthread.h>

#include "bench.h"

#define CROWD_MAX	512

/* How they run */
#define TURNS_REAL_TIME	1U	/* all at the same real-time priority */
#define TURNS_COUNT	2U	/* each notes the scheduler's counters of itself */
#define TURNS_YIELD	4U	/* the owner lets others run before it frees */
#define TURNS_WORK	8U	/* it works; waits are noted */

/**
 * struct turns - what the processes share; most of it only the owner's
 * @ready: how many are about to take their first turn
 * @stop: everybody ends
 * @flags: how they run
 * @n: turns taken
 * @limit: turns to be taken
 * @last: who took the last one
 * @handoffs: turns that were taken by somebody else than the one before
 * @ended_at: when the last turn ended, in cycles
 * @began: when the first turn might begin, in nanoseconds
 * @stopped: when the last turn began
 * @latency: from the end of a turn to the begin of the next, in cycles
 * @taken: turns of each process that count
 * @granted: all turns of each process
 * @waited: how long it waited for them, in nanoseconds
 * @longest: the longest of these waits
 * @wakeups: how often the scheduler woke it
 * @switches: how often it went to sleep
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
 * @name: as in the rows' names
 * @text: as in their texts
 * @prepare: makes what @n processes share, and keeps the first turn away
 * @enter: makes what a process has of its own; NULL: nothing
 * @begin: allows the first turn
 * @take: waits for process @me's turn
 * @give: ends it
 * @leave: of a process that takes no more turns; NULL: nothing
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
