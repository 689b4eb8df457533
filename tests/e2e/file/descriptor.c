// SPDX-License-Identifier: GPL-2.0
/*
 * A client is an open file description: dup(), fork() and SCM_RIGHTS share it,
 * and its last close ends the client.
 *
 * vm: ports=one kernels=stock,debug,kcsan,kmsan timeout=120
 */
#include "lib.h"

#include <pthread.h>
#include <sys/socket.h>

static int watcher;

static void dup_shares_the_client(void)
{
	int fd = port_open(0);
	int copy = dup(fd);

	watcher = port_open(0);
	check_eq(port_allocate(fd), 0);
	check_eq(port_allocate(copy), -EDEADLK);
	check_eq(port_poll(copy), POLLOUT);
	close(fd);
	check(!port_is_free(watcher));
	check_eq(port_free(copy), 0);
	check_eq(port_try(copy), 0);
	close(copy);
	wait_for(port_is_free(watcher));
}

static int free_it(void *arg)
{
	return -port_free(*(int *)arg);
}

static void fork_shares_the_client(void)
{
	int fd = port_open(0);

	watcher = port_open(0);
	check_eq(port_allocate(fd), 0);
	check_eq(join(spawn(free_it, &fd)), 0);
	check(port_is_free(watcher));
	check_eq(port_free(fd), -EPERM);
}

static int wait_for_byte(void *arg)
{
	char byte;

	return read(*(int *)arg, &byte, 1) == 1 ? 0 : 1;
}

/*
 * The parent closes its descriptor while a child still has one: the client
 * keeps the port.
 */
static void last_close_by_a_child(void)
{
	int fd = port_open(0);
	int pipes[2];
	pid_t pid;

	check_eq(pipe(pipes), 0);
	check_eq(port_allocate(fd), 0);
	pid = spawn(wait_for_byte, &pipes[0]);
	close(fd);
	watcher = port_open(0);
	check(!port_is_free(watcher));
	check_eq(write(pipes[1], "", 1), 1);
	check_eq(join(pid), 0);
	wait_for(port_is_free(watcher));
}

static void close_withdraws_the_request(void)
{
	int fd = port_open_flags(0, O_NONBLOCK);
	int copy = dup(fd);

	watcher = port_open(0);
	check_eq(port_allocate(watcher), 0);
	check_eq(port_allocate(fd), -EINPROGRESS);
	close(fd);
	check_eq(port_waiters(watcher), 1);
	close(copy);
	wait_waiters(watcher, 0);
	check_eq(port_free(watcher), 0);
	check(port_is_free(watcher));
}

static void exec_closes(void)
{
	int fd = port_open(0);
	pid_t pid;

	check_eq(port_allocate(fd), 0);
	pid = fork();
	if (pid == 0) {
		execlp("sleep", "sleep", "1000", NULL);
		_exit(127);
	}
	close(fd);
	watcher = port_open(0);
	wait_for(port_is_free(watcher));
	kill(pid, SIGKILL);
	join(pid);
}

static void send_fd(int sock, int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = "";
	struct iovec vec = { .iov_base = "x", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &vec,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	check_eq(sendmsg(sock, &msg, 0), 1);
}

static int receive_fd(int sock)
{
	char control[CMSG_SPACE(sizeof(int))] = "";
	char byte;
	struct iovec vec = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &vec,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	int fd;

	check_eq(recvmsg(sock, &msg, 0), 1);
	check(CMSG_FIRSTHDR(&msg));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

static int receive_and_free(void *arg)
{
	return -port_free(receive_fd(*(int *)arg));
}

/*
 * Ownership moves with the descriptor through a socket, and remains while the
 * descriptor is in the socket.
 */
static void scm_rights_carries_ownership(void)
{
	int socks[2];
	pid_t pid;
	int fd;

	check_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, socks), 0);
	pid = spawn(receive_and_free, &socks[1]);
	fd = port_open(0);
	check_eq(port_allocate(fd), 0);
	send_fd(socks[0], fd);
	close(fd);
	check_eq(join(pid), 0);
	watcher = port_open(0);
	wait_for(port_is_free(watcher));
}

static void scm_rights_lost_in_flight(void)
{
	int socks[2];
	int fd = port_open(0);

	watcher = port_open(0);
	check_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, socks), 0);
	check_eq(port_allocate(fd), 0);
	send_fd(socks[0], fd);
	close(fd);
	check(!port_is_free(watcher));
	close(socks[0]);
	close(socks[1]);
	wait_for(port_is_free(watcher));
}

static void *allocate_in_thread(void *arg)
{
	check_eq(port_allocate(*(int *)arg), 0);
	return NULL;
}

/*
 * close() while a thread sleeps in a request: the call continues, and if it is
 * granted the port, the port is freed.
 */
static void close_under_a_sleeper(void)
{
	int fd = port_open(0);
	pthread_t thread;

	watcher = port_open(0);
	check_eq(port_allocate(watcher), 0);
	check_eq(pthread_create(&thread, NULL, allocate_in_thread, &fd), 0);
	wait_waiters(watcher, 1);
	close(fd);
	check_eq(port_waiters(watcher), 1);
	check_eq(port_free(watcher), 0);
	pthread_join(thread, NULL);
	wait_for(port_is_free(watcher));
}

/*
 * The request of a sleeping process belongs to the client: another process that
 * shares the client can cancel it.
 */
static void cancel_from_another_process(void)
{
	int fd = port_open(0);
	pid_t pid;

	watcher = port_open(0);
	check_eq(port_allocate(watcher), 0);
	pid = spawn_request(fd, PARBITER_ALLOCATE, NULL);
	wait_asleep(pid, PARBITER_ALLOCATE);
	check_eq(join(spawn_request(fd, PARBITER_CANCEL, NULL)), 0);
	check_eq(join(pid), ECANCELED);
	check_eq(port_free(watcher), 0);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(dup_shares_the_client),
		TEST(fork_shares_the_client),
		TEST(last_close_by_a_child),
		TEST(close_withdraws_the_request),
		TEST(exec_closes),
		TEST(scm_rights_carries_ownership),
		TEST(scm_rights_lost_in_flight),
		TEST(close_under_a_sleeper),
		TEST(cancel_from_another_process),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
