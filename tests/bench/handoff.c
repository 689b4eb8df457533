// SPDX-License-Identifier: GPL-2.0
/*
 * Rows about hand-offs: processes that take turns on one processor. All processes
 * have the same real-time priority, so a process that is woken runs only once the
 * other one sleeps: each turn begins with a wait, and the end of each turn wakes a
 * process. From the end of one turn to the begin of the next, all ways to take
 * turns therefore do the same: one call that wakes, one that sleeps, and the
 * scheduler in between.
 */
#include "turns.h"

static struct result *latency_row(const char *key, const struct way *way,
				  const char *text)
{
	struct result *result;

	turns_run(way, 2, WARM + RUNS, TURNS_REAL_TIME);
	/* Check that the processes did take turns. */
	check_eq((long long)turns->taken[0], (WARM + RUNS) / 2);
	check_eq((long long)turns->taken[1], (WARM + RUNS) / 2);
	result = add(key, "instructions",
		     (double)median(turns->latency + WARM, RUNS), text);
	result->sleeps = true;
	return result;
}

static struct result *crowd_row(const char *key, const char *unit, double count,
				const char *what, const struct way *way,
				unsigned int n)
{
	return add(keep("%s_%s%u", key, way->name, n), unit, count,
		   keep("%s%s, %u processes", way->text, what, n));
}

static void crowd_rows(const struct way *way, unsigned int n)
{
	struct result *wakeups, *fairness;

	turns_run(way, n, 20 * n,
		  TURNS_REAL_TIME | TURNS_COUNT | TURNS_YIELD);
	wakeups = crowd_row("wakeups", "per hand-off",
			    turns_per_grant(turns->wakeups, n), "wake-ups",
			    way, n);
	crowd_row("switches", "per hand-off",
		  turns_per_grant(turns->switches, n), "context switches",
		  way, n);
	fairness = crowd_row("fairness", "Jain's index", turns_fairness(n),
			     "fairness", way, n);
	if (way != &way_port)
		return;
	wakeups->target = 1;
	fairness->target = 0.999;
	fairness->least = true;
}

static void crowds_rows(const struct way *way)
{
	static const unsigned int crowds[] = { 2, 8, 64, 512 };
	unsigned int i;

	check_eq(write_file("/proc/sys/kernel/sched_schedstats", "1"), 0);
	for (i = 0; i < ARRAY_SIZE(crowds); i++)
		crowd_rows(way, crowds[i]);
}

void bench_handoff_peers(void)
{
	latency_row("futex", &way_futex, "futex ping-pong, 2 processes");
	latency_row("pipe", &way_pipe, "pipe ping-pong, 2 processes");
}

void bench_handoff(void)
{
	compare(latency_row("handoff", &way_port,
			    "FREE to the next owner, 2 processes"),
		"futex", 1, 1.10);
}

void bench_crowd(void)
{
	crowds_rows(&way_port);
}

void bench_crowd_peers(void)
{
	crowds_rows(&way_flock);
	crowds_rows(&way_mutex);
}
