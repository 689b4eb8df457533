/* SPDX-License-Identifier: GPL-2.0 */
/* The rows of parbiter list: one for each port */
#ifndef TOOLS_ROW_H
#define TOOLS_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port.h"

/**
 * struct row - a port, and what parbiter list prints of it
 * @port: the port, which is closed
 * @known: the device node could be opened, and filled @info and @status.
 *	Otherwise @info has what /proc tells, and @status->state is invalid
 * @info: the hardware of the port
 * @status: state and counters of the port
 * @waiters: the waiters, if they were asked for; or NULL
 * @count: number of @waiters
 * @read_ns: when the waiters were read, as clock_time_of_day()
 * @next: the next row, or NULL
 */
struct row {
	struct port port;
	bool known;
	struct parbiter_port_info info;
	struct parbiter_status status;
	struct parbiter_waiter *waiters;
	int count;
	uint64_t read_ns;
	struct row *next;
};

/*
 * Read @count ports, and their waiters if @queue is true. If a port cannot be opened,
 * print an error and set *@ret to the exit code; a port without a device node has no row
 * then. Return the first row, or NULL.
 */
struct row *row_read_all(const struct port *ports, unsigned int count, bool queue,
			 int *ret);
/* Free all rows. */
void row_free_all(struct row *row);

/* Does a client own the port? */
bool row_is_owned(const struct row *row);
/* Does a native driver hold the port? */
bool row_is_native(const struct row *row);

/* Format the modes of the port's hardware. */
void row_modes(char *s, size_t size, const struct row *row);

/* Print the rows as a JSON array, with the waiters if @queue is true. */
void row_print_json(const struct row *row, bool queue);

#endif /* TOOLS_ROW_H */
