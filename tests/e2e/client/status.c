// SPDX-License-Identifier: GPL-2.0
/*
 * What a client is told about itself and about the port: PARBITER_GET_STATUS,
 * PARBITER_GET_PORT_INFO and /proc/PID/fdinfo.
 *
 * vm: ports=one kernels=stock,debug,kmsan timeout=120 smp=any
 */
#include "libkclient.h"
#include "libnative.h"

#include <linux/parport.h>
#include <pthread.h>
#include <sched.h>

static void status_free(void)
{
	int fd = port_open(0);
	struct parbiter_status st = port_status(fd);

	check_eq(st.state, PARBITER_STATE_FREE);
	check_eq(st.owner_kind, PARBITER_KIND_NONE);
	check_eq(st.owner_pid, 0);
	check_eq(st.waiters, 0);
	check_eq(st.held_ns, 0);
	check_eq(st.owner[0], '\0');
	check_eq(st.caller, PARBITER_CALLER_IDLE);
	check_eq(st.position, 0);
	check_eq(st.device, PARBITER_DEVICE_NONE);
	for (unsigned int i = 0; i < sizeof(st.owner); i++)
		check_eq(st.owner[i], 0);
}

static void status_owned(void)
{
	int fd = port_open(0);
	int other = port_open_flags(0, O_NONBLOCK);
	struct parbiter_status st;
	char comm[64];

	check(read_file("/proc/self/comm", comm, sizeof(comm)));
	comm[strcspn(comm, "\n")] = '\0';
	check_eq(port_allocate(fd), 0);
	check_eq(port_allocate(other), -EINPROGRESS);
	st = port_status(other);
	check_eq(st.state, PARBITER_STATE_OWNED);
	check_eq(st.owner_kind, PARBITER_KIND_PROCESS);
	check_eq(st.owner_pid, getpid());
	check_eq(st.waiters, 1);
	check_eq(strcmp(st.owner, comm), 0);
	wait_for(port_status(fd).held_ns > 0);
	check_eq(port_free(fd), 0);
	check_eq(port_free(other), 0);
	check_eq(port_status(fd).held_ns, 0);
	check(port_status(fd).longest_hold_ns > 0);
	check(port_status(fd).longest_wait_ns > 0);
}

static void *allocate_in_thread(void *arg)
{
	check_eq(port_allocate(*(int *)arg), 0);
	return NULL;
}

/*
 * The status names the process of the owner, whichever of its threads made the
 * request.
 */
static void status_of_a_thread(void)
{
	int fd = port_open(0);
	pthread_t thread;

	check_eq(pthread_create(&thread, NULL, allocate_in_thread, &fd), 0);
	pthread_join(thread, NULL);
	check_eq(port_status(fd).owner_pid, getpid());
	check_eq(port_free(fd), 0);
}

/*
 * The longest hold time and the longest wait time are those of the whole life
 * of the port, and never become shorter.
 */
static void status_longest(void)
{
	int fd = port_open(0);
	struct parbiter_status st;
	__u64 held;

	check_eq(port_allocate(fd), 0);
	held = port_status(fd).longest_hold_ns;
	wait_for(port_status(fd).held_ns > held);
	check_eq(port_free(fd), 0);
	st = port_status(fd);
	check(st.longest_hold_ns > held);
	check_eq(port_allocate(fd), 0);
	check_eq(port_free(fd), 0);
	check_eq(port_status(fd).longest_hold_ns, st.longest_hold_ns);
}

static void status_counts(void)
{
	struct parbiter_status a, b;
	int fd = port_open(0);
	int other = port_open_flags(0, O_NONBLOCK);

	a = port_status(fd);
	check_eq(port_try(fd), 0);
	check_eq(port_allocate(other), -EINPROGRESS);
	close(other);
	wait_waiters(fd, 0);
	other = port_open(0);
	check_eq(port_allocate_timeout(other, 1000), -ETIMEDOUT);
	check_eq(port_free(other), -EPERM);
	check_eq(port_free(fd), 0);
	b = port_status(fd);
	check_eq(b.allocates - a.allocates, 1);
	check_eq(b.frees - a.frees, 1);
	check_eq(b.cancels - a.cancels, 1);
	check_eq(b.timeouts - a.timeouts, 1);
	check_eq(b.refused_frees - a.refused_frees, 1);
}

static int first_of_namespace(void *arg)
{
	int *outside = arg;
	int fd = port_open(0);

	check_eq(getpid(), 1);
	check_eq(port_status(*outside).state, PARBITER_STATE_OWNED);
	check_eq(port_status(*outside).owner_pid, 0);
	check_eq(port_free(*outside), 0);
	check_eq(port_allocate(fd), 0);
	check_eq(port_status(fd).owner_pid, 1);
	return 0;
}

/*
 * Process numbers are those of the namespace of the caller; a process outside
 * of it has the number 0.
 */
static void status_in_a_pid_namespace(void)
{
	int fd = port_open(0);

	check_eq(port_allocate(fd), 0);
	if (unshare(CLONE_NEWPID) != 0) {
		port_free(fd);
		skip("no pid namespaces: %s", strerror(errno));
	}
	check_eq(join(spawn(first_of_namespace, &fd)), 0);
	wait_for(port_is_free(fd));
}

static int own_until_told(void *arg)
{
	int *pipes = arg;
	int fd = port_open(0);
	char byte;

	check_eq(port_allocate(fd), 0);
	check_eq(write(pipes[1], "", 1), 1);
	check_eq(read(pipes[2], &byte, 1), 1);
	return 0;
}

/*
 * A caller outside of the namespace sees the owner inside with its outer
 * process number.
 */
static void status_of_another_process(void)
{
	int fd = port_open(0);
	int pipes[4];
	char byte;
	pid_t pid;

	check_eq(pipe(pipes), 0);
	check_eq(pipe(pipes + 2), 0);
	pid = spawn(own_until_told, pipes);
	check_eq(read(pipes[0], &byte, 1), 1);
	check_eq(port_status(fd).owner_pid, pid);
	check_eq(write(pipes[3], "", 1), 1);
	check_eq(join(pid), 0);
	wait_for(port_is_free(fd));
	check_eq(port_status(fd).owner_pid, 0);
}

static void check_caller(int fd, unsigned int caller, unsigned int position)
{
	struct parbiter_status st = port_status(fd);

	check_eq(st.caller, caller);
	check_eq(st.position, position);
}

/* The state of the client that asks, and its position in the queue */
static void status_of_the_caller(void)
{
	int c[4];
	int i;

	for (i = 0; i < 4; i++) {
		c[i] = port_open_flags(0, O_NONBLOCK);
		check_caller(c[i], PARBITER_CALLER_IDLE, 0);
	}
	for (i = 0; i < 4; i++)
		check_eq(port_allocate(c[i]), i ? -EINPROGRESS : 0);
	check_caller(c[0], PARBITER_CALLER_OWNER, 0);
	for (i = 1; i < 4; i++)
		check_caller(c[i], PARBITER_CALLER_QUEUED, (unsigned int)i);
	check_eq(port_cancel(c[2]), 0);
	check_caller(c[2], PARBITER_CALLER_IDLE, 0);
	check_caller(c[3], PARBITER_CALLER_QUEUED, 2);
	check_eq(port_free(c[0]), 0);
	check_caller(c[0], PARBITER_CALLER_IDLE, 0);
	check_caller(c[1], PARBITER_CALLER_OWNER, 0);
	check_caller(c[3], PARBITER_CALLER_QUEUED, 1);
	check_eq(port_free(c[1]), 0);
	check_caller(c[3], PARBITER_CALLER_OWNER, 0);
	check_eq(port_free(c[3]), 0);
	check_caller(c[3], PARBITER_CALLER_IDLE, 0);
}

/* A client waits behind a kernel client and behind a native driver. */
static void status_kinds(void)
{
	int fd = port_open_flags(0, O_NONBLOCK);
	int kernel = kclient_open(0);
	int native = ppdev_open(0);
	struct parbiter_status st;

	check_eq(kclient(kernel, "allocate"), 0);
	st = port_status(fd);
	check_eq(st.state, PARBITER_STATE_OWNED);
	check_eq(st.owner_kind, PARBITER_KIND_DRIVER);
	check_eq(st.owner_pid, 0);
	check_eq(strcmp(st.owner, "kclient"), 0);
	check_eq(port_allocate(fd), -EINPROGRESS);
	check_caller(fd, PARBITER_CALLER_QUEUED, 1);
	check_eq(kclient(kernel, "free"), 0);
	wait_owner(fd);
	check_eq(port_status(fd).owner_kind, PARBITER_KIND_PROCESS);
	check_eq(port_free(fd), 0);
	check_eq(port_status(fd).owner_kind, PARBITER_KIND_NONE);

	check_eq(ppdev_claim(native), 0);
	st = port_status(fd);
	check_eq(st.state, PARBITER_STATE_NATIVE);
	check_eq(st.owner_kind, PARBITER_KIND_NATIVE);
	check_eq(st.owner_pid, 0);
	check_eq(port_allocate(fd), -EINPROGRESS);
	check_caller(fd, PARBITER_CALLER_QUEUED, 1);
	check_eq(port_cancel(fd), 0);
	check_eq(ppdev_release(native), 0);
	close(native);
}

/*
 * Check that there are more grants than *@grants, and store their number there.
 */
static void check_granted(int fd, __u64 *grants)
{
	__u64 now = port_status(fd).grants;

	check(now > *grants);
	*grants = now;
}

static void status_grants(void)
{
	int fd = port_open(0);
	int other = port_open_flags(0, O_NONBLOCK);
	int kernel = kclient_open(0);
	__u64 grants = port_status(fd).grants;

	check_eq(port_try(fd), 0);
	check_granted(fd, &grants);
	/* None of these requests makes a client the owner. */
	check_eq(port_try(other), -EBUSY);
	check_eq(port_allocate(fd), -EDEADLK);
	check_eq(port_allocate_timeout(other, 1000), -ETIMEDOUT);
	check_eq(port_free(other), -EPERM);
	check_eq(port_yield(fd), 0);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_cancel(other), 0);
	check_eq(kclient(kernel, "try"), -EBUSY);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_status(fd).grants, grants);
	check_eq(port_status(other).grants, grants);
	/* a hand-off, a grant on the fast path, and both for kernel clients */
	check_eq(port_free(fd), 0);
	check_granted(fd, &grants);
	check_eq(kclient(kernel, "async"), 0);
	check_eq(port_status(fd).grants, grants);
	check_eq(port_free(other), 0);
	kclient_wait_result(kernel, 0);
	check_granted(fd, &grants);
	check_eq(kclient(kernel, "free"), 0);
	check_eq(port_status(fd).grants, grants);
	check_eq(kclient(kernel, "try"), 0);
	check_granted(fd, &grants);
	check_eq(kclient(kernel, "free"), 0);
	check_eq(port_request(other, PPCLAIM, NULL), 0);
	check_granted(fd, &grants);
	check_eq(port_free(other), 0);
	check_eq(port_status(fd).grants, grants);
}

/* Become the owner, leave the descriptor open in a child, and end. */
static int own_and_leave(void *arg)
{
	int *pipes = arg;
	int fd = port_open(0);
	char byte;

	check_eq(port_allocate(fd), 0);
	if (fork() == 0)
		_exit(read(pipes[0], &byte, 1) == 1 ? 0 : 1);
	return 0;
}

/*
 * The process that made the request has ended. The status must not contain its
 * number, because another process may get that number.
 */
static void status_of_a_process_that_is_gone(void)
{
	int fd = port_open(0);
	struct parbiter_status st;
	int pipes[2];

	check_eq(pipe(pipes), 0);
	check_eq(join(spawn(own_and_leave, pipes)), 0);
	st = port_status(fd);
	check_eq(st.state, PARBITER_STATE_OWNED);
	check_eq(st.owner_kind, PARBITER_KIND_PROCESS);
	check_eq(st.owner_pid, 0);
	check(st.owner[0]);
	check_eq(write(pipes[1], "", 1), 1);
	wait_for(port_is_free(fd));
	check_eq(port_status(fd).owner_kind, PARBITER_KIND_NONE);
}

static void port_info_of_real_port(void)
{
	int fd = port_open(0);
	struct parbiter_port_info info = port_info(fd);
	int native = ppdev_open(0);
	unsigned int modes;

	check_eq(info.base, 0x378);
	check_eq(info.base_hi, 0);
	check(info.span >= 3 && info.span <= 8);
	check_eq(info.irq, 7);
	check_eq(info.dma, -1);
	check_eq(info.number, 0);
	check_eq(strcmp(info.name, "parport0"), 0);
	check(info.features & PARBITER_FEATURE_ARBITER);
	check_eq(port_request(native, PPGETMODES, &modes), 0);
	check_eq(info.modes, modes);
	check(info.modes & PARPORT_MODE_PCSPP);
	check_eq(info.irq,
		 read_long("/proc/sys/dev/parport/parport0/irq"));
	check_eq(info.base,
		 read_long("/proc/sys/dev/parport/parport0/base-addr"));
	close(native);
}

static void check_fdinfo(int fd, const char *state, const char *position,
			 const char *waiters)
{
	const char * const want[][2] = {
		{ "port", "parport0" }, { "state", state },
		{ "position", position }, { "waiters", waiters },
	};
	const char *got;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		got = fdinfo(fd, want[i][0]);
		if (strcmp(got, want[i][1]))
			fail("fdinfo: %s is '%s', not '%s'", want[i][0], got,
			     want[i][1]);
	}
}

static void fdinfo_tells_state_and_position(void)
{
	int c[4];
	int i;

	for (i = 0; i < 4; i++)
		c[i] = port_open_flags(0, O_NONBLOCK);
	check_fdinfo(c[0], "idle", "", "0");
	for (i = 0; i < 4; i++)
		port_allocate(c[i]);
	check_fdinfo(c[0], "owner", "", "3");
	check_fdinfo(c[1], "queued", "1", "3");
	check_fdinfo(c[2], "queued", "2", "3");
	check_fdinfo(c[3], "queued", "3", "3");
	check_eq(port_cancel(c[2]), 0);
	check_fdinfo(c[2], "idle", "", "2");
	check_fdinfo(c[3], "queued", "2", "2");
	check_eq(port_free(c[0]), 0);
	check_fdinfo(c[1], "owner", "", "1");
	check_fdinfo(c[3], "queued", "1", "1");
	check_eq(port_free(c[1]), 0);
	check_fdinfo(c[3], "owner", "", "0");
	check_eq(port_free(c[3]), 0);
	check_fdinfo(c[3], "idle", "", "0");
}

/* The fdinfo of a process that sleeps in a request, read by another process */
static void fdinfo_of_a_sleeper(void)
{
	int fd = port_open(0);
	int other = port_open(0);
	pid_t pid;

	check_eq(port_allocate(fd), 0);
	pid = spawn_request(other, PARBITER_ALLOCATE, NULL);
	wait_asleep(pid, PARBITER_ALLOCATE);
	check_fdinfo(other, "queued", "1", "1");
	check_eq(port_free(fd), 0);
	check_eq(join(pid), 0);
	check_fdinfo(other, "owner", "", "0");
	check_eq(port_free(other), 0);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(status_free),
		TEST(status_owned),
		TEST(status_of_a_thread),
		TEST(status_longest),
		TEST(status_counts),
		TEST(status_in_a_pid_namespace),
		TEST(status_of_another_process),
		TEST(status_of_the_caller),
		TEST(status_kinds),
		TEST(status_grants),
		TEST(status_of_a_process_that_is_gone),
		TEST(port_info_of_real_port),
		TEST(fdinfo_tells_state_and_position),
		TEST(fdinfo_of_a_sleeper),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
