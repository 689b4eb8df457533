/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel module parbiter: whether it is loaded, and why not */
#ifndef TOOLS_MODULE_H
#define TOOLS_MODULE_H

#include <stdbool.h>
#include <stddef.h>

bool module_is_loaded(void);

/* Has the module been loaded with exclusive=1? */
bool module_is_exclusive(void);

/* Get the version of the loaded module; "?": not known. */
void module_version(char *s, size_t size);

/* Print why the module is not loaded, and the remedy. Return EXIT_NO_MODULE. */
int module_explain_not_loaded(void);

#endif /* TOOLS_MODULE_H */
