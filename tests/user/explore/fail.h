/* SPDX-License-Identifier: GPL-2.0 */
/* The first thing that went wrong; the search stops at it. */
#ifndef _EXPLORE_FAIL_H
#define _EXPLORE_FAIL_H

#include <stdbool.h>

extern char failure[256];

/* Note what went wrong. If a fiber runs, it does not go on. */
__attribute__((format(printf, 1, 2)))
void fail(const char *format, ...);

static inline bool has_failed(void)
{
	return failure[0];
}

#endif /* _EXPLORE_FAIL_H */
