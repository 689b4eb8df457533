/* SPDX-License-Identifier: GPL-2.0 */
/* The options of run and print that say how to wait for a port */
#ifndef TOOLS_WAITOPT_H
#define TOOLS_WAITOPT_H

#include <stdbool.h>

#include <linux/parbiter.h>

#define NO_LIMIT	-1.0

/* Help text of the options */
#define WAIT_HELP							\
"  -n, --no-wait       fail at once if the port is not free (also --nonblock)\n" \
"  -w, --wait=TIME     wait at most so long (also --timeout): a number of\n" \
"                      seconds, or a number with ms, s, m, h or d; 0: as -n\n" \
"  -E, --conflict-exit-code=STATUS\n"					\
"                      exit with STATUS, not 75, if the port is busy\n"	\
"      --timeout-exit-code=STATUS\n"					\
"                      exit with STATUS if the time of -w is over\n"

#define WAIT_QUIET_HELP							\
"  -q, --quiet         show no progress, and do not say that the port is busy\n"

/* What getopt_long() must know */
#define WAIT_SHORT_OPTIONS	"nw:E:vq"
#define WAIT_TIMEOUT_STATUS	256	/* more than a character */
#define WAIT_LONG_OPTIONS						\
	{ "no-wait", no_argument, NULL, 'n' },				\
	{ "nonblock", no_argument, NULL, 'n' },				\
	{ "wait", required_argument, NULL, 'w' },			\
	{ "timeout", required_argument, NULL, 'w' },			\
	{ "conflict-exit-code", required_argument, NULL, 'E' },		\
	{ "timeout-exit-code", required_argument, NULL, WAIT_TIMEOUT_STATUS }, \
	{ "verbose", no_argument, NULL, 'v' },				\
	{ "quiet", no_argument, NULL, 'q' }

/* How much to say while waiting, and if the port is busy */
enum wait_voice {
	WAIT_NORMAL,	/* show progress on a terminal, explain what is busy */
	WAIT_QUIET,	/* say neither */
	WAIT_VERBOSE,	/* write progress in lines, and when the port is owned */
};

/**
 * struct wait_options - how to wait for a port
 * @now: do not wait
 * @bounded: the user wants @limit
 * @limit: longest time to wait in seconds, or NO_LIMIT; 0: do not wait
 * @device: the device to select, as in struct parbiter_request
 * @busy_status: exit code if the port is busy
 * @timeout_status: exit code if @limit is over; -1: @busy_status
 * @verbose: the user wants WAIT_VERBOSE
 * @quiet: the user wants WAIT_QUIET
 */
struct wait_options {
	bool now;
	bool bounded;
	double limit;
	int device;
	int busy_status;
	int timeout_status;
	bool verbose;
	bool quiet;
};

/* What a command waits like without options */
#define WAIT_DEFAULTS {							\
	.limit = NO_LIMIT, .device = PARBITER_DEVICE_NONE,		\
	.busy_status = EXIT_BUSY, .timeout_status = -1,			\
}

/*
 * Parse one of the options above, whose argument is optarg. Return 0, or EXIT_USAGE
 * after printing an error, also if @option is none of them.
 */
int wait_parse(struct wait_options *options, const char *command, int option);

/* Return how much to say. */
enum wait_voice wait_voice(const struct wait_options *options);

/* Is an exit code one about which the user wants no words: is the port busy? */
bool wait_is_silent(const struct wait_options *options, int ret);

/* Check that the options fit together. Return as wait_parse() does. */
int wait_check(const struct wait_options *options, const char *command);

/*
 * Return the exit status for an exit code: that which the user wants if the port is busy
 * or the time is over, perhaps 0.
 */
int wait_status(const struct wait_options *options, int ret);

#endif /* TOOLS_WAITOPT_H */
