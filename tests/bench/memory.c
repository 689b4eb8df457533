// SPDX-License-Identifier: GPL-2.0
/*
 * Rows about memory: the sizes of structures, which tests/bench/sizes has read from
 * the module's debug information into a file, and what many open files and queued
 * requests take in all.
 */
#include "bench.h"

#define MANY	10000

/* Add the rows in the file, whose lines are "KEY COUNT TARGET TEXT". */
static void known_rows(const char *path)
{
	char line[256], key[32], text[128];
	struct result *result;
	double count, target;
	FILE *file;

	if (!path)
		return;
	file = fopen(path, "re");
	check(file);
	while (fgets(line, sizeof(line), file)) {
		check_eq(sscanf(line, "%31s %lf %lf %127[^\n]", key, &count,
				&target, text), 4);
		result = add(keep("%s", key), "bytes", count, keep("%s", text));
		result->target = target;
	}
	fclose(file);
}

/* Return the memory of all slab objects of the kernel. */
static double slab_bytes(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	unsigned long kib = 0;
	char line[128];

	check(file);
	while (!kib && fgets(line, sizeof(line), file))
		if (sscanf(line, "Slab: %lu kB", &kib) != 1)
			kib = 0;
	fclose(file);
	check(kib);
	return kib * 1024.0;
}

void bench_memory(void)
{
	double before, opened, queued;

	known_rows(getenv("SIZES"));
	/* Open and close a file first, so that caches do not count in the difference. */
	files_open(PC_PORT, 1);
	before = slab_bytes();
	files_close();
	files_open(PC_PORT, MANY + 1);
	opened = slab_bytes();
	files_queue();
	queued = slab_bytes();
	files_close();
	add("memory_open", "bytes", (opened - before) / MANY,
	    "each of 10000 open files, all objects")->sleeps = true;
	add("memory_request", "bytes", (queued - opened) / MANY,
	    "each of 10000 queued requests, all objects")->sleeps = true;
}
