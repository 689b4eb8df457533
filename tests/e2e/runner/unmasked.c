// SPDX-License-Identifier: GPL-2.0
/*
 * The sequence of port/lockup.c with a parbiter that does not mask the
 * interrupt: the machine must lock up, or lockup.c would prove nothing. The
 * machine has one processor, so that no other processor can take the interrupt.
 *
 * vm: ports=one kernels=stock own=yes timeout=120 expect=lockup smp=1 unmasked=yes seconds=20
 */
#include "libirq.h"

#define ROUNDS	20

static void locks_up_unmasked(void)
{
	struct native native;
	unsigned int i;
	int fd;

	irq_setup();
	for (i = 0; i < ROUNDS; i++) {
		fd = port_open(0);
		check_eq(port_allocate(fd), 0);
		native_start(&native, 0);
		native_wait_asleep(&native);
		irq_arm();
		printf("EXPECT LOCKUP NOW\n");
		fflush(stdout);
		check_eq(port_free(fd), 0);
		native_wait_owner(&native);
		native_let_go(&native);
		close(fd);
	}
	fail("survived %d rounds without masking", ROUNDS);
}

int main(void)
{
	static const char * const modules[] = {
		"parport_pc", "ppdev", "parbiter_unmasked", NULL
	};
	static const struct setup setup = { .modules = modules };
	static const struct test tests[] = { TEST(locks_up_unmasked) };

	return run_tests_with(&setup, tests, ARRAY_SIZE(tests));
}
