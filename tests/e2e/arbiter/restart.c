// SPDX-License-Identifier: GPL-2.0
/*
 * A caller is stopped in a request with a deadline, and the kernel restarts the
 * request when the caller continues. What happens if the descriptor is closed or
 * refers to another file by then, or if the port is gone: the caller shares its
 * descriptors with the test, which changes them.
 *
 * vm: kernels=stock,debug timeout=120 smp=any kernels32=stock
 */
#include "libclients.h"

#include <sys/wait.h>

static pid_t caller;

/* Begin a request on b, while a owns. */
static void begin(void)
{
	open_two("irq");
	check_eq(port_allocate(a), 0);
	caller = ask_sharing_files(b);
}

static void stop(void)
{
	int status;

	kill(caller, SIGSTOP);
	check_eq(waitpid(caller, &status, WUNTRACED), caller);
	check(WIFSTOPPED(status));
	check_eq(port_waiters(a), 0);
}

static int go_on(void)
{
	kill(caller, SIGCONT);
	return join(caller);
}

static void check_nobody_waits(void)
{
	check_eq(port_waiters(a), 0);
	check_eq(port_free(a), 0);
	check(port_is_free(a));
	close_two();
}

static void replace_b(int fd)
{
	check(fd >= 0);
	check_eq(dup2(fd, b), b);
	close(fd);
}

/* There is nothing left that could be restarted. */
static void closed_while_stopped(void)
{
	begin();
	stop();
	close(b);
	check_eq(go_on(), EINTR);
	check_nobody_waits();
}

/* A file that is not parbiter's is left alone. */
static void another_file_while_stopped(void)
{
	begin();
	stop();
	replace_b(open("/dev/null", O_RDWR | O_CLOEXEC));
	check_eq(go_on(), EINTR);
	check_nobody_waits();
}

/*
 * As with any call that the kernel restarts, the descriptor counts: if it refers
 * to another client by then, the request is that client's.
 */
static void another_client_while_stopped(void)
{
	int c;

	begin();
	stop();
	c = port_open(number);
	replace_b(dup(c));
	kill(caller, SIGCONT);
	wait_waiters(a, 1);
	check_eq(port_position(c), 1);
	check_eq(port_free(a), 0);
	check_eq(join(caller), 0);
	check_eq(port_free(c), 0);
	close(c);
	close_two();
}

static void unplugged_while_stopped(void)
{
	begin();
	stop();
	vport_unplug(number);
	check_eq(go_on(), ENODEV);
	close_two_gone();
}

/*
 * A signal comes after the descriptor was closed: the call cannot be restarted
 * by its descriptor, and ends.
 */
static void closed_before_the_stop(void)
{
	begin();
	close(b);
	stop();
	check_eq(go_on(), EINTR);
	check_nobody_waits();
}

static void another_file_before_the_stop(void)
{
	begin();
	replace_b(open("/dev/null", O_RDWR | O_CLOEXEC));
	stop();
	check_eq(go_on(), EINTR);
	check_nobody_waits();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(closed_while_stopped),
		TEST(another_file_while_stopped),
		TEST(another_client_while_stopped),
		TEST(unplugged_while_stopped),
		TEST(closed_before_the_stop),
		TEST(another_file_before_the_stop),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
