// SPDX-License-Identifier: GPL-2.0
/*
 * cupsd reads the standard error of all programs of a job through one pipe. A line that
 * is written at once and is not longer than cupsd's buffer is not mixed with others.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clean.h"
#include "error.h"
#include "message.h"

#define LINE_LEN	2048	/* cupsd's buffer, with the NUL at the end */

static char errors[LINE_LEN];

void message_line(const char *line)
{
	ssize_t ret = write(STDERR_FILENO, line, strlen(line));

	(void)ret;	/* cupsd is gone; nobody is left to be told */
}

static bool send_text(const char *level, char *text)
{
	static char last[LINE_LEN];
	char line[LINE_LEN];

	clean_text(text, stderr);
	snprintf(line, sizeof(line) - 1, "%s: %s", level, text);
	if (!strcmp(line, last))
		return false;
	strcpy(last, line);
	strcat(line, "\n");
	message_line(line);
	return true;
}

bool message(const char *level, const char *fmt, ...)
{
	char text[LINE_LEN];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return send_text(level, text);
}

bool message_of_errors(const char *level)
{
	bool ret = send_text(level, errors);

	errors[0] = '\0';
	return ret;
}

/* Append to what message_of_errors() sends. */
static void add(const char *between, const char *fmt, va_list args)
{
	size_t len = strlen(errors);

	if (len)
		len += snprintf(errors + len, sizeof(errors) - len, "%s", between);
	if (len < sizeof(errors))
		vsnprintf(errors + len, sizeof(errors) - len, fmt, args);
}

void print_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add("; ", fmt, args);
	va_end(args);
}

void print_remedy(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add("; remedy: ", fmt, args);
	va_end(args);
}

/* The backend has no options; port_parse(), which it does not call, needs these two. */
int usage_hint(const char *command)
{
	(void)command;
	return EXIT_USAGE;
}

int usage_error(const char *command, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add("; ", fmt, args);
	va_end(args);
	return usage_hint(command);
}

/* cupsd gives the name in the environment. */
const char *message_queue(void)
{
	const char *queue = getenv("PRINTER");

	return queue ? queue : "QUEUE";
}
