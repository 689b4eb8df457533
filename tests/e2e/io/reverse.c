// SPDX-License-Identifier: GPL-2.0
/*
 * The modes nibble and byte, which only receive data from the peripheral. Each
 * sequence runs on ppdev and on parbiter, see libperipheral.h.
 *
 * vm: kernels=stock,debug,stock-7.2 timeout=180 smp=any seconds=4
 */
#include "libperipheral.h"

#define SENT	300

/*
 * read() returns all data that there is, up to the size of the buffer; then
 * none; then the data that has been added.
 */
static void do_reverse(int mode, const char *name)
{
	unsigned char data[SENT];

	send_pattern(0, SENT);
	check_eq(negotiate(mode), 0);
	check_eq(do_read(fd, data, 100), 100);
	check_pattern(data, 0, 100);
	check_eq(do_read(fd, data, sizeof(data)), SENT - 100);
	check_pattern(data, 100, SENT - 100);
	set_nonblock(fd, true);
	check_eq(do_read(fd, data, sizeof(data)), -EAGAIN);
	check_mode(name);
	send_pattern(SENT, 5);
	set_nonblock(fd, false);
	check_eq(do_read(fd, data, sizeof(data)), 5);
	check_pattern(data, SENT, 5);
	check_eq(get_int(fd, PPGETMODE), mode);
	check_count("queued", 0);
	check_count("violations", 0);
}

static void do_nibbles(void)
{
	do_reverse(IEEE1284_MODE_NIBBLE, "nibble");
}

static void do_bytes(void)
{
	do_reverse(IEEE1284_MODE_BYTE, "byte");
}

static void nibbles_are_read(void)
{
	on_each(do_nibbles, "polled", "ieee1284");
}

static void bytes_are_read(void)
{
	on_each(do_bytes, "polled", "ieee1284");
}

static void nibbles_are_read_with_interrupts(void)
{
	on_each(do_nibbles, "irq", "ieee1284 ack-irq");
}

static void bytes_are_read_with_interrupts(void)
{
	on_each(do_bytes, "irq", "ieee1284 ack-irq");
}

/* read() negotiates by itself: byte mode, or else nibble mode. */
static void do_read_at_once(void)
{
	unsigned char data[10];

	send_pattern(0, 3);
	check_eq(do_read(fd, data, sizeof(data)), 3);
	check_pattern(data, 0, 3);
	check_count("violations", 0);
}

static void read_chooses_byte_mode(void)
{
	on_each(do_read_at_once, "polled", "ieee1284");
}

static void read_chooses_nibble_mode(void)
{
	on_each(do_read_at_once, "polled", "ieee1284 modes=nibble");
}

/* Events of a negotiation, and of a byte in nibble mode */
#define NEGOTIATION	3
#define NIBBLES		4

static unsigned int answered;

/* The bytes that have come before the peripheral falls silent are read. */
static void do_fall_silent(void)
{
	long want = (answered - NEGOTIATION) / NIBBLES;
	unsigned char data[4];

	send_pattern(0, sizeof(data));
	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	set_nonblock(fd, true);
	check_eq(do_read(fd, data, sizeof(data)), want ? want : -EAGAIN);
	check_pattern(data, 0, (size_t)want);
	check_count("sent", want);
	check_count("violations", 0);
	/* A peripheral that does not answer cannot leave the mode. */
	check_eq(set_int(fd, PPSETMODE, IEEE1284_MODE_COMPAT), 0);
	vport("peripheral %u ieee1284", number);
}

static void the_peripheral_falls_silent(void)
{
	char options[32];

	for (answered = NEGOTIATION; answered < NEGOTIATION + 3 * NIBBLES;
	     answered++) {
		snprintf(options, sizeof(options), "ieee1284 mute=%u", answered);
		on_each(do_fall_silent, "polled", options);
	}
}

static int read_three(void *arg)
{
	unsigned char data[3];

	(void)arg;
	check_eq(do_read(fd, data, sizeof(data)), 3);
	check_pattern(data, 0, 3);
	return 0;
}

/* The reader waits in the phase "reverse idle", which the peripheral sees. */
static void do_wait_for_data(void)
{
	pid_t pid;

	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	pid = spawn(read_three, NULL);
	wait_for(peripheral_is("state", "reverse-idle"));
	check(task_state(pid) != 'Z');
	send_pattern(0, 3);
	check_eq(join(pid), 0);
	check_count("violations", 0);
}

static void read_waits_for_data(void)
{
	on_each(do_wait_for_data, "polled", "ieee1284");
}

static void read_waits_for_an_interrupt(void)
{
	on_each(do_wait_for_data, "irq", "ieee1284 ack-irq");
}

/* write() ends this mode. */
static void do_write_in_reverse(int mode)
{
	unsigned char byte;

	send_pattern(0, 2);
	check_eq(negotiate(mode), 0);
	check_eq(do_read(fd, &byte, 1), 1);
	check_eq(do_write(fd, "x", 1), 1);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_count("received", 1);
	check_eq(negotiate(mode), 0);
	check_eq(do_read(fd, &byte, 1), 1);
	check_eq(byte, pattern(1));
	check_count("violations", 0);
}

static void do_write_in_nibble_mode(void)
{
	do_write_in_reverse(IEEE1284_MODE_NIBBLE);
}

static void do_write_in_byte_mode(void)
{
	do_write_in_reverse(IEEE1284_MODE_BYTE);
}

static void write_ends_nibble_mode(void)
{
	on_each(do_write_in_nibble_mode, "polled", "ieee1284");
}

static void write_ends_byte_mode(void)
{
	on_each(do_write_in_byte_mode, "polled", "ieee1284");
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		TEST(nibbles_are_read),
		TEST(bytes_are_read),
		TEST(nibbles_are_read_with_interrupts),
		TEST(bytes_are_read_with_interrupts),
		TEST(read_chooses_byte_mode),
		TEST(read_chooses_nibble_mode),
		TEST(the_peripheral_falls_silent),
		TEST(read_waits_for_data),
		TEST(read_waits_for_an_interrupt),
		TEST(write_ends_nibble_mode),
		TEST(write_ends_byte_mode),
	};

	return run_on_devices(argc, argv, tests, ARRAY_SIZE(tests));
}
