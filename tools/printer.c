// SPDX-License-Identifier: GPL-2.0
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <stdio.h>
#include <sys/time.h>

#include "printer.h"
#include "util.h"

int printer_set_write_limit(const struct port *port, double seconds)
{
	struct timeval limit = {
		.tv_sec = seconds,
		.tv_usec = (seconds - (long)seconds) * 1e6,
	};

	return port_request(port, PPSETTIME, &limit);
}

bool printer_status_text(char *s, size_t size, const struct port *port)
{
	static const struct {
		unsigned char line;
		unsigned char level;	/* level that means @text */
		const char *text;
	} lines[] = {
		{ PARPORT_STATUS_SELECT, 0, "off-line" },
		{ PARPORT_STATUS_PAPEROUT, PARPORT_STATUS_PAPEROUT,
		  "out of paper" },
		{ PARPORT_STATUS_ERROR, 0, "error" },
	};
	unsigned char status;
	size_t len = 0;
	unsigned int i;

	if (port_request(port, PPRSTATUS, &status)) {
		snprintf(s, size, "its status cannot be read");
		return false;
	}
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		if ((status & lines[i].line) == lines[i].level && len < size)
			len += snprintf(s + len, size - len, "%s%s",
					len ? ", " : "", lines[i].text);
	if (!len)	/* the hardware inverts this line */
		snprintf(s, size, status & PARPORT_STATUS_BUSY ? "ready" :
			 "busy");
	return len;
}
