/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_CUPS_DISCOVER_H
#define TOOLS_CUPS_DISCOVER_H

/* Tell cupsd of each port, on standard output. */
void discover(void);

#endif /* TOOLS_CUPS_DISCOVER_H */
