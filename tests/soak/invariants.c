// SPDX-License-Identifier: GPL-2.0
/* What must hold between two phases */
#include "soak.h"

#include <ctype.h>
#include <dirent.h>

#define KMEMLEAK	"/sys/kernel/debug/kmemleak"

/* How much the kernel's memory may grow after every phase has run once */
#define GROWTH_KIB	4096

static unsigned int processes;	/* before the first phase */
static long first_kib, last_kib;
static bool compared;		/* the memory of two rounds */

void unload(const char *name)
{
	wait_for(unload_module(name) == 0);
}

void load(const char *module)
{
	int ret = load_module(module, "");

	if (ret)
		fail("%s: %s", module, strerror(-ret));
}

/* Nobody owns the port or waits for it, and each grant has ended. */
static void check_port(void)
{
	int fd = port_open(0);
	struct parbiter_status status;

	wait_for(port_is_free(fd) && port_waiters(fd) == 0);
	status = port_status(fd);
	check_eq(status.state, PARBITER_STATE_FREE);
	check_eq(status.owner_kind, PARBITER_KIND_NONE);
	check_eq(status.allocates, status.frees);
	check_eq(port_allocate(fd), 0);
	check_eq(port_free(fd), 0);
	close(fd);
}

/* Return whether the task is a thread of the kernel: it has no command line. */
static bool in_kernel(const char *pid)
{
	char path[300];
	char text[2];

	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	return !read_file(path, text, sizeof(text)) || !text[0];
}

/*
 * Return the number of processes that live. @stuck is the number of tasks that
 * sleep and cannot be interrupted.
 */
static unsigned int count_tasks(unsigned int *stuck)
{
	DIR *dir = opendir("/proc");
	unsigned int n = 0;
	struct dirent *entry;
	char state;

	check(dir);
	*stuck = 0;
	while ((entry = readdir(dir))) {
		if (!isdigit(entry->d_name[0]))
			continue;
		state = task_state(atoi(entry->d_name));
		*stuck += state == 'D';
		n += state && state != 'Z' && !in_kernel(entry->d_name);
	}
	closedir(dir);
	return n;
}

static bool tasks_are_gone(void)
{
	unsigned int stuck;

	return count_tasks(&stuck) == processes && !stuck;
}

/* Nothing keeps the modules in use. */
static void reload_all(void)
{
	static const char * const used[] = {
		"parbiter_kclient", "parbiter", "parbiter_vport",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(used); i++)
		if (module_loaded(used[i]))
			unload(used[i]);
	check_eq(module_refs("parport_pc"), 0);
	load("parbiter_vport");
	load("parbiter");
}

static void check_log(void)
{
	if (kernel_complains())
		fail("the kernel has complained");
}

void invariants_begin(void)
{
	unsigned int stuck;

	processes = count_tasks(&stuck);
}

void invariants_check(void)
{
	if (fault("owner"))
		check_eq(port_allocate(port_open(0)), 0);
	wait_for(tasks_are_gone());
	check_port();
	reload_all();
	check_log();
	count(&totals->checks, 1);
}

/* Return the memory that the kernel has allocated for its objects. */
static long slab_kib(void)
{
	char text[4096], *at;

	check_eq(write_file("/proc/sys/vm/drop_caches", "3"), 0);
	check(read_file("/proc/meminfo", text, sizeof(text)));
	at = strstr(text, "SUnreclaim:");
	check(at);
	return strtol(at + strlen("SUnreclaim:"), NULL, 10);
}

static void scan_for_leaks(void)
{
	char text[2048];

	/*
	 * An object is reported only if it is 5 seconds old, and unchanged
	 * between two scans.
	 */
	check_eq(write_file(KMEMLEAK, "scan"), 0);
	sleep(6);
	check_eq(write_file(KMEMLEAK, "scan"), 0);
	check(read_file(KMEMLEAK, text, sizeof(text)));
	if (text[0])
		fail("memory leaked:\n%s", text);
	count(&totals->leak_scans, 1);
}

void invariants_check_memory(void)
{
	if (access(KMEMLEAK, F_OK) == 0)
		scan_for_leaks();
	last_kib = slab_kib();
	compared = first_kib;
	if (!first_kib)
		first_kib = last_kib;
	note("the kernel's objects take %ld KiB, %+ld KiB since the first round",
	     last_kib, last_kib - first_kib);
	if (last_kib > first_kib + GROWTH_KIB)
		fail("the kernel's memory has grown from %ld to %ld KiB",
		     first_kib, last_kib);
}

bool invariants_report(void)
{
	note("checked %llu times: the port is free, the queue is empty, each grant was freed,",
	     totals->checks);
	note("  no process is left or stuck, all modules unload, the kernel has not complained");
	note("  each owner was the only one (a cell in memory, the data lines), each request ended");
	if (totals->leak_scans)
		note("kmemleak found nothing in %llu searches",
		     totals->leak_scans);
	if (first_kib)
		note("the kernel's objects: %ld KiB after the first round, %ld KiB at last",
		     first_kib, last_kib);
	return compared || totals->leak_scans;
}
