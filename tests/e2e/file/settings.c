// SPDX-License-Identifier: GPL-2.0
/*
 * What ppdev's requests set for a client: mode, phase, flags and time limit.
 * The test uses a virtual port, which knows its mode.
 *
 * vm: kernels=stock,debug,kmsan,rt,stock-6.12,stock-7.2,debian,clang
 * vm: timeout=120 smp=any kernels32=stock
 */
#include "libclients.h"

static void settings_need_no_ownership(void)
{
	open_two("irq");
	check_eq(get_int(a, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_eq(get_int(a, PPGETPHASE), 1);
	check_eq(get_int(a, PPGETFLAGS), 0);
	check_eq(get_int(a, PPGETMODES), (int)port_info(a).modes);
	check_eq(set_int(a, PPSETMODE, IEEE1284_MODE_NIBBLE), 0);
	check_eq(get_int(a, PPGETMODE), IEEE1284_MODE_NIBBLE);
	check_eq(get_int(a, PPGETPHASE), 5);
	check_eq(set_int(a, PPSETPHASE, 1), 0);
	check_eq(get_int(a, PPGETPHASE), 1);
	check_eq(set_int(a, PPSETFLAGS, ~0), 0);
	check_eq(get_int(a, PPGETFLAGS), PP_FLAGMASK);
	check_eq(get_int(b, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_eq(get_int(b, PPGETFLAGS), 0);
	check(port_info(a).features & PARBITER_FEATURE_IO);
	close_two();
}

static void bad_values_are_refused(void)
{
	static const int modes[] = {
		-1, 0x8000, 0x80, 2, IEEE1284_MODE_COMPAT | 1,
		IEEE1284_EXT_LINK | 0x80,
	};
	long time[2] = { 1, 1000000 };
	unsigned int i;

	open_two("irq");
	check_eq(claim(a), 0);
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		check_eq(set_int(a, PPSETMODE, modes[i]), -EINVAL);
		check_eq(set_int(a, PPNEGOT, modes[i]), -EINVAL);
	}
	check_eq(get_int(a, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_eq(set_int(a, PPSETPHASE, -1), -EINVAL);
	check_eq(set_int(a, PPSETPHASE, 12), -EINVAL);
	check_eq(port_request(a, PPSETTIME, time), -EINVAL);
	time[1] = -1;
	check_eq(port_request(a, PPSETTIME, time), -EINVAL);
	time[0] = 0;
	time[1] = 0;
	check_eq(port_request(a, PPSETTIME, time), -EINVAL);
	check_eq(port_request(a, _IO('p', 0x82), NULL), -ENOTTY);
	close_two();
}

/*
 * The requests for the time limit work with the 32-bit and with the 64-bit
 * layout of struct timeval, whatever the layout of this program is.
 */
static void times_in_both_layouts(void)
{
	const unsigned long set32 = _IOW('p', 0x96, int[2]);
	const unsigned long get32 = _IOR('p', 0x95, int[2]);
	const unsigned long set64 = _IOW('p', 0x96, long long[2]);
	const unsigned long get64 = _IOR('p', 0x95, long long[2]);
	int time32[2] = { 3, 0 };
	long long time64[2] = { -1, -1 };

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(port_request(a, get64, time64), 0);
	check_eq(time64[0], 5);
	check_eq(port_request(a, set32, time32), 0);
	check_eq(port_request(a, get64, time64), 0);
	check_eq(time64[0], 3);
	check_eq(time64[1], 0);
	time64[0] = 7;
	check_eq(port_request(a, set64, time64), 0);
	check_eq(port_request(a, get32, time32), 0);
	check_eq(time32[0], 7);
	check_eq(time32[1], 0);
	check_eq(release(a), 0);
	check_eq(claim(a), 0);
	check_eq(port_request(a, get32, time32), 0);
	check_eq(time32[0], 7);
	close_two();
}

static void each_keeps_its_mode(void)
{
	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_int(a, PPSETMODE, IEEE1284_MODE_EPP), 0);
	check_eq(vport_mode(number), IEEE1284_MODE_EPP);
	check_eq(release(a), 0);
	/* The mode of another client is not changed. */
	check_eq(vport_mode(number), IEEE1284_MODE_COMPAT);
	check_eq(get_int(a, PPGETMODE), IEEE1284_MODE_EPP);
	check_eq(claim(b), 0);
	check_eq(get_int(b, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_eq(set_int(b, PPSETPHASE, 3), 0);
	check_eq(release(b), 0);
	check_eq(claim(a), 0);
	check_eq(get_int(a, PPGETMODE), IEEE1284_MODE_EPP);
	check_eq(get_int(a, PPGETPHASE), 1);
	check_eq(set_int(a, PPSETMODE, IEEE1284_MODE_COMPAT), 0);
	check_eq(release(a), 0);
	check_eq(get_int(b, PPGETPHASE), 3);
	close_two();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(settings_need_no_ownership),
		TEST(bad_values_are_refused),
		TEST(times_in_both_layouts),
		TEST(each_keeps_its_mode),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
