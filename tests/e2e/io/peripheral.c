// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual peripheral itself: what a host must not do is counted as a
 * violation. Otherwise a count of zero would prove nothing in the other tests.
 * Each sequence runs on ppdev and on parbiter, see libperipheral.h.
 *
 * vm: kernels=stock,debug timeout=180 smp=any
 */
#include "libperipheral.h"

static void do_misbehave(void)
{
	check_eq(set_byte(fd, PPWDATA, 'a'), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x0d), 0);
	check_eq(set_byte(fd, PPWDATA, 'b'), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x0c), 0);
	check_count("violations", 1);
	check(peripheral_is("violated", "compatibility 0d 0c"));
	check_count("received", 1);
	check_eq(vport_error("peripheral %u ready", number), 0);
	check_eq(vport_error("peripheral %u ready", number), -EALREADY);

	check_eq(set_byte(fd, PPWCONTROL, 0x0d), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x0c), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x0d), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x0c), 0);
	check_count("violations", 2);
	check_count("received", 2);
	vport("peripheral %u ready", number);

	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x05), 0);
	check_count("violations", 3);
	check_eq(set_byte(fd, PPWCONTROL, 0x04), 0);
	check_count("violations", 4);
	check_eq(set_byte(fd, PPWCONTROL, 0x0c), 0);
	check(peripheral_is("state", "event-25"));
	check_eq(set_byte(fd, PPWCONTROL, 0x0d), 0);
	check_count("violations", 5);
	check_at_rest();
	check_eq(set_byte(fd, PPWCONTROL, 0x0c), 0);
	check_count("received", 3);
	check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
}

static void the_peripheral_complains(void)
{
	on_each(do_misbehave, "polled", "ieee1284 stall=1");
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		TEST(the_peripheral_complains),
	};

	return run_on_devices(argc, argv, tests, ARRAY_SIZE(tests));
}
