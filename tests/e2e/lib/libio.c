// SPDX-License-Identifier: GPL-2.0
/* ppdev's requests, read() and write() */
#include "libio.h"

unsigned int number;

int claim(int fd)
{
	return port_request(fd, PPCLAIM, NULL);
}

int release(int fd)
{
	return port_request(fd, PPRELEASE, NULL);
}

int set_byte(int fd, unsigned long request, unsigned int value)
{
	unsigned char byte = (unsigned char)value;

	return port_request(fd, request, &byte);
}

unsigned int get_byte(int fd, unsigned long request)
{
	unsigned char byte = 0xee;

	check_eq(port_request(fd, request, &byte), 0);
	return byte;
}

int set_int(int fd, unsigned long request, int value)
{
	return port_request(fd, request, &value);
}

int get_int(int fd, unsigned long request)
{
	int value = -1;

	check_eq(port_request(fd, request, &value), 0);
	return value;
}

void set_patience(int fd, long seconds, long microseconds)
{
	long time[2] = { seconds, microseconds };

	check_eq(port_request(fd, PPSETTIME, time), 0);
}

long do_write(int fd, const void *data, size_t count)
{
	ssize_t ret = write(fd, data, count);

	return ret < 0 ? -errno : ret;
}

long do_read(int fd, void *data, size_t count)
{
	ssize_t ret = read(fd, data, count);

	return ret < 0 ? -errno : ret;
}
