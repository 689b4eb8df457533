/* SPDX-License-Identifier: GPL-2.0 */
/* The process that watches over the command of parbiter run until it ends */
#ifndef TOOLS_GUARD_H
#define TOOLS_GUARD_H

#include "child.h"
#include "port.h"

/*
 * Start the child, pass signals on to it, report if the port vanishes, and wait until
 * the command has ended. Then the port is freed and closed. Return the command's exit
 * code, or the negative number of the signal that ended it.
 */
int guard_run(struct child *child, struct port *port);

#endif /* TOOLS_GUARD_H */
