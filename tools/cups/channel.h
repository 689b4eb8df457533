/* SPDX-License-Identifier: GPL-2.0 */
/* The side channel: requests of the job's filters, and waiting, when they are served */
#ifndef TOOLS_CUPS_CHANNEL_H
#define TOOLS_CUPS_CHANNEL_H

#include <cups/sidechannel.h>
#include <stdbool.h>

#include "port.h"

/**
 * struct channel - the side channel
 * @port: the port
 * @open: there is one, and its other side is not closed
 * @owner: this backend owns the port
 * @needs_port: a filter has asked for something for which the port must be owned
 * @pending: CUPS_SC_CMD_DRAIN_OUTPUT or CUPS_SC_CMD_SOFT_RESET, which send.c answers
 *	once it has done it; CUPS_SC_CMD_NONE: nothing is to be answered. Meanwhile no
 *	other request is read, as the filter waits for the answer
 */
struct channel {
	const struct port *port;
	bool open;
	bool owner;
	bool needs_port;
	cups_sc_command_t pending;
};

/* Find out whether there is a side channel. No descriptor may have been opened before. */
void channel_begin(struct channel *channel, const struct port *port);

/*
 * Wait for events of a descriptor (-1: of none) for a time (-1: no limit), and serve
 * requests. Return the events that have come; 0 if the time is over, a request was
 * served or a signal came.
 */
int channel_poll(struct channel *channel, int fd, short events, int ms);

/* Answer the pending request, if there is one. */
void channel_answer(struct channel *channel, bool done);

/* The job ends: answer a filter that has asked for something and waits. */
void channel_end(struct channel *channel);

#endif /* TOOLS_CUPS_CHANNEL_H */
