// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "row.h"
#include "text.h"

/* Read from /proc what the kernel tells of a port that cannot be opened. */
static void read_from_proc(struct row *row)
{
	unsigned long base = 0, base_hi = 0;
	char value[128];

	row->info.irq = -1;
	row->info.dma = -1;
	if (kernel_port_value(value, sizeof(value), row->port.number, "irq"))
		row->info.irq = atoi(value);
	if (kernel_port_value(value, sizeof(value), row->port.number, "dma"))
		row->info.dma = atoi(value);
	if (kernel_port_value(value, sizeof(value), row->port.number,
			      "base-addr"))
		sscanf(value, "%lu %lu", &base, &base_hi);
	row->info.base = base;
	row->info.base_hi = base_hi;
	row->status.state = ~0U;
}

/* Close the port at once: while it is open, PPEXCL fails for programs on ppdev. */
static int read_row(struct row *row)
{
	int ret = port_open(&row->port);

	if (!ret) {
		row->known = !port_info(&row->port, &row->info) &&
			     !port_status(&row->port, &row->status);
		port_close(&row->port);
		if (!row->known)	/* the port has gone since port_open() */
			ret = port_explain(&row->port, ENODEV);
	}
	if (!row->known)
		read_from_proc(row);
	return ret;
}

void row_free_all(struct row *row)
{
	struct row *next;

	for (; row; row = next) {
		next = row->next;
		free(row);
	}
}

struct row *row_read_all(int *ret)
{
	struct row *first = NULL, **last = &first;
	unsigned int *numbers;
	int i, n, error;

	n = port_scan(&numbers);
	for (i = 0; i < n; i++) {
		*last = calloc(1, sizeof(**last));
		if (!*last)
			break;
		port_init(&(*last)->port, numbers[i]);
		error = read_row(*last);
		if (error)
			*ret = error;
		last = &(*last)->next;
	}
	free(numbers);
	return first;
}

bool row_is_owned(const struct row *row)
{
	return row->known && row->status.state == PARBITER_STATE_OWNED;
}

bool row_is_native(const struct row *row)
{
	return row->known && row->status.state == PARBITER_STATE_NATIVE;
}

void row_modes(char *s, size_t size, const struct row *row)
{
	if (row->known)
		text_modes(s, size, row->info.modes);
	else if (!kernel_port_value(s, size, row->port.number, "modes"))
		snprintf(s, size, "-");
}
