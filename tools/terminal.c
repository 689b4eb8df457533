// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clean.h"
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

unsigned int terminal_height(FILE *stream)
{
	struct winsize size;

	if (ioctl(fileno(stream), TIOCGWINSZ, &size) || size.ws_row < 2)
		return 24;
	return size.ws_row;
}

bool terminal_is_ours(FILE *stream)
{
	return tcgetpgrp(fileno(stream)) == getpgrp();
}

void terminal_line(FILE *stream, const char *text)
{
	char *clean = clean_copy(text, stream);

	if (!clean)
		return;
	/* A line that the terminal wraps could not be overwritten. */
	fprintf(stream, "\r\033[K%.*s",
		(int)clean_bytes(clean, terminal_width(stream) - 1), clean);
	fflush(stream);
	free(clean);
}

void terminal_up(FILE *stream, unsigned int lines)
{
	if (lines)
		fprintf(stream, "\033[%uA\r", lines);
}

void terminal_erase_below(FILE *stream)
{
	fputs("\033[J", stream);
}
