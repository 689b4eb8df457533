// SPDX-License-Identifier: GPL-2.0
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "kernel.h"
#include "queue.h"
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

/* Read what the kernel tells of an open port. Return 0 or a negative errno. */
static int read_port(struct row *row, bool queue)
{
	int ret;

	ret = port_info(&row->port, &row->info);
	if (!ret)
		ret = port_status(&row->port, &row->status);
	if (ret || !queue)
		return ret;
	ret = queue_read(&row->port, &row->waiters, UINT_MAX, &row->read_ns);
	if (ret < 0)
		return ret;
	row->count = ret;
	return 0;
}

/* Close the port at once: while it is open, PPEXCL fails for programs on ppdev. */
static int read_row(struct row *row, bool queue)
{
	int ret = port_open(&row->port);

	if (!ret) {
		ret = read_port(row, queue);
		row->known = !ret;
		port_close(&row->port);
		if (ret)
			ret = port_explain(&row->port, -ret);
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
		free(row->waiters);
		free(row);
	}
}

struct row *row_read_all(const struct port *ports, unsigned int count, bool queue,
			 int *ret)
{
	struct row *first = NULL, **last = &first;
	unsigned int i;
	int error;

	for (i = 0; i < count; i++) {
		*last = calloc(1, sizeof(**last));
		if (!*last)
			break;
		(*last)->port = ports[i];
		error = read_row(*last, queue);
		if (error)
			*ret = error;
		if (error == EXIT_NO_PORT) {
			free(*last);
			*last = NULL;
		} else {
			last = &(*last)->next;
		}
	}
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
