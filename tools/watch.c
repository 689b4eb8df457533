// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter watch: show changes of owner and queue as they happen
 *
 * The module notifies a client of its own grants only, not of other clients'. So
 * this command reads the status of each port periodically; the counter of grants
 * tells how many grants there were in between.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "error.h"
#include "kernel.h"
#include "port.h"
#include "terminal.h"
#include "text.h"

static const char watch_help[] =
"Usage: parbiter watch [-i SECONDS] [PORT]\n"
"Show changes of PORT, or of every port, until interrupted: the owner, the number\n"
"of waiters, and the number of grants. On a terminal, the current state is shown\n"
"below the changes. Otherwise, print a line of column names and one line for each\n"
"change; columns are separated by tabs. See parbiter(1).\n"
"\n"
"  -i, --interval=SECONDS  time between two readings, 0.01 to 3600 (default: 0.2)\n"
"  -h, --help              print this text\n";

/**
 * struct watched - a port that is watched
 * @port: the port
 * @known: @status is valid
 * @status: the status that was read last, and whose changes were printed
 * @open_error: exit code of the last attempt to open the port; 0: it was opened,
 *	or there was no attempt yet
 * @natives: list of the native drivers on the port at that attempt. The next
 *	attempt is made when the list differs
 */
struct watched {
	struct port port;
	bool known;
	struct parbiter_status status;
	int open_error;
	char natives[TEXT_LEN];
};

/**
 * struct watch - state of parbiter watch
 * @ports: the ports that are watched
 * @count: number of @ports
 * @all: watch every port, also ports that appear later
 * @interval_ms: time between two readings, in milliseconds
 * @width: number of columns of the terminal; 0: no terminal
 * @lines: number of lines that show the current state on the terminal
 */
struct watch {
	struct watched *ports;
	unsigned int count;
	bool all;
	int interval_ms;
	unsigned int width;
	unsigned int lines;
};

/* Format the time of day with milliseconds. */
static void format_time(char *s, size_t size, const char *format)
{
	struct timespec now;
	struct tm tm;
	size_t len;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	len = strftime(s, size, format, &tm);
	snprintf(s + len, size - len, ".%03ld", now.tv_nsec / 1000000);
}

/* Erase the current state; it is shown again below what is printed next. */
static void erase_state(struct watch *watch)
{
	terminal_erase(stdout, watch->lines);
	watch->lines = 0;
}

/* Print a change; @status is NULL if the port has gone. */
static void print_change(struct watch *watch, const struct watched *w,
			 const struct parbiter_status *status, const char *state)
{
	char time[64], text[TEXT_LEN], pid[16] = "-";

	if (watch->width) {
		erase_state(watch);
		format_time(time, sizeof(time), "%H:%M:%S");
		if (status)
			text_state(text, sizeof(text), status);
		printf("%s  %s  %s", time, w->port.name, status ? text : state);
		if (status && w->known &&
		    status->allocates > w->status.allocates + 1)
			printf(", %llu grants since the last reading", (unsigned long long)
			       (status->allocates - w->status.allocates));
		putchar('\n');
		return;
	}
	format_time(time, sizeof(time), "%Y-%m-%dT%H:%M:%S");
	if (!status) {
		printf("%s\t%s\t%s\t-\t-\t-\t-\n", time, w->port.name, state);
		return;
	}
	if (status->owner_pid)
		snprintf(pid, sizeof(pid), "%d", status->owner_pid);
	printf("%s\t%s\t%s\t%s\t%s\t%u\t%llu\n", time, w->port.name, state,
	       status->owner[0] ? status->owner : "-", pid, status->waiters,
	       (unsigned long long)status->allocates);
}

static bool is_change(const struct watched *w,
		      const struct parbiter_status *status)
{
	const struct parbiter_status *old = &w->status;

	return !w->known || old->state != status->state ||
	       old->owner_pid != status->owner_pid ||
	       old->waiters != status->waiters ||
	       old->allocates != status->allocates ||
	       strcmp(old->owner, status->owner);
}

/*
 * Opening a port that has just refused is of no use until its native drivers
 * change, and each refusal adds a line to the kernel log.
 */
static bool should_open(struct watched *w)
{
	char natives[TEXT_LEN];

	if (access(w->port.path, F_OK)) {
		w->open_error = 0;
		return false;
	}
	if (!w->open_error)
		return true;
	kernel_native_drivers(natives, sizeof(natives), w->port.number);
	return w->open_error == EXIT_BUSY && strcmp(natives, w->natives);
}

static void try_open(struct watch *watch, struct watched *w)
{
	if (!should_open(w))
		return;
	kernel_native_drivers(w->natives, sizeof(w->natives), w->port.number);
	erase_state(watch);
	w->open_error = port_open(&w->port);
}

/* Read the status of a port, and print it if it has changed. */
static void update_port(struct watch *watch, struct watched *w)
{
	struct parbiter_status status;

	if (w->port.fd < 0)
		try_open(watch, w);
	if (w->port.fd < 0)
		return;
	if (port_status(&w->port, &status)) {
		print_change(watch, w, NULL, "gone");
		port_close(&w->port);
		w->known = false;
		return;
	}
	if (is_change(w, &status))
		print_change(watch, w, &status, text_state_word(&status));
	w->status = status;
	w->known = true;
}

static void format_current(char *s, size_t size, const struct watched *w)
{
	char text[TEXT_LEN];

	if (w->port.fd < 0) {
		snprintf(s, size, "%s: %s", w->port.name,
			 w->open_error ? "cannot be opened" : "does not exist");
		return;
	}
	text_state_since(text, sizeof(text), &w->status);
	snprintf(s, size, "%s: %s; %llu grants", w->port.name, text,
		 (unsigned long long)w->status.allocates);
}

static void show_state(struct watch *watch)
{
	char line[4 * TEXT_LEN];
	unsigned int i;

	erase_state(watch);
	for (i = 0; i < watch->count; i++) {
		format_current(line, sizeof(line), &watch->ports[i]);
		printf("%.*s\n", watch->width - 1, line);
		watch->lines++;
	}
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

/* Sleep until the next reading, or until a port goes. */
static void wait_interval(const struct watch *watch)
{
	struct pollfd pollfds[watch->count + 1];
	unsigned int i;

	for (i = 0; i < watch->count; i++) {
		pollfds[i].fd = watch->ports[i].port.fd;
		pollfds[i].events = 0;	/* POLLERR and POLLHUP only */
	}
	poll(pollfds, watch->count, watch->interval_ms);
}

/* Watch the ports until a signal ends the program or output fails. */
static int watch_ports(struct watch *watch)
{
	unsigned int i;

	if (!watch->width)
		puts("time\tport\tstate\towner\tpid\twaiters\tgrants");
	while (!ferror(stdout)) {
		if (watch->all)
			add_new_ports(watch);
		for (i = 0; i < watch->count; i++)
			update_port(watch, &watch->ports[i]);
		if (watch->width)
			show_state(watch);
		fflush(stdout);
		wait_interval(watch);
	}
	return 0;
}

/* Add the ports. A port that cannot be opened now is an error; later it is not. */
static int add_first_ports(struct watch *watch, const char *name)
{
	struct watched *w;
	struct port port;
	int ret;

	watch->width = terminal_width(stdout);
	if (name) {
		ret = port_parse(&port, "watch", name);
		if (ret)
			return ret;
		w = add_port(watch);
		if (!w) {
			print_error("%s: %s", port.name, strerror(errno));
			return EXIT_SYSTEM;
		}
		w->port = port;
		return port_open(&w->port);
	}
	watch->all = true;
	add_new_ports(watch);
	if (watch->count)
		return 0;
	return port_explain_no_ports();
}

static int parse_interval(struct watch *watch, const char *arg)
{
	double seconds;

	if (!parse_seconds(&seconds, arg) || seconds < 0.01 || seconds > 3600)
		return usage_error("watch",
				   "'%s' is not a number of seconds from 0.01 to 3600",
				   arg);
	watch->interval_ms = (int)(seconds * 1e3 + 0.5);
	return 0;
}

int watch_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "interval", required_argument, NULL, 'i' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct watch watch = { .interval_ms = 200 };
	int option, ret;

	while ((option = getopt_long(argc, argv, "i:h", options, NULL)) != -1) {
		switch (option) {
		case 'i':
			ret = parse_interval(&watch, optarg);
			if (ret)
				return ret;
			break;
		case 'h':
			fputs(watch_help, stdout);
			return 0;
		default:
			return usage_hint("watch");
		}
	}
	if (argc - optind > 1)
		return usage_error("watch", "give at most one port");
	ret = add_first_ports(&watch, argv[optind]);
	return ret ? ret : watch_ports(&watch);
}
