/* SPDX-License-Identifier: GPL-2.0 */
/* The lines at the end of the terminal's output that show the current state */
#ifndef TOOLS_SCREEN_H
#define TOOLS_SCREEN_H

#include <stdbool.h>

/**
 * struct screen - the lines, on standard output
 * @text: what they show, each line with a newline; NULL: nothing is shown
 * @lines: number of lines that are shown
 * @width: number of columns of the terminal when they were written
 * @height: number of lines of the terminal then
 * @written: when they were written, as clock_seconds()
 */
struct screen {
	char *text;
	unsigned int lines;
	unsigned int width;
	unsigned int height;
	double written;
};

/* Prepare for being stopped and continued: then others have written to the terminal. */
void screen_begin(void);

/*
 * Show a clean text, cut to the size of the terminal. Times in it change all the while:
 * nothing is written more often than once a second, unless screen_erase() was called,
 * and nothing if the text is shown already.
 */
void screen_show(struct screen *screen, const char *text);

/* Erase the lines, so that other text can be written in their place. */
void screen_erase(struct screen *screen);

#endif /* TOOLS_SCREEN_H */
