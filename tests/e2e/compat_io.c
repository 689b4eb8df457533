// SPDX-License-Identifier: GPL-2.0
/*
 * All of io.c once more, as a 32-bit program on the 64-bit kernel.
 *
 * vm: ports=none kernels=stock timeout=120
 */
#ifndef NO_32BIT
_Static_assert(sizeof(void *) == 4, "build this one with -m32");
#include "io.c"
#else
#include "lib.h"

static void run_as_32_bit_program(void)
{
	skip("the compiler has no 32-bit C library (gcc-multilib)");
}

int main(void)
{
	static const struct test tests[] = { TEST(run_as_32_bit_program) };
	static const struct setup nothing = {
		.modules = (const char * const []){ NULL }, .no_port = true,
	};

	return run_tests_with(&nothing, tests, ARRAY_SIZE(tests));
}
#endif
