// SPDX-License-Identifier: GPL-2.0
/*
 * soak HOURS SEED: run phases in random order for so long. The program runs in
 * a machine of scripts/vm --alone; scripts/soak starts it there.
 */
#include "soak.h"

#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* A phase that has not ended after so many seconds counts as a hang. */
#define PHASE_LIMIT	600

struct totals *totals;

static const struct phase {
	const char *name;
	void (*run)(void);
} phases[] = {
	{ "kill", phase_kill },
	{ "unplug", phase_unplug },
	{ "unbind", phase_unbind },
	{ "reload", phase_reload },
	{ "suspend", phase_suspend },
	{ "memory", phase_memory },
	{ "natives", phase_natives },
	{ "crowd", phase_crowd },
	{ "kernel", phase_kernel },
};

static uint64_t run_for_ns;
static unsigned int random_state;
static uint64_t phase_until;

void pick_seed(unsigned int seed)
{
	random_state = seed * 2654435761U | 1;
}

unsigned int pick(unsigned int n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % n;
}

bool fault(const char *name)
{
	const char *asked = getenv("PARBITER_SOAK_FAULT");

	return asked && !strcmp(asked, name);
}

bool phase_goes_on(void)
{
	return now_ns() < phase_until;
}

void linger(unsigned int ms)
{
	usleep(1000 * pick(ms + 1));
}

static int phase_child(void *arg)
{
	const struct phase *phase = arg;

	phase_until = now_ns() + (4 + pick(8)) * NSEC_PER_SEC;
	phase->run();
	return 0;
}

static void run_phase(const struct phase *phase)
{
	struct pollfd pfd = { .events = POLLIN };
	pid_t pid;
	int status;

	pick_seed(pick(0x7fffffff));
	pid = spawn(phase_child, (void *)phase);
	pfd.fd = (int)syscall(SYS_pidfd_open, pid, 0);
	check(pfd.fd >= 0);
	if (poll(&pfd, 1, PHASE_LIMIT * 1000) != 1)
		fail("the phase %s does not end", phase->name);
	close(pfd.fd);
	check_eq(waitpid(pid, &status, 0), pid);
	check_eq(status, 0);
}

/* Print a line with the sums so far. */
static void progress(const char *name, uint64_t start)
{
	unsigned int seconds = (now_ns() - start) / NSEC_PER_SEC;
	const struct totals *t = totals;

	note("%u:%02u:%02u %-8s %llu grants %llu kills %llu unplugs %llu reloads %llu suspends",
	     seconds / 3600, seconds / 60 % 60, seconds % 60, name, t->grants,
	     t->kills, t->unplugs + t->unbinds, t->reloads, t->suspends);
}

static void report(void)
{
	const struct totals *t = totals;

	note("opened %llu descriptors, made %llu requests, got the port %llu times",
	     t->opens, t->requests, t->grants);
	note("killed %llu processes, unplugged %llu virtual ports, unbound the real one %llu times",
	     t->kills, t->unplugs, t->unbinds);
	note("reloaded parbiter %llu times (refused %llu times while in use), suspended %llu times",
	     t->reloads + t->checks, t->refused, t->suspends);
	note("used up the memory %llu times (%llu calls failed), native drivers had the port %llu times",
	     t->hogs, t->shortages, t->natives);
	note("queued 1000 descriptors %llu times, kernel clients had the port %llu times",
	     t->crowds, t->kernel_turns);
	if (invariants_report())
		note("nothing lost, nothing leaked");
	else
		note("nothing lost; two rounds of all phases would show a leak");
}

/* Put all phases into a random order. */
static void shuffle(unsigned int *order)
{
	unsigned int i, with, old;

	for (i = 0; i < ARRAY_SIZE(phases); i++)
		order[i] = i;
	for (i = ARRAY_SIZE(phases) - 1; i; i--) {
		with = pick(i + 1);
		old = order[i];
		order[i] = order[with];
		order[with] = old;
	}
}

/* Run each phase once, in random order, unless the time ends before. */
static void round_of_phases(uint64_t start)
{
	unsigned int order[ARRAY_SIZE(phases)];
	unsigned int i;

	shuffle(order);
	for (i = 0; i < ARRAY_SIZE(phases); i++) {
		if (now_ns() - start > run_for_ns)
			return;
		/* lockdep complains of the core if native drivers wait. */
		if (slow_kernel() && phases[order[i]].run == phase_natives)
			continue;
		run_phase(&phases[order[i]]);
		invariants_check();
		progress(phases[order[i]].name, start);
	}
	invariants_check_memory();
}

static void soak(void)
{
	uint64_t start = now_ns();

	/* The kernel must not choose these processes when memory runs out. */
	check_eq(write_file("/proc/self/oom_score_adj", "-1000"), 0);
	invariants_begin();
	while (now_ns() - start <= run_for_ns)
		round_of_phases(start);
	report();
}

int main(int argc, char **argv)
{
	static const char * const modules[] = {
		"parbiter_vport", "parbiter", NULL
	};
	static const struct setup setup = { .modules = modules };
	static struct test tests[] = { TEST(soak) };
	double hours = argc > 1 ? strtod(argv[1], NULL) : 0;

	run_for_ns = (uint64_t)(hours * 3600 * NSEC_PER_SEC);
	tests[0].seconds = (unsigned int)(hours * 3600) + PHASE_LIMIT;
	pick_seed(argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 0) : 1);
	mount("debugfs", "/sys/kernel/debug", "debugfs", 0, NULL);
	totals = share(sizeof(*totals));
	return run_tests_with(&setup, tests, ARRAY_SIZE(tests));
}
