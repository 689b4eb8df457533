/* SPDX-License-Identifier: GPL-2.0 */
/* Which modules systemd loads at boot */
#ifndef TOOLS_BOOT_H
#define TOOLS_BOOT_H

#include <stdbool.h>
#include <stddef.h>

/* Find the file of modules-load.d(5) by which a module is loaded at boot. */
bool boot_loads(char *path, size_t size, const char *module);

#endif /* TOOLS_BOOT_H */
