// SPDX-License-Identifier: GPL-2.0
/*
 * Two threads make requests on one descriptor at the same time: each ordered
 * pair of requests, from each state of the client. After each round the states
 * of the client and of the port and the counters must agree, and nothing may be
 * left behind.
 *
 * vm: ports=one kernels=stock,debug,kcsan timeout=300 seconds=7
 */
#include "liboperations.h"

#include <pthread.h>
#include <sched.h>

static int fd;			/* the client that both threads use */
static int rival;		/* another client of the port */

static bool is_expected(int ret)
{
	switch (-ret) {
	case 0: case EDEADLK: case EALREADY: case EINPROGRESS: case ECANCELED:
	case ETIMEDOUT: case EBUSY: case EPERM: case ENOENT: case EINVAL:
	case EAGAIN:	/* the printer has not taken the byte yet */
		return true;
	}
	return false;
}

/**
 * struct runner - one of the two threads
 * @go: number of the round to run, written by the main thread
 * @done: number of the last round that the thread has run
 * @op: the operation to run; NULL: the thread shall end
 * @ret: the result of the operation
 * @cpu: the processor that the thread runs on
 */
struct runner {
	unsigned int go;
	unsigned int done;
	const struct operation *op;
	int ret;
	unsigned int cpu;
};

static void await(unsigned int *word, unsigned int value)
{
	while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != value)
		sched_yield();
}

static void *run(void *arg)
{
	struct runner *runner = arg;
	unsigned int round;

	pin_to_cpu(runner->cpu);
	for (round = 1; ; round++) {
		await(&runner->go, round);
		if (!runner->op)
			return NULL;
		runner->ret = runner->op->run(fd);
		__atomic_store_n(&runner->done, round, __ATOMIC_RELEASE);
	}
}

enum start { IDLE, IDLE_BESIDE_OWNER, QUEUED, OWNER, OWNER_BEFORE_WAITER };

static void set_up(enum start start)
{
	set_nonblock(fd, true);
	switch (start) {
	case IDLE:
		break;
	case IDLE_BESIDE_OWNER:
		check_eq(port_allocate(rival), 0);
		break;
	case QUEUED:
		check_eq(port_allocate(rival), 0);
		check_eq(port_allocate(fd), -EINPROGRESS);
		break;
	case OWNER:
		check_eq(port_allocate(fd), 0);
		break;
	case OWNER_BEFORE_WAITER:
		check_eq(port_allocate(fd), 0);
		check_eq(port_allocate(rival), -EINPROGRESS);
		break;
	}
}

static bool is_caller(const struct parbiter_status *status, unsigned int caller)
{
	return status->caller == caller;
}

/*
 * Both operations have returned: check that the state of the port fits their
 * results.
 */
static void check_agreement(const struct parbiter_status *before)
{
	struct parbiter_status now = port_status(fd);
	struct parbiter_status other = port_status(rival);
	unsigned int owners = is_caller(&now, PARBITER_CALLER_OWNER) +
			      is_caller(&other, PARBITER_CALLER_OWNER);
	unsigned int queued = is_caller(&now, PARBITER_CALLER_QUEUED) +
			      is_caller(&other, PARBITER_CALLER_QUEUED);

	check(owners <= 1);
	check_eq(now.waiters, queued);
	check_eq(now.state == PARBITER_STATE_OWNED, owners);
	check(owners || !queued);
	check(!!now.position == is_caller(&now, PARBITER_CALLER_QUEUED));
	check_eq(now.allocates - before->allocates -
		 (now.frees - before->frees), owners);
}

static void clean_up(void)
{
	give_up(fd);
	give_up(rival);
	check(port_is_free(fd));
	check_eq(port_waiters(fd), 0);
}

/*
 * Wait until both threads have run their operations. An operation that sleeps
 * in the queue ends because the rival gives up the port or its place.
 */
static void await_both(struct runner *r, unsigned int round)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		while (__atomic_load_n(&r[i].done, __ATOMIC_ACQUIRE) != round) {
			port_free(rival);
			sched_yield();
		}
}

static void one_round(struct runner *r, unsigned int round, enum start start,
		      bool sleeps)
{
	struct parbiter_status before = port_status(fd);
	unsigned int i;

	set_up(start);
	set_nonblock(fd, !sleeps);
	for (i = 0; i < 2; i++)
		__atomic_store_n(&r[i].go, round, __ATOMIC_RELEASE);
	if (sleeps || r[0].op->may_sleep || r[1].op->may_sleep) {
		await_both(r, round);
	} else {
		await(&r[0].done, round);
		await(&r[1].done, round);
	}
	for (i = 0; i < 2; i++)
		if (!is_expected(r[i].ret))
			fail("%s, racing %s: %d", r[i].op->name,
			     r[!i].op->name, r[i].ret);
	check_agreement(&before);
	clean_up();
}

static void race_all_pairs(enum start start, bool sleeps)
{
	unsigned int rounds = effort(8);
	struct runner r[2] = { { .cpu = 0 }, { .cpu = cpus() - 1 } };
	unsigned int i, j, k, round = 0;
	pthread_t threads[2];

	fd = port_open(0);
	rival = port_open_flags(0, O_NONBLOCK);
	for (i = 0; i < 2; i++)
		check_eq(pthread_create(&threads[i], NULL, run, &r[i]), 0);
	for (i = 0; i < n_operations; i++) {
		for (j = 0; j < n_operations; j++) {
			r[0].op = &operations[i];
			r[1].op = &operations[j];
			for (k = 0; k < rounds; k++)
				one_round(r, ++round, start, sleeps);
		}
	}
	r[0].op = NULL;
	r[1].op = NULL;
	round++;
	for (i = 0; i < 2; i++) {
		__atomic_store_n(&r[i].go, round, __ATOMIC_RELEASE);
		pthread_join(threads[i], NULL);
	}
	note("%u rounds", round - 1);
}

static void from_idle(void)
{
	race_all_pairs(IDLE, false);
}

static void from_idle_beside_owner(void)
{
	race_all_pairs(IDLE_BESIDE_OWNER, false);
}

static void from_queued(void)
{
	race_all_pairs(QUEUED, false);
}

static void from_owner(void)
{
	race_all_pairs(OWNER, false);
}

static void from_owner_before_waiter(void)
{
	race_all_pairs(OWNER_BEFORE_WAITER, false);
}

static void sleeping_beside_owner(void)
{
	race_all_pairs(IDLE_BESIDE_OWNER, true);
}

static void sleeping_from_queued(void)
{
	race_all_pairs(QUEUED, true);
}

static void sleeping_from_owner_before_waiter(void)
{
	race_all_pairs(OWNER_BEFORE_WAITER, true);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(from_idle),
		TEST(from_idle_beside_owner),
		TEST(from_queued),
		TEST(from_owner),
		TEST(from_owner_before_waiter),
		TEST(sleeping_beside_owner),
		TEST(sleeping_from_queued),
		TEST(sleeping_from_owner_before_waiter),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
