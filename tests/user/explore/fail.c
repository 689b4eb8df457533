// SPDX-License-Identifier: GPL-2.0
/* The first thing that went wrong; see fail.h. */
#include <stdarg.h>
#include <stdio.h>

#include "fail.h"
#include "fiber.h"
#include "story.h"

char failure[256];

void fail(const char *format, ...)
{
	va_list arguments;

	if (!has_failed()) {
		va_start(arguments, format);
		vsnprintf(failure, sizeof(failure), format, arguments);
		va_end(arguments);
	}
	while (fiber_now)
		fiber_wish(WISH_DONE, NULL, 1, NULL);
}
