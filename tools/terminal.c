// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "terminal.h"

unsigned int terminal_width(FILE *stream)
{
	const char *term = getenv("TERM");
	struct winsize size;

	if (!isatty(fileno(stream)) || !term || !*term || !strcmp(term, "dumb"))
		return 0;
	if (ioctl(fileno(stream), TIOCGWINSZ, &size) || size.ws_col < 2)
		return 80;
	return size.ws_col;
}

void terminal_line(FILE *stream, const char *text)
{
	/* A line that the terminal wraps could not be overwritten. */
	fprintf(stream, "\r\033[K%.*s", (int)terminal_width(stream) - 1, text);
	fflush(stream);
}

void terminal_erase(FILE *stream, unsigned int lines)
{
	if (lines)
		fprintf(stream, "\033[%uA\r\033[J", lines);
}
