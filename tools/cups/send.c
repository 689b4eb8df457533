// SPDX-License-Identifier: GPL-2.0
/*
 * Send a job in compatibility mode, which every printer knows, block by block. Between
 * two blocks the side channel is served.
 */
#include <errno.h>
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "interrupt.h"
#include "message.h"
#include "send.h"
#include "state.h"

#define FLUSH_SECONDS	10	/* after SIGTERM, for what filters still write ... */
#define STALL_SECONDS	2	/* ... while the printer takes data */
#define RESET_US	100	/* IEEE 1284: at least 50 */

/*
 * A signal ends a file, or what was copied, at the next byte. Of filters that run, cupsd
 * ends each one, too, and what they still write brings the printer to an end: it is sent
 * before cupsd loses its patience (JobKillDelay, 30 s).
 */
static bool must_stop(struct sending *sending)
{
	double now = clock_seconds();

	if (!interrupt_signal())
		return false;
	if (!sending->signalled)
		sending->signalled = now;
	if (!input_is_stream(sending->input))
		return true;
	if (sending->last_taken < sending->signalled)
		sending->last_taken = sending->signalled;
	return now - sending->signalled > FLUSH_SECONDS ||
	       now - sending->last_taken > STALL_SECONDS;
}

/* The printer takes no data: tell why. The lines do not tell more than one trouble. */
static void report_trouble(const struct sending *sending)
{
	const char *name = sending->port->name;
	unsigned int bits;

	if (printer_status(sending->port, &bits))
		return;
	if (bits & PRINTER_NO_PAPER) {
		message("INFO", "%s: printer is out of paper", name);
		state_set(STATE_NO_PAPER);
	} else if (bits & PRINTER_OFF_LINE) {
		message("INFO", "%s: printer is off-line", name);
		state_set(STATE_OFFLINE);
	} else if (bits & PRINTER_ERROR) {
		message("INFO", "%s: printer reports an error", name);
		state_set(STATE_ERROR);
	} else if (clock_seconds() - sending->last_taken >= PRINTER_BUSY_SECONDS) {
		message("INFO", "%s: printer is busy", name);
		state_set(0);
	}
}

static void report_success(const struct sending *sending)
{
	message("INFO", "%s: printing", sending->port->name);
	state_set(0);
}

/* Pulse the line nInit, and drop what the printer has not got. */
static int soft_reset(struct sending *sending)
{
	struct ppdev_frob_struct frob = { .mask = PARPORT_CONTROL_INIT };
	int ret;

	input_discard(sending->input);
	sending->at = 0;
	sending->len = 0;
	ret = port_request(sending->port, PPFCONTROL, &frob);
	if (ret)
		return ret;
	usleep(RESET_US);
	frob.val = PARPORT_CONTROL_INIT;
	return port_request(sending->port, PPFCONTROL, &frob);
}

/*
 * Wait until there is something to be read. Without data, everything that the filters
 * wrote before they asked for it has been sent. Return false if there is nothing.
 */
static bool wait_for_input(struct sending *sending)
{
	struct channel *channel = sending->channel;
	bool drains = channel->pending == CUPS_SC_CMD_DRAIN_OUTPUT;
	int ms = drains ? 0 : interrupt_signal() ? PRINTER_PAUSE_MS : -1;

	if (!input_must_wait(sending->input))
		return true;
	if (channel_poll(channel, sending->input->fd, POLLIN, ms))
		return true;
	if (drains)
		channel_answer(channel, true);
	return false;
}

/* Read the next block. Return false at the end, or if the input cannot be read. */
static bool read_block(struct sending *sending, int *error)
{
	ssize_t len = input_read(sending->input, sending->block, sizeof(sending->block));

	if (len < 0) {
		message("ERROR", "cannot read what is to be printed: %s", strerror(-len));
		*error = -EBADF;
	}
	sending->at = 0;
	sending->len = len < 0 ? 0 : len;
	return len > 0;
}

/* Send what is left of the block, or a part of it. Return 0 or a negative errno. */
static int send_part(struct sending *sending)
{
	ssize_t took = printer_write(sending->port, sending->block + sending->at,
				     sending->len - sending->at);

	if (took < 0)
		return took;
	sending->at += took;
	sending->sent += took;
	if (took) {
		sending->last_taken = clock_seconds();
		report_success(sending);
		return 0;
	}
	report_trouble(sending);
	channel_poll(sending->channel, -1, 0, PRINTER_PAUSE_MS);
	return 0;
}

/* Take one step. Return false if it was the last one; *@error is then the result. */
static bool step(struct sending *sending, int *error)
{
	struct channel *channel = sending->channel;

	if (must_stop(sending)) {
		channel_answer(channel, false);
		return false;
	}
	channel_poll(channel, -1, 0, 0);
	if (channel->pending == CUPS_SC_CMD_SOFT_RESET) {
		*error = soft_reset(sending);
		channel_answer(channel, !*error);
		return !*error;
	}
	if (sending->at == sending->len)
		return !wait_for_input(sending) || read_block(sending, error);
	*error = send_part(sending);
	return !*error;
}

int send_job(struct sending *sending)
{
	int error;

	sending->last_taken = clock_seconds();
	error = printer_begin(sending->port, PRINTER_WRITE_SECONDS);
	while (!error && step(sending, &error))
		;
	channel_answer(sending->channel, !error);
	return error;
}
