/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What "make bench" measures, and how. It runs in a virtual machine in which
 * the time stamp counter counts instructions. Everything is measured one call
 * (or one pair of calls) at a time, RUNS times after WARM, and the median is
 * what counts: the timer's interrupts spoil single measurements only.
 */
#ifndef PARBITER_BENCH_H
#define PARBITER_BENCH_H

#include "lib.h"

#define WARM	100
#define RUNS	1000

/* The ports: QEMU's with parport_pc; memory that counts accesses */
#define PC_PORT	0
extern unsigned int counting_port;

/**
 * struct result - a row of the table
 * @key: its name in the JSON file
 * @text: what is measured
 * @count: how much
 * @unit: of what
 * @accesses: to the port's registers, each time; negative: it has no port
 * @interrupts: of the port each time, if it has one
 * @against: key of the row to compare with; NULL: none
 * @times: how often that row's count
 * @target: the greatest ratio to @against, or the greatest count; 0: none
 * @least: @target is the least count
 * @sleeps: somebody sleeps and is woken
 * @peer: not parbiter's
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
	bool sleeps;
	bool peer;
};

/* table.c */
void add_peers(bool peers);		/* what is added next are, or are not */
struct result *add(const char *key, const char *unit, double count,
		   const char *text);
void compare(struct result *result, const char *against, unsigned int times,
	     double target);
unsigned long port_interrupts(void);	/* of all ports so far */
/* Keys and texts are not copied: these last. */
const char *keep(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void print_table(void);
void write_json(const char *path);

/*
 * Cycles, which are instructions; the compiler moves nothing across it. The
 * counter's lower half, as in kbench.c.
 */
static inline uint32_t cycles(void)
{
	uint32_t now;

	asm volatile("rdtsc" : "=a" (now) : : "edx", "memory");
	return now;
}

/* files.c */
#define FILES_MAX	10001
void files_open(unsigned int number, unsigned int n);
void files_queue(void);
bool files_owns(unsigned int i);
void files_free(unsigned int i);
void files_close(void);

/*
 * Instructions of this thread, in the kernel, too, and of interrupts meanwhile.
 * The timer's comes each 4 million: what begins just after one has the same
 * number of them every time.
 */
uint64_t own_time(void);
uint64_t own_time_after_tick(void);

uint32_t median(uint32_t *samples, size_t n);

/* kernel.c: rows measured by kbench.c; the others as they are named */
void bench_alone(void);
void bench_kernel(void);
void bench_queue(void);
void bench_queue_worker(void);
void bench_user_peers(void);
void bench_user(void);
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
