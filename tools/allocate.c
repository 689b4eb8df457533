// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "allocate.h"
#include "clock.h"
#include "device.h"
#include "error.h"
#include "interrupt.h"
#include "terminal.h"
#include "text.h"

#define SHOW_MS		200	/* time between two updates of the progress */

/*
 * Format "parport0: waiting for avrdude (pid 12); place 2 of 3". Return false if this
 * process does not wait any more: it has just been granted, or the port is gone.
 */
static bool format_wait(char *s, size_t size, const struct port *port)
{
	struct parbiter_status status;
	char owner[TEXT_LEN];

	if (port_status(port, &status) || !status.position)
		return false;
	text_owner(owner, sizeof(owner), &status);
	snprintf(s, size, "%s: waiting for %s; place %u of %u",
		 port->name, owner, status.position, status.waiters);
	return true;
}

/* May the line of the cursor be overwritten with the progress? */
static bool may_overwrite(const struct wait_options *options)
{
	return wait_voice(options) == WAIT_NORMAL && terminal_width(stderr) &&
	       terminal_is_ours(stderr);
}

void clear_wait(const struct wait_options *options)
{
	if (may_overwrite(options))
		terminal_line(stderr, "");
}

/* Say what the program waits for, if it differs from @said. */
static void say_wait(const struct wait_options *options, const struct port *port,
		     char *said, size_t size)
{
	char text[2 * TEXT_LEN], line[3 * TEXT_LEN];

	if (wait_voice(options) != WAIT_VERBOSE && !may_overwrite(options))
		return;
	if (!format_wait(text, sizeof(text), port) || !strcmp(text, said))
		return;
	snprintf(said, size, "%s", text);
	if (wait_voice(options) == WAIT_VERBOSE) {
		print_error("%s", text);
		return;
	}
	snprintf(line, sizeof(line), "parbiter: %s", text);
	terminal_line(stderr, line);
}

/* Return for how many milliseconds poll() may sleep; -1: no limit. */
static int poll_timeout_ms(double deadline, bool show)
{
	double left = deadline - clock_seconds();

	if (deadline == NO_LIMIT)
		return show ? SHOW_MS : -1;
	if (left <= 0)
		return 0;
	if (show && left > SHOW_MS / 1e3)
		return SHOW_MS;
	return (int)(left * 1e3) + 1;
}

/* Does the progress have to be looked at, again and again? */
static bool says_progress(const struct wait_options *options)
{
	return wait_voice(options) == WAIT_VERBOSE ||
	       (wait_voice(options) == WAIT_NORMAL && terminal_width(stderr));
}

/* Wait until the queued request is granted. Return 0 or a negative errno. */
static int wait_granted(const struct wait_options *options, const struct port *port,
			double deadline)
{
	struct pollfd pollfd = { .fd = port->fd, .events = POLLOUT };
	bool says = says_progress(options);
	char said[2 * TEXT_LEN] = "";
	int ret, ms;

	for (;;) {
		say_wait(options, port, said, sizeof(said));
		ms = poll_timeout_ms(deadline, says);
		ret = interrupt_poll(&pollfd, 1, ms);
		if (ret < 0 && (errno != EINTR || interrupt_signal()))
			ret = -errno;
		else if (ret > 0)
			ret = pollfd.revents & POLLOUT ? 0 : -ENODEV;
		else if (!ms && !ret)
			ret = -ETIMEDOUT;
		else
			continue;
		break;
	}
	if (said[0])
		clear_wait(options);
	return ret;
}

static int request_device(const struct port *port, int device,
			  unsigned int flags)
{
	struct parbiter_request request = {
		.size = sizeof(request),
		.flags = flags,
		.device = device,
	};

	return port_request(port, PARBITER_REQUEST, &request);
}

/* Select the device for the owner; free the port if that fails. */
static int select_device(const struct port *port, int device)
{
	struct parbiter_select select = {
		.size = sizeof(select),
		.flags = PARBITER_SELECT_KEEP,
		.device = device,
	};
	int ret = port_request(port, PARBITER_SELECT, &select);

	if (ret)
		port_request(port, PARBITER_FREE, NULL);
	return ret;
}

static int allocate_waiting(const struct wait_options *options,
			    const struct port *port)
{
	double deadline = NO_LIMIT;
	int device = options->device;
	int ret;

	if (options->limit != NO_LIMIT)
		deadline = clock_seconds() + options->limit;
	ret = request_device(port, device, PARBITER_REQUEST_QUEUE);
	if (ret != -EINPROGRESS)
		return ret;
	ret = wait_granted(options, port, deadline);
	/* ENOENT: the request has been granted since the last poll(). */
	if (ret == -ETIMEDOUT &&
	    port_request(port, PARBITER_CANCEL, NULL) == -ENOENT)
		ret = 0;
	/* The command need not use the port through the descriptor. */
	if (!ret && device != PARBITER_DEVICE_NONE)
		ret = select_device(port, device);
	return ret;
}

static int explain_device(const struct port *port, int device, int error)
{
	char number[16];

	device_number(number, sizeof(number), device);
	if (error == EOPNOTSUPP) {
		print_error("%s: device %s cannot be selected on this kind of port",
			    port->name, number);
		print_remedy("connect the device to a port whose registers the processor accesses, not to an adapter on USB");
	} else {
		print_error("%s: device %s does not answer", port->name, number);
		print_remedy("switch it on and connect the port again; 'parbiter list' shows the devices that answered when the port appeared");
	}
	return EXIT_NO_DEVICE;
}

/* Does the descriptor that an enclosing 'parbiter run' has passed own the port? */
static bool is_owned_by_descriptor(const struct port *port)
{
	const char *number = getenv("PARBITER_FD");
	struct port enclosing = *port;
	struct stat ours, theirs;

	if (!number || !number[0])
		return false;
	enclosing.fd = atoi(number);
	return !fstat(port->fd, &ours) && !fstat(enclosing.fd, &theirs) &&
	       S_ISCHR(theirs.st_mode) && theirs.st_rdev == ours.st_rdev &&
	       port_is_owner(&enclosing);
}

/*
 * Would this process wait for a process that waits for this one? The descriptor tells
 * so even if the owner's number does not, for example because 'parbiter run' executed
 * a script that has executed this program. The number tells so if the descriptor is
 * closed, or is that of another port.
 */
static bool would_wait_for_itself(const struct port *port)
{
	struct parbiter_status status;

	return is_owned_by_descriptor(port) ||
	       (!port_status(port, &status) && port_is_ours(&status));
}

/* Somebody else has the port: explain it, unless the user wants no words. */
static int explain_busy(const struct wait_options *options, const struct port *port,
			const char *what)
{
	if (wait_is_silent(options, EXIT_BUSY))
		return EXIT_BUSY;
	return port_explain_busy(port, what);
}

static int explain_timeout(const struct wait_options *options,
			   const struct port *port)
{
	char what[64];
	int ret;

	snprintf(what, sizeof(what), "gave up after %g s", options->limit);
	ret = explain_busy(options, port, what);
	return ret == EXIT_BUSY ? EXIT_TIME_OVER : ret;
}

static int explain_failure(const struct wait_options *options,
			   const struct port *port, int error)
{
	switch (error) {
	case EINTR:	/* closing the descriptor withdraws the request */
		return EXIT_SIGNAL + interrupt_signal();
	case EBUSY:
		return explain_busy(options, port, "busy");
	case ETIMEDOUT:
		return explain_timeout(options, port);
	case ENXIO:
	case EOPNOTSUPP:
		return explain_device(port, options->device, error);
	default:
		return port_explain(port, error);
	}
}

int open_port(const struct wait_options *options, struct port *port)
{
	int error = port_try_open(port);

	if (error == EBUSY && wait_is_silent(options, EXIT_BUSY))
		return EXIT_BUSY;
	return error ? port_explain(port, error) : 0;
}

int allocate_port(const struct wait_options *options, const struct port *port)
{
	double begun = clock_seconds();
	int ret;

	if (would_wait_for_itself(port))
		return explain_busy(options, port,
				    "this command would wait for itself");
	if (options->now || !options->limit)
		ret = request_device(port, options->device,
				     PARBITER_REQUEST_TRY);
	else
		ret = allocate_waiting(options, port);
	if (ret)
		return explain_failure(options, port, -ret);
	if (wait_voice(options) == WAIT_VERBOSE)
		print_error("%s: owned after %.1f s", port->name,
			    clock_seconds() - begun);
	return 0;
}

void free_port(const struct port *port)
{
	/* A process that shares the descriptor may have freed the port. */
	if (port_is_owner(port))
		port_request(port, PARBITER_FREE, NULL);
}
