// SPDX-License-Identifier: GPL-2.0
#include <stdbool.h>

#include "error.h"
#include "option.h"

/* Is this the value of a long option? */
static bool is_long(const struct option *options, int value)
{
	for (; options->name; options++)
		if (options->val == value)
			return true;
	return false;
}

int option_next(int argc, char **argv, const char *known,
		const struct option *options)
{
	int option;

	opterr = 0;
	option = getopt_long(argc, argv, known, options, NULL);
	if (option != '?' && option != ':')
		return option;
	/* A long option is the word before the next one. */
	if (option == ':')
		print_error("the option '%s' needs an argument", argv[optind - 1]);
	else if (optopt && is_long(options, optopt))
		print_error("the option '%s' takes no argument", argv[optind - 1]);
	else if (optopt > ' ' && optopt <= '~')
		print_error("unknown option '-%c'", optopt);
	else if (argv[optind - 1][0] == '-')
		print_error("'%s' is not an option of this command, or is not clear",
			    argv[optind - 1]);
	else
		print_error("unknown option");
	return '?';
}
