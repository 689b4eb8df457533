/* SPDX-License-Identifier: GPL-2.0 */
/* The waiters of a port, in the order in which they will be granted */
#ifndef TOOLS_QUEUE_H
#define TOOLS_QUEUE_H

#include <stddef.h>
#include <stdint.h>

#include "port.h"

/*
 * Read at most @most waiters of an open port into an array that the caller frees, and
 * set *@read_ns to the time of day for which their waiting_ns hold. Return their number,
 * or a negative errno.
 */
int queue_read(const struct port *port, struct parbiter_waiter **waiters,
	       unsigned int most, uint64_t *read_ns);

/* Format a waiter: "avrdude (pid 12)", "x (kernel driver)". */
void queue_text(char *s, size_t size, const struct parbiter_waiter *waiter);

/* Print the waiters as the JSON array "queue", after a comma. */
void queue_json(const struct parbiter_waiter *waiters, int count);

#endif /* TOOLS_QUEUE_H */
