// SPDX-License-Identifier: GPL-2.0
/*
 * What happens to a mode when its client gives up the port, closes or dies, and
 * when another client uses the peripheral. Each sequence runs on ppdev and on
 * parbiter, see libperipheral.h.
 *
 * vm: kernels=stock,debug,kmsan,stock-7.2 timeout=180 smp=any seconds=4
 */
#include "libperipheral.h"

/*
 * If the client gives up the port and owns it again, and no other client has
 * owned it in between, the mode continues.
 */
static void do_own_again(void)
{
	unsigned char data[4];

	send_pattern(0, 4);
	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	check_eq(do_read(fd, data, 2), 2);
	check_eq(release(fd), 0);
	check_eq(claim(fd), 0);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_NIBBLE);
	check_eq(do_read(fd, data + 2, 2), 2);
	check_pattern(data, 0, 4);
	check_count("negotiations", 1);
	check_count("violations", 0);
}

static void a_mode_outlives_release(void)
{
	on_each(do_own_again, "polled", "ieee1284");
}

/*
 * Two clients are in compatibility mode when they give up the port: they do not
 * disturb each other.
 */
static void do_take_turns(void)
{
	unsigned char byte;
	int other = open_device();
	int i;

	send_pattern(0, 3);
	for (i = 0; i < 3; i++) {
		check_eq(negotiate(IEEE1284_MODE_BYTE), 0);
		check_eq(do_read(fd, &byte, 1), 1);
		check_eq(byte, pattern((size_t)i));
		check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
		check_eq(release(fd), 0);
		check_eq(claim(other), 0);
		check_eq(do_write(other, "x", 1), 1);
		check_eq(release(other), 0);
		check_eq(claim(fd), 0);
	}
	close(other);
	check_count("received", 3);
	check_count("terminations", 3);
	check_count("violations", 0);
}

static void two_take_turns(void)
{
	on_each(do_take_turns, "polled", "ieee1284");
}

/*
 * One client leaves the peripheral in a mode, and the other client does not
 * know that. The registers of the second client begin to end the mode, and the
 * peripheral waits, busy, for the rest of the termination. Only the first
 * client, which is still told that it is in the mode, can mend this.
 */
static void do_clash(void)
{
	unsigned char byte;
	int other = open_device();

	send_pattern(0, 3);
	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	check_eq(do_read(fd, &byte, 1), 1);
	check_eq(release(fd), 0);
	check_eq(claim(other), 0);
	change_patience(other, 0, 100000);
	check(peripheral_is("state", "event-25"));
	check_eq(do_write(other, "x", 1), 0);
	check_eq(release(other), 0);
	check_eq(claim(fd), 0);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_NIBBLE);
	check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
	check_at_rest();
	check_count("terminations", 0);
	check(vport_peripheral_number(number, "violations") > 0);
	check_eq(do_write(fd, "y", 1), 1);
	check_count("received", 1);
	close(other);
}

static void another_client_breaks_the_mode(void)
{
	on_each(do_clash, "polled", "ieee1284");
}

static void do_close(int mode, bool owning)
{
	unsigned char byte;
	int other = open_device();
	int mine = fd;

	check_eq(release(fd), 0);
	fd = open_device();
	check_eq(claim(fd), 0);
	send_pattern(0, 2);
	check_eq(negotiate(mode), 0);
	check_eq(do_read(fd, &byte, 1), 1);
	if (!owning)
		check_eq(release(fd), 0);
	close(fd);
	check_at_rest();
	check_count("terminations", 1);
	check_count("violations", 0);
	check_eq(claim(other), 0);
	check_eq(do_write(other, "x", 1), 1);
	check_count("received", 1);
	close(other);
	fd = mine;
	check_eq(claim(fd), 0);
}

static void do_close_as_owner(void)
{
	do_close(IEEE1284_MODE_NIBBLE, true);
}

static void do_close_byte_as_owner(void)
{
	do_close(IEEE1284_MODE_BYTE, true);
}

static void do_close_epp_as_owner(void)
{
	do_close(IEEE1284_MODE_EPP, true);
}

static void do_close_ecp_as_owner(void)
{
	do_close(IEEE1284_MODE_ECP, true);
}

static void do_close_as_nobody(void)
{
	do_close(IEEE1284_MODE_NIBBLE, false);
}

static void close_ends_nibble_mode(void)
{
	on_each(do_close_as_owner, "polled", "ieee1284");
}

static void close_ends_byte_mode(void)
{
	on_each(do_close_byte_as_owner, "polled", "ieee1284");
}

static void close_ends_epp_mode(void)
{
	on_each(do_close_epp_as_owner, "polled", "ieee1284");
}

static void close_ends_ecp_mode(void)
{
	on_each(do_close_ecp_as_owner, "polled", "ieee1284");
}

static void close_ends_a_mode_after_release(void)
{
	on_each(do_close_as_nobody, "polled", "ieee1284");
}

static int own_in_nibble_mode(void *arg)
{
	unsigned char byte;

	(void)arg;
	fd = open_device();
	check_eq(claim(fd), 0);
	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	do_read(fd, &byte, 1);
	fail("read without data");
}

static void do_kill(void)
{
	pid_t pid;

	check_eq(release(fd), 0);
	pid = spawn(own_in_nibble_mode, NULL);
	wait_for(peripheral_is("state", "reverse-idle"));
	kill(pid, SIGKILL);
	check_eq(join(pid), 128 + SIGKILL);
	wait_for(peripheral_is("state", "compatibility"));
	check_count("terminations", 1);
	check_count("violations", 0);
	check_eq(claim(fd), 0);
}

static void kill_ends_a_mode(void)
{
	on_each(do_kill, "polled", "ieee1284");
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		TEST(a_mode_outlives_release),
		TEST(two_take_turns),
		TEST(another_client_breaks_the_mode),
		TEST(close_ends_nibble_mode),
		TEST(close_ends_byte_mode),
		TEST(close_ends_epp_mode),
		TEST(close_ends_ecp_mode),
		TEST(close_ends_a_mode_after_release),
		TEST(kill_ends_a_mode),
	};

	return run_on_devices(argc, argv, tests, ARRAY_SIZE(tests));
}
