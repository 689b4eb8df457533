// SPDX-License-Identifier: GPL-2.0
/*
 * The trace events: each one, with its fields, in the order in which things happen, and
 * none while they are off.
 *
 * vm: kernels=stock,debug,rt,stock-6.12,stock-7.2 ports=none timeout=180 smp=any
 */
#include <stdarg.h>
#include <sys/mount.h>

#include "libio.h"
#include "libnative.h"
#include "libvport.h"

#define TRACING		"/sys/kernel/tracing/"

/* What has been read of the trace, and how much of it has been expected */
static char trace[65536];
static size_t expected;

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	check(fd >= 0);
	check_eq(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void read_trace(void)
{
	int fd = open(TRACING "trace", O_RDONLY | O_CLOEXEC);
	size_t have = 0;
	ssize_t got;

	check(fd >= 0);
	while ((got = read(fd, trace + have, sizeof(trace) - 1 - have)) > 0)
		have += got;
	check_eq(got, 0);
	close(fd);
	trace[have] = '\0';
}

/* Put a virtual port there, and trace what happens to it. */
static void begin(void)
{
	number = vport_plug("polled");
	if (access(TRACING "trace", F_OK))
		check_eq(mount("tracefs", TRACING, "tracefs", 0, NULL), 0);
	write_to(TRACING "trace", "");
	write_to(TRACING "events/parbiter/enable", "1");
	expected = 0;
}

static void end(void)
{
	write_to(TRACING "events/parbiter/enable", "0");
	vport_unplug(number);
	vport_check_gone(number);
}

/*
 * Find what comes next in the trace; other events may lie in between. What another
 * process does is counted before it is traced.
 */
static void expect(const char *format, ...)
{
	uint64_t until = now_ns() + 10 * NSEC_PER_SEC;
	char text[160];
	va_list args;
	char *found;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	while (read_trace(), !(found = strstr(trace + expected, text))) {
		if (now_ns() > until)
			fail("no '%s' in: %s", text, trace + expected);
		pause_briefly();
	}
	expected = found - trace + strlen(text);
}

static unsigned int count(const char *text)
{
	unsigned int n = 0;
	const char *from;

	read_trace();
	for (from = trace; (from = strstr(from, text)); from++)
		n++;
	return n;
}

static void a_try_a_refusal_and_a_free(void)
{
	int owner, other;

	begin();
	owner = port_open(number);
	other = port_open(number);
	check_eq(port_try(owner), 0);
	check_eq(port_try(other), -EBUSY);
	check_eq(port_free(owner), 0);
	expect("parbiter_claim: port=%u result=claimed", number);
	expect("parbiter_granted: port=%u pid=%d comm=tracing wait_ns=0",
	       number, getpid());
	expect("parbiter_refused: port=%u pid=%d comm=tracing why=busy", number,
	       getpid());
	expect(" owner_pid=%d owner_comm=tracing", getpid());
	expect("parbiter_freed: port=%u pid=%d comm=tracing hold_ns=",
	       number, getpid());
	check(strtoull(trace + expected, NULL, 10) > 0);
	expect(" waiters=0");
	/* The claim that is kept. */
	check_eq(port_try(owner), 0);
	check_eq(port_free(owner), 0);
	check_eq(count("parbiter_granted:"), 2);
	check_eq(count("parbiter_freed:"), 2);
	check_eq(count("parbiter_claim:"), 1);

	write_to(TRACING "events/parbiter/enable", "0");
	check_eq(port_try(owner), 0);
	check_eq(port_free(owner), 0);
	check_eq(count("parbiter_granted:"), 2);
	close(other);
	close(owner);
	end();
}

static void a_wait_for_a_grant_and_one_in_vain(void)
{
	int owner, other;
	pid_t pid;

	begin();
	owner = port_open(number);
	other = port_open(number);
	check_eq(port_allocate(owner), 0);
	check_eq(port_allocate_timeout(other, 1000000), -ETIMEDOUT);
	expect("parbiter_queued: port=%u pid=%d comm=tracing position=1 owner_pid=%d",
	       number, getpid(), getpid());
	expect("parbiter_ended: port=%u pid=%d comm=tracing why=timeout wait_ns=",
	       number, getpid());
	check(strtoull(trace + expected, NULL, 10) > 0);

	pid = spawn_request(other, PARBITER_ALLOCATE, NULL);
	wait_waiters(owner, 1);
	expect("parbiter_queued: port=%u pid=%d", number, pid);
	check_eq(port_free(owner), 0);
	check_eq(join(pid), 0);
	expect("parbiter_freed: port=%u pid=%d", number, getpid());
	expect(" waiters=1");
	expect("parbiter_granted: port=%u pid=%d comm=tracing wait_ns=",
	       number, pid);
	check(strtoull(trace + expected, NULL, 10) > 0);
	check_eq(port_free(other), 0);

	check_eq(port_allocate(owner), 0);
	set_nonblock(other, true);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_cancel(other), 0);
	expect("parbiter_ended: port=%u pid=%d comm=tracing why=canceled",
	       number, getpid());

	set_nonblock(other, false);
	pid = spawn_request(other, PARBITER_ALLOCATE, NULL);
	wait_waiters(owner, 1);
	kill(pid, SIGKILL);
	check_eq(join(pid), 128 + SIGKILL);
	expect("parbiter_ended: port=%u pid=%d comm=tracing why=signal",
	       number, pid);
	close(other);
	close(owner);
	end();
}

static void native_drivers_and_the_core_claim(void)
{
	int fd, native, second;

	begin();
	fd = port_open(number);
	native = ppdev_open(number);

	check_eq(ppdev_claim(native), 0);
	check_eq(port_try(fd), -EBUSY);
	expect("parbiter_claim: port=%u result=refused", number);
	expect("parbiter_refused: port=%u pid=%d comm=tracing why=busy", number,
	       getpid());
	expect(" owner_pid=0 owner_comm= client=");
	check_eq(ppdev_release(native), 0);
	check_eq(port_try(fd), 0);
	check_eq(port_free(fd), 0);
	/* ppdev has no wakeup callback, so an idle claim is kept for it. */
	check_eq(ppdev_claim(native), 0);
	expect("parbiter_native_asked: port=%u native=ppdev", number);
	expect(" handed=1");
	check_eq(ppdev_release(native), 0);

	/* With a second native driver, no idle claim is kept. */
	second = ppdev_open(number);
	check_eq(ppdev_claim(second), 0);
	check_eq(ppdev_release(second), 0);
	check_eq(port_try(fd), 0);
	check_eq(count("parbiter_release:"), 0);
	check_eq(port_free(fd), 0);
	expect("parbiter_release: port=%u result=released", number);
	close(second);
	close(native);
	close(fd);
	end();
}

static void removal(void)
{
	int owner, other;
	pid_t pid;

	begin();
	owner = port_open(number);
	other = port_open(number);
	check_eq(port_try(owner), 0);
	pid = spawn_request(other, PARBITER_ALLOCATE, NULL);
	wait_waiters(owner, 1);
	vport_unplug(number);
	check_eq(join(pid), ENODEV);
	expect("parbiter_removed: port=%u waiters=1", number);
	expect("parbiter_ended: port=%u pid=%d comm=tracing why=gone", number,
	       pid);
	close(other);
	close(owner);
	expect("parbiter_freed: port=%u pid=%d", number, getpid());
	write_to(TRACING "events/parbiter/enable", "0");
	vport_check_gone(number);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_try_a_refusal_and_a_free),
		TEST(a_wait_for_a_grant_and_one_in_vain),
		TEST(native_drivers_and_the_core_claim),
		TEST(removal),
	};

	static const char * const modules[] = {
		"parport", "parbiter_vport", "ppdev", "parbiter", NULL
	};
	static const struct setup setup = { .modules = modules };

	return run_tests_with(&setup, tests, ARRAY_SIZE(tests));
}
