/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocate a port and free it again. While the program waits, it shows on the
 * terminal the port's owner and its own place in the queue.
 */
#ifndef TOOLS_ALLOCATE_H
#define TOOLS_ALLOCATE_H

#include <stdbool.h>

#include "port.h"

#define NO_LIMIT	-1.0

/* Help text of the options that fill struct wait_options */
#define WAIT_HELP							\
"  -n, --no-wait       fail at once if the port is not free\n"		\
"  -w, --wait=SECONDS  wait at most so long; fractions are allowed\n"

/**
 * struct wait_options - how long to wait for a port
 * @now: do not wait
 * @limit: longest time to wait in seconds, or NO_LIMIT
 */
struct wait_options {
	bool now;
	double limit;
};

/*
 * Parse the argument of --wait into @options->limit. Return 0, or EXIT_USAGE
 * after printing an error.
 */
int parse_wait_limit(struct wait_options *options, const char *command,
		     const char *arg);

/*
 * Wait until the open port is ours. Return 0, or an exit code after printing an
 * error. If a signal that interrupt.h catches ends the wait: EXIT_SIGNAL plus
 * its number, without a message.
 */
int allocate_port(const struct wait_options *options, const struct port *port);

/* Free the port if it is ours. */
void free_port(const struct port *port);

#endif /* TOOLS_ALLOCATE_H */
