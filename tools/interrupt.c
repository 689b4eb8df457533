// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <time.h>

#include "interrupt.h"
#include "util.h"

static const int ending[] = { SIGINT, SIGTERM, SIGHUP };

static volatile sig_atomic_t noted;

static void note(int number)
{
	noted = number;
}

void interrupt_note(void)
{
	struct sigaction action = { .sa_handler = note };	/* no restart */
	struct sigaction old;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ending); i++)
		if (!sigaction(ending[i], NULL, &old) &&
		    old.sa_handler != SIG_IGN)
			sigaction(ending[i], &action, NULL);
}

int interrupt_signal(void)
{
	return noted;
}

int interrupt_poll(struct pollfd *pollfds, unsigned int count, int ms)
{
	struct timespec limit = { ms / 1000, ms % 1000 * 1000000L };
	sigset_t signals, old;
	int ret = -1, error = EINTR;
	unsigned int i;

	sigemptyset(&signals);
	for (i = 0; i < ARRAY_SIZE(ending); i++)
		sigaddset(&signals, ending[i]);
	sigprocmask(SIG_BLOCK, &signals, &old);
	if (!noted) {
		ret = ppoll(pollfds, count, ms < 0 ? NULL : &limit, &old);
		error = errno;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = error;
	return ret;
}
