// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

#include "printer.h"
#include "util.h"

/* Set for how long a write() waits for a printer that takes no data. */
static int set_write_limit(const struct port *port, double seconds)
{
	struct timeval limit = {
		.tv_sec = seconds,
		.tv_usec = (seconds - (long)seconds) * 1e6,
	};

	return port_request(port, PPSETTIME, &limit);
}

/*
 * write() blocks until the printer takes data; PARBITER_ALLOCATE must not block,
 * because poll() waits for the grant.
 */
static int set_blocking(const struct port *port, bool blocking)
{
	int flags = fcntl(port->fd, F_GETFL);

	flags = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
	return fcntl(port->fd, F_SETFL, flags) < 0 ? -errno : 0;
}

int printer_begin(const struct port *port, double seconds)
{
	int ret = set_write_limit(port, seconds);

	return ret ? ret : set_blocking(port, true);
}

ssize_t printer_write(const struct port *port, const char *data, size_t len)
{
	ssize_t took = write(port->fd, data, len);

	if (took >= 0)
		return took;
	return errno == EINTR || errno == EAGAIN ? 0 : -errno;
}

void printer_end(const struct port *port)
{
	set_blocking(port, false);
}

int printer_status(const struct port *port, unsigned int *bits)
{
	unsigned char status;
	int ret;

	ret = port_request(port, PPRSTATUS, &status);
	if (ret)
		return ret;
	*bits = 0;
	if (!(status & PARPORT_STATUS_SELECT))
		*bits |= PRINTER_OFF_LINE;
	if (status & PARPORT_STATUS_PAPEROUT)
		*bits |= PRINTER_NO_PAPER;
	if (!(status & PARPORT_STATUS_ERROR))
		*bits |= PRINTER_ERROR;
	if (!(status & PARPORT_STATUS_BUSY))	/* the hardware inverts this line */
		*bits |= PRINTER_BUSY;
	return 0;
}

bool printer_status_text(char *s, size_t size, const struct port *port)
{
	static const struct {
		unsigned int bit;
		const char *text;
	} words[] = {
		{ PRINTER_OFF_LINE, "off-line" },
		{ PRINTER_NO_PAPER, "out of paper" },
		{ PRINTER_ERROR, "error" },
	};
	unsigned int bits, i;
	size_t len = 0;

	if (printer_status(port, &bits)) {
		snprintf(s, size, "its status cannot be read");
		return false;
	}
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if ((bits & words[i].bit) && len < size)
			len += snprintf(s + len, size - len, "%s%s",
					len ? ", " : "", words[i].text);
	if (!len)
		snprintf(s, size, bits & PRINTER_BUSY ? "busy" : "ready");
	return len;
}
