/* SPDX-License-Identifier: GPL-2.0 */
/* The printer on an open port that is ours */
#ifndef TOOLS_PRINTER_H
#define TOOLS_PRINTER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "port.h"

#define PRINTER_BLOCK	256	/* bytes for one write: seconds of a slow printer */
#define PRINTER_WRITE_SECONDS 0.5 /* longest wait of a write for the printer */
#define PRINTER_BUSY_SECONDS 5	/* a printer that prints may be busy so long */
#define PRINTER_PAUSE_MS 100	/* between two writes that took no data */

/* What the status lines say, as bits */
enum {
	PRINTER_OFF_LINE = 1 << 0,
	PRINTER_NO_PAPER = 1 << 1,
	PRINTER_ERROR = 1 << 2,
	PRINTER_BUSY = 1 << 3,
};

/*
 * Prepare for printer_write(), each of which waits for at most so many seconds for a
 * printer that takes no data. Return 0 or a negative errno.
 */
int printer_begin(const struct port *port, double seconds);

/*
 * Send data. Return the number of bytes that the printer took, 0 also after a signal; or
 * a negative errno.
 */
ssize_t printer_write(const struct port *port, const char *data, size_t len);

/* Let requests for the port not block again. */
void printer_end(const struct port *port);

/* Read the status lines. Return 0 or a negative errno. */
int printer_status(const struct port *port, unsigned int *bits);

/*
 * Describe the printer's status lines: "off-line, out of paper", "error",
 * "busy" or "ready". Return true if the printer needs attention, false if it is
 * only busy or ready, or the lines cannot be read.
 */
bool printer_status_text(char *s, size_t size, const struct port *port);

#endif /* TOOLS_PRINTER_H */
