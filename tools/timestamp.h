/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_TIMESTAMP_H
#define TOOLS_TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Format the time of day now with milliseconds and the zone:
 * "2026-11-29T10:12:45.123+01:00"; in UTC: "2026-11-29T09:12:45.123Z".
 */
void timestamp_format(char *s, size_t size, bool utc);

/*
 * Format a time of day, in nanoseconds since 1970, without the fraction of its second:
 * "2026-11-29T10:12:45+01:00".
 */
void timestamp_seconds(char *s, size_t size, uint64_t ns);

/* Format the time of day now without date and zone: "10:12:45.123". */
void timestamp_short(char *s, size_t size, bool utc);

#endif /* TOOLS_TIMESTAMP_H */
