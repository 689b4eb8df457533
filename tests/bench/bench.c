// SPDX-License-Identifier: GPL-2.0
/* Measures parbiter and what else a program could use: bench JSON-FILE */
#include "bench.h"
#include "libvport.h"

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

int main(int argc, char **argv)
{
	static const char * const modules[] = {
		"parport_pc", "ppdev", "parbiter", "parbiter_vport", NULL
	};
	unsigned int counting_port, i;

	if (argc != 2)
		fail("usage: bench FILE");
	for (i = 0; modules[i]; i++)
		need_module(modules[i]);
	check_eq(load_module(getenv("BENCH_KO"), ""), 0);
	counting_port = vport_plug("polled");
	bench_kernel(counting_port);
	bench_user(counting_port);
	bench_handoff();
	bench_queue();
	print_table();
	write_json(argv[1]);
	return 0;
}
