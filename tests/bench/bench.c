// SPDX-License-Identifier: GPL-2.0
/*
 * Measures parbiter and what else a program could use:
 * bench JSON-FILE [PART...] (all of them)
 */
#include <time.h>

#include "bench.h"
#include "libvport.h"

unsigned int counting_port;

static const struct part {
	const char *name;
	void (*run)(void);
} parts[] = {
	{ "memory", bench_memory },
	{ "kernel", bench_kernel },
	{ "user", bench_user },
	{ "handoff", bench_handoff },
	{ "queue", bench_queue },
	{ "removal", bench_removal },
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

static bool is_wanted(const char *name, char **names)
{
	if (!*names)
		return true;
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	static const char * const modules[] = {
		"parport_pc", "ppdev", "parbiter", "parbiter_vport", NULL
	};
	unsigned int i;

	if (argc < 2)
		fail("usage: bench FILE [PART...]");
	for (i = 0; modules[i]; i++)
		need_module(modules[i]);
	check_eq(load_module(getenv("BENCH_KO"), ""), 0);
	counting_port = vport_plug("polled");
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (is_wanted(parts[i].name, argv + 2))
			parts[i].run();
	print_table();
	write_json(argv[1]);
	return 0;
}
