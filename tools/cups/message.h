/* SPDX-License-Identifier: GPL-2.0 */
/* Messages to cupsd: lines on standard error that begin with a level */
#ifndef TOOLS_CUPS_MESSAGE_H
#define TOOLS_CUPS_MESSAGE_H

#include <stdbool.h>

#include "util.h"

/*
 * Send a line of a level ("INFO", "WARNING", "ERROR"). cupsd shows the last one as the
 * state of the printer. A line that is the same as the one before is not sent again.
 * Return whether it was sent.
 */
__printf(2, 3) bool message(const char *level, const char *fmt, ...);

/*
 * Send what print_error() and print_remedy() of error.h were told since the last call,
 * as one line, because cupsd shows one line only. Return as message().
 */
bool message_of_errors(const char *level);

/* Return the name of the queue, for commands in messages; "QUEUE" if cupsd gave none. */
const char *message_queue(void);

/* Write a whole line to cupsd with one write(), as it is. */
void message_line(const char *line);

#endif /* TOOLS_CUPS_MESSAGE_H */
