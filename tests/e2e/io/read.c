// SPDX-License-Identifier: GPL-2.0
/*
 * read() by the owner when there is nothing to read, and when the port or the
 * process goes away meanwhile; and the end of the mode that the owner was in.
 * The test uses a virtual port whose status lines it sets.
 *
 * vm: kernels=stock,debug,kmsan,rt,stock-7.2 timeout=180 smp=any
 */
#include "libclients.h"

/*
 * Status lines for nibble mode: the peripheral is ready and has nothing to
 * send.
 */
#define NOTHING		"d8"

/* read() begins with a negotiation, which a plain printer does not answer. */
static void reading_from_a_plain_printer(void)
{
	char byte;

	open_owned("irq");
	check_eq(do_read(a, &byte, 0), 0);
	check_eq(do_read(a, &byte, 1), -EIO);
	close_two();
}

static int interrupted_reader(void *arg)
{
	char byte;

	(void)arg;
	handle(SIGUSR1, 0);
	return (int)-do_read(a, &byte, 1);
}

/*
 * A signal that ends the negotiation is reported as such, not as a missing
 * peripheral.
 */
static void a_signal_ends_a_reads_negotiation(void)
{
	pid_t pid;

	open_owned("irq");
	vport("hook %u write_data delay 100000", number);
	pid = spawn(interrupted_reader, NULL);
	/* A negotiation begins with a write to the data register. */
	wait_for(vport_counter(number, "ops.write_data") > 0);
	kill(pid, SIGUSR1);
	check_eq(join(pid), EINTR);
	vport("hook %u write_data none", number);
	close_two();
}

static void begin_nibble(void)
{
	open_owned("irq");
	check_eq(set_int(a, PPSETMODE, IEEE1284_MODE_NIBBLE), 0);
	vport_status(number, NOTHING);
}

static int read_child(void *arg)
{
	char byte;

	return (int)-do_read(*(int *)arg, &byte, 1);
}

static void nothing_to_read(void)
{
	char byte;
	pid_t pid;

	begin_nibble();
	set_nonblock(a, true);
	check_eq(do_read(a, &byte, 1), -EAGAIN);
	set_nonblock(a, false);
	handle(SIGUSR1, 0);
	pid = spawn(read_child, &a);
	vport_wait_polls(number, 5);
	kill(pid, SIGUSR1);
	check_eq(join(pid), EINTR);
	close_two();
}

/*
 * What the peripheral has sent is lost if it cannot be stored, and the rest can be
 * read.
 */
static void bytes_for_bad_memory_are_lost(void)
{
	char byte;

	open_owned("irq");
	vport("peripheral %u ieee1284", number);
	check_eq(set_int(a, PPNEGOT, IEEE1284_MODE_NIBBLE), 0);
	vport_send(number, "ab", 2);
	check_eq(do_read(a, NULL, 1), -EFAULT);
	check_eq(do_read(a, &byte, 1), 1);
	check_eq(byte, 'b');
	check_eq(set_int(a, PPNEGOT, IEEE1284_MODE_COMPAT), 0);
	close_two();
}

static void unplugged_while_reading(void)
{
	pid_t pid;

	begin_nibble();
	pid = spawn(read_child, &a);
	vport_wait_polls(number, 5);
	vport_unplug(number);
	check_eq(join(pid), ENODEV);
	close_two_gone();
}

/* Closing a descriptor in a negotiated mode ends the mode first. */
static void closing_ends_the_mode(void)
{
	long before;

	begin_nibble();
	before = vport_counter(number, "writes.ctrl");
	close(a);
	check(vport_counter(number, "writes.ctrl") > before);
	check_eq(claim(b), 0);
	check_eq(get_int(b, PPGETMODE), IEEE1284_MODE_COMPAT);
	close(b);

	/*
	 * The port was given up before the close, so the close makes the client
	 * the owner once more.
	 */
	begin_nibble();
	check_eq(release(a), 0);
	before = vport_counter(number, "writes.ctrl");
	close(a);
	check(vport_counter(number, "writes.ctrl") > before);
	check(port_is_free(b));
	close(b);
	vport("clear");
}

/* Another client may own the port for ever; the close must end nevertheless. */
static void closing_does_not_wait_for_ever(void)
{
	long before;

	begin_nibble();
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	before = vport_accesses(number);
	close(a);
	check_eq(vport_accesses(number), before);
	check_eq(port_waiters(b), 1);
	close(b);
	vport("clear");
}

int main(void)
{
	static const struct test tests[] = {
		TEST(reading_from_a_plain_printer),
		TEST(a_signal_ends_a_reads_negotiation),
		TEST(nothing_to_read),
		TEST(bytes_for_bad_memory_are_lost),
		TEST(unplugged_while_reading),
		TEST(closing_ends_the_mode),
		TEST(closing_does_not_wait_for_ever),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
