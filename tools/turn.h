/* SPDX-License-Identifier: GPL-2.0 */
/* Our turn at a port: waiting for it, telling a terminal for whom and where. */
#ifndef TOOLS_TURN_H
#define TOOLS_TURN_H

#include <stdbool.h>

#include "port.h"

#define TURN_FOREVER	-1.0

/* Of the help texts of the commands that wait */
#define TURN_HELP							\
"  -n, --no-wait       do not wait: now or not at all\n"		\
"  -w, --wait=SECONDS  wait for at most so long; fractions are fine\n"

/**
 * struct turn - how to wait
 * @now: not at all
 * @limit: seconds, or TURN_FOREVER
 */
struct turn {
	bool now;
	double limit;
};

/* Both return 0, or, having complained, an exit code. */
int turn_parse_limit(struct turn *turn, const char *command, const char *arg);
/* 0: owner. After a signal that is noted (interrupt.h): EXIT_SIGNAL plus it. */
int turn_take(const struct turn *turn, const struct port *port);

/* Frees the port, if it is ours. */
void turn_end(const struct port *port);

#endif /* TOOLS_TURN_H */
