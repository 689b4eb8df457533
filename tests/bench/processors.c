// SPDX-License-Identifier: GPL-2.0
/*
 * Rows about processes that take turns on two processors. Time in the emulator says
 * nothing by itself, so each row is a count, or the ratio of two times of the same
 * run. All processes have the same real-time priority, so the scheduler's own idea
 * of fairness has no part in it.
 */
#include "turns.h"

#define TURNS_LEAST	2000
#define TURNS_EACH	10

static struct result *way_row(const char *key, const struct way *way,
			      unsigned int n, const char *unit, double count,
			      const char *what)
{
	return add(keep("%s_%s%u", key, way->name, n), unit, count,
		   keep("%s%s, %u processes", way->text, what, n));
}

/* Only turns that another process had before are hand-offs. */
static double rate(void)
{
	return (double)turns->handoffs * (double)NSEC_PER_SEC /
	       (double)(turns->stopped - turns->began);
}

/* Return the longest wait of any process, as a multiple of the mean wait. */
static double longest_wait(unsigned int n)
{
	uint64_t longest = 0;
	double sum = 0;
	unsigned long granted = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		if (turns->longest[i] > longest)
			longest = turns->longest[i];
		sum += (double)turns->waited[i];
		granted += turns->granted[i];
	}
	return (double)longest * (double)granted / sum;
}

/* Return a number of turns that @n processes can share equally. */
static unsigned int limit(unsigned int n)
{
	unsigned int each = TURNS_LEAST / n;

	return n * (each > TURNS_EACH ? each : TURNS_EACH);
}

static double way_run(const struct way *way, unsigned int n)
{
	turns_run(way, n, limit(n), TURNS_REAL_TIME | TURNS_COUNT | TURNS_WORK);
	note("%s%u processes: %u of %u turns are hand-offs, %.0f a second",
	     way->text, n, turns->handoffs, turns->n, rate());
	return rate();
}

static void way_rows(const struct way *way, unsigned int n, double floor)
{
	double throughput = way_run(way, n) / floor;
	struct result *result;

	way_row("two_rate", way, n, "of futex", throughput, "hand-offs");
	result = way_row("two_wakeups", way, n, "per turn",
			 turns_per_grant(turns->wakeups, n), "wake-ups");
	if (way == &way_port)
		result->target = 1;
	way_row("two_fairness", way, n, "Jain's index", turns_fairness(n),
		"fairness");
	way_row("two_longest", way, n, "mean waits", longest_wait(n),
		"longest wait");
}

static void equal_row(unsigned int n)
{
	struct result *result;

	way_run(&way_ahead, n);
	result = add(keep("two_equal_%u", n), "Jain's index", turns_fairness(n),
		     keep("fairness, %u always queued", n));
	result->target = 0.999;
	result->least = true;
}

void bench_processors(void)
{
	static const struct way * const ways[] = {
		&way_port, &way_flock, &way_mutex,
	};
	static const unsigned int crowds[] = { 2, 8, 64, 512 };
	unsigned int i, j;
	double floor;

	check_eq(cpus(), 2);
	check_eq(write_file("/proc/sys/kernel/sched_schedstats", "1"), 0);
	for (i = 0; i < ARRAY_SIZE(crowds); i++) {
		floor = way_run(&way_futex, crowds[i]);
		for (j = 0; j < ARRAY_SIZE(ways); j++)
			way_rows(ways[j], crowds[i], floor);
		equal_row(crowds[i]);
	}
}
