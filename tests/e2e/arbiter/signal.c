// SPDX-License-Identifier: GPL-2.0
/*
 * Signals, stops and freezes while a caller sleeps in its request: which of
 * them withdraw the request, which move it to the tail of the queue, and which
 * do not change its place.
 *
 * vm: ports=one kernels=stock,debug,kcsan timeout=120 seconds=6
 */
#include "lib.h"

#include <sys/stat.h>
#include <sys/wait.h>

static int owner, first, second;
static pid_t sleeper;

/*
 * Queue two clients: a process sleeps in its request at the head of the queue,
 * and a client that polls is behind it.
 */
static void queue_two(void)
{
	owner = port_open(0);
	first = port_open(0);
	second = port_open_flags(0, O_NONBLOCK);
	check_eq(port_allocate(owner), 0);
	sleeper = spawn_request(first, PARBITER_ALLOCATE, NULL);
	wait_asleep(sleeper, PARBITER_ALLOCATE);
	check_eq(port_allocate(second), -EINPROGRESS);
	check_eq(port_position(first), 1);
	check_eq(port_position(second), 2);
}

/*
 * Check that the second client is granted the port first, and then the sleeper.
 */
static void check_served_last(void)
{
	check_eq(port_free(owner), 0);
	wait_owner(second);
	check_eq(port_free(second), 0);
	check_eq(join(sleeper), 0);
	check_eq(port_free(first), 0);
}

static void check_served_first(void)
{
	check_eq(port_free(owner), 0);
	check_eq(join(sleeper), 0);
	check_eq(port_poll(second), 0);
	check_eq(port_free(first), 0);
	wait_owner(second);
	check_eq(port_free(second), 0);
}

static void handler_without_restart(void)
{
	handle(SIGUSR1, 0);
	queue_two();
	kill(sleeper, SIGUSR1);
	check_eq(join(sleeper), EINTR);
	check_eq(port_waiters(owner), 1);
	check_eq(port_position(second), 1);
	check_eq(port_free(owner), 0);
	wait_owner(second);
	check_eq(port_free(second), 0);
	check_eq(port_free(first), -EPERM);
}

static void handler_with_restart(void)
{
	handle(SIGUSR1, SA_RESTART);
	queue_two();
	kill(sleeper, SIGUSR1);
	wait_for(port_position(first) == 2);
	check_served_last();
}

static void ignored_signal(void)
{
	signal(SIGUSR1, SIG_IGN);
	queue_two();
	kill(sleeper, SIGUSR1);
	kill(sleeper, SIGURG);
	check(port_position(first) == 1);
	check_served_first();
}

static void stop_and_continue(void)
{
	int status;

	queue_two();
	kill(sleeper, SIGSTOP);
	check_eq(waitpid(sleeper, &status, WUNTRACED), sleeper);
	check(WIFSTOPPED(status));
	check_eq(port_waiters(owner), 1);
	kill(sleeper, SIGCONT);
	wait_for(port_position(first) == 2);
	check_served_last();
}

/*
 * While the caller is stopped, the port is granted to other clients. After they
 * have freed it, it is free.
 */
static void served_while_stopped(void)
{
	int status;

	queue_two();
	kill(sleeper, SIGSTOP);
	check_eq(waitpid(sleeper, &status, WUNTRACED), sleeper);
	check_eq(port_free(owner), 0);
	wait_owner(second);
	check_eq(port_free(second), 0);
	check(port_is_free(owner));
	kill(sleeper, SIGCONT);
	check_eq(join(sleeper), 0);
	check_eq(port_free(first), 0);
}

static void fatal_signal(void)
{
	queue_two();
	kill(sleeper, SIGTERM);
	check_eq(join(sleeper), 128 + SIGTERM);
	check_eq(port_waiters(owner), 1);
	check_eq(port_free(owner), 0);
	wait_owner(second);
	check_eq(port_free(second), 0);
}

/*
 * A signal with a handler ends a request with a time limit, even if the handler
 * is installed with SA_RESTART.
 */
static void timeout_with_restart(void)
{
	__u64 forever = UINT64_MAX;

	handle(SIGUSR1, SA_RESTART);
	owner = port_open(0);
	first = port_open(0);
	check_eq(port_allocate(owner), 0);
	sleeper = spawn_request(first, PARBITER_ALLOCATE_TIMEOUT, &forever);
	wait_asleep(sleeper, PARBITER_ALLOCATE_TIMEOUT);
	kill(sleeper, SIGUSR1);
	check_eq(join(sleeper), EINTR);
	check_eq(port_waiters(owner), 0);
	check_eq(port_free(owner), 0);
}

/*
 * A request whose caller is stopped and continued is made again, at the tail of
 * the queue.
 */
static void timeout_stop_and_continue(void)
{
	__u64 forever = UINT64_MAX;
	int status;

	owner = port_open(0);
	first = port_open(0);
	second = port_open_flags(0, O_NONBLOCK);
	check_eq(port_allocate(owner), 0);
	sleeper = spawn_request(first, PARBITER_ALLOCATE_TIMEOUT, &forever);
	wait_asleep(sleeper, PARBITER_ALLOCATE_TIMEOUT);
	check_eq(port_allocate(second), -EINPROGRESS);
	kill(sleeper, SIGSTOP);
	check_eq(waitpid(sleeper, &status, WUNTRACED), sleeper);
	kill(sleeper, SIGCONT);
	wait_for(port_position(first) == 2);
	check_served_last();
}

static int signalled_for_ever(void *arg)
{
	volatile unsigned int *turns = arg;
	int fd = port_open(0);
	int ret;

	for (;;) {
		ret = port_allocate(fd);
		check(ret == 0 || ret == -EINTR);
		if (ret)
			continue;
		++*turns;
		check_eq(port_free(fd), 0);
	}
	return 0;
}

/*
 * A signal and the grant come at the same time: the caller either owns the port
 * or gets EINTR, never both.
 */
static void signal_races_grant(void)
{
	unsigned int rounds = effort(20000);
	unsigned int *turns = share(sizeof(*turns));
	pid_t pids[4];
	unsigned int i;

	handle(SIGUSR1, 0);
	for (i = 0; i < ARRAY_SIZE(pids); i++)
		pids[i] = spawn(signalled_for_ever, turns);
	for (i = 0; i < rounds; i++)
		kill(pids[i % ARRAY_SIZE(pids)], SIGUSR1);
	wait_for(*(volatile unsigned int *)turns > 100);
	for (i = 0; i < ARRAY_SIZE(pids); i++) {
		kill(pids[i], SIGKILL);
		check_eq(join(pids[i]), 128 + SIGKILL);
	}
	note("%u signals, %u turns", rounds, *turns);
}

#define CGROUP	"/sys/fs/cgroup/parbiter-e2e"

static bool is_frozen(const char *want)
{
	char buf[256];

	return read_file(CGROUP "/cgroup.events", buf, sizeof(buf)) &&
	       strstr(buf, want);
}

/*
 * The cgroup freezer interrupts a call like a signal does. Once the caller is
 * thawed, it is granted the port.
 */
static void cgroup_freezer(void)
{
	char pid[16];

	if (mkdir(CGROUP, 0755) != 0 || access(CGROUP "/cgroup.freeze", F_OK))
		skip("no cgroup freezer");
	queue_two();
	snprintf(pid, sizeof(pid), "%d", (int)sleeper);
	check_eq(write_file(CGROUP "/cgroup.procs", pid), 0);
	check_eq(write_file(CGROUP "/cgroup.freeze", "1"), 0);
	wait_for(is_frozen("frozen 1"));
	check_eq(port_free(owner), 0);
	wait_owner(second);
	check_eq(port_free(second), 0);
	check_eq(write_file(CGROUP "/cgroup.freeze", "0"), 0);
	check_eq(join(sleeper), 0);
	check_eq(port_free(first), 0);
	rmdir(CGROUP);
}

/* A suspend freezes and thaws all tasks; no waiter loses its place. */
static void suspend_keeps_the_order(void)
{
	queue_two();
	if (freeze_all_tasks()) {
		check_served_first();
		skip("no suspend here");
	}
	check(port_position(first) == 1);
	wait_asleep(sleeper, PARBITER_ALLOCATE);
	check_served_first();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(handler_without_restart),
		TEST(handler_with_restart),
		TEST(ignored_signal),
		TEST(stop_and_continue),
		TEST(served_while_stopped),
		TEST(fatal_signal),
		TEST(timeout_with_restart),
		TEST(timeout_stop_and_continue),
		TEST(signal_races_grant),
		TEST(cgroup_freezer),
		TEST(suspend_keeps_the_order),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
