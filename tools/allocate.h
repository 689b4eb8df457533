/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocate a port and free it again. While the program waits, it shows on the
 * terminal the port's owner and its own place in the queue.
 */
#ifndef TOOLS_ALLOCATE_H
#define TOOLS_ALLOCATE_H

#include "port.h"
#include "waitopt.h"

/*
 * Open the port. Return 0, or an exit code for wait_status() after printing an error,
 * unless the user wants no words about a port that is busy.
 */
int open_port(const struct wait_options *options, struct port *port);

/*
 * Wait until the open port is ours. Return 0, or an exit code for wait_status() after
 * printing an error. If a signal that interrupt.h catches ends the wait: EXIT_SIGNAL plus
 * its number, without a message.
 */
int allocate_port(const struct wait_options *options, const struct port *port);

/* Erase from the terminal what allocate_port() shows while it waits. */
void clear_wait(const struct wait_options *options);

/* Free the port if it is ours. */
void free_port(const struct port *port);

#endif /* TOOLS_ALLOCATE_H */
