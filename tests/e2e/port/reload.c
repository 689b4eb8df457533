// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter and the port's driver are loaded and unloaded while programs use the
 * port.
 *
 * vm: ports=one kernels=stock,debug,stock-7.2 timeout=300 seconds=16
 */
#include "libkclient.h"

#include <sched.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define LOADS	effort(50)

static void use_port(void)
{
	int fd = port_open(0);

	check_eq(port_allocate(fd), 0);
	check_eq(port_free(fd), 0);
	close(fd);
}

static void load_parbiter(void)
{
	check_eq(load_module("parbiter", ""), 0);
}

/*
 * Unload a module. For a moment after the last close, deferred work may still
 * run, and unloading fails with EAGAIN or EBUSY.
 */
static void unload(const char *name)
{
	wait_for(unload_module(name) == 0);
}

static void refused_while_open(void)
{
	int fd = port_open(0);

	check_eq(unload_module("parbiter"), -EAGAIN);
	check_eq(port_allocate(fd), 0);
	check_eq(unload_module("parbiter"), -EAGAIN);
	check_eq(port_free(fd), 0);
	close(fd);
	unload("parbiter");
	check(!port_present(0));
	load_parbiter();
	use_port();
}

/*
 * A module with a kernel client uses parbiter's symbols, so parbiter cannot be
 * unloaded.
 */
static void refused_while_a_module_uses_it(void)
{
	int fd = kclient_open(0);

	check_eq(unload_module("parbiter"), -EAGAIN);
	check_eq(unload_module("parbiter_kclient"), -EAGAIN);
	close(fd);
	unload("parbiter_kclient");
	unload("parbiter");
	load_parbiter();
}

static void with_a_port(void)
{
	unsigned int i;

	for (i = 0; i < LOADS; i++) {
		unload("parbiter");
		check(!port_present(0));
		load_parbiter();
		wait_for(port_present(0));
		if (i & 1)
			use_port();
	}
}

static int hammer(void *arg)
{
	int *stop = arg;
	int fd;

	while (!__atomic_load_n(stop, __ATOMIC_RELAXED)) {
		fd = open("/dev/parbiter0", O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		check_eq(port_allocate(fd), 0);
		check_eq(port_free(fd), 0);
		close(fd);
		/*
		 * Without a pause, the three processes would have the device
		 * open at every moment, and parbiter could never be unloaded.
		 */
		pause_briefly();
	}
	return 0;
}

/*
 * Processes open the device all the time, so that open() races with the init
 * and exit functions of the module.
 */
static void under_use(void)
{
	int *stop = share(sizeof(*stop));
	unsigned int unloads = 0, refused = 0;
	pid_t pids[3];
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(pids); i++)
		pids[i] = spawn(hammer, stop);
	while (unloads < LOADS) {
		ret = unload_module("parbiter");
		if (ret) {
			check(ret == -EAGAIN || ret == -EBUSY);
			refused++;
			sched_yield();
			continue;
		}
		load_parbiter();
		unloads++;
	}
	__atomic_store_n(stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < ARRAY_SIZE(pids); i++)
		check_eq(join(pids[i]), 0);
	note("unloaded %u times, refused %u times", unloads, refused);
	use_port();
}

/*
 * The child is stopped in a request with a deadline. When it is continued, the
 * kernel would restart the call in the module, but the module is gone.
 */
static void unloaded_under_a_stopped_request(void)
{
	int owner = port_open(0);
	int fd = port_open(0);
	int status;
	pid_t pid;

	check_eq(port_allocate(owner), 0);
	pid = ask_sharing_files(fd);
	check_eq(ptrace(PTRACE_ATTACH, pid, NULL, NULL), 0);
	check_eq(waitpid(pid, &status, 0), pid);
	check(WIFSTOPPED(status));
	close(fd);
	close(owner);
	unload("parbiter");
	check_eq(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
	check_eq(join(pid), EINTR);
	load_parbiter();
	use_port();
}

/*
 * While no client has the port open, the port's driver can be unloaded and
 * loaded again.
 */
static void port_driver_goes(void)
{
	unsigned int i;
	int fd;

	check_eq(unload_module("lp"), 0);
	check_eq(unload_module("ppdev"), 0);
	for (i = 0; i < LOADS; i++) {
		use_port();
		/*
		 * parbiter unregisters at the close, or a moment later if the
		 * port is opened and closed repeatedly.
		 */
		wait_for(module_refs("parport_pc") == 0);
		check_eq(unload_module("parport_pc"), 0);
		check(!port_present(0));
		check_eq(load_module("parport_pc", ""), 0);
		wait_for(port_present(0));
	}
	fd = port_open(0);
	check_eq(unload_module("parport_pc"), -EAGAIN);
	close(fd);
	wait_for(module_refs("parport_pc") == 0);
	check_eq(unload_module("parport_pc"), 0);
}

/*
 * This case begins with the state that the case before it has left: there is no
 * port.
 */
static void without_ports(void)
{
	unsigned int i;

	for (i = 0; i < LOADS; i++) {
		check(!port_present(0));
		unload("parbiter");
		load_parbiter();
		/*
		 * The core may have loaded a port driver when parbiter
		 * registered.
		 */
		if (module_loaded("parport_pc"))
			unload("parport_pc");
	}
	check_eq(load_module("parport_pc", ""), 0);
	check_eq(load_module("lp", ""), 0);
	check_eq(load_module("ppdev", ""), 0);
	use_port();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(refused_while_open),
		TEST(refused_while_a_module_uses_it),
		TEST(with_a_port),
		TEST(under_use),
		TEST(unloaded_under_a_stopped_request),
		TEST(port_driver_goes),
		TEST_SLOW(without_ports, 200),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
