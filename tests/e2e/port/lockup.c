// SPDX-License-Identifier: GPL-2.0
/*
 * The sequence that locks up a processor in the parport core (see libirq.h),
 * with parbiter as the one that releases the port. Whichever way a client gives
 * up the port, the machine must go on. Each round checks that the interrupt
 * came, on the processor that released the port.
 *
 * The test does not run on the debug kernel: there lockdep reports the core's
 * own claim, which turns interrupts on under cad_lock, whether parbiter is
 * loaded or not.
 *
 * vm: ports=one kernels=stock,stock-7.2 timeout=300 seconds=8
 */
#include "libirq.h"
#include "libkclient.h"

#define ROUNDS	1000
#define FEWER	100

enum how { BY_FREE, BY_CLOSE, BY_YIELD, BY_KILL, BY_HARD_INTERRUPT };

static int child_waits_to_be_killed(void *arg)
{
	check_eq(write(*(int *)arg, "", 1), 1);
	pause();
	return 0;
}

/*
 * Start a process that owns the port through a client that no other process has
 * open.
 */
static pid_t owner_to_kill(int fd)
{
	int ready[2];
	char byte;
	pid_t pid;

	check_eq(pipe2(ready, O_CLOEXEC), 0);
	pid = spawn(child_waits_to_be_killed, &ready[1]);
	check_eq(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	close(ready[1]);
	close(fd);
	return pid;
}

static void give_up(int fd, enum how how)
{
	pid_t pid;

	switch (how) {
	case BY_FREE:
		check_eq(port_free(fd), 0);
		close(fd);
		break;
	case BY_CLOSE:
		close(fd);
		break;
	case BY_YIELD:
		set_nonblock(fd, true);
		check_eq(port_yield(fd), -EINPROGRESS);
		close(fd);
		break;
	case BY_KILL:
		pid = owner_to_kill(fd);
		kill(pid, SIGKILL);
		check_eq(join(pid), 128 + SIGKILL);
		break;
	case BY_HARD_INTERRUPT:
		check_eq(kclient(fd, "hard free"), 0);
		close(fd);
		break;
	}
}

static int own_port(enum how how)
{
	int fd;

	if (how == BY_HARD_INTERRUPT) {
		fd = kclient_open(0);
		check_eq(kclient(fd, "allocate"), 0);
	} else {
		fd = port_open(0);
		check_eq(port_allocate(fd), 0);
	}
	return fd;
}

static void survive(enum how how, unsigned int rounds)
{
	unsigned long before, came = 0;
	struct native native;
	unsigned int i;
	int fd;

	irq_setup();
	for (i = 0; i < rounds; i++) {
		fd = own_port(how);
		native_start(&native, 0);
		native_wait_asleep(&native);
		irq_arm();
		before = irq_count();
		give_up(fd, how);
		native_wait_owner(&native);
		wait_for(irq_count() > before);
		came++;
		native_let_go(&native);
	}
	note("%u rounds, the interrupt came in %lu", rounds, came);
}

static void free_1000_times(void)
{
	survive(BY_FREE, effort(ROUNDS));
}

static void close_by_owner(void)
{
	survive(BY_CLOSE, effort(FEWER));
}

static void yield_to_native(void)
{
	survive(BY_YIELD, effort(FEWER));
}

static void owner_killed(void)
{
	survive(BY_KILL, effort(FEWER));
}

static void free_from_hard_interrupt(void)
{
	survive(BY_HARD_INTERRUPT, effort(FEWER));
}

int main(void)
{
	static const struct test tests[] = {
		TEST_SLOW(free_1000_times, 240),
		TEST(close_by_owner),
		TEST(yield_to_native),
		TEST(owner_killed),
		TEST(free_from_hard_interrupt),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
