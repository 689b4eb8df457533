// SPDX-License-Identifier: GPL-2.0
/* Own parport0 until somebody else waits for it. cc -Iinclude/uapi hold.c */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <linux/parbiter.h>

int main(void)
{
	int fd = open("/dev/parbiter0", O_RDWR);
	struct pollfd pollfd = { .fd = fd, .events = POLLPRI };

	if (fd < 0 || ioctl(fd, PARBITER_ALLOCATE))	/* wait in the queue */
		return perror("/dev/parbiter0"), 1;
	puts("this process owns parport0");
	poll(&pollfd, 1, -1);			/* until somebody waits */
	return ioctl(fd, PARBITER_FREE) ? perror("PARBITER_FREE"), 1 : 0;
}
