// SPDX-License-Identifier: GPL-2.0
/*
 * Rows about hand-offs: processes that take turns on one processor. All have
 * the same real-time priority, so whoever is woken runs when the other sleeps:
 * every turn begins with a wait and every end of a turn wakes somebody. From
 * the end of one turn to the begin of the next is therefore the same work for
 * all: one call that wakes, one that sleeps, and the scheduler in between.
 */
#include <linux/futex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "bench.h"

#define CROWD_MAX	512

/**
 * struct turns - what the processes share; all but @ready only the owner's
 * @ready: how many are about to take their first turn
 * @turn: whose turn it is, for the futex
 * @stop: everybody ends
 * @counting: each process notes the scheduler's counters of itself
 * @n: turns taken
 * @limit: turns to be taken
 * @ended_at: when the last turn ended
 * @latency: from the end of a turn to the begin of the next
 * @taken: turns of each process that count
 * @granted: all turns of each process
 * @wakeups: how often the scheduler woke it
 * @switches: how often it went to sleep
 */
struct turns {
	volatile unsigned int ready;
	volatile uint32_t turn;
	volatile bool stop;
	bool counting;
	unsigned int n;
	unsigned int limit;
	uint32_t ended_at;
	uint32_t latency[WARM + RUNS];
	unsigned long taken[CROWD_MAX];
	unsigned long granted[CROWD_MAX];
	long wakeups[CROWD_MAX];
	long switches[CROWD_MAX];
};

/**
 * struct way - a way to take turns
 * @take: waits for process @me's turn
 * @give: ends it
 */
struct way {
	void (*take)(unsigned int me);
	void (*give)(unsigned int me);
};

static struct turns *turns;
static int port;
static int pipes[2][2];

static void port_take(unsigned int me)
{
	check_eq(ioctl(port, PARBITER_ALLOCATE), 0);
}

static void port_give(unsigned int me)
{
	check_eq(ioctl(port, PARBITER_FREE), 0);
}

static void futex_take(unsigned int me)
{
	uint32_t turn;

	while ((turn = turns->turn) != me)
		syscall(SYS_futex, &turns->turn, FUTEX_WAIT, turn, NULL, NULL, 0);
}

static void futex_give(unsigned int me)
{
	turns->turn = !me;
	syscall(SYS_futex, &turns->turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void pipe_take(unsigned int me)
{
	char byte;

	check_eq(read(pipes[me][0], &byte, 1), 1);
}

static void pipe_give(unsigned int me)
{
	check_eq(write(pipes[!me][1], "", 1), 1);
}

static const struct way port_way = { port_take, port_give };
static const struct way futex_way = { futex_take, futex_give };
static const struct way pipe_way = { pipe_take, pipe_give };

static void be_real_time(void)
{
	struct sched_param param = { .sched_priority = 1 };

	check_eq(sched_setscheduler(0, SCHED_FIFO, &param), 0);
}

/* A number from one of this process' files in /proc */
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

static void take_turns(const struct way *way, unsigned int me)
{
	uint32_t now;

	while (!turns->stop) {
		way->take(me);
		now = cycles();
		turns->granted[me]++;
		if (!turns->stop) {
			if (turns->n < WARM + RUNS)
				turns->latency[turns->n] = now - turns->ended_at;
			turns->taken[me]++;
			if (++turns->n == turns->limit)
				turns->stop = true;
		}
		/*
		 * Whoever was woken for nothing goes to sleep again. Otherwise
		 * its own grant would find it awake and count for nothing.
		 */
		if (turns->counting)
			sched_yield();
		turns->ended_at = cycles();
		way->give(me);
	}
}

static pid_t start(const struct way *way, unsigned int me)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	be_real_time();
	port = port_open(PC_PORT);
	check_eq(mlockall(MCL_CURRENT), 0);
	if (turns->counting) {
		/* The first look may have to wait for the files' contents. */
		note_own_counters(me, 0);
		note_own_counters(me, -1);
	}
	turns->ready++;
	take_turns(way, me);
	if (turns->counting)
		note_own_counters(me, 1);
	_exit(0);
}

/* The first turn is begun for them once all wait. */
static void run(const struct way *way, unsigned int n, unsigned int limit,
		bool counting)
{
	pid_t pids[CROWD_MAX];
	unsigned int i;

	memset(turns, 0, sizeof(*turns));
	turns->limit = limit;
	turns->counting = counting;
	turns->turn = ~0U;
	port = port_open(PC_PORT);
	check_eq(port_allocate(port), 0);
	for (i = 0; i < n; i++)
		pids[i] = start(way, i);
	wait_for(turns->ready == n);
	if (way == &port_way)
		wait_waiters(port, n);
	turns->ended_at = cycles();
	check_eq(port_free(port), 0);
	if (way == &futex_way) {
		turns->turn = 0;
		syscall(SYS_futex, &turns->turn, FUTEX_WAKE, 2, NULL, NULL, 0);
	}
	if (way == &pipe_way)
		pipe_give(1);
	for (i = 0; i < n; i++)
		check_eq(join(pids[i]), 0);
	close(port);
}

static struct result *latency_row(const char *key, const struct way *way,
				  const char *text)
{
	struct result *result;

	run(way, 2, WARM + RUNS, false);
	/* They did take turns. */
	check_eq((long long)turns->taken[0], (WARM + RUNS) / 2);
	check_eq((long long)turns->taken[1], (WARM + RUNS) / 2);
	result = add(key, "instructions",
		     (double)median(turns->latency + WARM, RUNS), text);
	result->sleeps = true;
	return result;
}

/* Jain's index: 1 if all have the same, 1/n if one has it all */
static double fairness(unsigned int n)
{
	double sum = 0, squares = 0;
	unsigned int i;

	for (i = 0; i < n; i++) {
		sum += (double)turns->taken[i];
		squares += (double)turns->taken[i] * (double)turns->taken[i];
	}
	return sum * sum / (n * squares);
}

static double per_turn(const long *what, unsigned int n)
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

static void crowd_rows(unsigned int n)
{
	struct result *result;

	run(&port_way, n, 20 * n, true);
	result = add(keep("wakeups_%u", n), "per hand-off",
		     per_turn(turns->wakeups, n),
		     keep("wake-ups, %u processes", n));
	result->target = 1;
	add(keep("switches_%u", n), "per hand-off",
	    per_turn(turns->switches, n),
	    keep("context switches, %u processes", n));
	result = add(keep("fairness_%u", n), "Jain's index", fairness(n),
		     keep("fairness, %u processes", n));
	result->target = 0.999;
	result->least = true;
}

void bench_handoff(void)
{
	static const unsigned int crowds[] = { 2, 8, 64, 512 };
	unsigned int i;

	turns = share(sizeof(*turns));
	check_eq(pipe(pipes[0]) | pipe(pipes[1]), 0);
	/* Nobody else is to get a part of the processor for fairness' sake. */
	check_eq(write_file("/proc/sys/kernel/sched_rt_runtime_us", "-1"), 0);
	latency_row("futex", &futex_way, "futex ping-pong, 2 processes");
	latency_row("pipe", &pipe_way, "pipe ping-pong, 2 processes");
	compare(latency_row("handoff", &port_way,
			    "FREE to the next owner, 2 processes"),
		"futex", 1, 1.10);
	check_eq(write_file("/proc/sys/kernel/sched_schedstats", "1"), 0);
	for (i = 0; i < ARRAY_SIZE(crowds); i++)
		crowd_rows(crowds[i]);
}
