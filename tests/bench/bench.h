/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations for the benchmark. It runs in a virtual machine in which the time
 * stamp counter counts instructions. Each call, or pair of calls, is measured by
 * itself: RUNS times, after WARM times that do not count. The row has the median,
 * so that the timer's interrupts, which disturb a few measurements, do not matter.
 */
#ifndef PARBITER_BENCH_H
#define PARBITER_BENCH_H

#include "lib.h"

#define WARM	100
#define RUNS	1000

/* The two ports: QEMU's, driven by parport_pc, and a virtual one (tests/vport) */
#define PC_PORT	0
extern unsigned int counting_port;

/**
 * struct result - a row of the table
 * @key: the row's name in the JSON file
 * @text: what is measured
 * @count: the result
 * @unit: the unit of @count
 * @accesses: register accesses of each call; negative if no port is used
 * @interrupts: interrupts of the port in each call, if a port is used
 * @against: key of the row to which @count is compared, or NULL
 * @times: multiple of that row's count to which @count is compared
 * @target: the greatest ratio to @against or, without @against, the greatest
 *	count; 0 if there is no target
 * @least: @target is the least count, not the greatest
 * @no_more_accesses: the target is also that a call accesses the port as often as a
 *	call of @against at most or, without @against, not at all
 * @sleeps: a thread sleeps and is woken, so that @count varies
 * @peer: the row is not of parbiter, but of what it is compared to
 */
struct result {
	const char *key;
	const char *text;
	double count;
	const char *unit;
	double accesses;
	double interrupts;
	const char *against;
	unsigned int times;
	double target;
	bool least;
	bool no_more_accesses;
	bool sleeps;
	bool peer;
};

/* table.c */
void add_peers(bool peers);		/* sets @peer of rows to come */
struct result *add(const char *key, const char *unit, double count,
		   const char *text);
void compare(struct result *result, const char *against, unsigned int times,
	     double target);
unsigned long port_interrupts(void);	/* of all ports, since boot */
/* Format a text that is never freed, for the keys and texts of rows. */
const char *keep(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void print_table(void);
void write_json(const char *path);

/*
 * Return the lower half of the time stamp counter, which counts instructions. The
 * compiler does not move memory accesses across this function.
 */
static inline uint32_t cycles(void)
{
	uint32_t now;

	asm volatile("rdtsc" : "=a" (now) : : "edx", "memory");
	return now;
}

/* Call the kernel directly, because the C library wraps only some of the calls. */
static inline long call3(long number, long a, long b, long c)
{
	long ret;

	asm volatile("syscall" : "=a" (ret)
		     : "a" (number), "D" (a), "S" (b), "d" (c)
		     : "rcx", "r11", "memory");
	return ret;
}

/* owner.c */
int open_ppdev(unsigned int number);
int open_ppdev_owner(unsigned int number);	/* after PPCLAIM */
int open_owner(unsigned int number);		/* parbiter, after ALLOCATE */

/* files.c */
#define FILES_MAX	10001
void files_open(unsigned int number, unsigned int n);
void files_queue(void);
bool files_owns(unsigned int i);
void files_free(unsigned int i);
void files_close(void);

/*
 * own_time() returns the instructions of this thread in user space and in the
 * kernel, and of the interrupts that came meanwhile. The timer interrupts after
 * every 4 million instructions. A measurement that begins just after an interrupt,
 * as after own_time_after_tick(), has the same number of them each time.
 */
uint64_t own_time(void);
uint64_t own_time_after_tick(void);

uint32_t median(uint32_t *samples, size_t n);

/* kernel.c has the rows that kbench.c measures; other files are named as the rows. */
void bench_alone(void);
void bench_kernel(void);
void bench_queue(void);
void bench_queue_worker(void);
void bench_user_peers(void);
void bench_user(void);
void bench_transfer_peers(void);
void bench_transfer(void);
void bench_handoff_peers(void);
void bench_handoff(void);
void bench_crowd(void);
void bench_crowd_peers(void);
void bench_removal(void);
void bench_memory(void);
void bench_load(void);
void bench_native(void);
void bench_processors(void);

#endif /* PARBITER_BENCH_H */
