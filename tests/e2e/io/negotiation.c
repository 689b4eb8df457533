// SPDX-License-Identifier: GPL-2.0
/*
 * Negotiation: which modes a peripheral accepts, what the others report, and
 * the way back to compatibility mode. Each sequence runs on ppdev and on
 * parbiter, see libperipheral.h.
 *
 * vm: kernels=stock,debug,stock-7.2 timeout=180 smp=any seconds=4
 */
#include "libperipheral.h"

/* Phases of the core, which are not in the linux/parport.h of user space */
#define FWD_IDLE	1
#define REV_IDLE	5

static void do_no_answer(void)
{
	char byte;

	check_eq(negotiate(IEEE1284_MODE_NIBBLE), -EIO);
	check_eq(negotiate(IEEE1284_MODE_BYTE), -EIO);
	check_eq(negotiate(IEEE1284_MODE_EPP), -EIO);
	check_eq(negotiate(IEEE1284_MODE_ECP), -EIO);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_eq(get_int(fd, PPGETPHASE), FWD_IDLE);
	check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
	check_eq(do_read(fd, &byte, 1), -EIO);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
}

static void nobody_answers(void)
{
	on_each(do_no_answer, "polled", NULL);
}

static void do_printer_negotiates(void)
{
	do_no_answer();
	check_count("violations", 0);
	check_eq(do_write(fd, "x", 1), 1);
	check_count("received", 1);
}

static void a_printer_does_not_answer(void)
{
	on_each(do_printer_negotiates, "polled", "printer");
}

struct mode {
	int value;
	const char *name;
	int phase;
};

static const struct mode modes[] = {
	{ IEEE1284_MODE_NIBBLE, "nibble", REV_IDLE },
	{ IEEE1284_MODE_BYTE, "byte", REV_IDLE },
	{ IEEE1284_MODE_ECP, "ecp", FWD_IDLE },
	{ IEEE1284_MODE_ECPSWE, "ecp", FWD_IDLE },
	{ IEEE1284_MODE_EPP, "epp", FWD_IDLE },
	{ IEEE1284_MODE_EPPSL, "epp", FWD_IDLE },
	{ IEEE1284_MODE_EPPSWE, "epp", FWD_IDLE },
	{ IEEE1284_MODE_EPP | IEEE1284_ADDR, "epp", FWD_IDLE },
	{ IEEE1284_MODE_ECP | IEEE1284_ADDR, "ecp", FWD_IDLE },
};

static void do_accept(void)
{
	const struct mode *mode;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		mode = &modes[i];
		check_eq(negotiate(mode->value), 0);
		check_eq(get_int(fd, PPGETMODE), mode->value);
		check_eq(get_int(fd, PPGETPHASE), mode->phase);
		check_mode(mode->name);
		check_eq(negotiate(mode->value), 0);
		check_count("negotiations", i + 1);
		forget_address(mode->value);
		check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
		check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
		check_at_rest();
		check_count("terminations", i + 1);
	}
	check_count("violations", 0);
}

static void modes_are_accepted(void)
{
	on_each(do_accept, "polled", "ieee1284");
}

static void modes_are_accepted_with_interrupts(void)
{
	on_each(do_accept, "irq", "ieee1284 ack-irq");
}

/* Negotiate another mode while in a mode: the core ends the first mode. */
static void do_change(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		check_eq(negotiate(modes[i].value), 0);
		check_mode(modes[i].name);
		forget_address(modes[i].value);
	}
	check_count("violations", 0);
}

static void modes_are_changed(void)
{
	on_each(do_change, "polled", "ieee1284");
}

static void do_refuse(void)
{
	static const int refused[] = {
		IEEE1284_MODE_BYTE, IEEE1284_MODE_EPP, IEEE1284_MODE_ECP,
		IEEE1284_MODE_ECPRLE, IEEE1284_MODE_EPPSWE,
		IEEE1284_MODE_NIBBLE | IEEE1284_DEVICEID,
		IEEE1284_EXT_LINK | 1,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		check_eq(negotiate(refused[i]), -ENXIO);
		check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
		check_at_rest();
		check_count("refusals", i + 1);
		check_count("terminations", i + 1);
		/*
		 * The peripheral acknowledges by the events 6 and 27 of IEEE
		 * 1284. The core waits for them, but not long.
		 */
		check_count("acks", 2 * (i + 1));
	}
	check_eq(negotiate(IEEE1284_MODE_BECP), -ENOSYS);
	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	check_eq(do_write(fd, "x", 1), 1);
	check_count("negotiations", 1);
	check_count("received", 1);
	check_count("violations", 0);
}

static void modes_are_refused(void)
{
	on_each(do_refuse, "polled", "ieee1284 modes=nibble");
}

/*
 * The core does not recognise EPP with addresses when it ends a mode. It uses
 * the handshake of the other modes, and the peripheral stays in EPP mode.
 */
static void do_leave_address_mode(void)
{
	check_eq(negotiate(IEEE1284_MODE_EPP | IEEE1284_ADDR), 0);
	check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_at_rest();
	check_count("violations", 0);
}

static void an_address_mode_is_left(void)
{
	on_parbiter(do_leave_address_mode, "polled", "ieee1284");
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		TEST(nobody_answers),
		TEST(a_printer_does_not_answer),
		TEST(modes_are_accepted),
		TEST(modes_are_accepted_with_interrupts),
		TEST(modes_are_changed),
		TEST(modes_are_refused),
		TEST(an_address_mode_is_left),
	};

	return run_on_devices(argc, argv, tests, ARRAY_SIZE(tests));
}
