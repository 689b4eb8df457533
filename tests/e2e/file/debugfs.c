// SPDX-License-Identifier: GPL-2.0
/*
 * The file in debugfs shows the state word in words, the owner, the queue in order, and
 * whom the parport core knows.
 *
 * vm: kernels=stock,debug,rt,stock-7.2 ports=none timeout=180 smp=any
 */
#include <sys/prctl.h>

#include "libio.h"
#include "libnative.h"
#include "libvport.h"

static char shown[8192];

static void show(void)
{
	char path[80];
	ssize_t got, have = 0;
	int fd;

	snprintf(path, sizeof(path), "/sys/kernel/debug/parbiter/parport%u",
		 number);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	check(fd >= 0);
	while ((got = read(fd, shown + have, sizeof(shown) - 1 - have)) > 0)
		have += got;
	check_eq(got, 0);
	shown[have] = '\0';
	close(fd);
}

static bool has(const char *text)
{
	show();
	return strstr(shown, text);
}

static void expect(const char *text)
{
	if (!has(text))
		fail("no '%s' in: %s", text, shown);
}

static void state_owner_and_queue(void)
{
	int owner, first, second;
	char text[80];

	number = vport_plug("polled");
	expect("state: OFF waiters=0\nowner: -\ncore owner: -\ncore wait list:\n");
	owner = port_open(number);
	first = port_open_flags(number, O_NONBLOCK);
	second = port_open_flags(number, O_NONBLOCK);
	check_eq(port_allocate(owner), 0);
	expect("state: HELD OWNED waiters=0\n");
	check_eq(port_allocate(first), -EINPROGRESS);
	check_eq(port_allocate(second), -EINPROGRESS);
	snprintf(text, sizeof(text), "owner: debugfs pid=%d since_ms=", getpid());
	expect("waiters=2\n");
	expect(text);
	snprintf(text, sizeof(text), "queue 1: debugfs pid=%d since_ms=", getpid());
	expect(text);
	snprintf(text, sizeof(text), "queue 2: debugfs pid=%d since_ms=", getpid());
	expect(text);
	expect("core owner: parbiter\n");
	close(second);
	close(first);
	close(owner);
	vport_unplug(number);
}

/* The name of a process neither makes a line nor controls the reader's terminal. */
static void names_are_escaped(void)
{
	int owner, waiter;

	number = vport_plug("polled");
	check_eq(prctl(PR_SET_NAME, "a\nqueue \033[7m"), 0);
	owner = port_open(number);
	waiter = port_open_flags(number, O_NONBLOCK);
	check_eq(prctl(PR_SET_NAME, "debugfs"), 0);
	check_eq(port_allocate(owner), 0);
	check_eq(port_allocate(waiter), -EINPROGRESS);
	expect("\nowner: a\\nqueue \\e[7m pid=");
	expect("\nqueue 1: a\\nqueue \\e[7m pid=");
	close(waiter);
	close(owner);
	vport_unplug(number);
}

static void native_drivers(void)
{
	struct native owner, waiter;
	int fd;

	skip_unless_natives_may_wait();
	number = vport_plug("polled");
	fd = port_open(number);
	native_start(&owner, number);
	native_wait_owner(&owner);
	expect("core owner: ppdev");
	native_start(&waiter, number);
	native_wait_asleep(&waiter);
	wait_for(has("core wait list: ppdev"));
	native_let_go(&owner);
	native_wait_owner(&waiter);
	wait_for(has("core wait list:\n"));
	native_let_go(&waiter);
	close(fd);
	vport_unplug(number);
}

/* More lines than fit into the first buffer of the file. */
static void a_long_queue(void)
{
	int owner, waiters[100];
	unsigned int i;

	number = vport_plug("polled");
	owner = port_open(number);
	check_eq(port_allocate(owner), 0);
	for (i = 0; i < ARRAY_SIZE(waiters); i++) {
		waiters[i] = port_open_flags(number, O_NONBLOCK);
		check_eq(port_allocate(waiters[i]), -EINPROGRESS);
	}
	expect("\nqueue 1: debugfs ");
	expect("\nqueue 100: debugfs ");
	expect("core wait list:\n");
	for (i = 0; i < ARRAY_SIZE(waiters); i++)
		close(waiters[i]);
	close(owner);
	vport_unplug(number);
	vport_check_gone(number);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(state_owner_and_queue),
		TEST(names_are_escaped),
		TEST(native_drivers),
		TEST(a_long_queue),
	};

	static const char * const modules[] = {
		"parport", "parbiter_vport", "ppdev", "parbiter", NULL
	};
	static const struct setup setup = { .modules = modules };

	return run_tests_with(&setup, tests, ARRAY_SIZE(tests));
}
