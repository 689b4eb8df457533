/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For a program that is another one once more, built for 32 bits. Without a
 * 32-bit C library (NO_32BIT) it only says so.
 */
#ifndef PARBITER_E2E_LIBCOMPAT_H
#define PARBITER_E2E_LIBCOMPAT_H

#ifndef NO_32BIT
_Static_assert(sizeof(void *) == 4, "build this one with -m32");
#else
#include "lib.h"

static void run_as_32_bit_program(void)
{
	skip("the compiler has no 32-bit C library (gcc-multilib)");
}

int main(void)
{
	static const char * const none[] = { NULL };
	static const struct setup setup = { .modules = none, .no_port = true };
	static const struct test tests[] = { TEST(run_as_32_bit_program) };

	return run_tests_with(&setup, tests, ARRAY_SIZE(tests));
}
#endif

#endif /* PARBITER_E2E_LIBCOMPAT_H */
