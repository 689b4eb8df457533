/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_SPOOL_H
#define TOOLS_SPOOL_H

#include <stdbool.h>

/* The directory of temporary files */
const char *spool_directory(void);

/* Create a temporary file without a name. Return its descriptor or a negative errno. */
int spool_open(void);

/*
 * Copy everything that can be read from a descriptor into a temporary file
 * without a name. Return the descriptor of that file, at its beginning, or a
 * negative errno: -EINTR after a signal that interrupt.h catches. *@read_failed
 * tells whether reading failed (true) or writing the copy did.
 */
int spool_copy(int from, bool *read_failed);

#endif /* TOOLS_SPOOL_H */
