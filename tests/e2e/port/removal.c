// SPDX-License-Identifier: GPL-2.0
/*
 * A virtual port is unplugged under load: an owner is active, and 300 clients
 * are queued. The virtual port counts all calls that come after the unplug;
 * there must be none.
 *
 * vm: kernels=stock,debug,kcsan,rt,stock-6.12,rt-6.12,stock-7.2,debian,clang timeout=240
 */
#include "libvport.h"

#include <sys/resource.h>

#define CLIENTS	300
#define ROUNDS	20
#define FEWER	2	/* on kernels on which a round takes seconds */

/* Allocate and free the port without a pause until the port is gone. */
static int active_owner(void *arg)
{
	int fd = *(int *)arg;
	struct parbiter_status status = { .size = sizeof(status) };
	int ret;

	for (;;) {
		ret = port_request(fd, PARBITER_GET_STATUS, &status);
		if (!ret)
			ret = port_yield(fd);
		if (ret == -ENODEV)
			return 0;
		check(!ret || ret == -EINPROGRESS || ret == -EPERM);
		if (ret == -EPERM)
			port_allocate(fd);
	}
}

static int c[CLIENTS];

static void open_and_queue(unsigned int number)
{
	int i;

	for (i = 0; i < CLIENTS; i++) {
		c[i] = port_open_flags(number, O_NONBLOCK);
		check_eq(port_allocate(c[i]), i ? -EINPROGRESS : 0);
	}
}

static void check_all_dead(void)
{
	int i;

	for (i = 0; i < CLIENTS; i++) {
		check_eq(port_poll(c[i]) & (POLLERR | POLLHUP),
			 POLLERR | POLLHUP);
		check_eq(port_free(c[i]), -ENODEV);
		check_eq(port_allocate(c[i]), -ENODEV);
		close(c[i]);
	}
}

static void one_round(void)
{
	unsigned int number = vport_plug("irq");
	pid_t sleeper, owner;
	int fd;

	fd = port_open(number);
	open_and_queue(number);
	owner = spawn(active_owner, &c[0]);
	sleeper = spawn_request(fd, PARBITER_ALLOCATE, NULL);
	wait_for(task_state(sleeper) == 'S');
	wait_for(port_waiters(fd) >= CLIENTS);
	vport_unplug(number);
	check_eq(join(owner), 0);
	check_eq(join(sleeper), ENODEV);
	check_all_dead();
	close(fd);
	vport_check_gone(number);
}

static void under_load(void)
{
	struct rlimit limit = { 2 * CLIENTS, 2 * CLIENTS };
	unsigned int rounds = slow_kernel() || rt_kernel() ? FEWER :
			      effort(ROUNDS);
	unsigned int i;

	check_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	for (i = 0; i < rounds; i++)
		one_round();
	vport("forget");
}

/*
 * A port that is plugged in afterwards is a new port, while the descriptors of
 * the old port are still open.
 */
static void new_port_beside_dead_ones(void)
{
	unsigned int number = vport_plug("irq");
	int dead = port_open(number);
	int fd;

	check_eq(port_allocate(dead), 0);
	vport_unplug(number);
	number = vport_plug("irq");
	fd = port_open(number);
	check_eq(port_allocate(fd), 0);
	check_eq(port_allocate(dead), -ENODEV);
	check_eq(port_free(fd), 0);
	close(fd);
	vport_unplug(number);
	close(dead);
	vport_check_gone(number);
	vport("forget");
}

/* Each port has its own queue. */
static void ports_are_independent(void)
{
	unsigned int a = vport_plug("irq"), b = vport_plug("irq");
	int on_a = port_open(a), on_b = port_open(b);

	check(a != b);
	check_eq(port_info(on_b).number, b);
	check_eq(port_allocate(on_a), 0);
	check_eq(port_allocate(on_b), 0);
	vport_unplug(a);
	check_eq(port_poll(on_a) & POLLHUP, POLLHUP);
	check_eq(port_poll(on_b), POLLOUT);
	check_eq(port_free(on_b), 0);
	close(on_a);
	close(on_b);
	vport_unplug(b);
	vport("forget");
}

/* Nothing refers to the driver of the virtual ports any more. */
static void driver_can_be_unloaded(void)
{
	unsigned int number = vport_plug("irq");
	int fd = port_open(number);

	check_eq(port_allocate(fd), 0);
	vport_unplug(number);
	close(fd);
	vport("clear");
	vport_close();
	check_eq(module_refs("parbiter_vport"), 0);
	check_eq(unload_module("parbiter_vport"), 0);
	check_eq(load_module("parbiter_vport", ""), 0);
}

int main(void)
{
	static const struct test tests[] = {
		TEST_SLOW(under_load, 200),
		TEST(new_port_beside_dead_ones),
		TEST(ports_are_independent),
		TEST(driver_can_be_unloaded),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
