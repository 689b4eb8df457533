/* SPDX-License-Identifier: GPL-2.0 */
/* Escape sequences, which are written only to terminals that know them */
#ifndef TOOLS_TERMINAL_H
#define TOOLS_TERMINAL_H

#include <stdio.h>

/* Return the number of columns; 0: no terminal, or one that cannot move its cursor. */
unsigned int terminal_width(FILE *stream);

/* Overwrite the line of the cursor; "" erases it. The cursor stays there. */
void terminal_line(FILE *stream, const char *text);

/* Erase the @lines lines above the cursor, and move it to the first of them. */
void terminal_erase(FILE *stream, unsigned int lines);

#endif /* TOOLS_TERMINAL_H */
