// SPDX-License-Identifier: GPL-2.0
/*
 * The files in /sys/class/misc/parbiterN show what PARBITER_GET_STATUS reports, and those
 * that change can be polled.
 *
 * vm: kernels=stock,debug,rt,stock-7.2 ports=none timeout=180 smp=any
 */
#include <inttypes.h>
#include <poll.h>

#include "libio.h"
#include "libnative.h"
#include "libvport.h"

static int file_open(const char *name)
{
	char path[80];
	int fd;

	snprintf(path, sizeof(path), "/sys/class/misc/parbiter%u/%s", number,
		 name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	check(fd >= 0);
	return fd;
}

/* Read the line in a file, without its newline. */
static const char *file_line(int fd)
{
	static char line[80];
	ssize_t got = pread(fd, line, sizeof(line) - 1, 0);

	check(got > 0 && line[got - 1] == '\n');
	line[got - 1] = '\0';
	return line;
}

static void expect(const char *name, const char *value)
{
	int fd = file_open(name);

	if (strcmp(file_line(fd), value))
		fail("%s is '%s', not '%s'", name, file_line(fd), value);
	close(fd);
}

static void expect_number(const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	expect(name, text);
}

static void expect_counters(int fd)
{
	struct parbiter_status status = port_status(fd);

	expect_number("allocates", status.allocates);
	expect_number("frees", status.frees);
	expect_number("cancels", status.cancels);
	expect_number("timeouts", status.timeouts);
	expect_number("refused_frees", status.refused_frees);
	expect_number("longest_hold_ns", status.longest_hold_ns);
	expect_number("longest_wait_ns", status.longest_wait_ns);
}

static void files_show_the_state(void)
{
	int owner, waiter, native;

	number = vport_plug("polled");
	/* Nobody has opened the port. */
	expect("state", "free");
	expect("owner", "");
	expect("owner_pid", "0");
	expect("waiters", "0");
	expect("allocates", "0");

	owner = port_open(number);
	waiter = port_open_flags(number, O_NONBLOCK);
	check_eq(port_allocate(owner), 0);
	check_eq(port_allocate(waiter), -EINPROGRESS);
	expect("state", "owned");
	expect("owner", "sysfs");
	expect_number("owner_pid", getpid());
	expect("waiters", "1");
	check_eq(port_cancel(waiter), 0);
	check_eq(port_allocate_timeout(waiter, 1), -ETIMEDOUT);
	check_eq(port_free(waiter), -EPERM);
	check_eq(port_free(owner), 0);
	check_eq(port_allocate(waiter), 0);
	check_eq(port_free(waiter), 0);
	expect("waiters", "0");
	check_eq(port_status(owner).allocates, 2);
	expect_counters(owner);
	close(waiter);
	close(owner);
	expect("allocates", "2");

	native = ppdev_open(number);
	check_eq(ppdev_claim(native), 0);
	expect("state", "native");
	check_eq(ppdev_release(native), 0);
	close(native);
	vport_unplug(number);
}

static bool is_ready(int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLPRI };

	check(poll(&poller, 1, 0) >= 0);
	return poller.revents & POLLPRI;
}

static void a_change_wakes_those_that_poll(void)
{
	static const char * const names[] = { "state", "owner", "owner_pid", "waiters" };
	int files[ARRAY_SIZE(names)], owner, waiter;
	unsigned int i;

	number = vport_plug("polled");
	owner = port_open(number);
	waiter = port_open_flags(number, O_NONBLOCK);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		files[i] = file_open(names[i]);
		/* A new port wakes whoever has read its files before. */
		wait_for((file_line(files[i]), !is_ready(files[i])));
	}
	check_eq(port_try(owner), 0);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		wait_for(is_ready(files[i]));
		file_line(files[i]);
		check(!is_ready(files[i]));
	}
	/* A Try that fails changes nothing. */
	check_eq(port_try(waiter), -EBUSY);
	check(!is_ready(files[0]));
	check_eq(port_allocate(waiter), -EINPROGRESS);
	wait_for(is_ready(files[3]));
	check_eq(strcmp(file_line(files[3]), "1"), 0);
	check_eq(port_cancel(waiter), 0);
	wait_for(is_ready(files[3]));
	check_eq(strcmp(file_line(files[3]), "0"), 0);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		close(files[i]);
	close(waiter);
	close(owner);
	vport_unplug(number);
}

struct seen {
	unsigned int owned;	/* the number of changes that were seen, to each state */
	unsigned int free;
};

/* Read and poll, as programs do. */
static int follow(void *arg)
{
	struct seen *seen = arg;
	struct pollfd poller = { .fd = file_open("state"), .events = POLLPRI };
	bool owned, before = true;

	for (;;) {
		owned = !strcmp(file_line(poller.fd), "owned");
		if (owned != before)
			__atomic_add_fetch(owned ? &seen->owned : &seen->free, 1,
					   __ATOMIC_RELEASE);
		before = owned;
		check_eq(poll(&poller, 1, -1), 1);
	}
	return 0;
}

static unsigned int times(const unsigned int *count)
{
	return __atomic_load_n(count, __ATOMIC_ACQUIRE);
}

/* Whoever reads and then polls misses no change, whatever takes no lock otherwise. */
static void no_change_is_missed(void)
{
	struct seen *seen = share(sizeof(*seen));
	unsigned int i, rounds = effort(500);
	pid_t pid;
	int fd;

	number = vport_plug("polled");
	fd = port_open(number);
	pid = spawn(follow, seen);
	wait_for(times(&seen->free) == 1);
	for (i = 1; i <= rounds; i++) {
		check_eq(port_try(fd), 0);
		wait_for(times(&seen->owned) == i);
		check_eq(port_free(fd), 0);
		wait_for(times(&seen->free) == i + 1);
	}
	kill(pid, SIGKILL);
	join(pid);
	close(fd);
	vport_unplug(number);
}

/* Sleep in poll() until the port goes. */
static int sleep_until_it_goes(void *arg)
{
	struct pollfd poller = { .fd = *(int *)arg, .events = POLLPRI };
	char byte;

	file_line(poller.fd);
	while (poll(&poller, 1, -1) == 1 && pread(poller.fd, &byte, 1, 0) == 1)
		;
	check_eq(errno, ENODEV);
	check(poller.revents & POLLERR);
	return 0;
}

static void files_of_a_port_that_is_gone(void)
{
	char byte;
	pid_t pid;
	int fd, polled;

	number = vport_plug("polled");
	fd = file_open("state");
	polled = file_open("state");
	pid = spawn(sleep_until_it_goes, &polled);
	wait_for(task_state(pid) == 'S');
	vport_unplug(number);
	check_eq(join(pid), 0);
	check_eq(pread(fd, &byte, 1, 0), -1);
	check_eq(errno, ENODEV);
	close(fd);
	vport_check_gone(number);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(files_show_the_state),
		TEST(a_change_wakes_those_that_poll),
		TEST(no_change_is_missed),
		TEST(files_of_a_port_that_is_gone),
	};

	static const char * const modules[] = {
		"parport", "parbiter_vport", "ppdev", "parbiter", NULL
	};
	static const struct setup setup = { .modules = modules };

	return run_tests_with(&setup, tests, ARRAY_SIZE(tests));
}
