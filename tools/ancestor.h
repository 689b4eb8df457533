/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_ANCESTOR_H
#define TOOLS_ANCESTOR_H

#include <stdbool.h>
#include <sys/types.h>

/* Has this process, or an ancestor of it, the number @pid? */
bool ancestor_is(pid_t pid);

#endif /* TOOLS_ANCESTOR_H */
