/* SPDX-License-Identifier: GPL-2.0 */
/* The printer on an open port that is ours */
#ifndef TOOLS_PRINTER_H
#define TOOLS_PRINTER_H

#include <stdbool.h>
#include <stddef.h>

#include "port.h"

/* Set for how long a write() waits for a printer that takes no data. */
int printer_set_write_limit(const struct port *port, double seconds);

/*
 * Describe the printer's status lines: "off-line, out of paper", "error",
 * "busy" or "ready". Return true if the printer needs attention, false if it is
 * only busy or ready, or the lines cannot be read.
 */
bool printer_status_text(char *s, size_t size, const struct port *port);

#endif /* TOOLS_PRINTER_H */
