/* SPDX-License-Identifier: GPL-2.0 */
/* Escape sequences go to terminals that know them, and nowhere else. */
#ifndef TOOLS_TERMINAL_H
#define TOOLS_TERMINAL_H

#include <stdio.h>

/* Columns; 0: not a terminal, or one that cannot move its cursor */
unsigned int terminal_width(FILE *stream);

/* Writes over the line that the cursor is on; "" erases it. */
void terminal_line(FILE *stream, const char *text);

/* Erases so many lines above the cursor and leaves it at their beginning. */
void terminal_erase(FILE *stream, unsigned int lines);

#endif /* TOOLS_TERMINAL_H */
