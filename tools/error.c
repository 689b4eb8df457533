// SPDX-License-Identifier: GPL-2.0
/* Print error messages and remedies on standard error. */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "clean.h"
#include "error.h"
#include "output.h"

/*
 * Write a line. Under "stty tostop", the terminal would stop a process in the
 * background for it, and a waiter that is stopped keeps the port from everybody.
 */
static void print_line(const char *prefix, const char *text)
{
	sigset_t output, old;

	sigemptyset(&output);
	sigaddset(&output, SIGTTOU);
	sigprocmask(SIG_BLOCK, &output, &old);
	fprintf(stderr, "%s%s\n", prefix, text);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* An argument, or the name of a file or process, may contain anything. */
static void print_message(const char *prefix, const char *fmt, va_list args)
{
	char *message;

	/* Keep the order of the messages if both streams are the same file. */
	output_flush();
	if (vasprintf(&message, fmt, args) < 0)
		return;
	clean_text(message, stderr);
	print_line(prefix, message);
	free(message);
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
