// SPDX-License-Identifier: GPL-2.0
/*
 * Each ioctl request in include/uapi/linux/parbiter.h, with each error that it
 * can return. (ENODEV is tested in port/unplug.c, EFAULT in pointer.c; the
 * requests with a structure in request.c, structure.c, client/status.c and
 * client/waiters.c.)
 *
 * vm: ports=one kernels=stock,debug,kmsan timeout=180 smp=any kernels32=stock,debug
 */
#include "lib.h"

static int owner, other;

static void open_two(void)
{
	owner = port_open(0);
	other = port_open(0);
}

static void open_owned(void)
{
	open_two();
	check_eq(port_allocate(owner), 0);
}

static void allocate_free_port(void)
{
	open_two();
	check_eq(port_allocate(owner), 0);
	check_eq(port_poll(owner), POLLOUT);
	check_eq(port_free(owner), 0);
	check_eq(port_allocate(other), 0);
	check_eq(port_free(other), 0);
}

static void allocate_own_port_is_deadlock(void)
{
	open_owned();
	check_eq(port_allocate(owner), -EDEADLK);
	check_eq(port_allocate_timeout(owner, 0), -EDEADLK);
	check_eq(port_allocate_timeout(owner, UINT64_MAX), -EDEADLK);
	set_nonblock(owner, true);
	check_eq(port_allocate(owner), -EDEADLK);
	check_eq(port_waiters(owner), 0);
	check_eq(port_free(owner), 0);
}

static void allocate_twice_is_already(void)
{
	open_owned();
	set_nonblock(other, true);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_allocate(other), -EALREADY);
	check_eq(port_allocate_timeout(other, UINT64_MAX), -EALREADY);
	check_eq(port_allocate_timeout(other, 0), -EALREADY);
	set_nonblock(other, false);
	check_eq(port_allocate(other), -EALREADY);
	check_eq(port_waiters(owner), 1);
	check_eq(port_free(owner), 0);
	check_eq(port_allocate(other), -EDEADLK);
	check_eq(port_free(other), 0);
}

/*
 * The same while a process sleeps in the first request on the same descriptor
 */
static void allocate_beside_a_sleeper_is_already(void)
{
	pid_t pid;

	open_owned();
	pid = spawn_request(other, PARBITER_ALLOCATE, NULL);
	wait_asleep(pid, PARBITER_ALLOCATE);
	check_eq(port_allocate(other), -EALREADY);
	check_eq(port_try(other), -EBUSY);
	check_eq(port_free(other), -EPERM);
	check_eq(port_yield(other), -EPERM);
	check_eq(port_free(owner), 0);
	check_eq(join(pid), 0);
	check_eq(port_free(other), 0);
}

static void allocate_interrupted(unsigned long request, void *arg)
{
	struct parbiter_status before, after;
	pid_t pid;

	open_owned();
	handle(SIGUSR1, 0);
	before = port_status(owner);
	pid = spawn_request(other, request, arg);
	wait_asleep(pid, request);
	wait_waiters(owner, 1);
	kill(pid, SIGUSR1);
	check_eq(join(pid), EINTR);
	check_eq(port_waiters(owner), 0);
	after = port_status(owner);
	check_eq(after.cancels - before.cancels, 1);
	check_eq(port_free(owner), 0);
	check_eq(port_poll(other), 0);
	check(port_is_free(owner));
}

static void allocate_eintr(void)
{
	allocate_interrupted(PARBITER_ALLOCATE, NULL);
}

static void timeout_eintr(void)
{
	__u64 forever = UINT64_MAX;

	allocate_interrupted(PARBITER_ALLOCATE_TIMEOUT, &forever);
}

static void cancelled(unsigned long request, void *arg)
{
	pid_t pid;

	open_owned();
	pid = spawn_request(other, request, arg);
	wait_asleep(pid, request);
	check_eq(port_cancel(owner), -ENOENT);
	check_eq(port_cancel(other), 0);
	check_eq(join(pid), ECANCELED);
	check_eq(port_cancel(other), -ENOENT);
	check_eq(port_waiters(owner), 0);
	check_eq(port_free(owner), 0);
	check(port_is_free(other));
}

static void allocate_ecanceled(void)
{
	cancelled(PARBITER_ALLOCATE, NULL);
}

static void timeout_ecanceled(void)
{
	__u64 forever = UINT64_MAX;

	cancelled(PARBITER_ALLOCATE_TIMEOUT, &forever);
}

static void timeout_zero(void)
{
	struct parbiter_status before, after;

	open_two();
	before = port_status(owner);
	check_eq(port_allocate_timeout(owner, 0), 0);
	check_eq(port_allocate_timeout(other, 0), -ETIMEDOUT);
	set_nonblock(other, true);
	check_eq(port_allocate_timeout(other, 0), -ETIMEDOUT);
	check_eq(port_waiters(owner), 0);
	check_eq(port_free(owner), 0);
	check_eq(port_allocate_timeout(other, 0), 0);
	check_eq(port_free(other), 0);
	after = port_status(owner);
	check_eq(after.timeouts - before.timeouts, 2);
}

/* Short limits end, with O_NONBLOCK, too, and leave no request in the queue. */
static void timeout_short(void)
{
	static const uint64_t limits[] = {
		1, 999, 1000, 1000000, 20 * NSEC_PER_MSEC,
	};
	uint64_t start;
	unsigned int i;

	open_owned();
	for (i = 0; i < 2 * ARRAY_SIZE(limits); i++) {
		set_nonblock(other, i & 1);
		start = now_ns();
		check_eq(port_allocate_timeout(other, limits[i / 2]),
			 -ETIMEDOUT);
		check(now_ns() - start >= limits[i / 2]);
		check_eq(port_waiters(owner), 0);
	}
	check_eq(port_free(owner), 0);
	check_eq(port_poll(other), 0);
	check(port_is_free(other));
}

/*
 * A limit that is too large for the kernel to count means no limit: the call
 * waits and is granted the port.
 */
static void timeout_saturates(void)
{
	static __u64 limits[] = {
		UINT64_MAX, UINT64_MAX - 1, 1ULL << 63, (1ULL << 63) - 1,
		(1ULL << 63) - 1000, 1ULL << 62,
	};
	unsigned int i;
	pid_t pid;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		open_owned();
		set_nonblock(other, i & 1);
		pid = spawn_request(other, PARBITER_ALLOCATE_TIMEOUT,
				    &limits[i]);
		wait_asleep(pid, PARBITER_ALLOCATE_TIMEOUT);
		wait_waiters(owner, 1);
		check_eq(port_free(owner), 0);
		check_eq(join(pid), 0);
		check_eq(port_poll(other), POLLOUT);
		check_eq(port_free(other), 0);
		close(owner);
		close(other);
	}
}

static void try_busy(void)
{
	int third;

	open_owned();
	third = port_open(0);
	check_eq(port_try(other), -EBUSY);
	check_eq(port_try(owner), -EBUSY);
	set_nonblock(other, true);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_try(other), -EBUSY);
	check_eq(port_try(third), -EBUSY);
	check_eq(port_waiters(owner), 1);
	check_eq(port_free(owner), 0);
	check_eq(port_try(third), -EBUSY);
	check_eq(port_try(owner), -EBUSY);
	check_eq(port_free(other), 0);
	check_eq(port_try(third), 0);
	check_eq(port_free(third), 0);
}

static void free_by_others_is_eperm(void)
{
	struct parbiter_status before, after;

	open_two();
	before = port_status(owner);
	check_eq(port_free(owner), -EPERM);
	check_eq(port_allocate(owner), 0);
	check_eq(port_free(other), -EPERM);
	check(!port_is_free(other));
	set_nonblock(other, true);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_free(other), -EPERM);
	check_eq(port_waiters(owner), 1);
	check_eq(port_free(owner), 0);
	check_eq(port_free(owner), -EPERM);
	check_eq(port_poll(other), POLLOUT);
	check_eq(port_free(other), 0);
	after = port_status(owner);
	check_eq(after.refused_frees - before.refused_frees, 4);
	check_eq(after.frees - before.frees, 2);
}

static void cancel_nothing_is_enoent(void)
{
	open_two();
	check_eq(port_cancel(owner), -ENOENT);
	check_eq(port_allocate(owner), 0);
	check_eq(port_cancel(owner), -ENOENT);
	check_eq(port_cancel(other), -ENOENT);
	check_eq(port_poll(owner), POLLOUT);
	check_eq(port_free(owner), 0);
}

static void cancel_from_the_middle(void)
{
	int c[5];
	int i;

	for (i = 0; i < 5; i++) {
		c[i] = port_open_flags(0, O_NONBLOCK);
		check_eq(port_allocate(c[i]), i ? -EINPROGRESS : 0);
	}
	check_eq(port_cancel(c[2]), 0);
	check_eq(port_waiters(c[0]), 3);
	check_eq(port_allocate(c[2]), -EINPROGRESS);
	check_eq(port_free(c[0]), 0);
	check_eq(port_free(c[1]), 0);
	check_eq(port_free(c[3]), 0);
	check_eq(port_free(c[4]), 0);
	check_eq(port_free(c[2]), 0);
}

static void yield_alone_keeps(void)
{
	struct parbiter_status before, after;

	open_owned();
	before = port_status(owner);
	check_eq(port_yield(other), -EPERM);
	check_eq(port_yield(owner), 0);
	check_eq(port_poll(owner), POLLOUT);
	after = port_status(owner);
	check_eq(after.allocates, before.allocates);
	check_eq(after.frees, before.frees);
	check_eq(port_free(owner), 0);
	check_eq(port_yield(owner), -EPERM);
}

static void yield_joins_the_tail(void)
{
	int third;
	pid_t pid;

	open_owned();
	third = port_open_flags(0, O_NONBLOCK);
	set_nonblock(other, true);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_allocate(third), -EINPROGRESS);
	pid = spawn_request(owner, PARBITER_YIELD, NULL);
	wait_owner(other);
	wait_asleep(pid, PARBITER_YIELD);
	check_eq(port_waiters(owner), 2);
	check_eq(port_free(other), 0);
	check_eq(port_poll(third) & POLLOUT, POLLOUT);
	check_eq(task_state(pid), 'S');
	check_eq(port_free(third), 0);
	check_eq(join(pid), 0);
	check_eq(port_poll(owner), POLLOUT);
	check_eq(port_free(owner), 0);
}

/*
 * With O_NONBLOCK the call returns like PARBITER_ALLOCATE: the request is
 * queued.
 */
static void yield_nonblocking(void)
{
	open_owned();
	set_nonblock(owner, true);
	set_nonblock(other, true);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_yield(owner), -EINPROGRESS);
	check_eq(port_poll(other), POLLOUT | POLLPRI);
	check_eq(port_free(other), 0);
	check_eq(port_poll(owner), POLLOUT);
	check_eq(port_free(owner), 0);
}

/* When YIELD fails after it has given up the port, the port stays given up. */
static void yield_withdrawn(int how)
{
	pid_t pid;

	open_owned();
	handle(SIGUSR1, 0);
	set_nonblock(other, true);
	check_eq(port_allocate(other), -EINPROGRESS);
	pid = spawn_request(owner, PARBITER_YIELD, NULL);
	wait_owner(other);
	wait_asleep(pid, PARBITER_YIELD);
	if (how == EINTR)
		kill(pid, SIGUSR1);
	else
		check_eq(port_cancel(owner), 0);
	check_eq(join(pid), how);
	check_eq(port_waiters(other), 0);
	check_eq(port_free(owner), -EPERM);
	check_eq(port_free(other), 0);
	check(port_is_free(other));
}

static void yield_eintr(void)
{
	yield_withdrawn(EINTR);
}

static void yield_ecanceled(void)
{
	yield_withdrawn(ECANCELED);
}

static void unknown_is_enotty(void)
{
	static const unsigned long requests[] = {
		0, ~0UL, 0x5401 /* TCGETS */,
		_IO(PARBITER_IOC_TYPE, 0x0e), _IO(PARBITER_IOC_TYPE, 0xff),
		_IO(PARBITER_IOC_TYPE - 1, 0x00),
		_IO(PARBITER_IOC_TYPE + 1, 0x00),
		_IOW(PARBITER_IOC_TYPE, 0x00, struct parbiter_request),
		_IOW(PARBITER_IOC_TYPE, 0x01, __u32),
		_IOW(PARBITER_IOC_TYPE, 0x02, __u32),
		_IOR(PARBITER_IOC_TYPE, 0x02, __u64),
		_IOR(PARBITER_IOC_TYPE, 0x03, __u8),
		_IOR(PARBITER_IOC_TYPE, 0x07, __u64),
		_IOR(PARBITER_IOC_TYPE, 0x08, __u32),
		_IOR(PARBITER_IOC_TYPE, 0x09, struct parbiter_port_info),
		_IOWR(PARBITER_IOC_TYPE, 0x0a, struct parbiter_status),
		_IOWR(PARBITER_IOC_TYPE, 0x0b, struct parbiter_queue),
		_IOW(PARBITER_IOC_TYPE, 0x0c, struct parbiter_select),
		_IOW(PARBITER_IOC_TYPE, 0x0d, struct parbiter_select),
		/*
		 * PPS_GEN_SETENABLE and the other requests of the kernel's
		 * pps_gen
		 */
		_IO('p', 0xb0), _IOW('p', 0xb1, __u64), _IOW('p', 0xb2, __u32),
		_IOR('p', 0xb3, __u64), _IO('p', 0xb3), _IO('p', 0xb8),
	};
	char room[512] = "";
	unsigned int i;

	open_two();
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		note("request %#lx", requests[i]);
		check_eq(port_request(owner, requests[i], room), -ENOTTY);
	}
	check(port_is_free(owner));
}

int main(void)
{
	static const struct test tests[] = {
		TEST(allocate_free_port),
		TEST(allocate_own_port_is_deadlock),
		TEST(allocate_twice_is_already),
		TEST(allocate_beside_a_sleeper_is_already),
		TEST(allocate_eintr),
		TEST(allocate_ecanceled),
		TEST(timeout_zero),
		TEST(timeout_short),
		TEST(timeout_saturates),
		TEST(timeout_eintr),
		TEST(timeout_ecanceled),
		TEST(try_busy),
		TEST(free_by_others_is_eperm),
		TEST(cancel_nothing_is_enoent),
		TEST(cancel_from_the_middle),
		TEST(yield_alone_keeps),
		TEST(yield_joins_the_tail),
		TEST(yield_nonblocking),
		TEST(yield_eintr),
		TEST(yield_ecanceled),
		TEST(unknown_is_enotty),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
