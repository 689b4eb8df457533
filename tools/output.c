// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "output.h"

static int first_error;

static void do_nothing(int number)
{
	(void)number;
}

void output_begin(void)
{
	/* Not ignored: for the command of 'parbiter run', exec() undoes a handler. */
	struct sigaction action = { .sa_handler = do_nothing, .sa_flags = SA_RESTART };
	struct sigaction old;

	if (!sigaction(SIGXFSZ, NULL, &old) && old.sa_handler != SIG_IGN)
		sigaction(SIGXFSZ, &action, NULL);
}

void output_flush(void)
{
	if (fflush(stdout) && !first_error)
		first_error = errno;
}

int output_finish(void)
{
	output_flush();
	if (!first_error && ferror(stdout))	/* printf() wrote a full buffer */
		first_error = EIO;
	return first_error;
}
