// SPDX-License-Identifier: GPL-2.0
/* Ways to take turns */
#include <linux/futex.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/syscall.h>

#include "turns.h"

static int fd;				/* the port, or the lock file */
static int fd_ahead;			/* the port again */
static pthread_mutex_t *mutex;
static unsigned int crowd;
static volatile uint32_t *words;	/* one for each process; 1: its turn */
static int pipes[2][2];

static void port_enter(void)
{
	fd = port_open(PC_PORT);
}

static void port_prepare(unsigned int n)
{
	port_enter();
	check_eq(port_allocate(fd), 0);
}

static void port_begin(void)
{
	check_eq(port_free(fd), 0);
	close(fd);
}

static void port_take(unsigned int me)
{
	check_eq(ioctl(fd, PARBITER_ALLOCATE), 0);
}

static void port_give(unsigned int me)
{
	check_eq(ioctl(fd, PARBITER_FREE), 0);
}

/*
 * Each process has two files, one of which always has a request queued. A process
 * that the scheduler or the emulator stops after its turn then misses no turn.
 */
static void ahead_enter(void)
{
	fd = port_open_flags(PC_PORT, O_NONBLOCK);
	fd_ahead = port_open_flags(PC_PORT, O_NONBLOCK);
	check_eq(port_allocate(fd), -EINPROGRESS);
}

static void ahead_take(unsigned int me)
{
	check(port_poll_wait(fd, POLLOUT) & POLLOUT);
}

static void ahead_give(unsigned int me)
{
	int mine = fd;

	check_eq(port_allocate(fd_ahead), -EINPROGRESS);
	port_give(me);
	fd = fd_ahead;
	fd_ahead = mine;
}

static void flock_enter(void)
{
	fd = open("/tmp/bench-turns", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	check(fd >= 0);
}

static void flock_take(unsigned int me)
{
	check_eq(flock(fd, LOCK_EX), 0);
}

static void flock_give(unsigned int me)
{
	check_eq(flock(fd, LOCK_UN), 0);
}

static void flock_prepare(unsigned int n)
{
	flock_enter();
	flock_take(0);
}

static void flock_begin(void)
{
	flock_give(0);
	close(fd);
}

pthread_mutex_t *make_mutex(void)
{
	pthread_mutex_t *made = share(sizeof(*made));
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	check_eq(pthread_mutex_init(made, &attr), 0);
	return made;
}

static void mutex_take(unsigned int me)
{
	check_eq(pthread_mutex_lock(mutex), 0);
}

static void mutex_give(unsigned int me)
{
	check_eq(pthread_mutex_unlock(mutex), 0);
}

static void mutex_prepare(unsigned int n)
{
	if (!mutex)
		mutex = make_mutex();
	mutex_take(0);
}

static void mutex_begin(void)
{
	mutex_give(0);
}

static void futex_prepare(unsigned int n)
{
	unsigned int i;

	if (!words)
		words = share(CROWD_MAX * sizeof(*words));
	for (i = 0; i < n; i++)
		words[i] = 0;
	crowd = n;
}

static void futex_take(unsigned int me)
{
	while (!words[me])
		syscall(SYS_futex, &words[me], FUTEX_WAIT, 0, NULL, NULL, 0);
	words[me] = 0;
}

static void futex_give(unsigned int me)
{
	unsigned int next = me + 1 < crowd ? me + 1 : 0;

	words[next] = 1;
	syscall(SYS_futex, &words[next], FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void futex_begin(void)
{
	futex_give(crowd - 1);
}

static void pipe_prepare(unsigned int n)
{
	check_eq(n, 2);
	check_eq(pipe(pipes[0]) | pipe(pipes[1]), 0);
}

static void pipe_take(unsigned int me)
{
	char byte;

	check_eq(read(pipes[me][0], &byte, 1), 1);
}

static void pipe_give(unsigned int me)
{
	check_eq(write(pipes[!me][1], "", 1), 1);
}

static void pipe_begin(void)
{
	pipe_give(1);
}

const struct way way_port = {
	.name = "", .text = "", .prepare = port_prepare, .enter = port_enter,
	.begin = port_begin, .take = port_take, .give = port_give,
};

const struct way way_ahead = {
	.name = "ahead_", .text = "asked ahead: ", .prepare = port_prepare,
	.enter = ahead_enter, .begin = port_begin, .take = ahead_take,
	.give = ahead_give,
};

const struct way way_flock = {
	.name = "flock_", .text = "flock: ", .prepare = flock_prepare,
	.enter = flock_enter, .begin = flock_begin, .take = flock_take,
	.give = flock_give,
};

const struct way way_mutex = {
	.name = "mutex_", .text = "mutex: ", .prepare = mutex_prepare,
	.begin = mutex_begin, .take = mutex_take, .give = mutex_give,
};

const struct way way_futex = {
	.name = "futex_", .text = "futex: ", .prepare = futex_prepare,
	.begin = futex_begin, .take = futex_take, .give = futex_give,
	/* The next turn may be this process's: pass it on to those that wait. */
	.leave = futex_give,
};

const struct way way_pipe = {
	.name = "pipe_", .text = "pipe: ", .prepare = pipe_prepare,
	.begin = pipe_begin, .take = pipe_take, .give = pipe_give,
};
