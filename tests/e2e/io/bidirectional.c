// SPDX-License-Identifier: GPL-2.0
/*
 * The modes EPP and ECP, which transfer data in both directions, and addresses
 * or commands to the peripheral. Each sequence runs on ppdev and on parbiter,
 * see libperipheral.h.
 *
 * vm: kernels=stock,debug timeout=180 smp=any seconds=4
 */
#include "libperipheral.h"

static void do_both_ways(int mode, const char *name)
{
	unsigned char *data = fill(200);
	unsigned char got[200];

	check_eq(negotiate(mode), 0);
	check_eq(do_write(fd, data, 200), 200);
	check_received(200);
	send_pattern(0, 150);
	check_eq(do_read(fd, got, 100), 100);
	check_eq(do_read(fd, got + 100, 50), 50);
	check_pattern(got, 0, 150);
	set_nonblock(fd, true);
	check_eq(do_read(fd, got, 1), -EAGAIN);
	set_nonblock(fd, false);
	check_eq(do_write(fd, "z", 1), 1);
	check_count("received", 201);
	check_count("queued", 0);
	check_count("violations", 0);
	check_mode(name);
	check_eq(get_int(fd, PPGETMODE), mode);
	free(data);
}

static void do_addresses(int mode, const char *name)
{
	check_eq(negotiate(mode | IEEE1284_ADDR), 0);
	check_eq(do_write(fd, "\x12\x34", 2), 2);
	check_count("addresses", 2);
	check(peripheral_is("address", "34"));
	check_eq(negotiate(mode), 0);
	check_eq(do_write(fd, "z", 1), 1);
	check_count("addresses", 2);
	check_count("received", 1);
	check_count("negotiations", 1);
	check_count("violations", 0);
	check_mode(name);
}

static void do_epp(void)
{
	do_both_ways(IEEE1284_MODE_EPP, "epp");
}

static void do_epp_software(void)
{
	do_both_ways(IEEE1284_MODE_EPPSWE, "epp");
}

static void do_epp_fast(void)
{
	int flags = PP_FASTWRITE | PP_FASTREAD | PP_W91284PIC;

	check_eq(port_request(fd, PPSETFLAGS, &flags), 0);
	do_both_ways(IEEE1284_MODE_EPP, "epp");
}

static void do_epp_addresses(void)
{
	unsigned char byte;

	do_addresses(IEEE1284_MODE_EPP, "epp");
	check_eq(negotiate(IEEE1284_MODE_EPP | IEEE1284_ADDR), 0);
	check_eq(do_read(fd, &byte, 1), 1);
	check_eq(byte, 0x34);
	forget_address(IEEE1284_MODE_EPP | IEEE1284_ADDR);
	check_count("violations", 0);
}

static void do_epp_addresses_fast(void)
{
	int flags = PP_FASTWRITE | PP_FASTREAD;

	check_eq(port_request(fd, PPSETFLAGS, &flags), 0);
	do_epp_addresses();
}

/*
 * The peripheral answers no more in the middle of a write. The bytes before that
 * are written, and the write does not wait for the rest.
 */
static void do_epp_fall_silent(void)
{
	static const char data[] = { 1, 2, 3, 4 };
	ssize_t written;

	check_eq(negotiate(IEEE1284_MODE_EPP), 0);
	written = do_write(fd, data, sizeof(data));
	check(written < (ssize_t)sizeof(data));
	check(vport_peripheral_number(number, "received") >= written);
	check_count("violations", 0);
	/* A peripheral that does not answer cannot leave the mode. */
	check_eq(set_int(fd, PPSETMODE, IEEE1284_MODE_COMPAT), 0);
	vport("peripheral %u ieee1284", number);
}

static void do_ecp(void)
{
	do_both_ways(IEEE1284_MODE_ECP, "ecp");
}

static void do_ecp_software(void)
{
	do_both_ways(IEEE1284_MODE_ECPSWE, "ecp");
}

static void do_ecp_addresses(void)
{
	do_addresses(IEEE1284_MODE_ECP, "ecp");
}

static void epp_goes_both_ways(void)
{
	on_each(do_epp, "polled", "ieee1284");
}

static void epp_goes_both_ways_in_software(void)
{
	on_each(do_epp_software, "polled", "ieee1284");
}

static void epp_goes_both_ways_fast(void)
{
	on_each(do_epp_fast, "polled", "ieee1284");
}

static void epp_has_addresses(void)
{
	on_each(do_epp_addresses, "polled", "ieee1284");
}

static void epp_has_addresses_fast(void)
{
	on_each(do_epp_addresses_fast, "polled", "ieee1284");
}

/* The negotiation is three events. ppdev would try again after a short write. */
static void the_epp_peripheral_falls_silent(void)
{
	char options[32];
	int events;

	for (events = 3; events < 7; events++) {
		snprintf(options, sizeof(options), "ieee1284 mute=%d", events);
		on_parbiter(do_epp_fall_silent, "polled", options);
	}
}

static void ecp_goes_both_ways(void)
{
	on_each(do_ecp, "polled", "ieee1284");
}

static void ecp_goes_both_ways_in_software(void)
{
	on_each(do_ecp_software, "polled", "ieee1284");
}

static void ecp_has_commands(void)
{
	on_each(do_ecp_addresses, "polled", "ieee1284");
}

static void expect_run(const unsigned char *got, unsigned int count,
		       unsigned char byte)
{
	while (count--)
		check_eq(got[count], byte);
}

/*
 * The peripheral sends single bytes and runs of equal bytes. Each run is read
 * as a whole.
 */
static void do_ecp_runs(void)
{
	unsigned char got[512];

	check_eq(negotiate(IEEE1284_MODE_ECP), 0);
	send_pattern(0, 3);
	vport("send-run %u 128 aa", number);
	vport("send-run %u 1 bb", number);
	vport("send-run %u 2 cc", number);
	send_pattern(3, 3);
	check_eq(do_read(fd, got, sizeof(got)), 3 + 128 + 1 + 2 + 3);
	check_pattern(got, 0, 3);
	expect_run(got + 3, 128, 0xaa);
	expect_run(got + 131, 1, 0xbb);
	expect_run(got + 132, 2, 0xcc);
	check_pattern(got + 134, 3, 3);
	/*
	 * If the run does not fit into the buffer, it is read by the next call.
	 */
	send_pattern(6, 1);
	vport("send-run %u 100 dd", number);
	check_eq(do_read(fd, got, 100), 1);
	check_eq(do_read(fd, got, 100), 100);
	expect_run(got, 100, 0xdd);
	check_count("violations", 0);
}

static void ecp_has_runs(void)
{
	on_parbiter(do_ecp_runs, "polled", "ieee1284");
}

/* The interrupt that comes with each byte does not disturb the transfer. */
static void ecp_goes_both_ways_with_interrupts(void)
{
	on_parbiter(do_ecp, "irq", "ieee1284 ack-irq");
	on_parbiter(do_ecp_runs, "irq", "ieee1284 ack-irq");
}

/* A mode that the core can negotiate, but in which it cannot write */
static void do_no_such_write(void)
{
	check_eq(negotiate(IEEE1284_MODE_EPPSL), 0);
	check_eq(do_write(fd, "x", 1), -ENOSYS);
	check_mode("epp");
	check_count("received", 0);
}

static void a_mode_without_write(void)
{
	on_each(do_no_such_write, "polled", "ieee1284");
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		TEST(epp_goes_both_ways),
		TEST(epp_goes_both_ways_in_software),
		TEST(epp_goes_both_ways_fast),
		TEST(epp_has_addresses),
		TEST(epp_has_addresses_fast),
		TEST(the_epp_peripheral_falls_silent),
		TEST(ecp_goes_both_ways),
		TEST(ecp_goes_both_ways_in_software),
		TEST(ecp_goes_both_ways_with_interrupts),
		TEST(ecp_has_commands),
		TEST(ecp_has_runs),
		TEST(a_mode_without_write),
	};

	return run_on_devices(argc, argv, tests, ARRAY_SIZE(tests));
}
