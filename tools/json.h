/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Members of a JSON object on standard output, each after a comma. @there is false if
 * there is no value; then the member is null.
 */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <stdbool.h>

void json_string(const char *key, const char *value, bool there);
void json_number(const char *key, unsigned long long value, bool there);
/* A time in nanoseconds, as seconds */
void json_seconds(const char *key, unsigned long long ns, bool there);

#endif /* TOOLS_JSON_H */
