/* SPDX-License-Identifier: GPL-2.0 */
/* Ctrl-C and its like as something to look at, for what must be tidied up. */
#ifndef TOOLS_INTERRUPT_H
#define TOOLS_INTERRUPT_H

#include <poll.h>

/*
 * From now on a signal that would have ended the program is noted, and ends a
 * system call that sleeps. What was ignored stays ignored.
 */
void interrupt_note(void);

/* The signal that came, or 0 */
int interrupt_signal(void);

/* poll(), which a signal ends even if it came just before */
int interrupt_poll(struct pollfd *pollfds, unsigned int count, int ms);

#endif /* TOOLS_INTERRUPT_H */
