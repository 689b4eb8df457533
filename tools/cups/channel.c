// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "channel.h"
#include "identity.h"
#include "interrupt.h"
#include "printer.h"

#define ANSWER_SECONDS	1.0	/* for a filter that does not read the answer */

void channel_begin(struct channel *channel, const struct port *port)
{
	struct stat st;

	memset(channel, 0, sizeof(*channel));
	channel->port = port;
	channel->pending = CUPS_SC_CMD_NONE;
	channel->open = !fstat(CUPS_SC_FD, &st) && S_ISSOCK(st.st_mode);
}

static void answer(cups_sc_command_t command, cups_sc_status_t status, const char *data,
		   int len)
{
	cupsSideChannelWrite(command, status, data, len, ANSWER_SECONDS);
}

static void answer_byte(cups_sc_command_t command, char byte)
{
	answer(command, CUPS_SC_STATUS_OK, &byte, 1);
}

static void answer_identity(const struct port *port)
{
	char id[IDENTITY_LEN];

	if (identity_read(id, port->number))
		answer(CUPS_SC_CMD_GET_DEVICE_ID, CUPS_SC_STATUS_OK, id, strlen(id));
	else
		answer(CUPS_SC_CMD_GET_DEVICE_ID, CUPS_SC_STATUS_NOT_IMPLEMENTED, NULL,
		       0);
}

/* Only the owner may read the lines; for everybody else the printer is busy. */
static char printer_state(const struct channel *channel)
{
	char state = CUPS_SC_STATE_ONLINE;
	unsigned int bits;

	if (!channel->owner)
		return CUPS_SC_STATE_BUSY;
	if (printer_status(channel->port, &bits))
		return CUPS_SC_STATE_OFFLINE;
	if (bits & PRINTER_OFF_LINE)
		state = CUPS_SC_STATE_OFFLINE;
	if (bits & PRINTER_BUSY)
		state |= CUPS_SC_STATE_BUSY;
	if (bits & PRINTER_NO_PAPER)
		state |= CUPS_SC_STATE_MEDIA_EMPTY;
	if (bits & PRINTER_ERROR)
		state |= CUPS_SC_STATE_ERROR;
	return state;
}

static void serve(struct channel *channel, cups_sc_command_t command)
{
	switch (command) {
	case CUPS_SC_CMD_SOFT_RESET:
	case CUPS_SC_CMD_DRAIN_OUTPUT:
		channel->pending = command;
		channel->needs_port = true;
		break;
	case CUPS_SC_CMD_GET_BIDI:
		answer_byte(command, CUPS_SC_BIDI_NOT_SUPPORTED);
		break;
	case CUPS_SC_CMD_GET_DEVICE_ID:
		answer_identity(channel->port);
		break;
	case CUPS_SC_CMD_GET_STATE:
		answer_byte(command, printer_state(channel));
		break;
	case CUPS_SC_CMD_GET_CONNECTED:
		/* Filters may send nothing before the answer is yes. */
		channel->needs_port = true;
		answer_byte(command, channel->owner ? CUPS_SC_CONNECTED :
			    CUPS_SC_NOT_CONNECTED);
		break;
	default:
		answer(command, CUPS_SC_STATUS_NOT_IMPLEMENTED, NULL, 0);
	}
}

/* cupsSideChannelRead() cannot tell the end from a message that is not valid. */
static bool is_at_end(void)
{
	char byte;
	ssize_t len = recv(CUPS_SC_FD, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return !len || (len < 0 && errno != EAGAIN && errno != EINTR);
}

static void read_request(struct channel *channel)
{
	cups_sc_command_t command;
	cups_sc_status_t status;
	char data[256];		/* the argument of a request that is refused */
	int len = sizeof(data);

	if (is_at_end())
		channel->open = false;
	else if (!cupsSideChannelRead(&command, &status, data, &len, 0))
		serve(channel, command);
}

int channel_poll(struct channel *channel, int fd, short events, int ms)
{
	bool reads = channel->open && channel->pending == CUPS_SC_CMD_NONE;
	struct pollfd pollfds[] = {
		{ .fd = fd, .events = events },
		{ .fd = reads ? CUPS_SC_FD : -1, .events = POLLIN },
	};
	int ret;

	/* After a signal, interrupt_poll() does not wait any more. */
	if (interrupt_signal())
		ret = poll(pollfds, 2, ms);
	else
		ret = interrupt_poll(pollfds, 2, ms);
	if (ret <= 0)
		return 0;
	if (pollfds[1].revents)
		read_request(channel);
	return pollfds[0].revents;
}

void channel_answer(struct channel *channel, bool done)
{
	if (channel->pending == CUPS_SC_CMD_NONE)
		return;
	answer(channel->pending, done ? CUPS_SC_STATUS_OK : CUPS_SC_STATUS_IO_ERROR,
	       NULL, 0);
	channel->pending = CUPS_SC_CMD_NONE;
}

/* A filter asks again only after the answer, so there is one request at most. */
void channel_end(struct channel *channel)
{
	channel_poll(channel, -1, 0, 0);
	channel_answer(channel, false);
}
