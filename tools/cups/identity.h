/* SPDX-License-Identifier: GPL-2.0 */
/* What the printer at a port has said of itself, in the form of IEEE 1284 */
#ifndef TOOLS_CUPS_IDENTITY_H
#define TOOLS_CUPS_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#define IDENTITY_LEN	1024

/*
 * Get the device ID of the printer at parportN, without the length before it, in
 * IDENTITY_LEN bytes: "MFG:ACME;MDL:Laser 1;CLS:PRINTER;". It is what the kernel has read
 * when the port appeared: the lines of the port are not moved, since another program may
 * control a machine by them. Return false if the printer has said nothing.
 */
bool identity_read(char *id, unsigned int number);

/* Get "ACME Laser 1"; "Unknown" if the printer has said nothing. */
void identity_model(char *s, size_t size, unsigned int number);

#endif /* TOOLS_CUPS_IDENTITY_H */
