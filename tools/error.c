// SPDX-License-Identifier: GPL-2.0
/* What goes wrong, in words and as exit codes. */
#include <stdarg.h>
#include <stdio.h>

#include "error.h"

static void say(const char *begin, const char *fmt, va_list args)
{
	fflush(stdout);
	fputs(begin, stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

void complain(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("parbiter: ", fmt, args);
	va_end(args);
}

void advise(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("parbiter: remedy: ", fmt, args);
	va_end(args);
}

int usage_hint(const char *command)
{
	fprintf(stderr, "Try 'parbiter %s --help'.\n", command);
	return EXIT_USAGE;
}

int usage_error(const char *command, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say("parbiter: ", fmt, args);
	va_end(args);
	return usage_hint(command);
}
