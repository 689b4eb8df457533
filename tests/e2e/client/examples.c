// SPDX-License-Identifier: GPL-2.0
/*
 * The examples of Documentation/examples for drivers do what their texts say.
 *
 * vm: ports=one kernels=stock,debug
 */
#include "libio.h"
#include "lib.h"

/* Return what is on the data lines. */
static unsigned char data_lines(int fd)
{
	unsigned char data;

	check_eq(port_allocate(fd), 0);
	check_eq(ioctl(fd, PPRDATA, &data), 0);
	check_eq(port_free(fd), 0);
	return data;
}

static void a_kernel_client(void)
{
	int fd = port_open(0);

	check_eq(load_module("/host/borrow.ko", ""), 0);
	wait_for(port_is_free(fd));
	check_eq(data_lines(fd), 0x55);
	check_eq(unload_module("borrow"), 0);
}

static void ported_from_windows(void)
{
	int fd = port_open(0);

	check_eq(load_module("/host/winlamps.ko", "value=0xa6"), 0);
	check(port_is_free(fd));
	check_eq(data_lines(fd), 0xa6);
	check_eq(unload_module("winlamps"), 0);
	check_eq(data_lines(fd), 0);
}

/* The example waits for five seconds; then its module is not loaded. */
static void ported_from_windows_while_somebody_owns(void)
{
	int fd = port_open(0);

	check_eq(port_allocate(fd), 0);
	check_eq(load_module("/host/winlamps.ko", ""), -EIO);
	check_eq(port_waiters(fd), 0);
	check_eq(port_free(fd), 0);
	check(!module_loaded("winlamps"));
}

int main(void)
{
	static const struct test tests[] = {
		TEST(a_kernel_client),
		TEST(ported_from_windows),
		TEST(ported_from_windows_while_somebody_owns),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
