// SPDX-License-Identifier: GPL-2.0
/* The sequence of calls as text, which is printed when something is wrong. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "world.h"

static char story[65536];
static size_t length;

void story_begin(void)
{
	length = 0;
}

/* Add a line, which is indented by the number of sleepers. */
void story_add(const char *format, ...)
{
	va_list arguments;
	int n;

	if (length + 256 > sizeof(story))
		return;
	length += sprintf(story + length, "# %*s", 4 * world.depth, "");
	va_start(arguments, format);
	n = vsnprintf(story + length, 200, format, arguments);
	va_end(arguments);
	length += n < 200 ? n : 199;
	length += sprintf(story + length, "\n");
}

static void story_print(void)
{
	fprintf(stderr, "# the calls, those during a sleep further to the right:\n%.*s",
		(int)length, story);
}

/* AddressSanitizer calls this when it has found something. */
void __asan_on_error(void);
void __asan_on_error(void)
{
	story_print();
}

void story_fail(const char *format, ...)
{
	va_list arguments;

	story_print();
	fprintf(stderr, "# then: ");
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\n");
	abort();
}
