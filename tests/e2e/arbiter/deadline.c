// SPDX-License-Identifier: GPL-2.0
/*
 * A request with a time limit ends in time, even if its caller is stopped,
 * continued or traced meanwhile. Each of these interrupts the call, and the
 * kernel restarts it. If a restarted call began its time limit anew, it would
 * never end here, because the interruptions come at intervals that are shorter
 * than the limit.
 *
 * vm: ports=one kernels=stock,debug timeout=120 smp=any kernels32=stock seconds=6
 */
#include "lib.h"

#include <sys/ptrace.h>
#include <sys/wait.h>

/*
 * Many times as long as it takes to stop and continue a process on this kernel
 */
#define LIMIT		(slow_kernel() ? 2 * NSEC_PER_SEC : NSEC_PER_SEC / 2)
#define FOREVER		(~0ULL)

static int owner, other;

/**
 * struct call - a call with a time limit
 * @request: the ioctl request
 * @timeout: argument of PARBITER_ALLOCATE_TIMEOUT
 * @struct_request: argument of PARBITER_REQUEST
 * @deadline: the end of the limit. It is computed before the call is made, so
 *	the kernel's own deadline is not earlier.
 * @pid: the calling process
 */
struct call {
	unsigned long request;
	__u64 timeout;
	struct parbiter_request struct_request;
	uint64_t deadline;
	pid_t pid;
};

static void begin(struct call *call, unsigned long request, uint64_t limit)
{
	void *arg = &call->timeout;

	owner = port_open(0);
	other = port_open(0);
	check_eq(port_allocate(owner), 0);
	memset(call, 0, sizeof(*call));
	call->request = request;
	call->timeout = limit;
	call->deadline = limit == FOREVER ? FOREVER : now_ns() + limit;
	if (request == PARBITER_REQUEST) {
		call->struct_request.size = sizeof(call->struct_request);
		call->struct_request.flags = PARBITER_REQUEST_DEADLINE;
		call->struct_request.device = PARBITER_DEVICE_NONE;
		call->struct_request.deadline_ns = call->deadline;
		arg = &call->struct_request;
	}
	call->pid = spawn_request(other, request, arg);
	wait_asleep(call->pid, request);
}

/* Return whether the caller sleeps in its call again, or has ended. */
static bool has_settled(const struct call *call)
{
	return task_state(call->pid) == 'Z' ||
	       (task_state(call->pid) == 'S' && port_waiters(owner) == 1);
}

static bool has_ended(const struct call *call)
{
	return task_state(call->pid) == 'Z';
}

static void check_timed_out(struct call *call)
{
	check_eq(join(call->pid), ETIMEDOUT);
	check(now_ns() >= call->deadline);
	check_eq(port_waiters(owner), 0);
	check_eq(port_free(owner), 0);
	check(port_is_free(other));
}

static void stop(const struct call *call)
{
	int status;

	kill(call->pid, SIGSTOP);
	check_eq(waitpid(call->pid, &status, WUNTRACED), call->pid);
	check(WIFSTOPPED(status));
}

static void stop_until_past(const struct call *call)
{
	stop(call);
	wait_for(now_ns() > call->deadline);
	kill(call->pid, SIGCONT);
	wait_for(has_settled(call));
}

/*
 * Stop and continue the caller until its call ends. Each time, wait until the
 * caller is back in its call.
 */
static void stop_until_ended(const struct call *call)
{
	uint64_t until = now_ns() + HANG_LIMIT * NSEC_PER_SEC;

	while (!has_ended(call)) {
		if (now_ns() > until)
			fail("it began its time anew, each time");
		kill(call->pid, SIGSTOP);
		wait_for(task_state(call->pid) == 'T' || has_ended(call));
		kill(call->pid, SIGCONT);
		wait_for(has_settled(call));
	}
}

static void stopped(unsigned long request)
{
	struct call call;

	begin(&call, request, LIMIT);
	stop_until_ended(&call);
	check_timed_out(&call);
}

static void stopped_past_it(unsigned long request)
{
	struct call call;

	begin(&call, request, LIMIT);
	stop_until_past(&call);
	stop_until_ended(&call);
	check_timed_out(&call);
}

static void allocate_timeout_stopped(void)
{
	stopped(PARBITER_ALLOCATE_TIMEOUT);
}

static void allocate_timeout_stopped_past_it(void)
{
	stopped_past_it(PARBITER_ALLOCATE_TIMEOUT);
}

static void request_stopped(void)
{
	stopped(PARBITER_REQUEST);
}

static void request_stopped_past_it(void)
{
	stopped_past_it(PARBITER_REQUEST);
}

/*
 * Interrupt the caller as a tracer that attaches to a running process (strace
 * -p) does, until its call ends.
 */
static void trace_until_ended(const struct call *call)
{
	uint64_t until = now_ns() + HANG_LIMIT * NSEC_PER_SEC;
	int status;

	check_eq(ptrace(PTRACE_SEIZE, call->pid, NULL, NULL), 0);
	while (!has_ended(call)) {
		if (now_ns() > until)
			fail("it began its time anew, each time");
		check_eq(ptrace(PTRACE_INTERRUPT, call->pid, NULL, NULL), 0);
		wait_for(task_state(call->pid) == 't' || has_ended(call));
		if (has_ended(call))
			break;
		check_eq(waitpid(call->pid, &status, __WALL), call->pid);
		check_eq(ptrace(PTRACE_CONT, call->pid, NULL, NULL), 0);
		wait_for(has_settled(call));
	}
}

static void traced(unsigned long request)
{
	struct call call;

	begin(&call, request, LIMIT);
	trace_until_ended(&call);
	check_timed_out(&call);
}

static void allocate_timeout_traced(void)
{
	traced(PARBITER_ALLOCATE_TIMEOUT);
}

static void request_traced(void)
{
	traced(PARBITER_REQUEST);
}

/*
 * A caller that is continued before its time limit is granted the port as
 * usual.
 */
static void granted_after_all(unsigned long request, uint64_t limit)
{
	struct call call;
	int i;

	begin(&call, request, limit);
	for (i = 0; i < 10; i++) {
		stop(&call);
		check_eq(port_waiters(owner), 0);
		kill(call.pid, SIGCONT);
		wait_waiters(owner, 1);
		wait_asleep(call.pid, request);
	}
	check_eq(port_free(owner), 0);
	check_eq(join(call.pid), 0);
	check_eq(port_poll(other), POLLOUT);
	check_eq(port_free(other), 0);
	close(owner);
	close(other);
}

static void a_grant_comes_in_time(void)
{
	static const uint64_t limits[] = {
		3600 * NSEC_PER_SEC, FOREVER, FOREVER >> 1,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(limits); i++) {
		granted_after_all(PARBITER_ALLOCATE_TIMEOUT, limits[i]);
		granted_after_all(PARBITER_REQUEST, limits[i]);
	}
}

/*
 * A signal handler ends the call with EINTR, even if the call has been
 * restarted before.
 */
static void a_handler_ends_it_later(void)
{
	struct call call;

	handle(SIGUSR1, SA_RESTART);
	begin(&call, PARBITER_ALLOCATE_TIMEOUT, FOREVER);
	stop(&call);
	kill(call.pid, SIGCONT);
	wait_waiters(owner, 1);
	wait_asleep(call.pid, call.request);
	kill(call.pid, SIGUSR1);
	check_eq(join(call.pid), EINTR);
	check_eq(port_waiters(owner), 0);
	check_eq(port_free(owner), 0);
}

/*
 * While the caller is stopped, it has no request in the queue. Once it is
 * continued, its request can be cancelled.
 */
static void cancelled_after_it_went_on(void)
{
	struct call call;

	begin(&call, PARBITER_ALLOCATE_TIMEOUT, FOREVER);
	stop(&call);
	check_eq(port_cancel(other), -ENOENT);
	kill(call.pid, SIGCONT);
	wait_waiters(owner, 1);
	wait_asleep(call.pid, call.request);
	check_eq(port_cancel(other), 0);
	check_eq(join(call.pid), ECANCELED);
	check_eq(port_free(owner), 0);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(allocate_timeout_stopped),
		TEST(allocate_timeout_stopped_past_it),
		TEST(request_stopped),
		TEST(request_stopped_past_it),
		TEST(allocate_timeout_traced),
		TEST(request_traced),
		TEST(a_grant_comes_in_time),
		TEST(a_handler_ends_it_later),
		TEST(cancelled_after_it_went_on),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
