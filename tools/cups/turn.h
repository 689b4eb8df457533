/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_CUPS_TURN_H
#define TOOLS_CUPS_TURN_H

#include "channel.h"
#include "port.h"

/*
 * Open the port, for which this waits if it does not exist, and wait in line until this
 * backend owns it. Meanwhile cupsd is told what is waited for, and the side channel is
 * served. Return CUPS_BACKEND_OK or what is to be the exit status. After a signal, the
 * port is not owned, and the status is CUPS_BACKEND_OK.
 */
int turn_take(struct channel *channel, struct port *port);

/* Free the port. */
void turn_end(struct channel *channel, struct port *port);

#endif /* TOOLS_CUPS_TURN_H */
