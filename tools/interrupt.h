/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Catch the signals that end a program (Ctrl-C and others), so that it can free
 * the port and report what it has done before it exits.
 */
#ifndef TOOLS_INTERRUPT_H
#define TOOLS_INTERRUPT_H

#include <poll.h>

/*
 * From now on SIGINT, SIGTERM and SIGHUP end a sleeping system call with EINTR
 * and are remembered. A signal that is ignored stays ignored.
 */
void interrupt_catch_signals(void);

/* Return the number of the signal that was caught last; 0: none. */
int interrupt_signal(void);

/* poll() that fails with EINTR also if the signal arrived before the call */
int interrupt_poll(struct pollfd *pollfds, unsigned int count, int ms);

#endif /* TOOLS_INTERRUPT_H */
