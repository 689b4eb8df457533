// SPDX-License-Identifier: GPL-2.0
/* The trace events, and for which ports they are on: for all. */
#include "port.h"

/*
 * One more event is on, or one less. The kernel may call the first before the module's
 * init function, and the second after its exit function.
 */
static int __maybe_unused trace_begin(void)
{
	pb_port_trace(true);
	return 0;
}

static void __maybe_unused trace_end(void)
{
	pb_port_trace(false);
}

#define CREATE_TRACE_POINTS
#include "trace.h"
