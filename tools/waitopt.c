// SPDX-License-Identifier: GPL-2.0
#include <getopt.h>
#include <stdlib.h>

#include "duration.h"
#include "error.h"
#include "waitopt.h"

#define LONGEST_WAIT	1e6	/* seconds whose milliseconds poll() can count */

static int parse_limit(struct wait_options *options, const char *command)
{
	if (!duration_parse(&options->limit, optarg) || options->limit < 0)
		return usage_error(command, "'%s' is not a time: 1.5, 90s, 5m or 2h",
				   optarg);
	options->bounded = true;
	if (options->limit > LONGEST_WAIT)
		options->limit = NO_LIMIT;
	return 0;
}

static int parse_status(int *status, const char *command)
{
	unsigned long value;
	char *end;

	value = strtoul(optarg, &end, 10);
	if (optarg[0] < '0' || optarg[0] > '9' || *end || value > 255)
		return usage_error(command, "'%s' is not an exit status: 0 to 255",
				   optarg);
	*status = value;
	return 0;
}

int wait_parse(struct wait_options *options, const char *command, int option)
{
	switch (option) {
	case 'n':
		options->now = true;
		return 0;
	case 'w':
		return parse_limit(options, command);
	case 'E':
		return parse_status(&options->busy_status, command);
	case WAIT_TIMEOUT_STATUS:
		return parse_status(&options->timeout_status, command);
	case 'v':
		options->verbose = true;
		return 0;
	case 'q':
		options->quiet = true;
		return 0;
	default:
		return usage_hint(command);
	}
}

enum wait_voice wait_voice(const struct wait_options *options)
{
	return options->quiet ? WAIT_QUIET :
	       options->verbose ? WAIT_VERBOSE : WAIT_NORMAL;
}

bool wait_is_silent(const struct wait_options *options, int ret)
{
	return options->quiet && (ret == EXIT_BUSY || ret == EXIT_TIME_OVER);
}

int wait_check(const struct wait_options *options, const char *command)
{
	if (options->now && options->bounded)
		return usage_error(command, "--no-wait and --wait exclude each other");
	if (options->quiet && options->verbose)
		return usage_error(command, "--quiet and --verbose exclude each other");
	return 0;
}

int wait_status(const struct wait_options *options, int ret)
{
	if (ret == EXIT_TIME_OVER && options->timeout_status >= 0)
		return options->timeout_status;
	if (ret == EXIT_TIME_OVER || ret == EXIT_BUSY)
		return options->busy_status;
	return ret;
}
