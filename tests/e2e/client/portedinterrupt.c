// SPDX-License-Identifier: GPL-2.0
/*
 * A driver in the words of Windows' driver kit connects a service routine to the
 * interrupt of a port: it is refused, unless parbiter was loaded so that it is not.
 *
 * vm: ports=none kernels=stock,debug,rt,stock-7.2 timeout=120
 */
#include "libvport.h"
#include "libwdk.h"

static unsigned int number;
static int driver, fd;

static void reload(const char *parameters)
{
	unload_module(WDK_MODULE);
	unload_module("parbiter");
	check_eq(load_module("parbiter", parameters), 0);
}

/* A port with an interrupt, a driver, and a program that does not wait */
static void plug(void)
{
	reload("connect_interrupt=1");
	number = vport_plug("irq");
	driver = wdk_open(number);
	fd = port_open_flags(number, O_NONBLOCK);
}

static void leave(void)
{
	close(driver);
	close(fd);
	vport_unplug(number);
	vport_check_gone(number);
	reload("");
}

/* Raise the port's interrupt. Return whether it was enabled. */
static int raise_interrupt(void)
{
	return atoi(vport("irq %u", number));
}

/* A driver that is refused goes on without the interrupt. */
static void refused_by_default(void)
{
	number = vport_plug("irq");
	driver = wdk_open(number);
	check_eq(wdk_ask(driver, "connect", 0), WDK_UNSUCCESSFUL);
	check_eq(kclient_ask(driver, "disconnect"), WDK_INVALID_PARAMETER);
	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(raise_interrupt(), 0);
	check_eq(kclient(driver, "free"), 0);
	check_eq(kclient_ask(driver, "interrupts"), 0);
	close(driver);
	vport_unplug(number);
}

/* The routine owns the port for a moment if nobody else does. */
static void connected_routine(void)
{
	plug();
	check_eq(wdk_ask(driver, "connect", 0), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(raise_interrupt(), 1);
	wait_for(kclient_ask(driver, "interrupts") == 1);
	check_eq(kclient_ask(driver, "atirq"), 0);
	check_eq(kclient(driver, "free"), 0);
	/* The claim is kept, and its interrupt stays enabled. */
	check_eq(raise_interrupt(), 1);
	wait_for(kclient_ask(driver, "interrupts") == 2);
	check_eq(kclient_ask(driver, "atirq"), 1);
	check(port_is_free(fd));
	check_eq(port_allocate(fd), 0);
	check_eq(raise_interrupt(), 1);
	wait_for(kclient_ask(driver, "interrupts") == 3);
	check_eq(kclient_ask(driver, "atirq"), 1);
	check_eq(port_poll(fd) & POLLOUT, POLLOUT);
	/* On PREEMPT_RT, a thread handles the interrupt. */
	if (!rt_kernel())
		check_eq(kclient_ask(driver, "raised"), 3);
	check_eq(kclient_ask(driver, "disconnect"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "disconnect"), WDK_INVALID_PARAMETER);
	raise_interrupt();
	check_eq(port_free(fd), 0);
	check_eq(kclient_ask(driver, "interrupts"), 3);
	check_eq(kclient_ask(driver, "checks"), 0);
	leave();
}

static void deferred_port_check(void)
{
	plug();
	check_eq(wdk_ask(driver, "connect", 1), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(kclient(driver, "free"), 0);
	wait_for(kclient_ask(driver, "checks") == 1);
	/* A Free that somebody waits for is followed by no check. */
	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(port_allocate(fd), -EINPROGRESS);
	check_eq(kclient(driver, "free"), 0);
	wait_owner(fd);
	check_eq(kclient_ask(driver, "checks"), 1);
	check_eq(port_free(fd), 0);
	wait_for(kclient_ask(driver, "checks") == 2);
	check_eq(kclient_ask(driver, "disconnect"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "checks"), 2);
	leave();
}

/* Nobody disconnects: the unload and the removal do. */
static void left_connected(void)
{
	plug();
	check_eq(wdk_ask(driver, "connect", 1), WDK_SUCCESS);
	close(driver);
	check_eq(unload_module(WDK_MODULE), 0);
	check_eq(port_allocate(fd), 0);
	raise_interrupt();
	check_eq(port_free(fd), 0);
	driver = wdk_open(number);
	check_eq(wdk_ask(driver, "connect", 1), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	close(fd);
	vport_unplug(number);
	check_eq(kclient_ask(driver, "disconnect"), WDK_DELETE_PENDING);
	check_eq(kclient_ask(driver, "interrupts"), 0);
	close(driver);
	vport_check_gone(number);
	reload("");
}

static void a_port_without_an_interrupt(void)
{
	reload("connect_interrupt=1");
	number = vport_plug("polled");
	driver = wdk_open(number);
	check_eq(wdk_ask(driver, "connect", 0), WDK_NOT_SUPPORTED);
	close(driver);
	vport_unplug(number);
	reload("");
}

int main(void)
{
	static const struct test tests[] = {
		TEST(refused_by_default),
		TEST(connected_routine),
		TEST(deferred_port_check),
		TEST(left_connected),
		TEST(a_port_without_an_interrupt),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
