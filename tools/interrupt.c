// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "interrupt.h"
#include "util.h"

static const int caught_signals[] = { SIGINT, SIGTERM, SIGHUP };

static volatile sig_atomic_t caught;

static void catch_signal(int number)
{
	caught = number;
}

void interrupt_catch_signals(void)
{
	/* Without SA_RESTART, so that system calls fail with EINTR */
	struct sigaction action = { .sa_handler = catch_signal };
	struct sigaction old;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(caught_signals); i++)
		if (!sigaction(caught_signals[i], NULL, &old) &&
		    old.sa_handler != SIG_IGN)
			sigaction(caught_signals[i], &action, NULL);
}

int interrupt_signal(void)
{
	return caught;
}

int interrupt_poll(struct pollfd *pollfds, unsigned int count, int ms)
{
	struct timespec limit = { ms / 1000, ms % 1000 * 1000000L };
	sigset_t signals, old;
	int ret = -1, error = EINTR;
	unsigned int i;

	sigemptyset(&signals);
	for (i = 0; i < ARRAY_SIZE(caught_signals); i++)
		sigaddset(&signals, caught_signals[i]);
	sigprocmask(SIG_BLOCK, &signals, &old);
	if (!caught) {
		ret = ppoll(pollfds, count, ms < 0 ? NULL : &limit, &old);
		error = errno;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = error;
	return ret;
}
