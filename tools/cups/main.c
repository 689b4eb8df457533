// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter: a backend of CUPS, which prints on a port that is shared
 *
 * cupsd calls it without arguments to find printers, and with the arguments of a job
 * and the device "parbiter:/dev/parbiterN" to print. The manual page is parbiter-cups(7).
 */
#include <cups/backend.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "discover.h"
#include "input.h"
#include "interrupt.h"
#include "message.h"
#include "port.h"
#include "send.h"
#include "state.h"
#include "turn.h"

enum { ARG_JOB = 1, ARG_USER, ARG_TITLE, ARG_COPIES, ARG_OPTIONS, ARG_FILE };

/* Find the port in the URI of the device. Return false if it names none. */
static bool find_port(struct port *port, const char *uri)
{
	static const char prefix[] = "parbiter:/dev/parbiter";
	const char *digits;

	if (!uri || strncmp(uri, prefix, strlen(prefix)))
		return false;
	digits = uri + strlen(prefix);
	if (!*digits || strlen(digits) > 6 ||
	    strspn(digits, "0123456789") != strlen(digits))
		return false;
	port_init(port, atoi(digits));
	return true;
}

/* The port is gone, or does not do what it should, after something was printed. */
static void explain_loss(const struct port *port, int error)
{
	port_explain(port, -error);
	message_of_errors("ERROR");
}

/* Print the job. What has not begun may wait for the port once more. */
static int print(struct sending *sending)
{
	int error, status;
	bool again;

	do {
		status = turn_take(sending->channel, sending->port);
		if (status != CUPS_BACKEND_OK || interrupt_signal())
			return status;
		error = send_job(sending);
		again = error == -ENODEV && !sending->sent;
		if (error && error != -EBADF && !again)
			explain_loss(sending->port, error);
		turn_end(sending->channel, sending->port);
	} while (again);
	return error ? CUPS_BACKEND_FAILED : CUPS_BACKEND_OK;
}

/* Read the job, and print it. */
static int read_job(struct sending *sending, const char *file, int copies)
{
	int error;

	error = input_open(sending->input, file, copies);
	if (!error)
		error = -input_spool(sending->input, sending->channel);
	if (error) {
		message("ERROR", "cannot read what is to be printed: %s", strerror(error));
		return CUPS_BACKEND_FAILED;
	}
	if (interrupt_signal() || input_is_empty(sending->input))
		return CUPS_BACKEND_OK;
	return print(sending);
}

static void explain_device(void)
{
	const char *queue = message_queue();

	message("ERROR", "the device of the queue is not parbiter:/dev/parbiterN; remedy: 'lpadmin -p %s -v parbiter:/dev/parbiter0 && cupsenable %s'",
		queue, queue);
}

static int print_job(char **argv, const char *file)
{
	static struct input input;
	struct channel channel;
	struct port port;
	struct sending sending = {
		.port = &port, .channel = &channel, .input = &input,
	};
	int status;

	if (!find_port(&port, cupsBackendDeviceURI(argv))) {
		explain_device();
		return CUPS_BACKEND_STOP;
	}
	channel_begin(&channel, &port);
	status = read_job(&sending, file, atoi(argv[ARG_COPIES]));
	channel_end(&channel);
	return status;
}

int main(int argc, char **argv)
{
	int status;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* there is no room for a copy of the job */
	if (argc == 1) {
		discover();
		return CUPS_BACKEND_OK;
	}
	if (argc != ARG_OPTIONS + 1 && argc != ARG_FILE + 1) {
		message("ERROR", "usage: parbiter JOB USER TITLE COPIES OPTIONS [FILE]");
		return CUPS_BACKEND_FAILED;
	}
	interrupt_catch_signals();
	state_begin();
	status = print_job(argv, argc > ARG_FILE ? argv[ARG_FILE] : NULL);
	/* cupsd, which has cancelled the job, is the parent. Nobody else may end a job unseen. */
	if (interrupt_signal() && interrupt_sender() != getppid()) {
		message("ERROR", "the job was ended by a signal of process %d, which is not cupsd; remedy: print the job again",
			(int)interrupt_sender());
		status = CUPS_BACKEND_FAILED;
	}
	state_set(0);
	return status;
}
