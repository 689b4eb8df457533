// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "interrupt.h"
#include "spool.h"

/* Read at most @size bytes. Return their number; 0: end; or a negative errno. */
static ssize_t read_some(int fd, char *data, size_t size)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	ssize_t len;

	do {
		/* Not read(): a signal just before it would go unnoticed. */
		interrupt_poll(&pollfd, 1, -1);
		if (interrupt_signal())
			return -EINTR;
		len = read(fd, data, size);
	} while (len < 0 && (errno == EINTR || errno == EAGAIN));
	return len < 0 ? -errno : len;
}

static int write_all(int fd, const char *data, size_t len)
{
	ssize_t done;

	for (; len; data += done, len -= done) {
		done = write(fd, data, len);
		if (done < 0 && errno != EINTR)
			return -errno;
		if (done < 0)
			done = 0;
	}
	return 0;
}

const char *spool_directory(void)
{
	const char *dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/tmp";
}

int spool_open(void)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/parbiter.XXXXXX", spool_directory());
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(path);
	return fd;
}

int spool_copy(int from, bool *read_failed)
{
	char data[65536];
	ssize_t len;
	int fd, ret = 0;

	*read_failed = false;
	fd = spool_open();
	if (fd < 0)
		return fd;
	while (!ret && (len = read_some(from, data, sizeof(data))) > 0)
		ret = write_all(fd, data, len);
	if (!ret && len < 0) {
		*read_failed = true;
		ret = len;
	}
	if (!ret && lseek(fd, 0, SEEK_SET) < 0)
		ret = -errno;
	if (!ret)
		return fd;
	close(fd);
	return ret;
}
