/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_CLOCK_H
#define TOOLS_CLOCK_H

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

/* Return the time of CLOCK_MONOTONIC in seconds. */
static inline double clock_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* Parse a number of seconds. Return false if the text is not a number. */
static inline bool parse_seconds(double *seconds, const char *text)
{
	char *end;

	*seconds = strtod(text, &end);
	/* Not a number (NaN) is not equal to itself. */
	return end != text && !*end && *seconds == *seconds;
}

#endif /* TOOLS_CLOCK_H */
