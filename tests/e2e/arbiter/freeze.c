// SPDX-License-Identifier: GPL-2.0
/*
 * The machine is suspended while clients wait for the port: all tasks are
 * frozen and thawed as for a real suspend. The test mode of the kernel stops
 * the suspend there.
 *
 * vm: ports=one kernels=stock,debug timeout=180 own=yes seconds=4
 */
#include "libwdk.h"

static int command_child(void *arg)
{
	const char *command = strchr(arg, ' ') + 1;

	return -kclient(atoi(arg), command);
}

/*
 * A driver sleeps in its request, and a process is queued behind it. Both keep their
 * places in the queue while they are frozen. @owns: the command that asks the driver
 * whether it owns
 */
static void sleeper_keeps_its_place(int kc, const char *form, const char *owns)
{
	int owner = port_open(0);
	int behind = port_open(0);
	char text[64];
	pid_t driver, program;

	check_eq(port_allocate(owner), 0);
	snprintf(text, sizeof(text), "%d %s", kc, form);
	driver = spawn(command_child, text);
	wait_waiters(owner, 1);
	program = spawn_request(behind, PARBITER_ALLOCATE, NULL);
	wait_waiters(owner, 2);
	check_eq(freeze_all_tasks(), 0);
	check_eq(port_waiters(owner), 2);
	check_eq(port_free(owner), 0);
	check_eq(join(driver), 0);
	check_eq(kclient_ask(kc, owns), 1);
	check_eq(port_waiters(owner), 1);
	check_eq(kclient(kc, "free"), 0);
	check_eq(join(program), 0);
	close(behind);
	close(kc);
	close(owner);
}

static void interruptible_driver_and_program(void)
{
	sleeper_keeps_its_place(kclient_open(0), "allocate", "isowner");
}

static void killable_driver_and_program(void)
{
	sleeper_keeps_its_place(kclient_open(0), "killable", "isowner");
}

static void timed_driver_and_program(void)
{
	sleeper_keeps_its_place(kclient_open(0), "timeout 3600000000000", "isowner");
}

/* It waits in KeWaitForSingleObject(). */
static void ported_driver_and_program(void)
{
	sleeper_keeps_its_place(wdk_open(0), "allocate -1", "owned");
	sleeper_keeps_its_place(wdk_open(0), "allocate 3600000", "owned");
}

int main(void)
{
	static const struct test tests[] = {
		TEST(interruptible_driver_and_program),
		TEST(killable_driver_and_program),
		TEST(timed_driver_and_program),
		TEST(ported_driver_and_program),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
