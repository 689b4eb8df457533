// SPDX-License-Identifier: GPL-2.0
/* Rows that are measured inside the kernel, by kbench.c. */
#include <unistd.h>

#include "bench.h"
#include "kbench.h"
#include "libvport.h"

#define PARAMETER	"/sys/module/parbiter_bench/parameters/"
#define MEASURE		PARAMETER "measure"
#define STEPS		"/host/steps"

/* Return the median of a measurement; print the least and the greatest as a note. */
static uint64_t ask(const char *what, unsigned int port, unsigned int length)
{
	unsigned long long middle, least, greatest;
	char text[64];
	int ret;

	snprintf(text, sizeof(text), "%s %u %u", what, port, length);
	ret = write_file(MEASURE, text);
	if (ret)
		fail("%s: %s", text, strerror(-ret));
	check(read_file(MEASURE, text, sizeof(text)));
	check_eq(sscanf(text, "%llu %llu %llu", &middle, &least, &greatest), 3);
	note("kernel %s length %u: %llu, from %llu to %llu", what, length,
	     middle, least, greatest);
	return middle;
}

/* Append to the file "steps" in which functions the instructions of a row are. */
static void note_steps(const char *key)
{
	char text[4096];
	FILE *file = fopen(STEPS, "ae");

	check(file);
	check(read_file(PARAMETER "steps", text, sizeof(text)));
	fprintf(file, "%s:\n%s", key, text);
	check_eq(fclose(file), 0);
}

static struct result *locked_row(const char *key, const char *what,
				 const char *text)
{
	struct result *result = add(key, "locked",
				    (double)ask(what, PC_PORT, 0), text);

	note_steps(key);
	return result;
}

/* Add a row of instructions that does not contain those of interrupts. */
static struct result *steps_row(const char *key, const char *what,
				const char *text)
{
	uint64_t steps = ask(what, PC_PORT, 0) -
			 ask(KBENCH_STEPS "empty", PC_PORT, 0);

	return add(key, "instructions", (double)steps, text);
}

static double net(const char *what, unsigned int length)
{
	return (double)(ask(what, PC_PORT, length) -
			ask("empty", PC_PORT, 0));
}

/* Register accesses are counted on the virtual port, in a run of their own. */
static struct result *row(const char *key, const char *what, const char *text)
{
	unsigned long interrupts = port_interrupts();
	struct result *result = add(key, "instructions", net(what, 0), text);

	result->interrupts = (double)(port_interrupts() - interrupts) /
			     (KBENCH_WARM + KBENCH_RUNS);
	vport("reset %u", counting_port);
	ask(what, counting_port, 0);
	result->accesses = (double)vport_accesses(counting_port) /
			   (KBENCH_WARM + KBENCH_RUNS);
	return result;
}

/* Keep the port open, so that the measured client is not the first one to open it. */
static struct result *client_row(const char *key, const char *what,
				 const char *text)
{
	int fd = port_open(counting_port);
	struct result *result;

	check_eq(port_allocate(fd) | port_free(fd), 0);
	result = row(key, what, text);
	close(fd);
	return result;
}

/* Check that the counters count what they should, on calls of known cost. */
static void calibrate(void)
{
	double loop = net("loop", 0);

	/* One instruction more sets the loop's counter. */
	check_eq((long long)loop, KBENCH_LOOP + 1);
	check_eq((long long)ask("locked loop", PC_PORT, 0), 0);
	check_eq((long long)ask("locked cmpxchg", PC_PORT, 0), 2);
	check_eq((long long)(ask(KBENCH_STEPS "loop", PC_PORT, 0) -
			     ask(KBENCH_STEPS "empty", PC_PORT, 0)),
		 KBENCH_LOOP + 1);
	printf("calibration: a loop of %u instructions takes %.0f cycles\n",
	       KBENCH_LOOP + 1, loop);
}

/* Rows that are measured before parbiter is loaded */
void bench_alone(void)
{
	calibrate();
	add("kernel_cmpxchg", "instructions", net("cmpxchg", 0),
	    "two compare-and-exchanges (floor)");
	add("kernel_mutex", "instructions", net("mutex", 0),
	    "mutex_lock + mutex_unlock");
	add("kernel_mask", "instructions", net("mask", 0),
	    "disable_irq_nosync + enable_irq of the port");
	row("kernel_parport", "parport",
	    "parport_claim + release, no parbiter");
	compare(row("kernel_armed", "armed",
		    "the same by a driver that takes interrupts"),
		"kernel_parport", 1, 0);
	locked_row("locked_mutex", "locked mutex", "mutex_lock + mutex_unlock");
	locked_row("locked_parport", "locked parport",
		   "parport_claim + parport_release");
	steps_row("steps_parport", KBENCH_STEPS "parport",
		  "parport_claim + parport_release");
}

/* A port whose last client has closed it stays registered for a moment. */
static void wait_until_unregistered(void)
{
	while (!access("/sys/bus/parport/devices/parbiter.0", F_OK))
		usleep(10000);
}

void bench_kernel(void)
{
	struct result *result;

	wait_until_unregistered();
	result = row("kernel_idle", "parport",
		     "parport_claim + release, parbiter idle");
	compare(result, "kernel_parport", 1, 1);
	result->no_more_accesses = true;
	compare(row("kernel_opened", "opened",
		    "the same, a client has the port open"),
		"kernel_parport", 1, 0);
	result = client_row("kernel_kept", "parbiter",
			    "try_allocate + free, port kept");
	result->target = 45;
	result->no_more_accesses = true;
	result = client_row("kernel_beside", "beside",
			    "try_allocate + free, native driver there");
	result->target = 45;
	result->no_more_accesses = true;
	compare(client_row("kernel_handed", "handed",
			   "parport_claim + release, claim handed over"),
		"kernel_parport", 1, 1.5);
	result = client_row("kernel_shared", "shared",
			    "try_allocate + free, two native drivers");
	result->target = 900;
	locked_row("locked_try", "locked try",
		   "try_allocate, port kept")->target = 2;
	locked_row("locked_free", "locked free", "free, port kept")->target = 2;
	locked_row("locked_shared", "locked shared",
		   "try_allocate + free, two native drivers");
	compare(steps_row("steps_shared", KBENCH_STEPS "shared",
			  "the same, every instruction counted"),
		"steps_parport", 1, 0);
}

/*
 * @base: the length of the queue to which longer ones are compared
 * @sleeps: the call wakes a worker, which runs the callback.
 */
static void queue_rows(const char *what, const char *text, unsigned int base,
		       bool sleeps)
{
	static const unsigned int lengths[] = { 1, 10, 100, 1000, 10000 };
	struct result *result;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		result = add(keep("%s_%u", what, lengths[i]), "instructions",
			     net(what, lengths[i]),
			     keep("%s, %u queued", text, lengths[i]));
		result->sleeps = sleeps;
		if (lengths[i] > base)
			compare(result, keep("%s_%u", what, base), 1, 1.05);
	}
}

static struct result *callback_row(const char *what, const char *text)
{
	return add(what, "instructions", net(what, 1), text);
}

void bench_queue(void)
{
	queue_rows("enqueue", "allocate_async", 1, false);
	queue_rows("query", "query_waiters", 1, false);
}

void bench_queue_worker(void)
{
	queue_rows("cancel", "cancel from the middle", 1, true);
	queue_rows("handoff", "free, the head owns", 1, true);
	/*
	 * Behind the head of a longer queue somebody still waits, so the new
	 * owner has to be notified.
	 */
	queue_rows("handoff_irq", "the same, done_in_irq", 10, false);
	callback_row("callback", "free to the callback")->sleeps = true;
	compare(callback_row("callback_irq", "the same, done_in_irq"),
		"callback", 1, 0);
}
