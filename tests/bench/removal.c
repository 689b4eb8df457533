// SPDX-License-Identifier: GPL-2.0
/*
 * Rows about the removal of a port that is open and has requests queued. The thread
 * that removes the port sleeps now and then, so its processor time is measured.
 */
#include "bench.h"
#include "libvport.h"

#define REMOVALS_MAX	31

static uint32_t remove_port(unsigned int queued)
{
	unsigned int number = vport_plug("polled");
	uint64_t start;
	uint32_t cost;

	files_open(number, queued + 1);
	files_queue();
	start = own_time_after_tick();
	vport_unplug(number);
	cost = (uint32_t)(own_time() - start);
	files_close();
	vport("forget");
	return cost;
}

static double removal(unsigned int queued)
{
	unsigned int n = queued > 100 ? 3 : REMOVALS_MAX, i;
	uint32_t samples[REMOVALS_MAX];

	for (i = 0; i < n; i++)
		samples[i] = remove_port(queued);
	return (double)median(samples, n);
}

/* Add rows with what each queued request adds to the cost of a removal. */
void bench_removal(void)
{
	static const unsigned int lengths[] = { 100, 1000, 10000 };
	struct result *result;
	unsigned int i;
	double port;

	/* The first removal takes longer, so it does not count. */
	removal(0);
	port = removal(0);
	result = add("removal_0", "instructions", port,
		     "removal of the port, its owner only");
	result->sleeps = true;
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		result = add(keep("removal_%u", lengths[i]), "instructions",
			     (removal(lengths[i]) - port) / lengths[i],
			     keep("each of %u queued, when removed",
				  lengths[i]));
		result->sleeps = true;
		if (i)
			compare(result, keep("removal_%u", lengths[0]), 1, 1.05);
	}
}
