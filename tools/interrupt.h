/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Catch the signals that end a program (Ctrl-C and others), so that it can free
 * the port and report what it has done before it dies of the signal.
 */
#ifndef TOOLS_INTERRUPT_H
#define TOOLS_INTERRUPT_H

#include <poll.h>
#include <signal.h>
#include <sys/types.h>

/* Fill the set with the signals by which users and programs end a program. */
void interrupt_set(sigset_t *signals);

/*
 * From now on these signals end a sleeping system call with EINTR and are
 * remembered. A signal that is ignored stays ignored.
 */
void interrupt_catch_signals(void);

/* Return the number of the signal that was caught last; 0: none. */
int interrupt_signal(void);

/* Return the process that has sent that signal; 0: it is not known, or the kernel has. */
pid_t interrupt_sender(void);

/* poll() that fails with EINTR also if the signal arrived before the call */
int interrupt_poll(struct pollfd *pollfds, unsigned int count, int ms);

/*
 * Die of a signal: only then does a shell end its loop or script at Ctrl-C. Return
 * the exit code that stands for the signal, if it does not end this process (the
 * first process of a container).
 */
int interrupt_die(int number);

#endif /* TOOLS_INTERRUPT_H */
