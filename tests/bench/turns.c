// SPDX-License-Identifier: GPL-2.0
/* Processes that take turns, and the statistics about their turns */
#include <sched.h>
#include <sys/mman.h>

#include "turns.h"

struct turns *turns;

/* Without this limit the scheduler gives other processes 5 % of the time. */
static void be_real_time(void)
{
	struct sched_param param = { .sched_priority = 1 };

	check_eq(write_file("/proc/sys/kernel/sched_rt_runtime_us", "-1"), 0);
	check_eq(sched_setscheduler(0, SCHED_FIFO, &param), 0);
}

/* Return a number from a file of this process in /proc. */
static long proc_number(const char *path, const char *key)
{
	char line[256], name[128];
	long value = -1, found;
	FILE *file = fopen(path, "re");

	check(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%127[^ :\t] : %ld", name, &found) != 2)
			continue;
		if (strcmp(name, key) == 0)
			value = found;
	}
	fclose(file);
	check(value >= 0);
	return value;
}

static void note_own_counters(unsigned int me, int sign)
{
	turns->wakeups[me] += sign * proc_number("/proc/self/sched",
						 "nr_wakeups");
	turns->switches[me] += sign * proc_number("/proc/self/status",
						  "voluntary_ctxt_switches");
}

/* The time before the first turn was allowed does not count as a wait. */
static void note_wait(unsigned int me, uint64_t asked)
{
	uint64_t now = now_ns(), wait;

	wait = now - (asked > turns->began ? asked : turns->began);
	turns->waited[me] += wait;
	if (wait > turns->longest[me])
		turns->longest[me] = wait;
	if (!turns->stop)
		turns->stopped = now;
}

static void note_turn(unsigned int me, uint32_t now)
{
	turns->granted[me]++;
	if (turns->stop)
		return;
	if (turns->n < WARM + RUNS)
		turns->latency[turns->n] = now - turns->ended_at;
	turns->taken[me]++;
	turns->handoffs += turns->last != me;
	turns->last = me;
	if (++turns->n == turns->limit)
		turns->stop = true;
}

static void work(void)
{
	unsigned int i;

	for (i = 0; i < 20000; i++)
		asm volatile("");
}

static void take_turns(const struct way *way, unsigned int me)
{
	uint64_t asked = 0;
	uint32_t now;

	while (!turns->stop) {
		if (turns->flags & TURNS_WORK)
			asked = now_ns();
		way->take(me);
		now = cycles();
		if (turns->flags & TURNS_WORK)
			note_wait(me, asked);
		note_turn(me, now);
		if (turns->flags & TURNS_WORK)
			work();
		/*
		 * Let a process that was woken without need go to sleep again.
		 * Otherwise its own grant would find it awake, and the wake-up
		 * would not be counted.
		 */
		if (turns->flags & TURNS_YIELD)
			sched_yield();
		turns->ended_at = cycles();
		way->give(me);
	}
	if (way->leave)
		way->leave(me);
}

static pid_t start(const struct way *way, unsigned int me)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	if (turns->flags & TURNS_REAL_TIME)
		be_real_time();
	if (way->enter)
		way->enter();
	check_eq(mlockall(MCL_CURRENT), 0);
	if (turns->flags & TURNS_COUNT) {
		/* Reading /proc the first time may sleep, which must not be counted. */
		note_own_counters(me, 0);
		note_own_counters(me, -1);
	}
	__atomic_fetch_add(&turns->ready, 1, __ATOMIC_SEQ_CST);
	take_turns(way, me);
	if (turns->flags & TURNS_COUNT)
		note_own_counters(me, 1);
	_exit(0);
}

static unsigned int ready(void)
{
	return __atomic_load_n(&turns->ready, __ATOMIC_SEQ_CST);
}

/* Run @n processes; the first turn is allowed once all of them wait. */
void turns_run(const struct way *way, unsigned int n, unsigned int limit,
	       unsigned int flags)
{
	pid_t pids[CROWD_MAX];
	unsigned int i;

	if (!turns)
		turns = share(sizeof(*turns));
	memset(turns, 0, sizeof(*turns));
	turns->limit = limit;
	turns->flags = flags;
	turns->last = n;
	way->prepare(n);
	for (i = 0; i < n; i++)
		pids[i] = start(way, i);
	wait_for(ready() == n);
	for (i = 0; i < n; i++)
		wait_for(task_state(pids[i]) == 'S');
	turns->began = now_ns();
	turns->ended_at = cycles();
	way->begin();
	for (i = 0; i < n; i++)
		check_eq(join(pids[i]), 0);
}

/* Return Jain's index: 1 if all had as many turns, 1/n if one process had all. */
double turns_fairness(unsigned int n)
{
	double sum = 0, squares = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		sum += (double)turns->taken[i];
		squares += (double)turns->taken[i] * (double)turns->taken[i];
	}
	return sum * sum / (n * squares);
}

double turns_per_grant(const long *what, unsigned int n)
{
	unsigned long granted = 0;
	long sum = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		granted += turns->granted[i];
		sum += what[i];
	}
	return (double)sum / (double)granted;
}
