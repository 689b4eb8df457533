// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter watch: changes as they happen
 *
 * The device tells a client only of its own turn, so the ports are looked at
 * from time to time; the counter of grants shows what went by in between.
 */
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
#include "kernel.h"
#include "port.h"
#include "terminal.h"
#include "text.h"

const char watch_help[] =
"Usage: parbiter watch [-i SECONDS] [PORT]\n"
"Show changes of PORT, or of every port, as they happen: who owns it, how many\n"
"wait, grants. In a terminal the present state is kept below; else a header line\n"
"and one line per change with fields separated by tabs. See parbiter(1).\n"
"\n"
"  -i, --interval=SECONDS  look so often (0.2; fractions are fine)\n"
"  -h, --help              this text\n";

/**
 * struct watched - a port that is looked at
 * @port: the port
 * @known: @status is the state that was reported last
 * @status: the state
 * @refused: the exit code with which it could not be opened, or 0
 * @natives: the native drivers on it then: it is worth another try when they
 *	are others
 */
struct watched {
	struct port port;
	bool known;
	struct parbiter_status status;
	int refused;
	char natives[TEXT_LEN];
};

/**
 * struct watch - all there is to look at
 * @ports: the ports
 * @count: number of @ports
 * @all: ports that appear are added
 * @interval_ms: time between two looks
 * @width: of the terminal; 0: there is none
 * @lines: lines of present state below the changes
 */
struct watch {
	struct watched *ports;
	unsigned int count;
	bool all;
	int interval_ms;
	unsigned int width;
	unsigned int lines;
};

static void stamp(char *s, size_t size, const char *format)
{
	struct timespec now;
	struct tm tm;
	size_t len;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	len = strftime(s, size, format, &tm);
	len += snprintf(s + len, size - len, ".%03ld", now.tv_nsec / 1000000);
}

/* Changes go above the present state, which is written anew after them. */
static void clear_state(struct watch *watch)
{
	terminal_erase(stdout, watch->lines);
	watch->lines = 0;
}

static void print_change(struct watch *watch, const struct watched *w,
			 const struct parbiter_status *status, const char *word)
{
	char time[64], text[TEXT_LEN], pid[16] = "-";

	if (watch->width) {
		clear_state(watch);
		stamp(time, sizeof(time), "%H:%M:%S");
		if (status)
			text_state(text, sizeof(text), status);
		printf("%s  %s  %s", time, w->port.name, status ? text : word);
		if (status && w->known &&
		    status->allocates > w->status.allocates + 1)
			printf(", %llu grants since", (unsigned long long)
			       (status->allocates - w->status.allocates));
		putchar('\n');
		return;
	}
	stamp(time, sizeof(time), "%Y-%m-%dT%H:%M:%S");
	if (!status) {
		printf("%s\t%s\t%s\t-\t-\t-\t-\n", time, w->port.name, word);
		return;
	}
	if (status->owner_pid)
		snprintf(pid, sizeof(pid), "%d", status->owner_pid);
	printf("%s\t%s\t%s\t%s\t%s\t%u\t%llu\n", time, w->port.name, word,
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

/* Opening is tried again only when something has changed: it is logged. */
static bool may_open(struct watched *w)
{
	char natives[TEXT_LEN];

	if (access(w->port.path, F_OK)) {
		w->refused = 0;
		return false;
	}
	if (!w->refused)
		return true;
	kernel_natives(natives, sizeof(natives), w->port.number);
	return w->refused == EXIT_BUSY && strcmp(natives, w->natives);
}

static void try_open(struct watch *watch, struct watched *w)
{
	if (!may_open(w))
		return;
	kernel_natives(w->natives, sizeof(w->natives), w->port.number);
	clear_state(watch);
	w->refused = port_open(&w->port);
}

static void look_at(struct watch *watch, struct watched *w)
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

static void state_line(char *s, size_t size, const struct watched *w)
{
	char text[TEXT_LEN];

	if (w->port.fd < 0) {
		snprintf(s, size, "%s: %s", w->port.name,
			 w->refused ? "cannot be opened" : "not there");
		return;
	}
	text_state_now(text, sizeof(text), &w->status);
	snprintf(s, size, "%s: %s; %llu grants", w->port.name, text,
		 (unsigned long long)w->status.allocates);
}

static void show_state(struct watch *watch)
{
	char line[4 * TEXT_LEN];
	unsigned int i;

	clear_state(watch);
	for (i = 0; i < watch->count; i++) {
		state_line(line, sizeof(line), &watch->ports[i]);
		printf("%.*s\n", watch->width - 1, line);
		watch->lines++;
	}
}

static struct watched *find(struct watch *watch, unsigned int number)
{
	unsigned int i;

	for (i = 0; i < watch->count; i++)
		if (watch->ports[i].port.number == number)
			return &watch->ports[i];
	return NULL;
}

static struct watched *add(struct watch *watch)
{
	struct watched *ports;

	ports = realloc(watch->ports, (watch->count + 1) * sizeof(*ports));
	if (!ports)
		return NULL;
	watch->ports = ports;
	memset(&ports[watch->count], 0, sizeof(*ports));
	return &ports[watch->count++];
}

static void add_new(struct watch *watch)
{
	unsigned int *numbers;
	struct watched *w;
	int i, n;

	n = port_scan(&numbers);
	for (i = 0; i < n; i++) {
		if (find(watch, numbers[i]))
			continue;
		w = add(watch);
		if (w)
			port_init(&w->port, numbers[i]);
	}
	free(numbers);
}

/* Sleeps until the next look; a port that goes ends it early. */
static void pause_until_next(const struct watch *watch)
{
	struct pollfd pollfds[watch->count + 1];
	unsigned int i;

	for (i = 0; i < watch->count; i++) {
		pollfds[i].fd = watch->ports[i].port.fd;
		pollfds[i].events = 0;
	}
	poll(pollfds, watch->count, watch->interval_ms);
}

static int watch_for_ever(struct watch *watch)
{
	unsigned int i;

	if (!watch->width)
		puts("time\tport\tstate\towner\tpid\twaiters\tgrants");
	while (!ferror(stdout)) {
		if (watch->all)
			add_new(watch);
		for (i = 0; i < watch->count; i++)
			look_at(watch, &watch->ports[i]);
		if (watch->width)
			show_state(watch);
		fflush(stdout);
		pause_until_next(watch);
	}
	return 0;
}

/* What is wrong at the beginning is an error; later it is a change. */
static int begin(struct watch *watch, const char *name)
{
	struct watched *w;
	struct port port;
	int ret;

	watch->width = terminal_width(stdout);
	if (name) {
		ret = port_parse(&port, name);
		if (ret)
			return ret;
		w = add(watch);
		if (!w)
			return EXIT_SYSTEM;
		w->port = port;
		return port_open(&w->port);
	}
	watch->all = true;
	add_new(watch);
	if (watch->count)
		return 0;
	return port_explain_none();
}

static int parse_interval(struct watch *watch, const char *arg)
{
	char *end;
	double seconds = strtod(arg, &end);

	if (end == arg || *end || !(seconds >= 0.01 && seconds <= 3600))
		return usage_error("watch",
				   "'%s' is not between 0.01 and 3600 seconds",
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
		return usage_error("watch", "watch takes one port or none");
	ret = begin(&watch, argv[optind]);
	return ret ? ret : watch_for_ever(&watch);
}
