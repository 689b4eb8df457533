// SPDX-License-Identifier: GPL-2.0
/*
 * poll() reports the state of the client, and wakes up when the state changes.
 * (POLLHUP is tested in port/unplug.c, POLLPRI for a native driver in
 * port/native.c; POLLIN, and that no other bit is set, in io/interrupt.c.)
 *
 * vm: ports=one kernels=stock,debug,kmsan timeout=120 smp=any
 */
#include "lib.h"

#include <sys/epoll.h>

static int owner, other;

static void open_two(void)
{
	owner = port_open_flags(0, O_NONBLOCK);
	other = port_open_flags(0, O_NONBLOCK);
}

static void idle_client_gets_no_event(void)
{
	open_two();
	check_eq(port_poll(owner), 0);
	check_eq(port_allocate(other), 0);
	check_eq(port_poll(owner), 0);
	check_eq(port_free(other), 0);
}

static void owner_is_told(void)
{
	open_two();
	check_eq(port_allocate(owner), 0);
	check_eq(port_poll(owner), POLLOUT);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_poll(owner), POLLOUT | POLLPRI);
	check_eq(port_poll(other), 0);
	check_eq(port_cancel(other), 0);
	check_eq(port_poll(owner), POLLOUT);
	check_eq(port_free(owner), 0);
	check_eq(port_poll(owner), 0);
}

struct poller {
	int fd;
	short events;
};

static int poll_child(void *arg)
{
	struct poller *poller = arg;

	return port_poll_wait(poller->fd, poller->events);
}

/*
 * Return whether the process sleeps in poll(), system call 7, or in the call
 * that glibc uses instead.
 */
static bool is_polling(pid_t pid)
{
	char path[64];
	char buf[256];
	int nr = -1;

	if (task_state(pid) != 'S')
		return false;
	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)pid);
	if (!read_file(path, buf, sizeof(buf)))
		return false;
	return sscanf(buf, "%d", &nr) == 1 && (nr == 7 || nr == 271);
}

static pid_t spawn_poller(int fd, short events)
{
	struct poller poller = { .fd = fd, .events = events };
	pid_t pid = spawn(poll_child, &poller);

	wait_for(is_polling(pid));
	return pid;
}

static void grant_wakes(void)
{
	pid_t pid;

	open_two();
	check_eq(port_allocate(owner), 0);
	check_eq(port_allocate(other), -EINPROGRESS);
	pid = spawn_poller(other, POLLOUT);
	check_eq(port_free(owner), 0);
	check_eq(join(pid), POLLOUT);
	check_eq(port_free(other), 0);
}

static void waiter_wakes_owner(void)
{
	pid_t pid;

	open_two();
	check_eq(port_allocate(owner), 0);
	pid = spawn_poller(owner, POLLPRI);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(join(pid), POLLPRI);
	check_eq(port_free(owner), 0);
	check_eq(port_free(other), 0);
}

/* After a grant, the new owner is told that other clients wait behind it. */
static void waiter_behind_new_owner(void)
{
	int third = port_open_flags(0, O_NONBLOCK);

	open_two();
	check_eq(port_allocate(owner), 0);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_allocate(third), -EINPROGRESS);
	check_eq(port_free(owner), 0);
	check_eq(port_poll(other), POLLOUT | POLLPRI);
	check_eq(port_free(other), 0);
	check_eq(port_poll(third), POLLOUT);
	check_eq(port_free(third), 0);
}

static int edge_watch(int fd)
{
	struct epoll_event ev = {
		.events = EPOLLOUT | EPOLLPRI | EPOLLET,
		.data.fd = fd,
	};
	int ep = epoll_create1(EPOLL_CLOEXEC);

	check(ep >= 0);
	check_eq(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev), 0);
	return ep;
}

/*
 * Cancelling a request gives no event to the client; granting a request gives
 * one.
 */
static void cancel_gives_no_event(void)
{
	struct epoll_event ev;
	int ep;

	open_two();
	check_eq(port_allocate(owner), 0);
	check_eq(port_allocate(other), -EINPROGRESS);
	ep = edge_watch(other);
	check_eq(epoll_wait(ep, &ev, 1, 0), 0);
	check_eq(port_cancel(other), 0);
	check_eq(epoll_wait(ep, &ev, 1, 0), 0);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(epoll_wait(ep, &ev, 1, 0), 0);
	check_eq(port_free(owner), 0);
	check_eq(epoll_wait(ep, &ev, 1, HANG_LIMIT * 1000), 1);
	check_eq(ev.events, EPOLLOUT);
	check_eq(port_free(other), 0);
}

/* One process serves a hundred clients with one epoll set. */
static void many_clients_in_one_epoll(void)
{
	enum { CLIENTS = 100 };
	struct epoll_event ev = { .events = EPOLLOUT };
	int ep = epoll_create1(EPOLL_CLOEXEC);
	int fd, i;

	check(ep >= 0);
	for (i = 0; i < CLIENTS; i++) {
		fd = port_open_flags(0, O_NONBLOCK);
		ev.data.fd = fd;
		check_eq(epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev), 0);
		check_eq(port_allocate(fd), i ? -EINPROGRESS : 0);
		owner = i ? owner : fd;
	}
	for (i = 0; i < CLIENTS; i++) {
		check_eq(epoll_wait(ep, &ev, 1, HANG_LIMIT * 1000), 1);
		check_eq(ev.data.fd, owner + i);
		check_eq(port_free(ev.data.fd), 0);
	}
	check_eq(epoll_wait(ep, &ev, 1, 0), 0);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(idle_client_gets_no_event),
		TEST(owner_is_told),
		TEST(grant_wakes),
		TEST(waiter_wakes_owner),
		TEST(waiter_behind_new_owner),
		TEST(cancel_gives_no_event),
		TEST(many_clients_in_one_epoll),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
