// SPDX-License-Identifier: GPL-2.0
/*
 * SIGKILL, sent to owners and to waiters, one by one and many at once: a dead
 * process does not keep the port, and the queue does not wait for a dead
 * waiter.
 *
 * vm: ports=one kernels=stock,debug,kcsan timeout=240 seconds=5
 */
#include "lib.h"

#define WAITERS	8

static int owner_child(void *arg)
{
	int fd = port_open(0);

	check_eq(port_allocate(fd), 0);
	check_eq(write(*(int *)arg, "", 1), 1);
	pause();
	return 0;
}

/*
 * Start a process that waits for the port. It writes to the pipe once it owns
 * the port, and then keeps the port.
 */
static pid_t spawn_owner(int *pipes)
{
	return spawn(owner_child, &pipes[1]);
}

static void wait_next_owner(const int *pipes)
{
	struct pollfd pfd = { .fd = pipes[0], .events = POLLIN };
	char byte;

	if (poll(&pfd, 1, HANG_LIMIT * 1000) != 1)
		fail("the next one was not served");
	check_eq(read(pipes[0], &byte, 1), 1);
}

/*
 * The owners are killed one after the other. Each time the port goes to the one
 * that has waited longest.
 */
static void dead_owner_frees(void)
{
	int fd = port_open(0);
	pid_t pids[WAITERS];
	int pipes[2];
	int i;

	check_eq(pipe(pipes), 0);
	for (i = 0; i < WAITERS; i++) {
		pids[i] = spawn_owner(pipes);
		if (i == 0)
			wait_next_owner(pipes);
		wait_waiters(fd, (unsigned int)i);
	}
	for (i = 0; i < WAITERS; i++) {
		check_eq(port_status(fd).owner_pid, pids[i]);
		kill(pids[i], SIGKILL);
		check_eq(join(pids[i]), 128 + SIGKILL);
		if (i + 1 < WAITERS)
			wait_next_owner(pipes);
	}
	wait_for(port_is_free(fd));
}

/*
 * Waiters in the middle of the queue are killed. The others keep their order.
 */
static void dead_waiters_leave(void)
{
	int fd = port_open(0);
	pid_t pids[WAITERS];
	int pipes[2];
	int i;

	check_eq(pipe(pipes), 0);
	check_eq(port_allocate(fd), 0);
	for (i = 0; i < WAITERS; i++) {
		pids[i] = spawn_owner(pipes);
		wait_waiters(fd, (unsigned int)i + 1);
	}
	for (i = 0; i < WAITERS; i += 2) {
		kill(pids[i], SIGKILL);
		check_eq(join(pids[i]), 128 + SIGKILL);
	}
	wait_waiters(fd, WAITERS / 2);
	check_eq(port_free(fd), 0);
	for (i = 1; i < WAITERS; i += 2) {
		wait_next_owner(pipes);
		check_eq(port_status(fd).owner_pid, pids[i]);
		kill(pids[i], SIGKILL);
		check_eq(join(pids[i]), 128 + SIGKILL);
	}
	wait_for(port_is_free(fd));
}

struct storm {
	int inside;
	unsigned int overlaps;
	unsigned int turns;
};

/*
 * A victim writes its name into the shared cell while it owns the port. If it
 * is killed there, the next owner finds the name and takes the cell over.
 */
static int victim(void *arg)
{
	volatile struct storm *storm = arg;
	int fd = port_open(0);

	for (;;) {
		check_eq(port_allocate(fd), 0);
		storm->inside = getpid();
		if (storm->inside != getpid())
			storm->overlaps++;
		storm->turns++;
		if (storm->inside != getpid())
			storm->overlaps++;
		check_eq(port_free(fd), 0);
	}
	return 0;
}

static unsigned int next_random(unsigned int *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16;
}

/* Random processes are killed, whatever they are doing, and are replaced. */
static void kill_at_random(void)
{
	unsigned int rounds = effort(2000);
	struct storm *shared = share(sizeof(*shared));
	enum { VICTIMS = 24 };
	pid_t pids[VICTIMS];
	unsigned int seed = 1, i, who;
	unsigned int turns;

	for (i = 0; i < VICTIMS; i++)
		pids[i] = spawn(victim, shared);
	for (i = 0; i < rounds; i++) {
		who = next_random(&seed) % VICTIMS;
		turns = shared->turns;
		kill(pids[who], SIGKILL);
		check_eq(join(pids[who]), 128 + SIGKILL);
		pids[who] = spawn(victim, shared);
		if (i % 16 == 0)
			wait_for(*(volatile unsigned int *)&shared->turns !=
				 turns);
	}
	note("%u killed, %u turns taken", rounds, shared->turns);
	for (i = 0; i < VICTIMS; i++) {
		kill(pids[i], SIGKILL);
		check_eq(join(pids[i]), 128 + SIGKILL);
	}
	check_eq(shared->overlaps, 0);
}

/* The owner and all waiters are killed at once. */
static void kill_owner_and_waiters_at_once(void)
{
	struct storm *shared = share(sizeof(*shared));
	enum { VICTIMS = 48 };
	unsigned int rounds = effort(30), round;
	int fd = port_open(0);
	pid_t pids[VICTIMS];
	unsigned int turns;
	int i;

	for (round = 0; round < rounds; round++) {
		turns = shared->turns;
		for (i = 0; i < VICTIMS; i++)
			pids[i] = spawn(victim, shared);
		wait_for(*(volatile unsigned int *)&shared->turns > turns);
		for (i = 0; i < VICTIMS; i++)
			kill(pids[i], SIGKILL);
		for (i = 0; i < VICTIMS; i++)
			check_eq(join(pids[i]), 128 + SIGKILL);
		wait_for(port_is_free(fd));
		check_eq(port_waiters(fd), 0);
	}
}

static int owner_with_lp_child(void *arg)
{
	check(open("/dev/lp0", O_WRONLY) >= 0);
	return owner_child(arg);
}

/*
 * lp waits for the port when its device is closed. The kernel closes the files
 * of a dying process in the order of their descriptors: here lp is closed
 * first, while the process still owns the port that lp waits for.
 */
static void dead_owner_with_lp(void)
{
	int pipes[2];
	pid_t pid;
	int fd;

	check_eq(load_module("lp", ""), 0);
	fd = port_open(0);
	check_eq(pipe(pipes), 0);
	pid = spawn(owner_with_lp_child, &pipes[1]);
	wait_next_owner(pipes);
	kill(pid, SIGKILL);
	check_eq(join(pid), 128 + SIGKILL);
	wait_for(port_is_free(fd));
	close(fd);
	unload_module("lp");
}

int main(void)
{
	static const struct test tests[] = {
		TEST(dead_owner_frees),
		TEST(dead_waiters_leave),
		TEST_SLOW(kill_at_random, 200),
		TEST(kill_owner_and_waiters_at_once),
		TEST(dead_owner_with_lp),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
