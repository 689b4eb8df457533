/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_ERROR_H
#define TOOLS_ERROR_H

#include "util.h"

/*
 * Exit codes, documented in parbiter(1). They are those of <sysexits.h> where
 * that has a suitable one, and those of env(1) for a command that cannot be
 * executed.
 */
enum {
	EXIT_TIME_OVER = -1,	/* busy until the time was over: see wait_status() */
	EXIT_USAGE = 64,	/* wrong option or argument */
	EXIT_INPUT = 65,	/* a file to be printed cannot be read */
	EXIT_NO_PORT = 66,	/* no such port, or it has no device node */
	EXIT_NO_MODULE = 69,	/* module not loaded or too old, or port gone */
	EXIT_NO_DEVICE = 69,	/* the device in the chain does not answer */
	EXIT_SYSTEM = 71,	/* a system call failed */
	EXIT_OUTPUT = 74,	/* standard output cannot be written */
	EXIT_BUSY = 75,		/* another client or a native driver has the port */
	EXIT_PRINTER = 76,	/* the printer takes no data */
	EXIT_PERMISSION = 77,	/* no permission to open the device node */
	EXIT_CANNOT_EXEC = 126,	/* the command cannot be executed */
	EXIT_NOT_FOUND = 127,	/* the command does not exist */
	EXIT_SIGNAL = 128,	/* plus a number: the program dies of that signal */
};

/* Print "parbiter: " and the message on standard error. */
__printf(1, 2) void print_error(const char *fmt, ...);

/* Print "parbiter: remedy: " and the message on standard error. */
__printf(1, 2) void print_remedy(const char *fmt, ...);

/* Refer to the help text of a command. Return EXIT_USAGE. */
int usage_hint(const char *command);

/* Print an error and refer to the command's help text. Return EXIT_USAGE. */
__printf(2, 3) int usage_error(const char *command, const char *fmt, ...);

#endif /* TOOLS_ERROR_H */
