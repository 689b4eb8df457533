// SPDX-License-Identifier: GPL-2.0
/*
 * The sequences of Documentation/windows.rst: what a client of the Windows
 * arbiter sees, step by step. (The sequence of surprise removal is in
 * port/unplug.c.)
 *
 * vm: ports=one kernels=all timeout=120
 */
#include "lib.h"

#define CLIENTS	4

/*
 * Sequence A with asynchronous requests: each client is a descriptor with
 * O_NONBLOCK.
 */
static void arbitration_by_poll(void)
{
	struct parbiter_status before, after;
	int c[CLIENTS + 1];
	int i;

	for (i = 1; i <= CLIENTS; i++)
		c[i] = port_open_flags(0, O_NONBLOCK);
	before = port_status(c[1]);
	check_eq(port_waiters(c[1]), 0);
	check(port_is_free(c[1]));
	check_eq(port_try(c[1]), 0);
	check_eq(port_waiters(c[1]), 0);
	check(!port_is_free(c[1]));
	check_eq(port_try(c[2]), -EBUSY);
	check_eq(port_allocate(c[2]), -EINPROGRESS);
	check_eq(port_waiters(c[1]), 1);
	check_eq(port_allocate(c[3]), -EINPROGRESS);
	check_eq(port_waiters(c[1]), 2);
	check_eq(port_try(c[4]), -EBUSY);
	check_eq(port_waiters(c[1]), 2);

	check_eq(port_cancel(c[2]), 0);
	check_eq(port_waiters(c[1]), 1);
	check_eq(port_poll(c[2]), 0);
	check_eq(port_free(c[1]), 0);
	check_eq(port_poll(c[3]), POLLOUT);
	check_eq(port_poll(c[2]), 0);
	check_eq(port_waiters(c[1]), 0);
	check(!port_is_free(c[1]));
	check_eq(port_free(c[3]), 0);
	check(port_is_free(c[1]));

	after = port_status(c[1]);
	check_eq(after.allocates - before.allocates, 2);
	check_eq(after.frees - before.frees, 2);
	check_eq(after.cancels - before.cancels, 1);
	check_eq(after.timeouts - before.timeouts, 0);
}

/* Sequence A with clients that sleep in their requests */
static void arbitration_by_sleep(void)
{
	int c[CLIENTS + 1];
	pid_t second, third;
	int i;

	for (i = 1; i <= CLIENTS; i++)
		c[i] = port_open(0);
	check_eq(port_try(c[1]), 0);
	second = spawn_request(c[2], PARBITER_ALLOCATE, NULL);
	wait_waiters(c[1], 1);
	third = spawn_request(c[3], PARBITER_ALLOCATE, NULL);
	wait_waiters(c[1], 2);
	wait_asleep(third, PARBITER_ALLOCATE);
	check_eq(port_try(c[4]), -EBUSY);

	check_eq(port_cancel(c[2]), 0);
	check_eq(join(second), ECANCELED);
	check_eq(port_waiters(c[1]), 1);
	check_eq(task_state(third), 'S');
	check_eq(port_free(c[1]), 0);
	check_eq(join(third), 0);
	check_eq(port_waiters(c[1]), 0);
	check_eq(port_free(c[2]), -EPERM);
	check(!port_is_free(c[1]));
	check_eq(port_free(c[3]), 0);
	check(port_is_free(c[1]));
}

/*
 * Each Free grants the port to the client that has waited longest, and to no
 * other.
 */
static void three_frees_grant_in_order(void)
{
	int c[CLIENTS];
	int i, j;

	for (i = 0; i < CLIENTS; i++) {
		c[i] = port_open_flags(0, O_NONBLOCK);
		check_eq(port_allocate(c[i]), i ? -EINPROGRESS : 0);
	}
	for (i = 0; i < CLIENTS; i++) {
		for (j = 0; j < CLIENTS; j++)
			check_eq(!!(port_poll(c[j]) & POLLOUT), j == i);
		check_eq(port_free(c[i]), 0);
	}
	check(port_is_free(c[0]));
}

/*
 * Sequence E: a request that has already ended when it is made takes no place
 * in the queue. In user space this is a request with no time left.
 */
static void request_over_at_entry(void)
{
	int owner = port_open(0);
	int waiter = port_open_flags(0, O_NONBLOCK);
	int late = port_open(0);

	check_eq(port_allocate(owner), 0);
	check_eq(port_allocate(waiter), -EINPROGRESS);
	check_eq(port_allocate_timeout(late, 0), -ETIMEDOUT);
	check_eq(port_waiters(owner), 1);
	check_eq(port_free(owner), 0);
	check_eq(port_poll(waiter) & POLLOUT, POLLOUT);
	check_eq(port_poll(late), 0);
	check_eq(port_free(late), -EPERM);
	check_eq(port_free(waiter), 0);
	check(port_is_free(owner));
}

int main(void)
{
	static const struct test tests[] = {
		TEST(arbitration_by_poll),
		TEST(arbitration_by_sleep),
		TEST(three_frees_grant_in_order),
		TEST(request_over_at_entry),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
