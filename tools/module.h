/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel module parbiter: whether it is loaded, and which one is installed */
#ifndef TOOLS_MODULE_H
#define TOOLS_MODULE_H

#include <stdbool.h>
#include <stddef.h>

bool module_is_loaded(void);

/* Has the module been loaded with exclusive=1? */
bool module_is_exclusive(void);

/* Get the version of the loaded module; "?": not known. */
void module_version(char *s, size_t size);

/* Get the version that modprobe would load; "": not known. */
void module_installed_version(char *s, size_t size);

/* Find the file of the module that is installed for a kernel release. */
bool module_find(char *path, size_t size, const char *release);

/* Is this file of a module known to have no signature? */
bool module_is_unsigned(const char *path);

/* Find a kernel release for which the module is installed. */
bool module_find_release(char *s, size_t size);

/* Has this kernel release been built without the parport core? */
bool module_lacks_parport(const char *release);

#endif /* TOOLS_MODULE_H */
