/* SPDX-License-Identifier: GPL-2.0 */
/* Declarations that the files of parbiter_bench.ko share */
#ifndef PARBITER_KBENCH_INTERNAL_H
#define PARBITER_KBENCH_INTERNAL_H

#include <linux/atomic.h>
#include <linux/compiler_attributes.h>
#include <linux/parbiter.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "kbench.h"

struct pardevice;

/* Weak symbols: some measurements are done before parbiter is loaded. */
extern typeof(parbiter_open) parbiter_open __weak;
extern typeof(parbiter_close) parbiter_close __weak;
extern typeof(parbiter_try_allocate) parbiter_try_allocate __weak;
extern typeof(parbiter_allocate_async) parbiter_allocate_async __weak;
extern typeof(parbiter_free) parbiter_free __weak;
extern typeof(parbiter_cancel) parbiter_cancel __weak;
extern typeof(parbiter_query_waiters) parbiter_query_waiters __weak;

/* What is counted */
enum kbench_unit {
	KBENCH_UNIT_CYCLE,
	KBENCH_UNIT_LOCKED,
	KBENCH_UNIT_STEP,
};

/**
 * struct kbench - a measurement
 * @port: number of the port
 * @length: length of the queue
 * @unit: what is counted
 * @irq: the port's interrupt line
 * @word: the word for compare-and-exchange
 * @failed: the results of the measured calls, or-ed: 0 if all succeeded
 * @client: a client of parbiter; the owner, if there is a queue
 * @dev: the native driver's device
 * @clients: the clients of the queue, and one more; used as a ring where clients
 *	leave the queue and join it again
 * @runs: number of measurements so far
 * @moved: the index of the client that has just left the queue
 * @pending: asynchronous requests whose callback has not run yet
 * @ended: wait queue that each callback wakes
 * @called: when the last callback began
 * @samples: the measurements
 */
struct kbench {
	unsigned int port;
	unsigned int length;
	enum kbench_unit unit;
	int irq;
	atomic_t word;
	int failed;
	struct parbiter_client *client;
	struct pardevice *dev;
	struct parbiter_client **clients;
	unsigned int runs;
	unsigned int moved;
	atomic_t pending;
	wait_queue_head_t ended;
	u32 called;
	u32 samples[KBENCH_WARM + KBENCH_RUNS];
};

/*
 * Return the lower half of the time stamp counter. Combining both halves would take
 * registers, and the compiler would then generate other code around a measured call
 * depending on the registers which that call uses.
 */
static __always_inline u32 kbench_now(void)
{
	u32 now;

	asm volatile("rdtsc" : "=a" (now) : : "edx", "memory");
	return now;
}

int kbench_open(struct kbench *b, const struct parbiter_client_ops *ops);

/* kbench_step.c; kbench_step() counts only between the begin and the end */
int kbench_step_begin(void);
unsigned int kbench_step(struct kbench *b, void (*once)(struct kbench *b));
int kbench_steps(char *text);
void kbench_step_end(void);

/* kbench_queue.c; returns -ENOTTY if it does not know the measurement */
int kbench_queue(struct kbench *b, const char *what);

#endif /* PARBITER_KBENCH_INTERNAL_H */
