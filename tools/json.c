// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "json.h"

/*
 * clean_text() has replaced control characters, and what is not UTF-8; escape what else
 * JSON requires.
 */
void json_string(const char *key, const char *value, bool there)
{
	printf(", \"%s\": ", key);
	if (!there) {
		fputs("null", stdout);
		return;
	}
	putchar('"');
	for (; *value; value++)
		printf(*value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
	putchar('"');
}

void json_number(const char *key, unsigned long long value, bool there)
{
	if (there)
		printf(", \"%s\": %llu", key, value);
	else
		printf(", \"%s\": null", key);
}

void json_seconds(const char *key, unsigned long long ns, bool there)
{
	if (there)
		printf(", \"%s\": %llu.%09llu", key, ns / 1000000000,
		       ns % 1000000000);
	else
		printf(", \"%s\": null", key);
}
