/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_SPOOL_H
#define TOOLS_SPOOL_H

#include <stdbool.h>

/*
 * Copies all that comes from a descriptor into a file without a name, so that
 * nobody waits for who writes it. Returns its descriptor, or a negative error
 * number: -EINTR after a signal that is noted (interrupt.h). *reading tells
 * whether it came from reading.
 */
int spool_copy(int from, bool *reading);

#endif /* TOOLS_SPOOL_H */
