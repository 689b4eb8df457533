/* SPDX-License-Identifier: GPL-2.0 */
/* Is parbiter's module loaded, and if not, why not? */
#ifndef TOOLS_MODULE_H
#define TOOLS_MODULE_H

#include <stdbool.h>
#include <stddef.h>

bool module_is_loaded(void);

/* Was it loaded with exclusive=1? */
bool module_is_exclusive(void);

/* "?": not known */
void module_version(char *s, size_t size);

/* Complains that it is not loaded, why and what to do; EXIT_NO_MODULE. */
int module_explain(void);

#endif /* TOOLS_MODULE_H */
