// SPDX-License-Identifier: GPL-2.0
/*
 * The port's interrupts, as ppdev's requests and poll() report them to the
 * owner, and the registers that they change. The test uses a virtual port,
 * which raises interrupts on command.
 *
 * vm: kernels=stock,debug,kcsan,kmsan,rt,stock-6.12,stock-7.2 timeout=120 smp=any kernels32=stock
 */
#include "libclients.h"

#define OWNS		(POLLOUT | POLLWRNORM)
#define INTERRUPTED	(POLLIN | POLLRDNORM)

/* Poll for all bits, not only for those that are expected. */
static short all_bits(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = 0x7fff };

	check(poll(&pfd, 1, 0) >= 0);
	return pfd.revents;
}

static void interrupts_are_reported(void)
{
	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(all_bits(a), OWNS);
	check_eq(atoi(vport("irq %u", number)), 1);
	check(port_poll_wait(a, POLLIN) & POLLIN);
	check_eq(all_bits(a), OWNS | INTERRUPTED);
	vport("irq %u", number);
	check_eq(get_int(a, PPCLRIRQ), 2);
	check_eq(get_int(a, PPCLRIRQ), 0);
	check_eq(all_bits(a), OWNS);
	/*
	 * The interrupt is not reported to a client that has given up the port.
	 */
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	vport("irq %u", number);
	check_eq(all_bits(a), 0);
	check(port_poll_wait(b, POLLIN) & POLLIN);
	check_eq(all_bits(b), OWNS | INTERRUPTED);
	/*
	 * The interrupt came while b owned the port, and b can still fetch it.
	 */
	check_eq(release(b), 0);
	check_eq(all_bits(b), INTERRUPTED);
	check_eq(port_allocate(b), 0);
	check_eq(all_bits(b), OWNS | INTERRUPTED);
	check_eq(get_int(b, PPCLRIRQ), 1);
	check_eq(all_bits(b), OWNS);
	check_eq(port_free(b), 0);
	check_eq(all_bits(b), 0);
	/* This interrupt comes while the port is free. */
	vport("irq %u", number);
	check_eq(port_allocate(a), 0);
	check_eq(get_int(a, PPCLRIRQ), 0);
	close_two();
}

/* Raise an interrupt; @fd must be told of it. */
static void interrupt(int fd)
{
	vport("irq %u", number);
	wait_for(get_int(fd, PPCLRIRQ) == 1);
}

/*
 * Check what poll() reports to the owner, with and without an interrupt, and
 * with and without a waiter.
 */
static void check_bits_of_owner(void)
{
	check_eq(all_bits(a), OWNS);
	check_eq(port_ask(b, PARBITER_REQUEST_QUEUE, 0), -EINPROGRESS);
	check_eq(all_bits(a), OWNS | POLLPRI);
	check_eq(all_bits(b), 0);
	vport("irq %u", number);
	check(port_poll_wait(a, POLLIN) & POLLIN);
	check_eq(all_bits(a), OWNS | POLLPRI | INTERRUPTED);
	check_eq(all_bits(b), 0);
	check_eq(port_cancel(b), 0);
	check_eq(all_bits(a), OWNS | INTERRUPTED);
	check_eq(get_int(a, PPCLRIRQ), 1);
	check_eq(all_bits(a), OWNS);
}

/*
 * Each bit of poll() has one meaning, however the client became the owner or
 * gives up the port.
 */
static void bits_do_not_depend_on_the_past(void)
{
	static const unsigned long asked[] = {
		PARBITER_ALLOCATE, PARBITER_TRY_ALLOCATE, PPCLAIM,
	};
	static const unsigned long freed[] = { PARBITER_FREE, PPRELEASE };
	unsigned int i;

	open_two("irq");
	for (i = 0; i < ARRAY_SIZE(asked) * ARRAY_SIZE(freed); i++) {
		check_eq(all_bits(a), 0);
		check_eq(port_request(a, asked[i / 2], NULL), 0);
		check_bits_of_owner();
		check_eq(port_request(a, freed[i % 2], NULL), 0);
	}
	check_eq(all_bits(a), 0);
	close_two();
}

static void an_interrupt_sets_control_once(void)
{
	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCTLONIRQ, 0x05), 0);
	check_eq(control(), CONTROL_IRQ | 0x0c);
	interrupt(a);
	check_eq(control(), CONTROL_IRQ | 0x05);
	check_eq(set_byte(a, PPWCONTROL, 0x0c), 0);
	interrupt(a);
	check_eq(control(), CONTROL_IRQ | 0x0c);
	/* PPWCTLONIRQ is remembered until the next interrupt of this client. */
	check_eq(set_byte(a, PPWCTLONIRQ, 0x06), 0);
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	interrupt(b);
	check_eq(control(), CONTROL_IRQ | 0x0c);
	check_eq(release(b), 0);
	check_eq(claim(a), 0);
	interrupt(a);
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	check_eq(control(), CONTROL_IRQ | 0x0c);
	check_eq(release(b), 0);
	check_eq(claim(a), 0);
	check_eq(control(), CONTROL_IRQ | 0x06);
	close_two();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(interrupts_are_reported),
		TEST(bits_do_not_depend_on_the_past),
		TEST(an_interrupt_sets_control_once),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
