// SPDX-License-Identifier: GPL-2.0
/*
 * One turn of parbiter print
 *
 * A client begins in compatibility mode, and this one never leaves it: there is
 * nothing to be negotiated.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"
#include "interrupt.h"
#include "job.h"
#include "printer.h"
#include "terminal.h"
#include "text.h"

#define BLOCK		256	/* bytes a slow printer takes within seconds */
#define WRITE_SECONDS	0.5	/* that a write may wait for the printer */
#define WRITE_LEAST	0.02	/* some ticks of the kernel */
#define QUIET_SECONDS	5	/* that a printer may be busy: it is printing */
#define PAUSE_MS	100	/* between attempts that fail at once */
#define SHOW_SECONDS	0.2	/* between two lines of progress */

/**
 * struct sending - a job that is being sent
 * @job: the job
 * @port: the port, which is ours
 * @took: when the printer took something last
 * @shown: when progress was shown last
 * @terminal: progress is shown
 * @said: the trouble that a log was told of
 * @serious: it is worth telling again when it comes again
 */
struct sending {
	struct job *job;
	const struct port *port;
	double took;
	double shown;
	bool terminal;
	char said[TEXT_LEN];
	bool serious;
};

/* "123 of 4567 bytes"; "123 bytes" */
static void amount(char *s, size_t size, const struct job *job)
{
	if (job->total)
		snprintf(s, size, "%llu of %llu bytes",
			 (unsigned long long)job->sent,
			 (unsigned long long)job->total);
	else
		snprintf(s, size, "%llu bytes", (unsigned long long)job->sent);
}

static void show_progress(struct sending *sending, const char *trouble)
{
	const struct job *job = sending->job;
	char text[PATH_MAX], done[64], rate[32];
	double now = clock_seconds();

	if (!sending->terminal ||
	    (!trouble && now - sending->shown < SHOW_SECONDS))
		return;
	amount(done, sizeof(done), job);
	text_rate(rate, sizeof(rate), job->sent, now - job->begun);
	snprintf(text, sizeof(text), "parbiter: %s: %s, %s%s%s: %s",
		 sending->port->name, done, rate,
		 trouble ? "; the printer takes nothing: " : "", trouble ? trouble : "",
		 job->name);
	terminal_line(stderr, text);
	sending->shown = now;
}

/* Complaints are lines of their own. */
static void clear_progress(const struct sending *sending)
{
	if (sending->terminal)
		terminal_line(stderr, "");
}

/* A terminal is told in the line of progress, a log once. */
static void show_trouble(struct sending *sending, const char *says)
{
	show_progress(sending, says);
	if (!sending->terminal && strcmp(says, sending->said))
		complain("%s: %s: the printer takes nothing: %s; trying on",
			 sending->port->name, sending->job->name, says);
	snprintf(sending->said, sizeof(sending->said), "%s", says);
}

static void show_success(struct sending *sending)
{
	if (sending->serious)
		sending->said[0] = '\0';
	show_progress(sending, NULL);
}

static int give_up(struct sending *sending, const char *says)
{
	clear_progress(sending);
	complain("%s: %s: the printer took nothing for %g s: %s",
		 sending->port->name, sending->job->name,
		 sending->job->patience, says);
	advise("see to the printer and its cable, then print it again");
	return EXIT_PRINTER;
}

/* The printer did not take all: 0 to go on, or an exit code */
static int stalled(struct sending *sending, bool took_some)
{
	double quiet = clock_seconds() - sending->took;
	char says[TEXT_LEN];

	if (took_some)
		return 0;
	sending->serious = printer_says(says, sizeof(says), sending->port);
	if (sending->job->patience != TURN_FOREVER &&
	    quiet >= sending->job->patience)
		return give_up(sending, says);
	if (sending->serious || quiet >= QUIET_SECONDS)
		show_trouble(sending, says);
	interrupt_poll(NULL, 0, PAUSE_MS);
	return 0;
}

static int send_block(struct sending *sending, const char *data, size_t len)
{
	ssize_t took;
	int ret;

	while (len) {
		if (interrupt_signal())
			return EXIT_SIGNAL + interrupt_signal();
		took = write(sending->port->fd, data, len);
		if (took < 0 && errno != EINTR && errno != EAGAIN) {
			ret = errno;
			clear_progress(sending);
			return port_explain(sending->port, ret);
		}
		if (took > 0) {
			sending->took = clock_seconds();
			sending->job->sent += took;
			data += took;
			len -= took;
			show_success(sending);
		}
		ret = len ? stalled(sending, took > 0) : 0;
		if (ret)
			return ret;
	}
	return 0;
}

static int explain_input(const struct job *job, int error)
{
	complain("%s: %s", job->name, strerror(error));
	return EXIT_INPUT;
}

/* The first block has been read: it is @len bytes of @data. */
static int send_all(struct sending *sending, char *data, ssize_t len)
{
	int ret = 0, error = 0;

	while (len > 0) {
		ret = send_block(sending, data, len);
		if (ret)
			break;
		len = read(sending->job->fd, data, BLOCK);
		error = errno;
	}
	clear_progress(sending);
	return len < 0 ? explain_input(sending->job, error) : ret;
}

/* Requests wait in poll(), but writes in the call. */
static int set_blocking(const struct port *port, bool blocking)
{
	int flags = fcntl(port->fd, F_GETFL);

	flags = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
	return fcntl(port->fd, F_SETFL, flags) < 0 ? -errno : 0;
}

static int begin_sending(struct sending *sending)
{
	double patience = WRITE_SECONDS;
	int ret;

	if (sending->job->patience != TURN_FOREVER &&
	    sending->job->patience < patience)
		patience = sending->job->patience;
	if (patience < WRITE_LEAST)
		patience = WRITE_LEAST;
	ret = printer_set_patience(sending->port, patience);
	if (!ret)
		ret = set_blocking(sending->port, true);
	return ret ? port_explain(sending->port, -ret) : 0;
}

static void explain_rest(const struct job *job, const struct port *port,
			 int ret)
{
	char done[64];

	amount(done, sizeof(done), job);
	complain("%s: %s: %s%s sent", port->name, job->name,
		 ret > EXIT_SIGNAL ? "interrupted: " : "", done);
}

int job_print(struct job *job, const struct port *port, const struct turn *turn)
{
	struct sending sending = {
		.job = job,
		.port = port,
		.terminal = terminal_width(stderr),
	};
	char data[BLOCK];
	ssize_t len;
	int ret;

	len = read(job->fd, data, sizeof(data));
	if (len < 0)
		return explain_input(job, errno);
	if (!len)
		return 0;
	ret = turn_take(turn, port);
	if (!ret) {
		job->begun = clock_seconds();
		sending.took = job->begun;
		ret = begin_sending(&sending);
		if (!ret)
			ret = send_all(&sending, data, len);
		job->seconds = clock_seconds() - job->begun;
		set_blocking(port, false);
		turn_end(port);
	}
	if (ret)
		explain_rest(job, port, ret);
	return ret;
}
