// SPDX-License-Identifier: GPL-2.0
/*
 * The real port is unplugged: its driver is unbound from the device, and bound
 * again.
 *
 * vm: ports=one kernels=stock,debug,kcsan,stock-7.2 timeout=180 seconds=4
 */
#include "libkclient.h"
#include "libpnp.h"

#include <sys/wait.h>

static void check_dead(int fd)
{
	struct parbiter_status status = { .size = sizeof(status) };
	struct parbiter_port_info info = { .size = sizeof(info) };
	struct parbiter_queue queue = {
		.size = sizeof(queue),
		.waiter_size = sizeof(struct parbiter_waiter),
	};
	__u64 limit = 0;
	__u8 is_free;
	__u32 n;

	check_eq(port_poll(fd) & (POLLERR | POLLHUP), POLLERR | POLLHUP);
	check_eq(port_allocate(fd), -ENODEV);
	check_eq(port_request(fd, PARBITER_ALLOCATE_TIMEOUT, &limit), -ENODEV);
	check_eq(port_try(fd), -ENODEV);
	check_eq(port_ask(fd, 0, 0), -ENODEV);
	check_eq(port_ask(fd, PARBITER_REQUEST_TRY, 0), -ENODEV);
	check_eq(port_ask(fd, PARBITER_REQUEST_QUEUE, 0), -ENODEV);
	check_eq(port_ask(fd, PARBITER_REQUEST_DEADLINE, 0), -ENODEV);
	check_eq(port_free(fd), -ENODEV);
	check_eq(port_cancel(fd), -ENODEV);
	check_eq(port_yield(fd), -ENODEV);
	check_eq(port_request(fd, PARBITER_QUERY_WAITERS, &n), -ENODEV);
	check_eq(port_request(fd, PARBITER_IS_PORT_FREE, &is_free), -ENODEV);
	check_eq(port_request(fd, PARBITER_GET_PORT_INFO, &info), -ENODEV);
	check_eq(port_request(fd, PARBITER_GET_STATUS, &status), -ENODEV);
	check_eq(port_request(fd, PARBITER_GET_QUEUE, &queue), -ENODEV);
	check(strcmp(fdinfo(fd, "state"), "gone") == 0);
}

static void check_alive(void)
{
	int fd = port_open(0);

	check_eq(port_allocate(fd), 0);
	check_eq(port_free(fd), 0);
	close(fd);
}

static void idle_port(void)
{
	int fd = port_open(0);

	pnp_unplug();
	check(!port_present(0));
	check_dead(fd);
	pnp_plug();
	check_dead(fd);
	check_alive();
}

/*
 * Sequence D of Documentation/windows.rst: there are an owner and three queued
 * clients, one of which sleeps in poll().
 */
static void owned_with_waiters(void)
{
	int owner = port_open(0);
	int polled = port_open_flags(0, O_NONBLOCK);
	int slept = port_open(0);
	int timed = port_open(0);
	__u64 forever = UINT64_MAX;
	pid_t pids[2];

	check_eq(port_allocate(owner), 0);
	check_eq(port_allocate(polled), -EINPROGRESS);
	pids[0] = spawn_request(slept, PARBITER_ALLOCATE, NULL);
	wait_waiters(owner, 2);
	pids[1] = spawn_request(timed, PARBITER_ALLOCATE_TIMEOUT, &forever);
	wait_waiters(owner, 3);
	wait_asleep(pids[0], PARBITER_ALLOCATE);
	wait_asleep(pids[1], PARBITER_ALLOCATE_TIMEOUT);
	pnp_unplug();
	check_eq(join(pids[0]), ENODEV);
	check_eq(join(pids[1]), ENODEV);
	check(port_poll_wait(polled, POLLOUT) & POLLHUP);
	check_dead(owner);
	check_dead(polled);
	check_dead(slept);
	pnp_plug();
	check_alive();
	check_dead(owner);
}

static int poll_hup(void *arg)
{
	return port_poll_wait(*(int *)arg, 0) & POLLHUP ? 0 : 1;
}

static void hangup_wakes_poll(void)
{
	int fd = port_open(0);
	pid_t pid = spawn(poll_hup, &fd);

	wait_for(task_state(pid) == 'S');
	pnp_unplug();
	check_eq(join(pid), 0);
	pnp_plug();
}

/*
 * One descriptor of a port that is gone is closed after the removal, the other
 * only by the exit of the process.
 */
static void late_closes(void)
{
	int a = port_open(0);
	int b = port_open_flags(0, O_NONBLOCK);

	check_eq(port_allocate(a), 0);
	check_eq(port_allocate(b), -EINPROGRESS);
	pnp_unplug();
	pnp_plug();
	close(a);
	check_alive();
	check_eq(port_poll(b) & POLLHUP, POLLHUP);
}

/*
 * The callback "removed" of a kernel client is called, and the request of the
 * client ends.
 */
static void kernel_client_is_told(const char *onremove)
{
	int owner = kclient_open(0);
	int waiter = kclient_open(0);

	check_eq(kclient(owner, onremove), 0);
	check_eq(kclient(waiter, onremove), 0);
	check_eq(kclient(owner, "allocate"), 0);
	check_eq(kclient(waiter, "async"), 0);
	pnp_unplug();
	wait_for(kclient_ask(waiter, "result") == -ENODEV);
	check_eq(kclient_ask(owner, "removed"), 1);
	check_eq(kclient_ask(waiter, "removed"), 1);
	if (strcmp(onremove, "onremove keep") == 0) {
		check_eq(kclient(owner, "free"), -ENODEV);
		check_eq(kclient(owner, "try"), -ENODEV);
		check_eq(kclient(waiter, "allocate"), -ENODEV);
	}
	pnp_plug();
	check_eq(kclient(owner, "close"), 0);
	close(owner);
	close(waiter);
	check_alive();
}

static void kernel_client_keeps(void)
{
	kernel_client_is_told("onremove keep");
}

static void kernel_client_closes_when_told(void)
{
	kernel_client_is_told("onremove close");
}

static int unplug_child(void *arg)
{
	(void)arg;
	pnp_unplug();
	return 0;
}

/*
 * A kernel client that owns the port has entered its use: unplugging waits
 * until the client leaves.
 */
static void kernel_owner_is_inside(void)
{
	int kc = kclient_open(0);
	pid_t pid;

	check_eq(kclient(kc, "enter"), -EINVAL);
	check_eq(kclient(kc, "allocate"), 0);
	check_eq(kclient(kc, "hard enter"), 0);
	check(pnp_device());
	pid = spawn(unplug_child, NULL);
	wait_for(kclient_ask(kc, "removed") == 1);
	wait_for(task_state(pid) == 'D');
	check(module_refs("parport_pc") > 0);
	check_eq(kclient(kc, "enter"), -EINVAL);
	check_eq(waitpid(pid, NULL, WNOHANG), 0);
	check_eq(kclient(kc, "hard leave"), 0);
	check_eq(join(pid), 0);
	check_eq(kclient(kc, "enter"), -EINVAL);
	close(kc);
	pnp_plug();
	check_alive();
}

static int send_child(void *arg)
{
	return -kclient(*(int *)arg, "send");
}

/*
 * A kernel client is transferring data at an arbitrary moment when the port is
 * unplugged.
 */
static void kernel_owner_is_sending(void)
{
	unsigned int rounds = effort(20);
	unsigned int i;
	pid_t pid;
	int kc;

	for (i = 0; i < rounds; i++) {
		kc = kclient_open(0);
		check_eq(kclient(kc, "allocate"), 0);
		pid = spawn(send_child, &kc);
		wait_for(kclient_ask(kc, "sent") > 0);
		pnp_unplug();
		check_eq(join(pid), ENODEV);
		check_eq(kclient_ask(kc, "removed"), 1);
		close(kc);
		pnp_plug();
	}
	check_alive();
}

/*
 * A process that opens the device while the port comes and goes gets a
 * descriptor or a documented error.
 */
static int open_over_and_over(void *arg)
{
	int *stop = arg;
	int fd;

	while (!__atomic_load_n(stop, __ATOMIC_RELAXED)) {
		fd = open("/dev/parbiter0", O_RDWR | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0) {
			check(errno == ENOENT || errno == ENODEV ||
			      errno == ENXIO);
			continue;
		}
		port_allocate(fd);
		port_free(fd);
		close(fd);
	}
	return 0;
}

static void open_races_unplug(void)
{
	unsigned int rounds = effort(50);
	int *stop = share(sizeof(*stop));
	pid_t pids[4];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pids); i++)
		pids[i] = spawn(open_over_and_over, stop);
	for (i = 0; i < rounds; i++) {
		pnp_unplug();
		check(!port_present(0));
		pnp_plug();
	}
	__atomic_store_n(stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < ARRAY_SIZE(pids); i++)
		check_eq(join(pids[i]), 0);
	check_alive();
}

/* After all these cases nothing refers to the driver of the port any more. */
static void references_are_gone(void)
{
	int fd = port_open(0);

	check_eq(port_allocate(fd), 0);
	pnp_unplug();
	close(fd);
	check_eq(unload_module("lp"), 0);
	check_eq(unload_module("ppdev"), 0);
	check_eq(module_refs("parport_pc"), 0);
	check_eq(unload_module("parport_pc"), 0);
	check_eq(load_module("parport_pc", ""), 0);
	wait_for(port_present(0));
	check_alive();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(idle_port),
		TEST(owned_with_waiters),
		TEST(hangup_wakes_poll),
		TEST(late_closes),
		TEST(kernel_client_keeps),
		TEST(kernel_client_closes_when_told),
		TEST(kernel_owner_is_inside),
		TEST(kernel_owner_is_sending),
		TEST(open_races_unplug),
		TEST(references_are_gone),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
