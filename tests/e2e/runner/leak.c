// SPDX-License-Identifier: GPL-2.0
/*
 * Loses memory in the kernel, at the very end of its machine's run: the search
 * for leaks must find it, or it proves nothing elsewhere. More than one piece,
 * because a stale pointer to one may be left on some stack.
 *
 * vm: ports=one kernels=debug timeout=60 expect=leak smp=any
 */
#include "libkclient.h"

static void memory_is_lost(void)
{
	int fd = kclient_new();
	int i;

	for (i = 0; i < 8; i++)
		check_eq(kclient(fd, "leak"), 0);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(memory_is_lost),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
