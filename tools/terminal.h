/* SPDX-License-Identifier: GPL-2.0 */
/* Escape sequences, which are written only to terminals that know them */
#ifndef TOOLS_TERMINAL_H
#define TOOLS_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Return the number of columns; 0: no terminal, or one that cannot move its cursor. */
unsigned int terminal_width(FILE *stream);

/* Return the number of lines of a terminal. */
unsigned int terminal_height(FILE *stream);

/*
 * Is this program in the foreground of its terminal? What others write there must not
 * be overwritten, and with "stty tostop" writing stops a program in the background.
 */
bool terminal_is_ours(FILE *stream);

/* Overwrite the line of the cursor; "" erases it. The cursor stays there. */
void terminal_line(FILE *stream, const char *text);

/* Move the cursor up by @lines lines, and to the beginning of the line. */
void terminal_up(FILE *stream, unsigned int lines);

/* Erase what is behind and below the cursor. */
void terminal_erase_below(FILE *stream);

#endif /* TOOLS_TERMINAL_H */
