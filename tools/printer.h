/* SPDX-License-Identifier: GPL-2.0 */
/* The printer on an open port that is ours */
#ifndef TOOLS_PRINTER_H
#define TOOLS_PRINTER_H

#include <stdbool.h>
#include <stddef.h>

#include "port.h"

/* How long a write may last that the printer takes nothing of */
int printer_set_patience(const struct port *port, double seconds);

/*
 * What the status lines say: "off-line, out of paper"; "busy"; "ready". True
 * if it is more than that it is busy: it needs somebody to see to it.
 */
bool printer_says(char *s, size_t size, const struct port *port);

#endif /* TOOLS_PRINTER_H */
