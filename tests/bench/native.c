// SPDX-License-Identifier: GPL-2.0
/* Rows about a native driver that waits while clients are queued. */
#include "bench.h"
#include "libvport.h"

#define TIMES	11

static bool native_owns(void)
{
	return strstr(vport("nshow %u late", PC_PORT), " owner ");
}

/* Return the time at which the native driver's claim returned. */
static uint64_t native_since(void)
{
	const char *ns;

	vport("nwait %u late %u", PC_PORT, HANG_LIMIT * 1000);
	ns = strstr(vport("nshow %u late", PC_PORT), " ns=");
	check(ns);
	return strtoull(ns + strlen(" ns="), NULL, 10);
}

/* Free the port, and let the native driver's thread run before looking for the owner. */
static void free_and_look(unsigned int i)
{
	files_free(i);
	pause_briefly();
	wait_for(native_owns() || files_owns(i + 1));
}

/*
 * Return how many queued clients own the port before a native driver that asks for
 * it after all of them. Each client frees the port as soon as it owns it.
 */
static unsigned int grants_before(unsigned int queued, uint64_t *waited)
{
	unsigned int grants = 0;
	uint64_t start;

	vport("nadd %u late", PC_PORT);
	files_open(PC_PORT, queued + 1);
	files_queue();
	vport("nclaim-block %u late", PC_PORT);
	wait_for(strstr(vport("nshow %u late", PC_PORT), " blocked "));
	start = now_ns();
	free_and_look(0);
	while (!native_owns())
		free_and_look(++grants);
	*waited = native_since() - start;
	vport("nrelease %u late", PC_PORT);
	files_close();
	vport("nremove %u late", PC_PORT);
	return grants;
}

/* Measure several times, because the timer may interrupt a measurement. */
static unsigned int measure(unsigned int queued, uint32_t *waited)
{
	unsigned int most = 0, grants, i;
	uint32_t samples[TIMES];
	uint64_t once;

	for (i = 0; i < TIMES; i++) {
		grants = grants_before(queued, &once);
		if (grants > most)
			most = grants;
		samples[i] = (uint32_t)once;
	}
	*waited = median(samples, TIMES);
	return most;
}

void bench_native(void)
{
	static const unsigned int lengths[] = { 1, 20, 500 };
	unsigned int grants[ARRAY_SIZE(lengths)], i;
	uint32_t waited[ARRAY_SIZE(lengths)];
	struct result *result;

	for (i = 0; i < ARRAY_SIZE(lengths); i++)
		grants[i] = measure(lengths[i], &waited[i]);
	for (i = 0; i < ARRAY_SIZE(lengths); i++)
		add(keep("native_grants_%u", lengths[i]), "clients", grants[i],
		    keep("served before a native driver, %u queued",
			 lengths[i]));
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		result = add(keep("native_%u", lengths[i]), "instructions",
			     (double)waited[i],
			     keep("Free to the native driver, %u queued",
				  lengths[i]));
		result->sleeps = true;
		if (i)
			compare(result, keep("native_%u", lengths[0]), 1, 0);
	}
}
