// SPDX-License-Identifier: GPL-2.0
/*
 * Two threads make requests without a pause, one kind of request each: each pair
 * of requests, on one descriptor and on two of a port. The results do not matter
 * here (race.c checks them). The detector of data races watches: two pieces of
 * code can be found to race only if they run at the same time, again and again.
 *
 * vm: kernels=kcsan timeout=60 seconds=25
 */
#include "libnative.h"
#include "liboperations.h"

#include <pthread.h>

#define PAIR_MSEC	effort(400)

/**
 * struct runner - one of the two threads
 * @op: what it does
 * @fd: the descriptor on which it does that
 * @cpu: the processor that it runs on
 */
struct runner {
	const struct operation *op;
	int fd;
	unsigned int cpu;
};

static bool stop;

static bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

/* Do the same again and again, every other time as the owner if possible. */
static void *run(void *arg)
{
	const struct runner *runner = arg;
	unsigned int turn;

	pin_to_cpu(runner->cpu);
	for (turn = 0; !stopped(); turn++) {
		if (turn % 2)
			port_try(runner->fd);
		runner->op->run(runner->fd);
		give_up(runner->fd);
	}
	return NULL;
}

static void run_pair(struct runner *runners)
{
	uint64_t until = now_ns() + PAIR_MSEC * NSEC_PER_MSEC;
	pthread_t threads[2];
	unsigned int i;

	__atomic_store_n(&stop, false, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		check_eq(pthread_create(&threads[i], NULL, run, &runners[i]), 0);
	while (now_ns() < until)
		pause_briefly();
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

static void run_pairs(int first, int second)
{
	struct runner runners[] = {
		{ .fd = first, .cpu = 0 },
		{ .fd = second, .cpu = cpus() - 1 },
	};
	unsigned int i, j;

	for (i = 0; i < n_operations; i++) {
		for (j = i; j < n_operations; j++) {
			runners[0].op = &operations[i];
			runners[1].op = &operations[j];
			run_pair(runners);
		}
	}
}

static void on_one_descriptor(void)
{
	int fd = port_open_flags(0, O_NONBLOCK);

	run_pairs(fd, fd);
}

static void on_two_descriptors(void)
{
	run_pairs(port_open_flags(0, O_NONBLOCK),
		  port_open_flags(0, O_NONBLOCK));
}

/* Claim and release by ppdev, until the case ends this process. */
static int native_forever(void *unused)
{
	int fd = ppdev_open(0);

	(void)unused;
	while (ppdev_claim(fd) == 0 && ppdev_release(fd) == 0)
		;
	return 1;
}

static void beside_a_native_driver(void)
{
	pid_t native;

	need_module("ppdev");
	native = spawn(native_forever, NULL);
	on_two_descriptors();
	/* It was there to the end. */
	kill(native, SIGKILL);
	check_eq(join(native), 128 + SIGKILL);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(on_one_descriptor),
		TEST(on_two_descriptors),
		TEST(beside_a_native_driver),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
