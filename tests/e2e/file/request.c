// SPDX-License-Identifier: GPL-2.0
/*
 * PARBITER_REQUEST: the meaning of each flag, and the requests that are
 * refused. (EFAULT is tested in pointer.c, the deadline of a caller that is
 * stopped or traced in arbiter/deadline.c.)
 *
 * vm: ports=one kernels=stock,debug,kmsan timeout=120 smp=any kernels32=stock
 */
#include "lib.h"

#define TRY		PARBITER_REQUEST_TRY
#define QUEUE		PARBITER_REQUEST_QUEUE
#define DEADLINE	PARBITER_REQUEST_DEADLINE

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

static struct parbiter_request plain(void)
{
	struct parbiter_request request = {
		.size = sizeof(request),
		.device = PARBITER_DEVICE_NONE,
	};

	return request;
}

/* Start a child that sleeps in this request. */
static pid_t spawn_sleeper(int fd, struct parbiter_request *request)
{
	unsigned int waiters = port_waiters(fd);
	pid_t pid = spawn_request(fd, PARBITER_REQUEST, request);

	wait_waiters(fd, waiters + 1);
	wait_asleep(pid, PARBITER_REQUEST);
	return pid;
}

static void without_a_flag(void)
{
	struct parbiter_request request = plain();
	pid_t pid;

	open_two();
	check_eq(port_ask(owner, 0, 0), 0);
	check_eq(port_poll(owner), POLLOUT);
	check_eq(port_ask(owner, 0, 0), -EDEADLK);
	set_nonblock(other, true);
	check_eq(port_ask(other, 0, 0), -EINPROGRESS);
	check_eq(port_ask(other, 0, 0), -EALREADY);
	check_eq(port_cancel(other), 0);
	set_nonblock(other, false);
	pid = spawn_sleeper(other, &request);
	check_eq(port_cancel(other), 0);
	check_eq(join(pid), ECANCELED);
	pid = spawn_sleeper(other, &request);
	check_eq(port_free(owner), 0);
	check_eq(join(pid), 0);
	check_eq(port_free(other), 0);
}

static void try(void)
{
	open_two();
	check_eq(port_ask(owner, TRY, 0), 0);
	check_eq(port_ask(owner, TRY, 0), -EBUSY);
	check_eq(port_ask(other, TRY, 0), -EBUSY);
	set_nonblock(other, true);
	check_eq(port_ask(other, TRY, 0), -EBUSY);
	check_eq(port_waiters(owner), 0);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_ask(other, TRY, 0), -EBUSY);
	check_eq(port_free(owner), 0);
	check_eq(port_ask(owner, TRY, 0), -EBUSY);
	check_eq(port_free(other), 0);
}

/*
 * A request with PARBITER_REQUEST_QUEUE never waits in the call, with
 * O_NONBLOCK or without.
 */
static void queue(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		open_two();
		set_nonblock(owner, i);
		set_nonblock(other, i);
		check_eq(port_ask(owner, QUEUE, 0), 0);
		check_eq(port_ask(owner, QUEUE, 0), -EDEADLK);
		check_eq(port_ask(other, QUEUE, 0), -EINPROGRESS);
		check_eq(port_poll(other), 0);
		check_eq(port_ask(other, QUEUE, 0), -EALREADY);
		check_eq(port_waiters(owner), 1);
		check_eq(port_cancel(other), 0);
		check_eq(port_ask(other, QUEUE, 0), -EINPROGRESS);
		check_eq(port_free(owner), 0);
		wait_owner(other);
		check_eq(port_free(other), 0);
		close(owner);
		close(other);
	}
}

/* The queued request remains when the process that made it has ended. */
static void queued_by_a_process_that_ends(void)
{
	struct parbiter_request request = plain();

	open_owned();
	request.flags = QUEUE;
	check_eq(join(spawn_request(other, PARBITER_REQUEST, &request)),
		 EINPROGRESS);
	check_eq(port_waiters(owner), 1);
	check_eq(port_free(owner), 0);
	wait_owner(other);
	check_eq(port_free(other), 0);
}

/* A deadline in the past means: grant the port at once, or not at all. */
static void deadline_in_the_past(void)
{
	const uint64_t past[] = { 0, 1, now_ns() / 2, now_ns() };
	struct parbiter_status before, after;
	unsigned int i;

	open_two();
	before = port_status(owner);
	for (i = 0; i < 2 * ARRAY_SIZE(past); i++) {
		set_nonblock(owner, i & 1);
		set_nonblock(other, i & 1);
		check_eq(port_ask(owner, DEADLINE, past[i / 2]), 0);
		check_eq(port_ask(owner, DEADLINE, past[i / 2]), -EDEADLK);
		check_eq(port_ask(other, DEADLINE, past[i / 2]), -ETIMEDOUT);
		check_eq(port_waiters(owner), 0);
		check_eq(port_free(owner), 0);
	}
	after = port_status(owner);
	check_eq(after.timeouts - before.timeouts, 2 * ARRAY_SIZE(past));
	check_eq(after.allocates - before.allocates, 2 * ARRAY_SIZE(past));
}

/*
 * The deadline is an absolute time: the call ends then and not earlier, with
 * O_NONBLOCK or without.
 */
static void deadline_in_the_future(void)
{
	static const uint64_t limits[] = {
		1000, 1000000, 20 * NSEC_PER_MSEC,
	};
	uint64_t deadline;
	unsigned int i;

	open_owned();
	for (i = 0; i < 2 * ARRAY_SIZE(limits); i++) {
		set_nonblock(other, i & 1);
		deadline = now_ns() + limits[i / 2];
		check_eq(port_ask(other, DEADLINE, deadline), -ETIMEDOUT);
		check(now_ns() >= deadline);
		check_eq(port_waiters(owner), 0);
	}
	check_eq(port_free(owner), 0);
	check_eq(port_poll(other), 0);
	check(port_is_free(other));
}

/*
 * Deadlines that are far away or too large for the kernel to count: the request
 * is granted, is cancelled, or ends by a signal.
 */
static void deadline_far_away(void)
{
	static const uint64_t far[] = {
		UINT64_MAX, UINT64_MAX - 1, 1ULL << 63, (1ULL << 63) - 1,
		1ULL << 62,
	};
	struct parbiter_request request = plain();
	unsigned int i;
	pid_t pid;

	request.flags = DEADLINE;
	handle(SIGUSR1, SA_RESTART);
	for (i = 0; i < ARRAY_SIZE(far); i++) {
		open_owned();
		set_nonblock(other, i & 1);
		request.deadline_ns = far[i];
		pid = spawn_sleeper(other, &request);
		check_eq(port_ask(other, DEADLINE, far[i]), -EALREADY);
		check_eq(port_cancel(other), 0);
		check_eq(join(pid), ECANCELED);
		pid = spawn_sleeper(other, &request);
		kill(pid, SIGUSR1);
		check_eq(join(pid), EINTR);
		pid = spawn_sleeper(other, &request);
		check_eq(port_free(owner), 0);
		check_eq(join(pid), 0);
		check_eq(port_poll(other), POLLOUT);
		check_eq(port_free(other), 0);
		close(owner);
		close(other);
	}
}

/* Requests of this form and of the other forms stand in one queue. */
static void forms_share_one_queue(void)
{
	struct parbiter_request request = plain();
	int third = port_open_flags(0, O_NONBLOCK);
	int fourth = port_open(0);
	pid_t pid;

	open_owned();
	pid = spawn_sleeper(other, &request);
	check_eq(port_allocate(third), -EINPROGRESS);
	check_eq(port_ask(fourth, QUEUE, 0), -EINPROGRESS);
	check_eq(port_position(other), 1);
	check_eq(port_position(third), 2);
	check_eq(port_position(fourth), 3);
	check_eq(port_free(owner), 0);
	check_eq(join(pid), 0);
	check_eq(port_poll(third), 0);
	check_eq(port_free(other), 0);
	wait_owner(third);
	check_eq(port_poll(fourth), 0);
	check_eq(port_free(third), 0);
	wait_owner(fourth);
	check_eq(port_free(fourth), 0);
}

/*
 * Check that the request fails with @error in each state of the client, and
 * that nothing has changed.
 */
static void check_refused(const struct parbiter_request *request, int error)
{
	struct parbiter_request copy = *request;

	check_eq(port_request(owner, PARBITER_REQUEST, &copy), error);
	check_eq(port_request(other, PARBITER_REQUEST, &copy), error);
	check(port_is_free(owner));

	check_eq(port_try(owner), 0);
	check_eq(port_ask(other, QUEUE, 0), -EINPROGRESS);
	check_eq(port_request(owner, PARBITER_REQUEST, &copy), error);
	check_eq(port_request(other, PARBITER_REQUEST, &copy), error);
	check_eq(port_waiters(owner), 1);
	check_eq(port_free(owner), 0);
	wait_owner(other);
	check_eq(port_free(other), 0);
	check_eq(memcmp(&copy, request, sizeof(copy)), 0);
}

static void flags_exclude_each_other(void)
{
	static const __u32 pairs[] = {
		TRY | QUEUE, TRY | DEADLINE, QUEUE | DEADLINE,
		TRY | QUEUE | DEADLINE,
	};
	struct parbiter_request request = plain();
	unsigned int i;

	open_two();
	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		request.flags = pairs[i];
		request.deadline_ns = 0;
		check_refused(&request, -EINVAL);
		if (pairs[i] & DEADLINE) {
			request.deadline_ns = UINT64_MAX;
			check_refused(&request, -EINVAL);
		}
	}
}

static void unknown_flags(void)
{
	struct parbiter_request request = plain();
	unsigned int bit;

	open_two();
	for (bit = 3; bit < 32; bit++) {
		request.flags = 1U << bit;
		check_refused(&request, -EINVAL);
		request.flags |= TRY;
		check_refused(&request, -EINVAL);
	}
	request.flags = ~0U;
	check_refused(&request, -EINVAL);
}

/* io/select.c selects devices; here the port has no chain. */
static void devices(void)
{
	static const __s32 others[] = { 5, -2, INT32_MIN, INT32_MAX };
	struct parbiter_request request = plain();
	unsigned int i;

	open_two();
	for (i = 0; i < ARRAY_SIZE(others); i++) {
		request.device = others[i];
		request.flags = 0;
		check_refused(&request, -EINVAL);
		request.flags = TRY;
		check_refused(&request, -EINVAL);
	}
	for (request.device = 0; request.device < PARBITER_DEVICE_END;
	     request.device++) {
		check_eq(port_request(owner, PARBITER_REQUEST, &request), -ENXIO);
		check(port_is_free(owner));
	}
	check_eq(port_request(owner, PARBITER_REQUEST, &request), 0);
	check_eq(port_free(owner), 0);
}

static void what_must_be_zero(void)
{
	static const __u32 flags[] = { 0, TRY, QUEUE };
	struct parbiter_request request = plain();
	unsigned int i;

	open_two();
	request.reserved = 1;
	check_refused(&request, -EINVAL);
	request.reserved = 1U << 31;
	check_refused(&request, -EINVAL);
	request.reserved = 0;
	for (i = 0; i < ARRAY_SIZE(flags); i++) {
		request.flags = flags[i];
		request.deadline_ns = 1;
		check_refused(&request, -EINVAL);
		request.deadline_ns = UINT64_MAX;
		check_refused(&request, -EINVAL);
	}
}

static void too_short(void)
{
	struct parbiter_request request = plain();

	open_two();
	for (request.size = 0; request.size < PARBITER_REQUEST_SIZE_V1;
	     request.size++)
		check_refused(&request, -EINVAL);
}

static void size_beyond_a_page(void)
{
	struct parbiter_request request = plain();

	open_two();
	request.size = UINT32_MAX;
	check_refused(&request, -E2BIG);
	request.size = 0x80000000;
	check_refused(&request, -E2BIG);
}

/*
 * The larger structure of a later version of the interface, with all new fields
 * zero, is accepted.
 */
static void larger_size(void)
{
	struct {
		struct parbiter_request known;
		char tail[2001];
	} request = { .known = plain() };
	unsigned int i;

	open_two();
	for (i = 1; i < sizeof(request.tail); i += i < 20 ? 1 : 99) {
		request.known.size = sizeof(request.known) + i;
		check_eq(port_request(owner, PARBITER_REQUEST, &request), 0);
		check_eq(port_free(owner), 0);
		/*
		 * The kernel does not look at memory behind the size that the
		 * caller gave.
		 */
		request.tail[i] = 1;
		check_eq(port_request(owner, PARBITER_REQUEST, &request), 0);
		check_eq(port_free(owner), 0);
		request.tail[i] = 0;
		/*
		 * The first and the last byte that this version does not know
		 * must be zero.
		 */
		request.tail[i - 1] = 1;
		check_eq(port_request(owner, PARBITER_REQUEST, &request),
			 -E2BIG);
		request.tail[i - 1] = 0;
		request.tail[0] = (char)0x80;
		check_eq(port_request(owner, PARBITER_REQUEST, &request),
			 -E2BIG);
		request.tail[0] = 0;
		check(port_is_free(other));
	}
}

int main(void)
{
	static const struct test tests[] = {
		TEST(without_a_flag),
		TEST(try),
		TEST(queue),
		TEST(queued_by_a_process_that_ends),
		TEST(deadline_in_the_past),
		TEST(deadline_in_the_future),
		TEST(deadline_far_away),
		TEST(forms_share_one_queue),
		TEST(flags_exclude_each_other),
		TEST(unknown_flags),
		TEST(devices),
		TEST(what_must_be_zero),
		TEST(too_short),
		TEST(size_beyond_a_page),
		TEST(larger_size),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
