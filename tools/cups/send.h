/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_CUPS_SEND_H
#define TOOLS_CUPS_SEND_H

#include <stdint.h>

#include "channel.h"
#include "input.h"
#include "port.h"
#include "printer.h"

/**
 * struct sending - state of a job that is being sent
 * @port: the port, which is ours
 * @channel: the side channel
 * @input: the job
 * @block: what was read from @input
 * @len: number of bytes in @block
 * @at: number of bytes of @block that the printer has taken
 * @sent: number of bytes that the printer has taken of the whole job
 * @last_taken: when the printer last took data, as clock_seconds()
 * @signalled: when a signal was first seen; 0: none
 */
struct sending {
	struct port *port;
	struct channel *channel;
	struct input *input;
	char block[PRINTER_BLOCK];
	size_t len;
	size_t at;
	uint64_t sent;
	double last_taken;
	double signalled;
};

/*
 * Send the job, or go on sending it. The port is owned. Return 0 if everything was sent,
 * or enough after a signal; a negative errno of the port; or -EBADF if the input cannot
 * be read, which was reported.
 */
int send_job(struct sending *sending);

#endif /* TOOLS_CUPS_SEND_H */
