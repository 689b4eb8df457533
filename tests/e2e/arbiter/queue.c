// SPDX-License-Identifier: GPL-2.0
/*
 * A thousand clients are queued and are granted the port in the order of their
 * requests.
 *
 * vm: ports=one kernels=stock,debug timeout=180 smp=any
 */
#include "lib.h"

#include <sys/resource.h>

#define CLIENTS	1000

static int c[CLIENTS];

static void open_and_queue_all(void)
{
	struct rlimit limit = { CLIENTS + 100, CLIENTS + 100 };
	int i;

	check_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	for (i = 0; i < CLIENTS; i++) {
		c[i] = port_open_flags(0, O_NONBLOCK);
		check_eq(port_allocate(c[i]), i ? -EINPROGRESS : 0);
	}
	check_eq(port_waiters(c[0]), CLIENTS - 1);
}

static void granted_in_order(void)
{
	int i;

	open_and_queue_all();
	for (i = 1; i < CLIENTS; i += 111)
		check_eq(port_position(c[i]), i);
	for (i = 0; i < CLIENTS; i++) {
		check(port_poll(c[i]) & POLLOUT);
		check_eq(port_waiters(c[i]), CLIENTS - 1 - i);
		if (i + 1 < CLIENTS)
			check_eq(port_poll(c[i + 1]), 0);
		check_eq(port_free(c[i]), 0);
	}
	check(port_is_free(c[0]));
}

/*
 * Every third client is closed, beginning at the tail. The others keep their
 * order.
 */
static void every_third_waiter_leaves(void)
{
	unsigned int left = CLIENTS - 1;
	int i;

	open_and_queue_all();
	for (i = CLIENTS - 1; i > 0; i--) {
		if (i % 3)
			continue;
		if (i % 2)
			check_eq(port_cancel(c[i]), 0);
		else
			close(c[i]);
		left--;
	}
	wait_waiters(c[0], left);
	check_eq(port_free(c[0]), 0);
	for (i = 1; i < CLIENTS; i++) {
		if (i % 3 == 0)
			continue;
		check(port_poll(c[i]) & POLLOUT);
		check_eq(port_free(c[i]), 0);
	}
}

/*
 * The process that has all the clients open ends: the owner and all waiters are
 * closed at once.
 */
static void all_close_at_once(void)
{
	open_and_queue_all();
}

static int sleeper(void *arg)
{
	int *order = arg;
	int fd = port_open(0);

	check_eq(port_allocate(fd), 0);
	order[1 + order[0]] = getpid();
	order[0]++;
	return 0;
}

/*
 * A hundred processes sleep in the queue, and each ends while it owns the port.
 */
static void sleepers_in_order(void)
{
	enum { SLEEPERS = 100 };
	int *order = share((SLEEPERS + 1) * sizeof(*order));
	pid_t pids[SLEEPERS];
	int fd = port_open(0);
	int i;

	check_eq(port_allocate(fd), 0);
	for (i = 0; i < SLEEPERS; i++) {
		pids[i] = spawn(sleeper, order);
		wait_waiters(fd, (unsigned int)i + 1);
	}
	check_eq(port_free(fd), 0);
	for (i = 0; i < SLEEPERS; i++) {
		check_eq(join(pids[i]), 0);
		check_eq(order[1 + i], pids[i]);
	}
}

int main(void)
{
	static const struct test tests[] = {
		TEST(granted_in_order),
		TEST(every_third_waiter_leaves),
		TEST(all_close_at_once),
		TEST(sleepers_in_order),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
