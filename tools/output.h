/* SPDX-License-Identifier: GPL-2.0 */
/* Standard output, and whether it could be written */
#ifndef TOOLS_OUTPUT_H
#define TOOLS_OUTPUT_H

/*
 * From now on, a file that reaches the limit of its size (ulimit -f) makes write() fail,
 * as a full disk does, and does not end the program.
 */
void output_begin(void);

/* Write what is buffered. If that fails, remember why. */
void output_flush(void);

/* The same, at the end. Return 0, or the errno of what was not written. */
int output_finish(void);

#endif /* TOOLS_OUTPUT_H */
