// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter watch: show changes of owner and queue as they happen
 *
 * The module notifies a client of its own grants only, not of other clients'. So
 * this command reads the status of each port periodically; the counter of grants
 * tells how many grants there were in between.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "duration.h"
#include "error.h"
#include "interrupt.h"
#include "option.h"
#include "output.h"
#include "port.h"
#include "queue.h"
#include "report.h"
#include "screen.h"
#include "terminal.h"
#include "text.h"
#include "watched.h"

static const char watch_help[] =
"Usage: parbiter watch [OPTION...] [PORT]\n"
"Show changes of PORT, or of every port, until interrupted: the owner, the\n"
"waiters, and the number of grants. On a terminal, the current state and the\n"
"queue are shown below the changes. Otherwise, print a line of column names and\n"
"one line for each change; columns are separated by tabs. See parbiter(1).\n"
"\n"
"  -i, --interval=TIME  time between two readings, 10ms to 1h (default: 200ms)\n"
"  -j, --json           print a JSON object on a line for each change\n"
"  -u, --utc            print times in UTC\n"
"  -w, --wait           wait for PORT, or for the first port, if it is not there\n"
"  -h, --help           print this text\n"
"\n"
"Exit status: 64 wrong usage, 66 no such port, 69 module not loaded, 71 system\n"
"error, 74 standard output cannot be written, 75 a native driver has the port\n"
"exclusively, 77 no permission.\n";

#define SHOWN_WAITERS	8	/* waiters of a port that the terminal shows */

/**
 * struct watch - state of parbiter watch
 * @ports: the ports that are watched
 * @count: number of @ports
 * @all: watch every port, also ports that appear later
 * @opened: a port was opened
 * @patient: wait if there is no port
 * @report: how to print changes
 * @interval_ms: time between two readings, in milliseconds
 * @screen: the current state, on the terminal
 */
struct watch {
	struct watched *ports;
	unsigned int count;
	bool all;
	bool opened;
	bool patient;
	struct report report;
	int interval_ms;
	struct screen screen;
};

/* Erase the current state; it is shown again below what is printed next. */
static void erase_state(void *context)
{
	struct watch *watch = context;

	screen_erase(&watch->screen);
}

/* Read the status of a port, and print it if it has changed. */
static void update_port(struct watch *watch, struct watched *w)
{
	struct parbiter_status status;

	if (w->port.fd < 0)
		watched_open(w, erase_state, watch);
	if (w->port.fd < 0)
		return;
	watch->opened = true;
	if (port_status(&w->port, &status)) {
		erase_state(watch);
		report_gone(&watch->report, w);
		port_close(&w->port);
		w->known = false;
		return;
	}
	if (watched_differs(w, &status)) {
		erase_state(watch);
		report_change(&watch->report, w, &status);
	}
	w->status = status;
	w->known = true;
}

static void put_current(FILE *state, const struct watched *w)
{
	char text[TEXT_LEN];

	if (w->port.fd < 0) {
		fprintf(state, "%s: %s\n", w->port.name,
			w->error ? "cannot be opened" : "does not exist");
		return;
	}
	text_state_seconds(text, sizeof(text), &w->status);
	fprintf(state, "%s: %s; %llu grants\n", w->port.name, text,
		(unsigned long long)w->status.allocates);
}

static void put_queue(FILE *state, const struct watched *w)
{
	struct parbiter_waiter *waiters;
	char name[TEXT_LEN], duration[32];
	uint64_t read_ns;
	int i, count;

	count = queue_read(&w->port, &waiters, SHOWN_WAITERS, &read_ns);
	for (i = 0; i < count; i++) {
		queue_text(name, sizeof(name), &waiters[i]);
		text_seconds(duration, sizeof(duration), waiters[i].waiting_ns);
		fprintf(state, "  %u. %s, waiting for %s\n", waiters[i].position,
			name, duration);
	}
	if (count == SHOWN_WAITERS && w->status.waiters > SHOWN_WAITERS)
		fprintf(state, "  and %u more\n", w->status.waiters - SHOWN_WAITERS);
	free(waiters);
}

static void show_state(struct watch *watch)
{
	const struct watched *w;
	char *text = NULL;
	size_t size;
	FILE *state = open_memstream(&text, &size);

	if (!state)
		return;
	if (!watch->count)
		fputs("no port yet\n", state);
	for (w = watch->ports; w < watch->ports + watch->count; w++) {
		put_current(state, w);
		if (w->port.fd >= 0 && w->status.waiters)
			put_queue(state, w);
	}
	if (!fclose(state))
		screen_show(&watch->screen, text);
	free(text);
}

static struct watched *find_port(struct watch *watch, unsigned int number)
{
	unsigned int i;

	for (i = 0; i < watch->count; i++)
		if (watch->ports[i].port.number == number)
			return &watch->ports[i];
	return NULL;
}

static struct watched *add_port(struct watch *watch)
{
	struct watched *ports;

	ports = realloc(watch->ports, (watch->count + 1) * sizeof(*ports));
	if (!ports)
		return NULL;
	watch->ports = ports;
	memset(&ports[watch->count], 0, sizeof(*ports));
	return &ports[watch->count++];
}

static void add_new_ports(struct watch *watch)
{
	unsigned int *numbers;
	struct watched *w;
	int i, n;

	n = port_scan(&numbers);
	for (i = 0; i < n; i++) {
		if (find_port(watch, numbers[i]))
			continue;
		w = add_port(watch);
		if (w)
			port_init(&w->port, numbers[i]);
	}
	free(numbers);
}

/* Nobody reads standard output any more: end as by the next write. */
static int end_unread(void)
{
	struct sigaction action;

	if (sigaction(SIGPIPE, NULL, &action) || action.sa_handler != SIG_IGN)
		return interrupt_die(SIGPIPE);
	print_error("cannot write standard output: %s", strerror(EPIPE));
	return EXIT_OUTPUT;
}

/*
 * Sleep until the next reading, until a port goes, or until nobody reads the output
 * any more. Return 0, or an exit code in the last case.
 */
static int wait_interval(const struct watch *watch)
{
	struct pollfd pollfds[watch->count + 1];
	unsigned int i;

	for (i = 0; i < watch->count; i++) {
		pollfds[i].fd = watch->ports[i].port.fd;
		pollfds[i].events = 0;	/* POLLERR and POLLHUP only */
	}
	pollfds[i].fd = STDOUT_FILENO;
	pollfds[i].events = 0;
	if (poll(pollfds, watch->count + 1, watch->interval_ms) <= 0)
		return 0;
	return pollfds[i].revents & (POLLERR | POLLHUP) ? end_unread() : 0;
}

/*
 * Return 0 as long as there is something to watch. If no port could be opened at all,
 * and this has been explained, return the exit code.
 */
static int check_opened(const struct watch *watch)
{
	int ret = 0;
	unsigned int i;

	if (watch->opened || watch->patient)
		return 0;
	for (i = 0; i < watch->count; i++) {
		ret = watch->ports[i].exit_code;
		if (!ret)
			return 0;
	}
	return ret;
}

/* Read all ports once, and show them. */
static void read_ports(struct watch *watch)
{
	unsigned int i;

	if (watch->all)
		add_new_ports(watch);
	for (i = 0; i < watch->count; i++)
		update_port(watch, &watch->ports[i]);
	if (watch->report.form == REPORT_SCREEN)
		show_state(watch);
	output_flush();
}

/* Watch the ports until a signal ends the program or output fails. */
static int watch_ports(struct watch *watch)
{
	int ret = 0;

	report_begin(&watch->report);
	while (!ret && !ferror(stdout)) {
		read_ports(watch);
		ret = check_opened(watch);
		if (!ret && !ferror(stdout))
			ret = wait_interval(watch);
	}
	return ret;
}

/* Add the port that was named; it must be there. */
static int add_named_port(struct watch *watch, const char *name)
{
	struct watched *w;
	struct port port;
	int ret;

	ret = port_parse(&port, "watch", name);
	if (ret)
		return ret;
	if (access(port.path, F_OK) && !watch->patient)
		return port_explain(&port, errno);
	w = add_port(watch);
	if (!w) {
		print_error("%s: %s", port.name, strerror(errno));
		return EXIT_SYSTEM;
	}
	w->port = port;
	return 0;
}

static int add_first_ports(struct watch *watch, const char *name)
{
	if (terminal_width(stdout) && watch->report.form != REPORT_JSON) {
		watch->report.form = REPORT_SCREEN;
		screen_begin();
	}
	if (name)
		return add_named_port(watch, name);
	watch->all = true;
	add_new_ports(watch);
	return watch->count || watch->patient ? 0 : port_explain_no_ports();
}

static int parse_interval(struct watch *watch, const char *arg)
{
	double seconds;

	if (!duration_parse(&seconds, arg) || seconds < 0.01 || seconds > 3600)
		return usage_error("watch", "'%s' is not a time from 10ms to 1h", arg);
	watch->interval_ms = (int)(seconds * 1e3 + 0.5);
	return 0;
}

static int parse_option(struct watch *watch, int option)
{
	switch (option) {
	case 'i':
		return parse_interval(watch, optarg);
	case 'j':
		watch->report.form = REPORT_JSON;
		return 0;
	case 'u':
		watch->report.utc = true;
		return 0;
	case 'w':
		watch->patient = true;
		return 0;
	default:
		return usage_hint("watch");
	}
}

int watch_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "interval", required_argument, NULL, 'i' },
		{ "json", no_argument, NULL, 'j' },
		{ "utc", no_argument, NULL, 'u' },
		{ "wait", no_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct watch watch = { .interval_ms = 200 };
	int option, ret;

	while ((option = option_next(argc, argv, ":i:juwh", options)) != -1) {
		if (option == 'h') {
			fputs(watch_help, stdout);
			return 0;
		}
		ret = parse_option(&watch, option);
		if (ret)
			return ret;
	}
	if (argc - optind > 1)
		return usage_error("watch", "give at most one port");
	ret = add_first_ports(&watch, argv[optind]);
	return ret ? ret : watch_ports(&watch);
}
