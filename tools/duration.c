// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "util.h"

bool duration_parse(double *seconds, const char *text)
{
	static const struct {
		const char *suffix;
		double seconds;
	} units[] = {
		{ "", 1 }, { "ms", 0.001 }, { "s", 1 }, { "m", 60 },
		{ "h", 3600 }, { "d", 86400 },
	};
	unsigned int i;
	char *end;

	*seconds = strtod(text, &end);
	/* Not a number (NaN) is not equal to itself. */
	if (end == text || isspace((unsigned char)text[0]) || *seconds != *seconds)
		return false;
	for (i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(end, units[i].suffix))
			continue;
		*seconds *= units[i].seconds;
		return true;
	}
	return false;
}
