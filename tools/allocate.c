// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "allocate.h"
#include "clock.h"
#include "error.h"
#include "interrupt.h"
#include "terminal.h"
#include "text.h"

#define LONGEST_WAIT	1e6	/* seconds whose milliseconds poll() can count */
#define SHOW_MS		200	/* time between two updates of the terminal */

int parse_wait_limit(struct wait_options *options, const char *command,
		     const char *arg)
{
	if (!parse_seconds(&options->limit, arg) || options->limit < 0)
		return usage_error(command, "'%s' is not a number of seconds",
				   arg);
	if (options->limit > LONGEST_WAIT)
		options->limit = NO_LIMIT;
	return 0;
}

/* "parport0: waiting for avrdude (pid 12); place 2 of 3" */
static void format_wait(char *s, size_t size, const struct port *port)
{
	struct parbiter_status status;
	char owner[TEXT_LEN];

	if (port_status(port, &status)) {
		snprintf(s, size, "parbiter: %s: waiting", port->name);
		return;
	}
	text_owner(owner, sizeof(owner), &status);
	snprintf(s, size, "parbiter: %s: waiting for %s; place %u of %u",
		 port->name, owner, status.position, status.waiters);
}

/* Show on the terminal what the program waits for, if it differs from @shown. */
static void show_wait(const struct port *port, char *shown, size_t size)
{
	char text[2 * TEXT_LEN];

	format_wait(text, sizeof(text), port);
	if (!strcmp(text, shown))
		return;
	snprintf(shown, size, "%s", text);
	terminal_line(stderr, text);
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

/* Wait until the queued request is granted. Return 0 or a negative errno. */
static int wait_granted(const struct port *port, double deadline)
{
	struct pollfd pollfd = { .fd = port->fd, .events = POLLOUT };
	bool show = terminal_width(stderr);
	char shown[2 * TEXT_LEN] = "";
	int ret, ms;

	for (;;) {
		if (show)
			show_wait(port, shown, sizeof(shown));
		ms = poll_timeout_ms(deadline, show);
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
	if (show)
		terminal_line(stderr, "");
	return ret;
}

static int allocate_waiting(const struct port *port, double limit)
{
	double deadline = NO_LIMIT;
	int ret;

	if (limit != NO_LIMIT)
		deadline = clock_seconds() + limit;
	ret = port_request(port, PARBITER_ALLOCATE, NULL);
	if (ret == -EINPROGRESS)
		ret = wait_granted(port, deadline);
	/* ENOENT: the request has been granted since the last poll(). */
	if (ret == -ETIMEDOUT &&
	    port_request(port, PARBITER_CANCEL, NULL) == -ENOENT)
		ret = 0;
	return ret;
}

/* Does an enclosing 'parbiter run' own the port? */
static bool is_owned_by_enclosing_run(const struct port *port)
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

int allocate_port(const struct wait_options *options, const struct port *port)
{
	char what[64];
	int ret;

	if (is_owned_by_enclosing_run(port)) {
		print_error("%s: owned by the enclosing 'parbiter run': this command would wait for itself",
			    port->name);
		print_remedy("leave out one of the two commands, or free the port before the inner one");
		return EXIT_BUSY;
	}
	if (options->now)
		ret = port_request(port, PARBITER_TRY_ALLOCATE, NULL);
	else
		ret = allocate_waiting(port, options->limit);
	if (!ret)
		return 0;
	if (ret == -EINTR)	/* closing the descriptor withdraws the request */
		return EXIT_SIGNAL + interrupt_signal();
	if (ret == -EBUSY)
		return port_explain_busy(port, "busy");
	if (ret != -ETIMEDOUT)
		return port_explain(port, -ret);
	snprintf(what, sizeof(what), "gave up after %g s", options->limit);
	return port_explain_busy(port, what);
}

void free_port(const struct port *port)
{
	/* A process that shares the descriptor may have freed the port. */
	if (port_is_owner(port))
		port_request(port, PARBITER_FREE, NULL);
}
