/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_PERMISSION_H
#define TOOLS_PERMISSION_H

/* Print why this user may not open the device node at @path, and the remedy. */
void permission_explain(const char *port, const char *path);

#endif /* TOOLS_PERMISSION_H */
