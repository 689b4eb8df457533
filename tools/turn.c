// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clock.h"
#include "error.h"
#include "interrupt.h"
#include "terminal.h"
#include "text.h"
#include "turn.h"

#define LONGEST		1e6	/* seconds that poll() can count */
#define LOOK_MS		200	/* between looks at the place in the queue */

int turn_parse_limit(struct turn *turn, const char *command, const char *arg)
{
	char *end;

	turn->limit = strtod(arg, &end);
	if (end == arg || *end || !(turn->limit >= 0))
		return usage_error(command, "'%s' is no number of seconds", arg);
	if (turn->limit > LONGEST)
		turn->limit = TURN_FOREVER;
	return 0;
}

/* "parport0: waiting for avrdude (pid 12); place 2 of 3" */
static void wait_text(char *s, size_t size, const struct port *port)
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

/* Tells a terminal what it waits for, if that is not what it said before. */
static void show_wait(const struct port *port, char *said, size_t size)
{
	char text[2 * TEXT_LEN];

	wait_text(text, sizeof(text), port);
	if (!strcmp(text, said))
		return;
	snprintf(said, size, "%s", text);
	terminal_line(stderr, text);
}

/* How long poll() may sleep: to the deadline, or to the next look */
static int wait_ms(double deadline, bool look)
{
	double left = deadline - clock_seconds();

	if (deadline == TURN_FOREVER)
		return look ? LOOK_MS : -1;
	if (left <= 0)
		return 0;
	if (look && left > LOOK_MS / 1e3)
		return LOOK_MS;
	return (int)(left * 1e3) + 1;
}

/* Queued: 0 once the port is ours, a negative error number otherwise */
static int wait_granted(const struct port *port, double deadline)
{
	struct pollfd pollfd = { .fd = port->fd, .events = POLLOUT };
	bool look = terminal_width(stderr);
	char said[2 * TEXT_LEN] = "";
	int ret, ms;

	for (;;) {
		if (look)
			show_wait(port, said, sizeof(said));
		ms = wait_ms(deadline, look);
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
	if (look)
		terminal_line(stderr, "");
	return ret;
}

static int take_waiting(const struct turn *turn, const struct port *port)
{
	double deadline = TURN_FOREVER;
	int ret;

	if (turn->limit != TURN_FOREVER)
		deadline = clock_seconds() + turn->limit;
	ret = port_request(port, PARBITER_ALLOCATE, NULL);
	if (ret == -EINPROGRESS)
		ret = wait_granted(port, deadline);
	/* A grant may just have come: then there is nothing to withdraw. */
	if (ret == -ETIMEDOUT &&
	    port_request(port, PARBITER_CANCEL, NULL) == -ENOENT)
		ret = 0;
	return ret;
}

/* Does the 'parbiter run' that this is part of own the port? */
static bool is_held_around(const struct port *port)
{
	const char *number = getenv("PARBITER_FD");
	struct stat ours, theirs;
	struct port around = *port;

	if (!number || !number[0])
		return false;
	around.fd = atoi(number);
	return !fstat(port->fd, &ours) && !fstat(around.fd, &theirs) &&
	       S_ISCHR(theirs.st_mode) && theirs.st_rdev == ours.st_rdev &&
	       port_is_owner(&around);
}

int turn_take(const struct turn *turn, const struct port *port)
{
	char what[64];
	int ret;

	if (is_held_around(port)) {
		complain("%s: held by the 'parbiter run' around this: it would wait for itself",
			 port->name);
		advise("leave out one of the two, or free the port before");
		return EXIT_BUSY;
	}
	if (turn->now)
		ret = port_request(port, PARBITER_TRY_ALLOCATE, NULL);
	else
		ret = take_waiting(turn, port);
	if (!ret)
		return 0;
	if (ret == -EINTR)	/* the request goes with the descriptor */
		return EXIT_SIGNAL + interrupt_signal();
	if (ret == -EBUSY)
		return port_explain_busy(port, "busy");
	if (ret != -ETIMEDOUT)
		return port_explain(port, -ret);
	snprintf(what, sizeof(what), "gave up after %g s", turn->limit);
	return port_explain_busy(port, what);
}

void turn_end(const struct port *port)
{
	/* What shares the descriptor may have freed it: that is no error. */
	if (port_is_owner(port))
		port_request(port, PARBITER_FREE, NULL);
}
