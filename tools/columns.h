/* SPDX-License-Identifier: GPL-2.0 */
/* The columns of parbiter list. Each array ends with a column without a name. */
#ifndef TOOLS_COLUMNS_H
#define TOOLS_COLUMNS_H

#include "row.h"
#include "table.h"

/* Items are struct row. Programs use these: add columns at the end. */
extern const struct column port_columns[];
/* Items are struct row, for a person at a terminal */
extern const struct column screen_columns[];
/* Items are struct place. Programs use these: add columns at the end. */
extern const struct column queue_columns[];

/**
 * struct place - a place in the queue of a port
 * @row: the port
 * @waiter: who waits there
 */
struct place {
	const struct row *row;
	const struct parbiter_waiter *waiter;
};

#endif /* TOOLS_COLUMNS_H */
