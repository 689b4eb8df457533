// SPDX-License-Identifier: GPL-2.0
/*
 * Measures what parbiter's calls cost, and what other means to share a port cost.
 * Usage: bench JSON-FILE [PART...]; without a PART all parts run.
 */
#include <time.h>

#include "bench.h"
#include "libvport.h"

unsigned int counting_port;

/**
 * struct part - rows that are measured together
 * @name: the part's name on the command line
 * @run: measure, and add the rows
 * @peers: the rows are not of parbiter, but of what it is compared to
 * @asked: run only if named on the command line, because this part needs another
 *	virtual machine than the others
 */
struct part {
	const char *name;
	void (*run)(void);
	bool peers;
	bool asked;
};

/* These run before parbiter is loaded; the part "load" loads it. */
static const struct part parts_before[] = {
	{ .name = "alone", .run = bench_alone, .peers = true },
	{ .name = "load", .run = bench_load },
	{ }
};

static const struct part parts[] = {
	{ .name = "memory", .run = bench_memory },
	{ .name = "kernel", .run = bench_kernel },
	{ .name = "native", .run = bench_native },
	{ .name = "user-peers", .run = bench_user_peers, .peers = true },
	{ .name = "user", .run = bench_user },
	{ .name = "transfer-peers", .run = bench_transfer_peers, .peers = true },
	{ .name = "transfer", .run = bench_transfer },
	{ .name = "handoff-peers", .run = bench_handoff_peers, .peers = true },
	{ .name = "handoff", .run = bench_handoff },
	{ .name = "crowd", .run = bench_crowd },
	{ .name = "crowd-peers", .run = bench_crowd_peers, .peers = true },
	{ .name = "queue", .run = bench_queue },
	{ .name = "queue-worker", .run = bench_queue_worker },
	{ .name = "removal", .run = bench_removal },
	{ .name = "processors", .run = bench_processors, .asked = true },
	{ }
};

static int compare_samples(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

uint32_t median(uint32_t *samples, size_t n)
{
	qsort(samples, n, sizeof(*samples), compare_samples);
	return samples[n / 2];
}

uint64_t own_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NSEC_PER_SEC + (uint64_t)ts.tv_nsec;
}

uint64_t own_time_after_tick(void)
{
	uint32_t last, now = cycles();

	do {
		last = now;
		now = cycles();
	} while (now - last < 2000);
	return own_time();
}

static bool is_wanted(const struct part *part, char **names)
{
	if (!*names)
		return !part->asked;
	for (; *names; names++)
		if (strcmp(*names, part->name) == 0)
			return true;
	return false;
}

static void run(const struct part *part, char **names)
{
	for (; part->name; part++) {
		if (!is_wanted(part, names))
			continue;
		add_peers(part->peers);
		part->run();
	}
}

int main(int argc, char **argv)
{
	const char *bench_ko = getenv("BENCH_KO");

	if (argc < 2)
		fail("usage: bench FILE [PART...]");
	need_module("parport_pc");
	need_module("parbiter_vport");
	counting_port = (unsigned int)atoi(vport("add polled"));
	check_eq(load_module(bench_ko, ""), 0);
	run(parts_before, argv + 2);
	check_eq(unload_module("parbiter_bench"), 0);
	need_module("parbiter");
	need_module("ppdev");
	check_eq(load_module(bench_ko, ""), 0);
	wait_for(port_present(counting_port));
	run(parts, argv + 2);
	print_table();
	write_json(argv[1]);
	return 0;
}
