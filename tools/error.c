// SPDX-License-Identifier: GPL-2.0
/* Print error messages and remedies on standard error. */
#include <stdarg.h>
#include <stdio.h>

#include "error.h"

static void print_message(const char *prefix, const char *fmt, va_list args)
{
	/* Keep the order of the messages if both streams are the same file. */
	fflush(stdout);
	fputs(prefix, stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

void print_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_message("parbiter: ", fmt, args);
	va_end(args);
}

void print_remedy(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_message("parbiter: remedy: ", fmt, args);
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
	print_message("parbiter: ", fmt, args);
	va_end(args);
	return usage_hint(command);
}
