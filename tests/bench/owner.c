// SPDX-License-Identifier: GPL-2.0
/* Opens a port by ppdev or by parbiter, also as its owner. */
#include <linux/parport.h>
#include <linux/ppdev.h>

#include "bench.h"

int open_ppdev(unsigned int number)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/parport%u", number);
	fd = open(path, O_RDWR | O_CLOEXEC);
	check(fd >= 0);
	return fd;
}

/*
 * QEMU's port interrupts at a write to any register while an acknowledge of the
 * peripheral is pending, and takes a write to the control register with the line
 * nSelectIn low for the end of a byte, which is acknowledged. A real port does
 * neither. So raise that line; reading the status ends what is pending.
 */
static void calm(int fd)
{
	unsigned char control = PARPORT_CONTROL_INIT, status;

	check_eq(ioctl(fd, PPWCONTROL, &control), 0);
	check_eq(ioctl(fd, PPRSTATUS, &status), 0);
}

int open_ppdev_owner(unsigned int number)
{
	int fd = open_ppdev(number);

	check_eq(ioctl(fd, PPCLAIM), 0);
	calm(fd);
	return fd;
}

int open_owner(unsigned int number)
{
	int fd = port_open(number);

	check_eq(port_allocate(fd), 0);
	calm(fd);
	return fd;
}
