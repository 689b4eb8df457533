// SPDX-License-Identifier: GPL-2.0
/*
 * Rows about what parbiter costs before it is used. The module is loaded and
 * unloaded several times here, and is loaded in the end.
 */
#include <sys/stat.h>
#include <sys/syscall.h>

#include "bench.h"
#include "libvport.h"

#define TIMES	21

/**
 * struct image - a module's file in memory
 * @data: the contents of the file
 * @size: its length in bytes
 */
struct image {
	void *data;
	size_t size;
};

static struct image read_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct image image;
	struct stat st;
	size_t done = 0;
	ssize_t len;

	check(fd >= 0);
	check_eq(fstat(fd, &st), 0);
	image.size = (size_t)st.st_size;
	image.data = malloc(image.size);
	check(image.data);
	while (done < image.size) {
		len = read(fd, (char *)image.data + done, image.size - done);
		check(len > 0);
		done += (size_t)len;
	}
	close(fd);
	return image;
}

static double load_cost(void)
{
	struct image image = read_module(module_path("parbiter"));
	uint32_t samples[TIMES];
	uint64_t start;
	unsigned int i;

	for (i = 0; i < TIMES; i++) {
		if (i)
			check_eq(unload_module("parbiter"), 0);
		start = own_time_after_tick();
		check_eq(syscall(SYS_init_module, image.data, image.size, ""),
			 0);
		samples[i] = (uint32_t)(own_time() - start);
	}
	free(image.data);
	return (double)median(samples, TIMES);
}

/* Return the instructions that it takes to announce a new port. */
static double plug_cost(void)
{
	uint32_t samples[TIMES];
	unsigned int number, i;
	uint64_t start;

	for (i = 0; i < TIMES; i++) {
		start = own_time_after_tick();
		number = (unsigned int)atoi(vport("add polled"));
		samples[i] = (uint32_t)(own_time() - start);
		vport_unplug(number);
		vport("forget");
	}
	return (double)median(samples, TIMES);
}

/* Most of the cost of a new port is the core's: hence the row plug_alone. */
void bench_load(void)
{
	struct result *result;

	add("plug_alone", "instructions", plug_cost(),
	    "a new port, no parbiter")->sleeps = true;
	add("load_module", "instructions", load_cost(),
	    "init_module of parbiter.ko, 2 ports")->sleeps = true;
	result = add("plug", "instructions", plug_cost(),
		     "a new port, parbiter attaches");
	result->sleeps = true;
	compare(result, "plug_alone", 1, 0);
}
