/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_ERROR_H
#define TOOLS_ERROR_H

#include "util.h"

/*
 * Exit codes; parbiter(1) documents them. Those of <sysexits.h> where it has
 * one, those of env(1) for a command that cannot be run.
 */
enum {
	EXIT_USAGE = 64,	/* wrong option or argument */
	EXIT_INPUT = 65,	/* a file to be printed cannot be read */
	EXIT_NO_PORT = 66,	/* no such port, or no node for it */
	EXIT_NO_MODULE = 69,	/* not loaded, too old, or the port went away */
	EXIT_SYSTEM = 71,	/* the system refused something */
	EXIT_OUTPUT = 74,	/* standard output cannot be written */
	EXIT_BUSY = 75,		/* somebody else has the port; try later */
	EXIT_PRINTER = 76,	/* the printer takes nothing */
	EXIT_PERMISSION = 77,	/* may not open the device */
	EXIT_CANNOT_EXEC = 126,	/* the command cannot be executed */
	EXIT_NOT_FOUND = 127,	/* no such command */
	EXIT_SIGNAL = 128,	/* plus the number of the signal that ended it */
};

/* Prints "parbiter: ...", to standard error. */
__printf(1, 2) void complain(const char *fmt, ...);

/* Says what would help: "parbiter: remedy: ...". */
__printf(1, 2) void advise(const char *fmt, ...);

/* Points to the command's help; returns EXIT_USAGE. */
int usage_hint(const char *command);

/* Complains, with a pointer to the command's help; returns EXIT_USAGE. */
__printf(2, 3) int usage_error(const char *command, const char *fmt, ...);

#endif /* TOOLS_ERROR_H */
