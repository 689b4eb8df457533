// SPDX-License-Identifier: GPL-2.0
/*
 * The module parameter exclusive=1: while a client has the port open, no native
 * driver can register on it.
 *
 * vm: ports=one kernels=stock,debug timeout=90 smp=any seconds=7
 */
#include "libkclient.h"
#include "libnative.h"

#define PARAMETER	"/sys/module/parbiter/parameters/exclusive"

/*
 * Wait until parbiter is not registered on the port, and no native driver is.
 * parbiter stays registered for a moment if a port is opened and closed
 * repeatedly, as it is in these tests.
 */
static void wait_unregistered(void)
{
	wait_for(module_refs("parport_pc") == 0);
}

/*
 * Check that the log names the driver that blocks the registration, and what to
 * do about it.
 */
static void check_log_names(int log, const char *native)
{
	char text[160];

	snprintf(text, sizeof(text),
		 "parport0: cannot be opened exclusively: %s is registered on it; unload it, or load parbiter without exclusive=1",
		 native);
	check(log_says(log, text));
}

static void refused_while_lp_is_there(void)
{
	int kernel = kclient_new();
	int log = log_open();

	wait_unregistered();
	check_eq(load_module("lp", ""), 0);
	wait_for(port_present(0));
	check_eq(port_open_error(0), -EBUSY);
	check_log_names(log, "lp");
	check_eq(port_open_error(0), -EBUSY);
	check_eq(kclient(kernel, "open 0"), -EBUSY);
	check_eq(unload_module("lp"), 0);
	check_eq(port_open_error(0), 0);
	check_eq(kclient(kernel, "open 0"), 0);
}

/*
 * ppdev registers on the port when a program claims it for the first time, and
 * stays registered until the program closes its descriptor.
 */
static void refused_once_ppdev_has_claimed(void)
{
	int native = ppdev_open(0);
	int log = log_open();

	check_eq(port_open_error(0), 0);
	wait_unregistered();
	check_eq(ppdev_claim(native), 0);
	check_eq(port_open_error(0), -EBUSY);
	check_log_names(log, "ppdev0");
	check_eq(ppdev_release(native), 0);
	check_eq(port_open_error(0), -EBUSY);
	close(native);
	check_eq(port_open_error(0), 0);
}

static void works_alone(void)
{
	int fd = port_open_flags(0, O_NONBLOCK);
	int other = port_open_flags(0, O_NONBLOCK);
	int i;

	for (i = 0; i < 3; i++) {
		check_eq(port_allocate(fd), 0);
		check_eq(port_allocate(other), -EINPROGRESS);
		check_eq(port_free(fd), 0);
		check_eq(port_poll(other), POLLOUT);
		check_eq(port_free(other), 0);
		check(port_is_free(fd));
		check_eq(port_try(fd), 0);
		check_eq(port_free(fd), 0);
	}
}

static void refuses_ppdev_while_open(void)
{
	int fd = port_open(0);
	int native = ppdev_open(0);

	check_eq(ppdev_claim(native), -ENXIO);
	check_eq(port_allocate(fd), 0);
	check_eq(ppdev_claim(native), -ENXIO);
	check_eq(port_free(fd), 0);
	close(fd);
	wait_unregistered();
	check_eq(ppdev_claim(native), 0);
	check_eq(port_open_error(0), -EBUSY);
	check_eq(ppdev_release(native), 0);
	close(native);
	check_eq(port_open_error(0), 0);
}

static void a_kernel_client_keeps_ppdev_off(void)
{
	int kernel = kclient_open(0);
	int native = ppdev_open(0);

	check_eq(ppdev_claim(native), -ENXIO);
	check_eq(kclient(kernel, "close"), 0);
	wait_unregistered();
	check_eq(ppdev_claim(native), 0);
}

/*
 * If lp is loaded while a client has the port open, lp does not get the port,
 * and the owner is not disturbed.
 */
static void lp_comes_later(void)
{
	int fd = port_open(0);

	check_eq(port_allocate(fd), 0);
	load_module("lp", "");
	check_eq(port_yield(fd), 0);
	check_eq(port_poll(fd), POLLOUT);
	check_eq(port_free(fd), 0);
	if (module_loaded("lp"))
		unload_module("lp");
}

static void port_driver_can_go(void)
{
	check_eq(port_open_error(0), 0);
	check_eq(unload_module("ppdev"), 0);
	wait_unregistered();
	check_eq(unload_module("parport_pc"), 0);
	check_eq(load_module("parport_pc", ""), 0);
	check_eq(load_module("ppdev", ""), 0);
	wait_for(port_present(0));
	check_eq(port_open_error(0), 0);
}

static void one_device_is_registered(void)
{
	int fd;

	wait_unregistered();
	fd = port_open(0);
	check_eq(module_refs("parport_pc"), 1);
	check_eq(port_allocate(fd), 0);
	check_eq(module_refs("parport_pc"), 1);
}

static char parameter(void)
{
	char text[8] = "";

	check(read_file(PARAMETER, text, sizeof(text)));
	return text[0];
}

/* Without the parameter, native drivers may be registered on the port. */
static void shared_by_default(void)
{
	int native = ppdev_open(0);
	int before;

	check_eq(parameter(), 'Y');
	wait_for(unload_module("parbiter_kclient") != -EAGAIN);
	wait_for(unload_module("parbiter") == 0);
	check_eq(load_module("parbiter", ""), 0);
	wait_for(port_present(0));
	check_eq(parameter(), 'N');
	check_eq(ppdev_claim(native), 0);
	before = module_refs("parport_pc");
	check(port_open(0) >= 0);
	check_eq(module_refs("parport_pc"), before + 2);
}

int main(void)
{
	static const char * const modules[] = { "parport_pc", "ppdev", NULL };
	static const struct setup setup = { .modules = modules };
	static const struct test tests[] = {
		TEST(refused_while_lp_is_there),
		TEST(refused_once_ppdev_has_claimed),
		TEST(works_alone),
		TEST(refuses_ppdev_while_open),
		TEST(a_kernel_client_keeps_ppdev_off),
		TEST(lp_comes_later),
		TEST(one_device_is_registered),
		TEST(port_driver_can_go),
		TEST(shared_by_default),
	};

	load_module("parport_pc", "");
	if (load_module("parbiter", "exclusive=1")) {
		printf("Bail out! cannot load parbiter\n");
		return 1;
	}
	return run_tests_with(&setup, tests, ARRAY_SIZE(tests));
}
