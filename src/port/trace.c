// SPDX-License-Identifier: GPL-2.0
/* The trace events, and for which ports they are on: for all. */
#include "port.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/**
 * pb_trace_begin() - one more event is on
 *
 * Context: process, may sleep. Perhaps before the module's init function.
 * Return: 0.
 */
int pb_trace_begin(void)
{
	pb_port_trace(true);
	return 0;
}

/**
 * pb_trace_end() - one event less is on
 *
 * Context: process, may sleep. Perhaps after the module's exit function.
 */
void pb_trace_end(void)
{
	pb_port_trace(false);
}
