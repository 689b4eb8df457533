// SPDX-License-Identifier: GPL-2.0
/* Own /dev/parbiter0 until somebody else wants it. cc -Iinclude/uapi hold.c */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <linux/parbiter.h>

int main(void)
{
	int fd = open("/dev/parbiter0", O_RDWR);
	struct pollfd wanted = { .fd = fd, .events = POLLPRI };

	if (fd < 0 || ioctl(fd, PARBITER_ALLOCATE))	/* wait for our turn */
		return perror("/dev/parbiter0"), 1;
	puts("mine");
	poll(&wanted, 1, -1);				/* somebody waits */
	return ioctl(fd, PARBITER_FREE) ? perror("free"), 1 : 0;
}
