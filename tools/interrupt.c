// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "interrupt.h"
#include "util.h"

static const int caught_signals[] = {
	SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM,
};

static volatile sig_atomic_t caught, caught_from;

static void catch_signal(int number, siginfo_t *info, void *context)
{
	(void)context;
	caught_from = info->si_pid;
	caught = number;
}

void interrupt_set(sigset_t *signals)
{
	unsigned int i;

	sigemptyset(signals);
	for (i = 0; i < ARRAY_SIZE(caught_signals); i++)
		sigaddset(signals, caught_signals[i]);
}

void interrupt_catch_signals(void)
{
	/* Without SA_RESTART, so that system calls fail with EINTR */
	struct sigaction action = {
		.sa_sigaction = catch_signal,
		.sa_flags = SA_SIGINFO,
	};
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

pid_t interrupt_sender(void)
{
	return caught_from;
}

int interrupt_poll(struct pollfd *pollfds, unsigned int count, int ms)
{
	struct timespec limit = { ms / 1000, ms % 1000 * 1000000L };
	sigset_t signals, old;
	int ret = -1, error = EINTR;

	interrupt_set(&signals);
	sigprocmask(SIG_BLOCK, &signals, &old);
	if (!caught) {
		ret = ppoll(pollfds, count, ms < 0 ? NULL : &limit, &old);
		error = errno;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = error;
	return ret;
}

int interrupt_die(int number)
{
	sigset_t signals;

	fflush(stdout);
	/* The core of this process, which is as it should be, is of no use. */
	prctl(PR_SET_DUMPABLE, 0);
	signal(number, SIG_DFL);
	sigemptyset(&signals);
	sigaddset(&signals, number);
	kill(getpid(), number);
	sigprocmask(SIG_UNBLOCK, &signals, NULL);
	return EXIT_SIGNAL + number;
}
