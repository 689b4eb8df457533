// SPDX-License-Identifier: GPL-2.0
/*
 * The port's interrupts, as ppdev's requests and poll() report them to the
 * owner, and what they set. On a virtual port, which raises them on command.
 *
 * vm: kernels=stock,debug,rt,stock-6.12,stock-7.2 timeout=120 smp=any
 */
#include "libclients.h"

static void interrupts_are_reported(void)
{
	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(port_poll(a), 0);
	check_eq(atoi(vport("irq %u", number)), 1);
	check(port_poll_wait(a, POLLIN) & POLLIN);
	vport("irq %u", number);
	check_eq(get_int(a, PPCLRIRQ), 2);
	check_eq(get_int(a, PPCLRIRQ), 0);
	check_eq(port_poll(a), 0);
	/* Not its own any more */
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	vport("irq %u", number);
	check_eq(port_poll(a), 0);
	check_eq(port_poll(b), POLLIN);
	check_eq(release(b), 0);
	/* Who allocates is told of ownership, and can still count. */
	check_eq(port_allocate(b), 0);
	check_eq(port_poll(b), POLLIN);
	check_eq(get_int(b, PPCLRIRQ), 1);
	check_eq(port_poll(b), POLLIN);
	check_eq(port_free(b), 0);
	check_eq(port_poll(b), 0);
	/* Nobody's */
	vport("irq %u", number);
	check_eq(port_allocate(a), 0);
	check_eq(get_int(a, PPCLRIRQ), 0);
	close_two();
}

/* An interrupt, and @fd is told of one */
static void interrupt(int fd)
{
	vport("irq %u", number);
	wait_for(get_int(fd, PPCLRIRQ) == 1);
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
	/* Armed, it waits for an interrupt of its own, and is remembered. */
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
		TEST(an_interrupt_sets_control_once),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
