// SPDX-License-Identifier: GPL-2.0
#include <cups/backend.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boot.h"
#include "clock.h"
#include "error.h"
#include "interrupt.h"
#include "message.h"
#include "state.h"
#include "text.h"
#include "turn.h"

#define ABSENT_MS	5000	/* between two looks for a port that is not there */
#define LINE_MS		1000	/* between two looks at who owns the port */
#define RULES_SECONDS	15	/* for udev's rule to set the permissions of a new port */
#define RULES_MS	200	/* between two looks at that */
#define CLASS_SECONDS	5	/* so that the job does not hurry round the class */

static void add_native_remedy(const struct port *port, const char *driver)
{
	char conf[PATH_MAX];

	if (strcmp(driver, "lp")) {
		print_remedy("wait, or end the program that has it open ('fuser -v /dev/%s')",
			     port->name);
		return;
	}
	print_remedy("if a queue with a device parallel:/dev/lp* prints, wait, and then move it: 'lpadmin -p QUEUE -v parbiter:%s'",
		     port->path);
	if (boot_loads(conf, sizeof(conf), driver))
		print_remedy("if nothing needs lp, take it out of %s", conf);
}

/* Tell who has the port. What is new begins the time anew for which a job may wait. */
static void report_line(const struct port *port)
{
	struct parbiter_status status;
	char owner[TEXT_LEN];

	if (port_status(port, &status) || status.state == PARBITER_STATE_FREE)
		return;
	text_owner(owner, sizeof(owner), &status);
	print_error("%s: printer is in use by %s; place %u of %u", port->name, owner,
		    status.position, status.waiters);
	if (status.state == PARBITER_STATE_NATIVE)
		add_native_remedy(port, status.owner);
	if (message_of_errors("INFO"))
		state_renew(STATE_CONNECTING);
	else
		state_set(STATE_CONNECTING);
}

/* Return 0 as the owner, or a negative errno; -EINTR: a signal came. */
static int wait_in_line(struct channel *channel, const struct port *port)
{
	struct parbiter_request request = {
		.size = sizeof(request),
		.flags = PARBITER_REQUEST_QUEUE,
		.device = PARBITER_DEVICE_NONE,
	};
	short events = 0;
	int ret;

	ret = port_request(port, PARBITER_REQUEST, &request);
	if (ret != -EINPROGRESS)
		return ret;
	while (!(events & (POLLOUT | POLLHUP))) {
		report_line(port);
		events = channel_poll(channel, port->fd, POLLOUT, LINE_MS);
		if (interrupt_signal())
			return -EINTR;
	}
	return events & POLLHUP ? -ENODEV : 0;
}

/*
 * The port is not there, or cannot be opened now. Return CUPS_BACKEND_OK to look again, or
 * the exit status.
 */
static int wait_absent(struct channel *channel, const struct port *port, int error)
{
	unsigned int reasons = STATE_CONNECTING;

	if (error != EBUSY)
		reasons |= STATE_OFFLINE;
	port_explain(port, error);
	if (message_of_errors("WARNING"))
		state_renew(reasons);
	else
		state_set(reasons);
	if (getenv("CLASS")) {
		sleep(CLASS_SECONDS);
		return CUPS_BACKEND_FAILED;
	}
	channel_poll(channel, -1, 0, ABSENT_MS);
	return CUPS_BACKEND_OK;
}

/* Report an error that waiting does not mend. */
static int give_up(const struct port *port, int error, int status)
{
	port_explain(port, error);
	if (status == CUPS_BACKEND_STOP)
		print_remedy("then start the queue again: 'cupsenable %s'",
			     message_queue());
	message_of_errors("ERROR");
	return status;
}

/* Return what an error of the port means, as wait_absent(). */
static int handle_error(struct channel *channel, const struct port *port, int error)
{
	switch (error) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
	case EBUSY:
		return wait_absent(channel, port, error);
	case EACCES:
	case EPERM:
	case ENOTTY:
		return give_up(port, error, CUPS_BACKEND_STOP);
	default:
		return give_up(port, error, CUPS_BACKEND_FAILED);
	}
}

/* Open the port. Return 0 or an errno. */
static int open_port(struct channel *channel, struct port *port)
{
	double limit = clock_seconds() + RULES_SECONDS;
	int error;

	while ((error = port_try_open(port)) == EACCES && !interrupt_signal() &&
	       clock_seconds() < limit)
		channel_poll(channel, -1, 0, RULES_MS);
	return error;
}

int turn_take(struct channel *channel, struct port *port)
{
	int error, status = CUPS_BACKEND_OK;

	while (status == CUPS_BACKEND_OK && !interrupt_signal()) {
		error = open_port(channel, port);
		if (!error)
			error = -wait_in_line(channel, port);
		if (!error) {
			channel->owner = true;
			state_set(0);
			return CUPS_BACKEND_OK;
		}
		if (!interrupt_signal())
			status = handle_error(channel, port, error);
		port_close(port);
	}
	return status;
}

void turn_end(struct channel *channel, struct port *port)
{
	channel->owner = false;
	port_close(port);
}
