// SPDX-License-Identifier: GPL-2.0
/*
 * A little of each part of parbiter, on each kernel.
 *
 * The test does not run on the debug kernel: there lockdep reports the core's
 * own claim for a native driver that sleeps (see port/lockup.c), and each part
 * has a test of its own.
 *
 * vm: ports=one kernels=stock,stock-6.12,rt,rt-6.12,stock-7.2,debian,clang timeout=120
 */
#include "libkclient.h"
#include "libnative.h"

#define CLIENTS	8
#define TURNS	300

static void open_try_free(void)
{
	int a = port_open(0), b = port_open(0);

	check_eq(port_try(a), 0);
	check_eq(port_try(b), -EBUSY);
	check_eq(port_free(a), 0);
	check_eq(port_try(b), 0);
	check_eq(port_free(b), 0);
	check_eq(port_info(a).base, 0x378);
}

static int take_turns(void *arg)
{
	volatile unsigned int *cell = arg;
	int fd = port_open(0);
	unsigned int count;
	int i;

	for (i = 0; i < TURNS; i++) {
		check_eq(port_allocate(fd), 0);
		check_eq(cell[1], 0);
		cell[1] = 1;
		count = cell[0];
		cell[0] = count + 1;
		cell[1] = 0;
		check_eq(port_free(fd), 0);
	}
	return 0;
}

static void contention(void)
{
	unsigned int *cell = share(2 * sizeof(*cell));
	pid_t pids[CLIENTS];
	int i;

	for (i = 0; i < CLIENTS; i++)
		pids[i] = spawn(take_turns, cell);
	for (i = 0; i < CLIENTS; i++)
		check_eq(join(pids[i]), 0);
	check_eq(cell[0], CLIENTS * TURNS);
}

static void order(void)
{
	int c[CLIENTS];
	int i;

	for (i = 0; i < CLIENTS; i++) {
		c[i] = port_open_flags(0, O_NONBLOCK);
		check_eq(port_allocate(c[i]), i ? -EINPROGRESS : 0);
	}
	for (i = 0; i < CLIENTS; i++) {
		check(port_poll_wait(c[i], POLLOUT) & POLLOUT);
		check_eq(port_free(c[i]), 0);
	}
}

static void native_driver(void)
{
	int fd = port_open_flags(0, O_NONBLOCK);
	struct native native;

	if (!pc_port())
		skip("the kernel has no ppdev");
	check_eq(port_allocate(fd), 0);
	native_start(&native, 0);
	native_wait_asleep(&native);
	check_eq(port_free(fd), 0);
	native_wait_owner(&native);
	check_eq(port_allocate(fd), -EINPROGRESS);
	native_let_go(&native);
	wait_owner(fd);
	check_eq(port_free(fd), 0);
}

static void kernel_client(void)
{
	int kc = kclient_open(0);
	int fd = port_open_flags(0, O_NONBLOCK);

	check_eq(kclient(kc, "allocate"), 0);
	check_eq(port_allocate(fd), -EINPROGRESS);
	check_eq(kclient(kc, "hard free"), 0);
	wait_owner(fd);
	check_eq(kclient(kc, "async"), 0);
	check_eq(port_free(fd), 0);
	kclient_wait_result(kc, 0);
	check_eq(kclient(kc, "free"), 0);
}

static void unplug(void)
{
	static const char driver[] = "/sys/bus/pnp/drivers/parport_pc/";
	int fd = port_open_flags(0, O_NONBLOCK);
	int waiter = port_open(0);
	char path[128];
	pid_t pid;

	if (!pc_port())
		skip("no driver can be unbound");
	check_eq(port_allocate(fd), 0);
	pid = spawn_request(waiter, PARBITER_ALLOCATE, NULL);
	wait_asleep(pid, PARBITER_ALLOCATE);
	snprintf(path, sizeof(path), "%sunbind", driver);
	check_eq(write_file(path, "00:00"), 0);
	check_eq(join(pid), ENODEV);
	check(port_poll(fd) & POLLHUP);
	close(fd);
	close(waiter);
	snprintf(path, sizeof(path), "%sbind", driver);
	check_eq(write_file(path, "00:00"), 0);
	wait_for(port_present(0));
	open_try_free();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(open_try_free),
		TEST(contention),
		TEST(order),
		TEST(native_driver),
		TEST(kernel_client),
		TEST(unplug),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
