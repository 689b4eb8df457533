// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that is written in the words of Windows' driver kit works unchanged: it
 * finds the port by its name, waits for it by IRPs, stops waiting, and frees it by
 * callback, beside clients in user space.
 *
 * vm: ports=one kernels=stock,debug,kcsan,kmsan,rt,stock-7.2 timeout=120
 */
#include "libwdk.h"

#define TOUCHED_EVENT_AND_IOSB	3

static int driver_open(void)
{
	return wdk_open(0);
}

/* The forms in which the driver waits for the port, without a limit and with one */
static const struct {
	const char *forever;
	const char *limited;
} forms[] = {
	{ "allocate -1", "allocate 50" },
	{ "stop -1", "stop 50" },
	{ "own -1", "own 50" },
};

static void names_of_ports(void)
{
	int driver = driver_open();

	check_eq(kclient_ask(driver, "open 7"), WDK_NAME_NOT_FOUND);
	check_eq(kclient_ask(driver, "open 0"), WDK_SUCCESS);
	/* Looked up again, it is the same client, whose extension is Context. */
	check_eq(kclient_ask(driver, "same"), 1);
}

static void allocated_by_request_and_freed_by_callback(void)
{
	int driver = driver_open();
	int fd = port_open(0);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		check_eq(kclient_ask(driver, forms[i].forever), WDK_SUCCESS);
		check_eq(port_try(fd), -EBUSY);
		check_eq(kclient_ask(driver, "owned"), 1);
		check_eq(kclient(driver, "free"), 0);
		wait_for(port_is_free(fd));
		check_eq(port_status(fd).refused_frees, 0);
	}
}

static void freed_by_request(void)
{
	int driver = driver_open();
	int fd = port_open(0);

	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "freereq"), WDK_SUCCESS);
	wait_for(port_is_free(fd));
}

static void waits_until_another_client_frees(void)
{
	int driver = driver_open(), second = wdk_new();
	int fd = port_open(0);
	unsigned int i;
	pid_t pid;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		check_eq(port_allocate(fd), 0);
		pid = wdk_order(second, forms[i].forever, WDK_SUCCESS);
		wait_waiters(fd, 1);
		check_eq(kclient_ask(driver, "waiters"), 1);
		check_eq(port_free(fd), 0);
		check_eq(join(pid), 0);
		check_eq(kclient_ask(driver, "owned"), 1);
		check_eq(port_try(fd), -EBUSY);
		check_eq(kclient(driver, "free"), 0);
	}
}

/* The request is cancelled after its time, and the event is waited for again. */
static void stops_waiting_after_a_time(void)
{
	int driver = driver_open();
	int fd = port_open(0);
	unsigned int i;

	check_eq(port_allocate(fd), 0);
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		check_eq(kclient_ask(driver, forms[i].limited), WDK_CANCELLED);
		check_eq(port_waiters(fd), 0);
		check_eq(kclient_ask(driver, "owned"), 0);
	}
	check_eq(port_poll(fd), POLLOUT);
	check_eq(port_free(fd), 0);
}

/*
 * A driver that looks at no status believes that it owns the port. Its FreePort is
 * refused, and the owner keeps the port.
 */
static void a_cancelled_request_is_taken_for_owned(void)
{
	int driver = driver_open();
	int fd = port_open(0);
	uint64_t refused = port_status(fd).refused_frees;

	check_eq(port_allocate(fd), 0);
	check_eq(kclient(driver, "careless 50"), 0);
	check_eq(kclient_ask(driver, "owned"), 1);
	check_eq(kclient(driver, "free"), 0);
	check_eq(port_status(fd).refused_frees, refused + 1);
	check_eq(port_poll(fd), POLLOUT);
	check_eq(port_free(fd), 0);
}

/* DeviceExtension is the context of the callbacks. */
static void tried_in_open_and_freed_in_close(void)
{
	int driver = driver_open();
	int fd = port_open(0);

	check_eq(kclient_ask(driver, "try"), 1);
	check_eq(port_try(fd), -EBUSY);
	check_eq(kclient(driver, "free"), 0);
	check_eq(port_allocate(fd), 0);
	check_eq(kclient_ask(driver, "try"), 0);
	check_eq(port_free(fd), 0);
}

static void cancelled_before_it_is_sent(void)
{
	int driver = driver_open();
	int fd = port_open(0);

	check_eq(kclient_ask(driver, "before"), WDK_CANCELLED);
	check(port_is_free(fd));
	check_eq(port_allocate(fd), 0);
	check_eq(kclient_ask(driver, "before"), WDK_CANCELLED);
	check_eq(port_waiters(fd), 0);
	check_eq(port_free(fd), 0);
}

/* The caller of a request that fails at once may have left its stack. */
static void an_error_at_once_touches_nothing(void)
{
	int driver = driver_open();

	check_eq(kclient_ask(driver, "immediate 8"), 0);
	check_eq(kclient_ask(driver, "immediate 55"), 0);
	check_eq(kclient_ask(driver, "immediate 56"), TOUCHED_EVENT_AND_IOSB);
}

static void unknown_codes(void)
{
	int driver = driver_open();

	check_eq(kclient_ask(driver, "code 0"), WDK_INVALID_PARAMETER);
	check_eq(kclient_ask(driver, "code 0x160040"), WDK_INVALID_PARAMETER);
	check_eq(kclient_ask(driver, "code 0x7fffffff"), WDK_INVALID_PARAMETER);
}

/* Information is given, and handles come and go, while somebody owns the port. */
static void information_while_somebody_owns(void)
{
	int driver = driver_open();
	int fd = port_open(0), other;

	check_eq(port_allocate(fd), 0);
	other = driver_open();
	check_eq(kclient_ask(other, "same"), 1);
	check_eq(kclient_ask(other, "immediate 56"), TOUCHED_EVENT_AND_IOSB);
	close(other);
	check_eq(port_poll(fd), POLLOUT);
	check_eq(port_free(fd), 0);
	check_eq(kclient_ask(driver, "try"), 1);
	check_eq(kclient(driver, "free"), 0);
}

/* A killed process does not wait on, as the driver's wait says it would. */
static void killed_while_it_waits(void)
{
	int driver = driver_open(), second = wdk_new();
	int fd = port_open(0);
	unsigned int i;
	pid_t pid;

	check_eq(port_allocate(fd), 0);
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		pid = wdk_order(second, forms[i].forever, WDK_SUCCESS);
		wait_waiters(fd, 1);
		kill(pid, SIGKILL);
		check_eq(join(pid), 128 + SIGKILL);
		check_eq(port_waiters(fd), 0);
		check_eq(kclient_ask(driver, "owned"), 0);
	}
	check_eq(port_free(fd), 0);
}

/* A signal that does not kill changes nothing: the driver does not expect it. */
static void interrupted_while_it_waits(void)
{
	int driver = driver_open(), second = wdk_new();
	int fd = port_open(0);
	pid_t pid;

	handle(SIGUSR1, 0);
	check_eq(port_allocate(fd), 0);
	pid = wdk_order(second, "allocate -1", WDK_SUCCESS);
	wait_waiters(fd, 1);
	kill(pid, SIGUSR1);
	check_eq(kclient_ask(driver, "waiters"), 1);
	check_eq(port_free(fd), 0);
	check_eq(join(pid), 0);
	check_eq(kclient(driver, "free"), 0);
}

/* Nothing in the driver closes the client, and the client does not hold the module. */
static void unloaded_while_it_owns(void)
{
	int driver = driver_open();
	int fd = port_open(0);

	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(module_refs(WDK_MODULE), 1);
	close(driver);
	check_eq(unload_module(WDK_MODULE), 0);
	check(port_is_free(fd));
}

static void unloaded_with_a_pending_request(void)
{
	int driver = driver_open();
	int fd = port_open(0);

	check_eq(port_allocate(fd), 0);
	check_eq(kclient_ask(driver, "leave"), WDK_PENDING);
	check_eq(port_waiters(fd), 1);
	close(driver);
	check_eq(unload_module(WDK_MODULE), 0);
	check_eq(port_waiters(fd), 0);
	check_eq(port_free(fd), 0);
	/* Loaded again, it is a new client. */
	driver = driver_open();
	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(kclient(driver, "free"), 0);
}

#define WDK_COMMAND	"/sys/module/" WDK_MODULE "/parameters/command"

static int write_parameter_child(void *arg)
{
	int fd = open(WDK_COMMAND, O_WRONLY);

	check(fd >= 0);
	check_eq(write(fd, arg, strlen(arg)), -1);
	check_eq(errno, ECANCELED);
	close(fd);
	return 0;
}

static bool is_in_wait(pid_t pid)
{
	char path[64], stack[4096];

	snprintf(path, sizeof(path), "/proc/%d/stack", (int)pid);
	return read_file(path, stack, sizeof(stack)) &&
	       strstr(stack, "parbiter_wait_event");
}

/*
 * Start a process that writes a command to the parameter, which fails with ECANCELED.
 * Return when it waits in KeWaitForSingleObject().
 */
static pid_t write_parameter(const char *command)
{
	pid_t pid = spawn(write_parameter_child, (void *)command);

	wait_for(is_in_wait(pid));
	return pid;
}

/*
 * A thread that writes a parameter does not keep the module loaded. When the module
 * goes, what the thread has sent ends, and so does its wait.
 */
static void unloaded_while_a_parameter_waits(void)
{
	int driver, fd = port_open(0);
	unsigned int i;
	pid_t pid;

	check_eq(port_allocate(fd), 0);
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		driver = driver_open();
		close(driver);
		pid = write_parameter(forms[i].forever);
		check_eq(port_waiters(fd), 1);
		check_eq(unload_module(WDK_MODULE), 0);
		check_eq(join(pid), 0);
		check_eq(port_waiters(fd), 0);
	}
	check_eq(port_free(fd), 0);
}

/* The thread waits for a request that another one has sent. */
static void unloaded_while_a_parameter_awaits(void)
{
	int driver, fd = port_open(0);
	pid_t pid;

	check_eq(port_allocate(fd), 0);
	driver = driver_open();
	check_eq(kclient_ask(driver, "later"), WDK_PENDING);
	close(driver);
	pid = write_parameter("await");
	check_eq(unload_module(WDK_MODULE), 0);
	check_eq(join(pid), 0);
	check_eq(port_waiters(fd), 0);
	check_eq(port_free(fd), 0);
}

/* An IRP that nobody waits for completes, and is freed. */
static void a_request_that_was_left_completes(void)
{
	int driver = driver_open();
	int fd = port_open(0);

	check_eq(port_allocate(fd), 0);
	check_eq(kclient_ask(driver, "leave"), WDK_PENDING);
	check_eq(kclient_ask(driver, "left"), 0);
	check_eq(port_free(fd), 0);
	wait_for(kclient_ask(driver, "left") == 1);
	check_eq(kclient_ask(driver, "freereq"), WDK_SUCCESS);
	close(driver);
	check_eq(unload_module(WDK_MODULE), 0);
}

static void prints_as_windows_does(void)
{
	int driver = driver_open();
	int log = log_open();

	check_eq(kclient(driver, "print"), 0);
	check(log_says(log,
		       "wdk: Counted wide large narrow c0000120 -5000000000 -7% c"));
	check_eq(kclient(driver, "print"), 0);
	check(log_says(log, "wdk: 1234 5000000000 7 abcd"));
	check_eq(kclient(driver, "print"), 0);
	check(log_says(log, "wdk: stop at %q %s"));
	check_eq(kclient(driver, "print"), 0);
	check(log_says(log, "wdk: cou|b|0000000000000378|"));
	check_eq(kclient(driver, "print"), 0);
	check(log_says(log, "wdk: cut|   ab|wi|"));
}

/* Lists, spin locks, counters, times, strings, stack locations; addresses as numbers */
static void uses_what_is_beside_the_port(void)
{
	int driver = driver_open();
	int log = log_open();

	check_eq(kclient_ask(driver, "names"), 0);
	check(log_says(log, "nameacc: at 0000000000000378"));
	check_eq(kclient_ask(driver, "names"), 0);
	check(log_says(log, "nameacc: wrong: 0"));
	check(port_is_free(port_open(0)));
}

static void reads_and_writes_registers(void)
{
	int driver = driver_open();

	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(kclient(driver, "write 0x5a"), 0);
	check_eq(kclient_ask(driver, "data"), 0x5a);
	/* One driver uses the address on the bus. */
	check_eq(kclient_ask(driver, "pnp"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "addresses"), 1);
	check_eq(kclient_ask(driver, "original"), 0x5a);
	check_eq(kclient(driver, "free"), 0);
}

/* What was released works on, as on Windows. */
static void information_is_released(void)
{
	int driver = driver_open();
	int fd = port_open(0);

	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "release"), WDK_SUCCESS);
	check_eq(port_try(fd), -EBUSY);
	check_eq(kclient_ask(driver, "waiters"), 0);
	check_eq(kclient(driver, "free"), 0);
	check_eq(kclient_ask(driver, "release"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "try"), 1);
	check_eq(kclient(driver, "free"), 0);
	check_eq(kclient_ask(driver, "immediate 56"), TOUCHED_EVENT_AND_IOSB);
}

/* What the owner of the port may change */
struct hold {
	int owners;
	int overlaps;
	int stop;
};

static void hold_briefly(struct hold *hold)
{
	if (__atomic_add_fetch(&hold->owners, 1, __ATOMIC_SEQ_CST) != 1)
		__atomic_add_fetch(&hold->overlaps, 1, __ATOMIC_SEQ_CST);
	__atomic_sub_fetch(&hold->owners, 1, __ATOMIC_SEQ_CST);
}

static int contend_child(void *arg)
{
	struct hold *hold = arg;
	int fd = port_open(0);

	while (!__atomic_load_n(&hold->stop, __ATOMIC_SEQ_CST)) {
		check_eq(port_allocate(fd), 0);
		hold_briefly(hold);
		check_eq(port_free(fd), 0);
	}
	return 0;
}

/*
 * The driver stops waiting just when programs free the port: a request ends once,
 * with a grant or without.
 */
static void contends_with_programs(void)
{
	static const char * const ask[] = { "allocate 1", "stop 1", "own 1" };
	struct hold *hold = share(sizeof(*hold));
	int driver = driver_open();
	unsigned int i, rounds = effort(3000), granted = 0;
	pid_t pid[2];
	long answer;

	for (i = 0; i < ARRAY_SIZE(pid); i++)
		pid[i] = spawn(contend_child, hold);
	for (i = 0; i < rounds; i++) {
		answer = kclient_ask(driver, ask[i % ARRAY_SIZE(ask)]);
		check(answer == WDK_SUCCESS || answer == WDK_CANCELLED);
		if (answer == WDK_SUCCESS) {
			granted++;
			hold_briefly(hold);
			check_eq(kclient(driver, "free"), 0);
		}
		check_eq(kclient_ask(driver, "owned"), 0);
	}
	__atomic_store_n(&hold->stop, 1, __ATOMIC_SEQ_CST);
	for (i = 0; i < ARRAY_SIZE(pid); i++)
		check_eq(join(pid[i]), 0);
	check_eq(hold->overlaps, 0);
	note("%u of %u requests were granted", granted, rounds);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(names_of_ports),
		TEST(allocated_by_request_and_freed_by_callback),
		TEST(freed_by_request),
		TEST(waits_until_another_client_frees),
		TEST(stops_waiting_after_a_time),
		TEST(a_cancelled_request_is_taken_for_owned),
		TEST(tried_in_open_and_freed_in_close),
		TEST(cancelled_before_it_is_sent),
		TEST(an_error_at_once_touches_nothing),
		TEST(unknown_codes),
		TEST(information_while_somebody_owns),
		TEST(killed_while_it_waits),
		TEST(interrupted_while_it_waits),
		TEST(unloaded_while_it_owns),
		TEST(unloaded_with_a_pending_request),
		TEST(unloaded_while_a_parameter_waits),
		TEST(unloaded_while_a_parameter_awaits),
		TEST(a_request_that_was_left_completes),
		TEST(prints_as_windows_does),
		TEST(uses_what_is_beside_the_port),
		TEST(reads_and_writes_registers),
		TEST(information_is_released),
		TEST(contends_with_programs),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
