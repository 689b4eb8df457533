// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <time.h>

#include "clock.h"
#include "timestamp.h"

#define NSEC_PER_SEC	1000000000ULL
#define NSEC_PER_MSEC	1000000ULL

/* Split a time of day, by the clock's zone or in UTC. Return its milliseconds. */
static int split(struct tm *tm, uint64_t ns, bool utc)
{
	time_t seconds = ns / NSEC_PER_SEC;

	if (utc)
		gmtime_r(&seconds, tm);
	else
		localtime_r(&seconds, tm);
	return ns % NSEC_PER_SEC / NSEC_PER_MSEC;
}

/* Format the zone as "+01:00". */
static void format_zone(char *s, size_t size, const struct tm *tm)
{
	char zone[8];

	strftime(zone, sizeof(zone), "%z", tm);	/* "+0100" */
	snprintf(s, size, "%.3s:%s", zone, zone + 3);
}

void timestamp_format(char *s, size_t size, bool utc)
{
	char time[32], zone[16] = "Z";
	struct tm tm;
	int ms;

	ms = split(&tm, clock_time_of_day(), utc);
	strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%S", &tm);
	if (!utc)
		format_zone(zone, sizeof(zone), &tm);
	snprintf(s, size, "%s.%03d%s", time, ms, zone);
}

void timestamp_seconds(char *s, size_t size, uint64_t ns)
{
	char time[32], zone[16];
	struct tm tm;

	split(&tm, ns, false);
	strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%S", &tm);
	format_zone(zone, sizeof(zone), &tm);
	snprintf(s, size, "%s%s", time, zone);
}

void timestamp_short(char *s, size_t size, bool utc)
{
	char time[16];
	struct tm tm;
	int ms;

	ms = split(&tm, clock_time_of_day(), utc);
	strftime(time, sizeof(time), "%H:%M:%S", &tm);
	snprintf(s, size, "%s.%03d", time, ms);
}
