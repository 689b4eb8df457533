// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter print: send one file to the printer
 *
 * Each client begins in compatibility mode, which every printer knows. The command
 * stays in it, so it negotiates no mode.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "allocate.h"
#include "clock.h"
#include "error.h"
#include "interrupt.h"
#include "job.h"
#include "printer.h"
#include "terminal.h"
#include "text.h"

#define WRITE_SECONDS_MIN 0.02	/* some timer ticks of the kernel */
#define SHOW_SECONDS	0.2	/* between two updates of the terminal */

/**
 * struct sending - state of a file that is being sent
 * @job: the file
 * @port: the port, which is ours
 * @last_taken: when the printer last took data, as clock_seconds()
 * @last_shown: when the progress was last shown, as clock_seconds()
 * @terminal: show the progress on the terminal, while in its foreground
 * @reported: the trouble that was reported last, if the terminal shows no progress
 * @needs_attention: @reported is more than a busy printer. Once the printer has
 *	taken data, the same trouble is reported again
 */
struct sending {
	struct job *job;
	const struct port *port;
	double last_taken;
	double last_shown;
	bool terminal;
	char reported[TEXT_LEN];
	bool needs_attention;
};

/* Format how much was sent: "123 of 4567 bytes" or "123 bytes". */
static void format_sent(char *s, size_t size, const struct job *job)
{
	if (job->total)
		snprintf(s, size, "%llu of %llu bytes",
			 (unsigned long long)job->sent,
			 (unsigned long long)job->total);
	else
		snprintf(s, size, "%llu bytes", (unsigned long long)job->sent);
}

static bool may_show(const struct sending *sending)
{
	return sending->terminal && terminal_is_ours(stderr);
}

static void show_progress(struct sending *sending, const char *trouble)
{
	const struct job *job = sending->job;
	char text[PATH_MAX], done[64], rate[32];
	double now = clock_seconds();

	if (!may_show(sending) ||
	    (!trouble && now - sending->last_shown < SHOW_SECONDS))
		return;
	format_sent(done, sizeof(done), job);
	text_rate(rate, sizeof(rate), job->sent, now - job->begun);
	snprintf(text, sizeof(text), "parbiter: %s: %s, %s%s%s: %s",
		 sending->port->name, done, rate,
		 trouble ? "; the printer takes no data: " : "", trouble ? trouble : "",
		 job->name);
	terminal_line(stderr, text);
	sending->last_shown = now;
}

/* Erase the progress, so that an error begins a line. */
static void clear_progress(const struct sending *sending)
{
	if (may_show(sending))
		terminal_line(stderr, "");
}

/* Show trouble with the progress; without a terminal, report it once. */
static void show_trouble(struct sending *sending, const char *trouble)
{
	show_progress(sending, trouble);
	if (!may_show(sending) && strcmp(trouble, sending->reported))
		print_error("%s: %s: the printer takes no data: %s; still trying",
			    sending->port->name, sending->job->name, trouble);
	snprintf(sending->reported, sizeof(sending->reported), "%s", trouble);
}

static void show_success(struct sending *sending)
{
	if (sending->needs_attention)
		sending->reported[0] = '\0';
	show_progress(sending, NULL);
}

static int report_stall(struct sending *sending, const char *trouble)
{
	clear_progress(sending);
	print_error("%s: %s: the printer took no data for %g s: %s",
		    sending->port->name, sending->job->name,
		    sending->job->stall_limit, trouble);
	print_remedy("check the printer and its cable, then print the file again");
	return EXIT_PRINTER;
}

/* write() did not send everything. Return 0 to try again, or an exit code. */
static int handle_short_write(struct sending *sending, bool took_data)
{
	double stall = clock_seconds() - sending->last_taken;
	char trouble[TEXT_LEN];

	if (took_data)
		return 0;
	sending->needs_attention = printer_status_text(trouble, sizeof(trouble),
						       sending->port);
	if (sending->job->stall_limit != NO_LIMIT &&
	    stall >= sending->job->stall_limit)
		return report_stall(sending, trouble);
	if (sending->needs_attention || stall >= PRINTER_BUSY_SECONDS)
		show_trouble(sending, trouble);
	interrupt_poll(NULL, 0, PRINTER_PAUSE_MS);
	return 0;
}

static int send_block(struct sending *sending, const char *data, size_t len)
{
	ssize_t took;
	int ret;

	while (len) {
		if (interrupt_signal())
			return EXIT_SIGNAL + interrupt_signal();
		took = printer_write(sending->port, data, len);
		if (took < 0) {
			clear_progress(sending);
			return port_explain(sending->port, -took);
		}
		if (took > 0) {
			sending->last_taken = clock_seconds();
			sending->job->sent += took;
			data += took;
			len -= took;
			show_success(sending);
		}
		ret = len ? handle_short_write(sending, took > 0) : 0;
		if (ret)
			return ret;
	}
	return 0;
}

static int explain_input(const struct job *job, int error)
{
	print_error("%s: %s", job->name, strerror(error));
	return EXIT_INPUT;
}

/* Send the whole file, whose first @len bytes have been read into @data. */
static int send_all(struct sending *sending, char *data, ssize_t len)
{
	int ret = 0, error = 0;

	while (len > 0) {
		ret = send_block(sending, data, len);
		if (ret)
			break;
		len = read(sending->job->fd, data, PRINTER_BLOCK);
		error = errno;
	}
	clear_progress(sending);
	return len < 0 ? explain_input(sending->job, error) : ret;
}

static int begin_sending(struct sending *sending)
{
	double limit = PRINTER_WRITE_SECONDS;
	int ret;

	if (sending->job->stall_limit != NO_LIMIT &&
	    sending->job->stall_limit < limit)
		limit = sending->job->stall_limit;
	if (limit < WRITE_SECONDS_MIN)
		limit = WRITE_SECONDS_MIN;
	ret = printer_begin(sending->port, limit);
	return ret ? port_explain(sending->port, -ret) : 0;
}

static void report_sent(const struct job *job, const struct port *port,
			int ret)
{
	char done[64];

	format_sent(done, sizeof(done), job);
	print_error("%s: %s: %s%s sent", port->name, job->name,
		    ret > EXIT_SIGNAL ? "interrupted: " : "", done);
}

int job_print(struct job *job, const struct port *port,
	      const struct wait_options *options)
{
	struct sending sending = {
		.job = job,
		.port = port,
		.terminal = wait_voice(options) != WAIT_QUIET && terminal_width(stderr),
	};
	char data[PRINTER_BLOCK];
	ssize_t len;
	int ret;

	len = read(job->fd, data, sizeof(data));
	if (len < 0)
		return explain_input(job, errno);
	if (!len)
		return 0;
	ret = allocate_port(options, port);
	if (!ret) {
		job->begun = clock_seconds();
		sending.last_taken = job->begun;
		ret = begin_sending(&sending);
		if (!ret)
			ret = send_all(&sending, data, len);
		job->seconds = clock_seconds() - job->begun;
		printer_end(port);
		free_port(port);
	}
	if (ret && !wait_is_silent(options, ret))
		report_sent(job, port, ret);
	return ret;
}
