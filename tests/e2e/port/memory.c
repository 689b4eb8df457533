// SPDX-License-Identifier: GPL-2.0
/*
 * Memory is short: each path of parbiter runs with its first allocation failed,
 * then with its second one, and so on until nothing fails. Copies from and to user
 * space are failed in the same way. Whatever failed, the caller gets the documented
 * error, and afterwards the port works and nothing is left behind.
 *
 * vm: ports=none kernels=debug timeout=900 smp=1 seconds=700 quick=no
 */
#include "libclients.h"
#include "libkclient.h"

/* Far more than any path allocates */
#define NTH_MAX		2000

/* The thread that creates the kernel's threads, among them those of workqueues */
#define KTHREADD	2

static int log_fd;

/**
 * struct path - what is done while memory is short
 * @run: does it; returns 0 or a negative error number
 * @after: checks what a run with this result has left behind, and undoes it
 */
struct path {
	int (*run)(void);
	void (*after)(int result);
};

/* Have the kernel fail the @nth allocation or copy that the task makes. */
static void set_nth(int fd, unsigned int nth)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", nth);

	/* What is left of the last number may fail this very copy. */
	while (pwrite(fd, text, (size_t)len, 0) != len)
		check_eq(errno, EFAULT);
}

/* Return whether something has failed since set_nth(). */
static bool was_used(int fd)
{
	char text[16] = "";

	/* If the next copy is the one to fail, nothing has failed yet. */
	if (pread(fd, text, sizeof(text) - 1, 0) < 0)
		return false;
	return atoi(text) == 0;
}

/* Let also those allocations fail that may wait for memory. */
static int open_nth(int pid)
{
	char path[64];
	int fd;

	check_eq(write_file("/sys/kernel/debug/failslab/ignore-gfp-wait", "N"), 0);
	check_eq(write_file("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait",
			    "N"), 0);
	write_file("/sys/kernel/debug/failslab/verbose", "0");
	write_file("/sys/kernel/debug/fail_page_alloc/verbose", "0");
	write_file("/sys/kernel/debug/fail_usercopy/verbose", "0");
	snprintf(path, sizeof(path), "/proc/%d/fail-nth", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		fail("open %s: %s", path, strerror(errno));
	return fd;
}

/* Run a path until nothing fails; something must have failed before. */
static void fail_each_of(int pid, const struct path *path)
{
	unsigned int nth, errors = 0;
	bool used = true;
	int fd = open_nth(pid);
	int ret;

	for (nth = 1; used; nth++) {
		check(nth < NTH_MAX);
		log_says(log_fd, "");
		set_nth(fd, nth);
		ret = path->run();
		used = was_used(fd);
		set_nth(fd, 0);
		if (ret && ret != -ENOMEM && ret != -EFAULT)
			fail("with failure %u: %s", nth, strerror(-ret));
		errors += ret != 0;
		path->after(ret);
	}
	check_eq(ret, 0);
	check(errors > 0);
	close(fd);
	note("%u failures, %u errors", nth - 2, errors);
}

static void fail_each(int (*run)(void), void (*after)(int result))
{
	const struct path path = { .run = run, .after = after };

	fail_each_of(getpid(), &path);
}

/* A client gets the port and gives it back. */
static void port_works(void)
{
	int fd = port_open(number);

	check_eq(port_allocate(fd), 0);
	check_eq(port_free(fd), 0);
	close(fd);
}

/*
 * A virtual port for one case, whose commands still work while memory is short:
 * the descriptor for them is open. While parbiter has devices registered on
 * virtual ports, the use count of their module is higher than idle_refs.
 */
static int idle_refs;

static void begin(void)
{
	log_fd = log_open();
	number = vport_plug("irq");
	idle_refs = module_refs("parbiter_vport");
}

static void wait_unregistered(void)
{
	wait_for(module_refs("parbiter_vport") == idle_refs);
}

static void end(void)
{
	wait_unregistered();
	vport_unplug(number);
	vport_check_gone(number);
}

/* Loading */

/* A copy in memory, because reading the file allocates, too */
#define MODULE		"./parbiter.ko"

static void copy_module(void)
{
	char command[256];

	snprintf(command, sizeof(command), "cp %s " MODULE, module_path("parbiter"));
	check_eq(system(command), 0);
}

static int load(void)
{
	return load_module(MODULE, "");
}

/*
 * The module can be unloaded if it is loaded. If it has no memory for the port then,
 * the log says so.
 *
 * The kernel passes over many failures, those of the module's files in sysfs. The
 * port is not used each time, because unloading after that takes a second.
 */
static void after_load(int result)
{
	check_eq(module_loaded("parbiter"), !result);
	if (result)
		return;
	if (!port_present(number))
		check(log_says(log_fd, "parport"));
	wait_for(unload_module("parbiter") == 0);
}

static void load_repeatedly(int pid)
{
	const struct path path = { .run = load, .after = after_load };

	copy_module();
	begin();
	check_eq(unload_module("parbiter"), 0);
	/*
	 * The kernel warns if it has no memory for the fields of a module's trace event
	 * (event_define_fields() in kernel/trace/trace_events.c). scripts/lib/core-races
	 * knows that warning; any other one is still a complaint.
	 */
	check_eq(write_file("/proc/sys/kernel/panic_on_warn", "0"), 0);
	fail_each_of(pid, &path);
	check_eq(write_file("/proc/sys/kernel/panic_on_warn", "1"), 0);
	check_eq(load(), 0);
	port_works();
	end();
}

static void loading(void)
{
	load_repeatedly(getpid());
}

static void creating_threads_while_loading(void)
{
	load_repeatedly(KTHREADD);
}

/* A port appears */

static int commands;	/* a descriptor for commands for virtual ports */

/*
 * The port has no interrupt, because the kernel warns about an interrupt whose
 * files in /proc could not be created. Before parbiter hears of the port, the
 * errors are others'.
 */
static int plug(void)
{
	return write(commands, "add polled", 10) < 0 ? -ENOMEM : 0;
}

/*
 * A port for which there is no memory is not shared, or has no device node; the
 * log says so. If memory is short for the reply to the command, the port is there
 * in spite of the error.
 */
static void after_plug(int result)
{
	if (!strstr(vport("list"), " plugged")) {
		check(result);
		return;
	}
	if (port_present(number))
		port_works();
	else
		check(log_says(log_fd, "parport0: "));
	end();
	vport("forget");
}

static void a_port_appears(void)
{
	log_fd = log_open();
	commands = open("/dev/parbiter-vport", O_RDWR | O_CLOEXEC);
	check(commands >= 0);
	vport("clear");
	number = 0;
	idle_refs = module_refs("parbiter_vport");
	fail_each(plug, after_plug);
	close(commands);
}

/* A client comes */

static int open_and_close(void)
{
	return port_open_error(number);
}

/*
 * A new port for each failure: it lets go of its devices at the first close, not a
 * second later, and can only be gone if nothing refers to it.
 */
static void after_open(int result)
{
	(void)result;
	port_works();
	end();
	vport("forget");
	number = vport_plug("irq");
}

static void opening(void)
{
	begin();
	fail_each(open_and_close, after_open);
	end();
}

static void opening_exclusively(void)
{
	begin();
	check_eq(unload_module("parbiter"), 0);
	check_eq(load_module("parbiter", "exclusive=1"), 0);
	wait_for(port_present(number));
	fail_each(open_and_close, after_open);
	check_eq(unload_module("parbiter"), 0);
	check_eq(load_module("parbiter", ""), 0);
	end();
}

static int driver;	/* a kernel client's descriptor */

/* The module of kernel clients keeps parbiter from being unloaded. */
static void end_driver(void)
{
	close(driver);
	wait_for(unload_module("parbiter_kclient") == 0);
	end();
}

static int open_driver(void)
{
	char command[32];

	snprintf(command, sizeof(command), "open %u", number);
	return kclient(driver, command);
}

static void after_open_driver(int result)
{
	if (!result)
		check_eq(kclient(driver, "close"), 0);
	after_open(result);
}

static void a_driver_opens(void)
{
	begin();
	driver = kclient_new();
	fail_each(open_driver, after_open_driver);
	end_driver();
}

static int allocate_async(void)
{
	return kclient(driver, "async");
}

static void after_async(int result)
{
	if (!result) {
		kclient_wait_result(driver, 0);
		check_eq(kclient(driver, "free"), 0);
	}
	port_works();
}

static void a_driver_allocates_asynchronously(void)
{
	begin();
	driver = kclient_new();
	check_eq(open_driver(), 0);
	fail_each(allocate_async, after_async);
	end_driver();
}

/* The requests of a file */

static struct parbiter_waiter waiters[4];

static int allocate_in_time(void)
{
	return port_allocate_timeout(a, NSEC_PER_SEC);
}

static int request(void)
{
	return port_ask(a, PARBITER_REQUEST_TRY, 0);
}

static int get_queue(void)
{
	struct parbiter_queue queue = {
		.size = sizeof(queue),
		.waiter_size = sizeof(waiters[0]),
		.count = ARRAY_SIZE(waiters),
		.waiters = (uintptr_t)waiters,
	};

	return port_request(a, PARBITER_GET_QUEUE, &queue);
}

static int get_status(void)
{
	struct parbiter_status status = { .size = sizeof(status) };

	return port_request(a, PARBITER_GET_STATUS, &status);
}

static int get_port_info(void)
{
	struct parbiter_port_info info = { .size = sizeof(info) };

	return port_request(a, PARBITER_GET_PORT_INFO, &info);
}

static int poll_port(void)
{
	struct pollfd pfd = { .fd = a, .events = POLLOUT };

	return poll(&pfd, 1, 0) < 0 ? -errno : 0;
}

/* Others can use the port. */
static void after_query(int result)
{
	(void)result;
	check_eq(port_free(a), -EPERM);
	check_eq(port_allocate(b), 0);
	check_eq(port_free(b), 0);
}

/* If the request has failed, @a does not have the port. */
static void after_request(int result)
{
	if (!result)
		check_eq(port_free(a), 0);
	after_query(result);
}

static void requests(void)
{
	static int (* const queries[])(void) = {
		get_queue, get_status, get_port_info, poll_port,
	};
	unsigned int i;

	log_fd = log_open();
	open_two("irq");
	fail_each(allocate_in_time, after_request);
	fail_each(request, after_request);
	for (i = 0; i < ARRAY_SIZE(queries); i++)
		fail_each(queries[i], after_query);
	close_two();
}

/* The bytes of the owner: more than are transferred without allocating memory */
static char bytes[20] = "some bytes";

static int write_bytes(void)
{
	long ret = do_write(a, bytes, sizeof(bytes));

	return ret < 0 ? (int)ret : 0;
}

static int read_bytes(void)
{
	long ret = do_read(a, bytes, sizeof(bytes));

	return ret < 0 ? (int)ret : 0;
}

static int get_mode(void)
{
	int mode;

	return port_request(a, PPGETMODE, &mode);
}

/* The owner still owns, and the next byte arrives. */
static void after_transfer(int result)
{
	(void)result;
	check_eq(port_poll(a) & POLLOUT, POLLOUT);
	vport_send(number, "x", 1);
}

static void transfers(void)
{
	log_fd = log_open();
	open_owned("irq");
	vport("peripheral %u ieee1284", number);
	fail_each(write_bytes, after_transfer);
	fail_each(get_mode, after_transfer);
	check_eq(set_int(a, PPNEGOT, IEEE1284_MODE_NIBBLE), 0);
	fail_each(read_bytes, after_transfer);
	check_eq(set_int(a, PPNEGOT, IEEE1284_MODE_COMPAT), 0);
	close_two();
}

int main(void)
{
	static const char * const modules[] = {
		"parport", "parbiter_vport", "parbiter", NULL
	};
	static const struct setup setup = { .modules = modules, .no_port = true };
	static const struct test tests[] = {
		TEST_SLOW(opening, 900),
		TEST_SLOW(opening_exclusively, 900),
		TEST_SLOW(a_driver_opens, 900),
		TEST_SLOW(loading, 900),
		TEST_SLOW(a_port_appears, 900),
		TEST_SLOW(creating_threads_while_loading, 900),
		TEST(requests),
		TEST(transfers),
		TEST(a_driver_allocates_asynchronously),
	};

	return run_tests_with(&setup, tests, ARRAY_SIZE(tests));
}
