// SPDX-License-Identifier: GPL-2.0
/*
 * Memory is lost in the kernel, in the last test of a machine. The search for
 * leaks at the end of the run must find it, or the search would prove nothing
 * for other tests. Several blocks are lost, because a stale pointer to one of
 * them may remain on some stack.
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
