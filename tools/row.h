/* SPDX-License-Identifier: GPL-2.0 */
/* All there is to know of each port, for parbiter list */
#ifndef TOOLS_ROW_H
#define TOOLS_ROW_H

#include <stdbool.h>
#include <stddef.h>

#include "port.h"

/**
 * struct row - what there is to know of a port
 * @port: the port
 * @known: its device answered: @info and @status are there
 * @info: what it is
 * @status: how it is doing
 * @next: the next one, or NULL
 */
struct row {
	struct port port;
	bool known;
	struct parbiter_port_info info;
	struct parbiter_status status;
	struct row *next;
};

/* All ports in order; *ret is the exit code of the last that did not answer. */
struct row *row_read_all(int *ret);
void row_free_all(struct row *row);

/* Does a client of parbiter own it? Does a native driver hold it? */
bool row_is_owned(const struct row *row);
bool row_is_native(const struct row *row);

/* The port's modes in words */
void row_modes(char *s, size_t size, const struct row *row);

/* Prints them all as a JSON array. */
void json_print(const struct row *row);

#endif /* TOOLS_ROW_H */
