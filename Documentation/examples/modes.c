// SPDX-License-Identifier: GPL-2.0
/*
 * Two clients share one peripheral: one reads in nibble mode, the other writes in
 * compatibility mode. Each ends its mode before it frees the port.
 * cc -Iinclude/uapi modes.c
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/parbiter.h>
#include <linux/parport.h>
#include <linux/ppdev.h>

#define PORT	"/dev/parbiter0"

/* Waits for the port, and takes the peripheral to a mode. */
static int begin(int fd, int mode)
{
	if (ioctl(fd, PARBITER_ALLOCATE))
		return perror("allocate"), -1;
	if (mode == IEEE1284_MODE_COMPAT || !ioctl(fd, PPNEGOT, &mode))
		return 0;
	perror("negotiate");		/* EIO: no such peripheral; ENXIO: refused */
	ioctl(fd, PARBITER_FREE);
	return -1;
}

/* Takes the peripheral back to compatibility mode, and frees the port. */
static void end(int fd)
{
	int mode = IEEE1284_MODE_COMPAT;

	if (ioctl(fd, PPNEGOT, &mode))
		perror("end of the mode");
	ioctl(fd, PARBITER_FREE);
}

int main(void)
{
	int reader = open(PORT, O_RDWR), writer = open(PORT, O_RDWR);
	char reply[16];
	ssize_t n;

	if (reader < 0 || writer < 0)
		return perror(PORT), 1;

	if (begin(reader, IEEE1284_MODE_NIBBLE))
		return 1;
	n = read(reader, reply, sizeof(reply));
	end(reader);
	printf("read %zd bytes\n", n);

	if (begin(writer, IEEE1284_MODE_COMPAT))
		return 1;
	n = write(writer, "hello\n", 6);
	end(writer);
	printf("wrote %zd bytes\n", n);
	return n == 6 ? 0 : 1;
}
