// SPDX-License-Identifier: GPL-2.0
/*
 * The machine is suspended to RAM (S3), and the registers of its parallel port
 * lose their contents. Afterwards a program that owned the port continues with
 * its registers restored. The test reads the registers without the port's
 * driver, because the driver returns the values that it remembers.
 *
 * vm: kernels=stock,stock-6.12 alone=yes smp=1 timeout=240 seconds=10
 */
#include "libio.h"

#define PORT_DATA	0x378
#define PORT_CONTROL	0x37a

/*
 * Control lines that differ from those of a port at rest, and the interrupt
 * enable
 */
#define LINES		(PARPORT_CONTROL_SELECT | PARPORT_CONTROL_AUTOFD)
#define WHAT_COUNTS	(LINES | PARPORT_CONTROL_STROBE | \
			 PARPORT_CONTROL_INIT | 0x10)

static unsigned int in(long address)
{
	int fd = open("/dev/port", O_RDONLY | O_CLOEXEC);
	unsigned char value;

	check(fd >= 0);
	check_eq(pread(fd, &value, 1, address), 1);
	close(fd);
	return value;
}

static int own_with_lines(void)
{
	int fd = port_open(0);

	check_eq(claim(fd), 0);
	check_eq(set_byte(fd, PPWDATA, 0xa5), 0);
	check_eq(set_byte(fd, PPWCONTROL, LINES), 0);
	check_eq(in(PORT_DATA), 0xa5);
	return fd;
}

static void an_owner_finds_its_registers(void)
{
	int fd = own_with_lines();
	unsigned int before = in(PORT_CONTROL) & WHAT_COUNTS;

	check_eq(before & LINES, LINES);
	check_eq(suspend_to_ram(3), 0);
	check_eq(in(PORT_DATA), 0xa5);
	check_eq(in(PORT_CONTROL) & WHAT_COUNTS, before);
	check_eq(get_byte(fd, PPRCONTROL), LINES);
	check_eq(release(fd), 0);
	close(fd);
}

int main(void)
{
	static const char * const modules[] = { "parbiter", NULL };
	static const struct setup setup = { .modules = modules };
	static const struct test tests[] = {
		TEST(an_owner_finds_its_registers),
	};

	return run_tests_with(&setup, tests, ARRAY_SIZE(tests));
}
