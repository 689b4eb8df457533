// SPDX-License-Identifier: GPL-2.0
/*
 * Files are closed after they have given up the port in a negotiated mode,
 * while another client owns the port. No close waits for the port, and the mode
 * is ended as soon as the port is free. The test uses a virtual port with an
 * IEEE 1284 peripheral.
 *
 * vm: kernels=stock,debug,kcsan,rt timeout=240 smp=any
 */
#include "libclients.h"

#include <sys/resource.h>

#define MANY	1000

/* Flags between the child that has many files open and its parent */
struct crowd {
	bool ready;
	bool go;
	bool done;
};

static struct crowd *crowd;

static unsigned int many(void)
{
	return slow_kernel() ? MANY / 10 : effort(MANY);
}

static void set(bool *flag)
{
	__atomic_store_n(flag, true, __ATOMIC_RELEASE);
}

static bool is_set(bool *flag)
{
	return __atomic_load_n(flag, __ATOMIC_ACQUIRE);
}

static long terminations(void)
{
	return vport_peripheral_number(number, "terminations");
}

static void plug(void)
{
	number = vport_plug("polled");
	vport("peripheral %u ieee1284", number);
	b = port_open(number);
}

/*
 * Open a file that owns the port in nibble mode and gives it up in this mode.
 */
static int open_and_leave(void)
{
	int fd = port_open(number);

	check_eq(claim(fd), 0);
	check_eq(set_int(fd, PPSETMODE, IEEE1284_MODE_NIBBLE), 0);
	check_eq(release(fd), 0);
	return fd;
}

static int open_negotiate_and_leave(void)
{
	int fd = port_open(number);

	check_eq(claim(fd), 0);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_NIBBLE), 0);
	check_eq(release(fd), 0);
	return fd;
}

static int have_many_files(void *arg)
{
	const unsigned int count = many();
	struct rlimit limit = { 2 * MANY, 2 * MANY };
	unsigned int i;
	int *fds;

	(void)arg;
	check_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	fds = calloc(count, sizeof(*fds));
	check(fds);
	for (i = 0; i < count - 1; i++)
		fds[i] = open_and_leave();
	fds[i] = open_negotiate_and_leave();
	set(&crowd->ready);
	wait_for(is_set(&crowd->go));
	/*
	 * Close the last file first: the result does not depend on the order.
	 */
	for (i = count; i--; )
		close(fds[i]);
	set(&crowd->done);
	return 0;
}

/*
 * Let a child open the files, then make b the owner. b does not use the port,
 * because its registers would bring the peripheral into the middle of a
 * termination.
 */
static pid_t begin(void)
{
	pid_t pid;

	crowd = share(sizeof(*crowd));
	plug();
	pid = spawn(have_many_files, NULL);
	wait_for(is_set(&crowd->ready));
	check_eq(port_allocate(b), 0);
	check(!strcmp(vport_peripheral(number, "mode"), "nibble"));
	return pid;
}

/*
 * Check that the closed files have left a single request in the queue, and that
 * this request ends the mode once b has freed the port.
 */
static void check_one_is_left(void)
{
	check_eq(port_waiters(b), 1);
	check_eq(terminations(), 0);
	check_eq(port_free(b), 0);
	wait_for(terminations() == 1);
	wait_for(port_is_free(b));
	check(!strcmp(vport_peripheral(number, "state"), "compatibility"));
	check_eq(vport_peripheral_number(number, "violations"), 0);
	check_eq(port_waiters(b), 0);
	close(b);
	vport("clear");
}

static void closing_many_waits_for_nobody(void)
{
	pid_t pid = begin();

	set(&crowd->go);
	wait_for(is_set(&crowd->done));
	check_eq(join(pid), 0);
	check_one_is_left();
}

static void dying_with_many_waits_for_nobody(void)
{
	pid_t pid = begin();

	kill(pid, SIGKILL);
	wait_exited(pid);
	check_eq(join(pid), 128 + SIGKILL);
	check_one_is_left();
}

/*
 * The client that was the last to leave a mode ends it. The others have nothing
 * to end.
 */
static void last_client_that_left_a_mode_ends_it(void)
{
	int first, last;

	plug();
	first = open_and_leave();
	last = open_negotiate_and_leave();
	check_eq(port_allocate(b), 0);
	close(first);
	check_eq(port_waiters(b), 0);
	close(last);
	check_one_is_left();
}

/*
 * The client that was the last to leave the mode has ended it. A client that
 * then owns the port again and closes without having used it does not access
 * the peripheral.
 */
static void owner_without_access_ends_no_mode(void)
{
	int first;

	plug();
	first = open_and_leave();
	close(open_negotiate_and_leave());
	check_eq(terminations(), 1);
	check_eq(port_allocate(first), 0);
	vport("reset %u", number);
	close(first);
	check(port_is_free(b));
	check_eq(vport_counter(number, "ops.frob_control"), 0);
	check_eq(vport_counter(number, "ops.write_data"), 0);
	close(b);
	vport("clear");
}

/* If the port is free, the close itself ends the mode. */
static void close_ends_the_mode_of_a_free_port(void)
{
	plug();
	close(open_negotiate_and_leave());
	check_eq(terminations(), 1);
	check(port_is_free(b));
	close(b);
	vport("clear");
}

/*
 * The port is unplugged before the request that would end the mode is granted.
 */
static void unplugged_before_the_mode_is_ended(void)
{
	plug();
	a = open_negotiate_and_leave();
	check_eq(port_allocate(b), 0);
	close(a);
	check_eq(port_waiters(b), 1);
	vport_unplug(number);
	close(b);
	vport_check_gone(number);
	vport("clear");
}

/*
 * A client that makes its request after the close is granted the port after the
 * mode has been ended, and finds the peripheral at rest.
 */
static void later_request_follows_the_end_of_the_mode(void)
{
	pid_t pid;

	plug();
	a = open_negotiate_and_leave();
	check_eq(port_allocate(b), 0);
	close(a);
	a = port_open(number);
	pid = spawn_request(a, PARBITER_ALLOCATE, NULL);
	wait_waiters(b, 2);
	check_eq(port_free(b), 0);
	check_eq(join(pid), 0);
	check_eq(terminations(), 1);
	close_two();
}

/*
 * A file that has set a mode, and given the port up in it, owns the port once more
 * when its process dies.
 */
static int die_as_owner(void *arg)
{
	int fd = open_and_leave();

	(void)arg;
	set(&crowd->ready);
	wait_for(is_set(&crowd->go));
	check_eq(port_allocate(fd), 0);
	set(&crowd->done);
	for (;;)
		pause();
}

/* The peripheral is in the mode that another file has left since then. */
static void a_killed_owner_leaves_anothers_mode(void)
{
	pid_t pid;
	int fd;

	crowd = share(sizeof(*crowd));
	plug();
	pid = spawn(die_as_owner, NULL);
	wait_for(is_set(&crowd->ready));
	fd = open_negotiate_and_leave();
	set(&crowd->go);
	wait_for(is_set(&crowd->done));
	kill(pid, SIGKILL);
	check_eq(join(pid), 128 + SIGKILL);
	wait_for(port_is_free(b));
	check_eq(terminations(), 0);
	check(!strcmp(vport_peripheral(number, "mode"), "nibble"));

	check_eq(claim(fd), 0);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_COMPAT), 0);
	check_eq(terminations(), 1);
	check_eq(vport_peripheral_number(number, "violations"), 0);
	close(fd);
	close(b);
	vport("clear");
}

int main(void)
{
	static const struct test tests[] = {
		TEST(closing_many_waits_for_nobody),
		TEST(dying_with_many_waits_for_nobody),
		TEST(last_client_that_left_a_mode_ends_it),
		TEST(owner_without_access_ends_no_mode),
		TEST(close_ends_the_mode_of_a_free_port),
		TEST(unplugged_before_the_mode_is_ended),
		TEST(later_request_follows_the_end_of_the_mode),
		TEST(a_killed_owner_leaves_anothers_mode),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
