// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "message.h"
#include "state.h"
#include "util.h"

static unsigned int current;

/* Tell cupsd to add ('+') or remove ('-') reasons. */
static void change(char sign, unsigned int reasons)
{
	static const char * const names[] = {
		"connecting-to-device", "offline-report", "media-empty-warning",
		"other-warning",
	};
	char line[128];
	unsigned int i;
	int len;

	if (!reasons)
		return;
	len = snprintf(line, sizeof(line), "STATE: %c", sign);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (reasons & (1U << i))
			len += snprintf(line + len, sizeof(line) - len, "%s,",
					names[i]);
	line[len - 1] = '\n';	/* in place of the last comma */
	message_line(line);
}

void state_begin(void)
{
	change('-', STATE_ALL);
}

void state_set(unsigned int reasons)
{
	change('-', current & ~reasons);
	change('+', reasons & ~current);
	current = reasons;
}

void state_renew(unsigned int reasons)
{
	state_set(0);
	state_set(reasons);
}
