// SPDX-License-Identifier: GPL-2.0
/* Phases in which the machine is suspended, or is short of memory */
#include "tenant.h"

#include <sys/mman.h>
#include <sys/wait.h>

#define FAILSLAB	"/sys/kernel/debug/failslab/"

/*
 * The machine is suspended to RAM under load. A kernel without a driver of the
 * real-time clock could not be woken up; it freezes and thaws all tasks
 * instead.
 */
void phase_suspend(void)
{
	bool can_wake = access("/sys/class/rtc/rtc0/wakealarm", F_OK) == 0;
	struct crew crew = { .size = 8 };

	crew_start(&crew);
	do {
		crew_wait_turns(&crew, 1 + pick(64));
		check_eq(can_wake ? suspend_to_ram(2) : freeze_all_tasks(), 0);
		count(&totals->suspends, 1);
		if (pick(2))
			crew_replace(&crew, pick(crew.size));
		crew_wait_turns(&crew, 8);
	} while (phase_goes_on());
	crew_stop(&crew);
}

static long available_kib(void)
{
	char text[4096], *at;

	check(read_file("/proc/meminfo", text, sizeof(text)));
	at = strstr(text, "MemAvailable:");
	check(at);
	return strtol(at + strlen("MemAvailable:"), NULL, 10);
}

/*
 * Use up the memory but for a small rest, and keep it for a moment. Every other
 * time the rest is used up, too, and the kernel kills this process.
 */
static int hog(void *arg)
{
	bool to_the_end = *(unsigned int *)arg;
	size_t size = 1 << 20;
	char *memory;

	check_eq(write_file("/proc/self/oom_score_adj", "1000"), 0);
	while (to_the_end || available_kib() > 16 << 10) {
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (memory == MAP_FAILED)
			break;
		memset(memory, 0xa5, size);
	}
	linger(500);
	return 0;
}

/* Let 5 of 100 allocations of the tenants fail, if the kernel can do that. */
static void let_allocations_fail(bool on)
{
	if (access(FAILSLAB, F_OK))
		return;
	check_eq(write_file(FAILSLAB "task-filter", "Y"), 0);
	check_eq(write_file(FAILSLAB "ignore-gfp-wait", "N"), 0);
	check_eq(write_file(FAILSLAB "verbose", "0"), 0);
	check_eq(write_file(FAILSLAB "times", "-1"), 0);
	check_eq(write_file(FAILSLAB "probability", on ? "5" : "0"), 0);
}

/* Memory runs out while tenants use the port. */
void phase_memory(void)
{
	struct crew crew = { .size = 8, .starves = true };
	unsigned int to_the_end;
	int status;
	pid_t pid;

	let_allocations_fail(true);
	crew_start(&crew);
	do {
		to_the_end = pick(2);
		pid = spawn(hog, &to_the_end);
		/* This may take longer than join() waits. */
		check_eq(waitpid(pid, &status, 0), pid);
		check(status == 0 || status == SIGKILL);
		count(&totals->hogs, 1);
		crew_replace(&crew, pick(crew.size));
		crew_wait_turns(&crew, 8);
	} while (phase_goes_on());
	crew_stop(&crew);
	let_allocations_fail(false);
}
