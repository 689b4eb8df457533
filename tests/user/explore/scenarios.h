/* SPDX-License-Identifier: GPL-2.0 */
/* The scenarios that are explored, in families. */
#ifndef _EXPLORE_SCENARIOS_H
#define _EXPLORE_SCENARIOS_H

#include <stdbool.h>

/**
 * struct family - scenarios of one kind
 * @name: what they have in common
 * @first: index of the first one
 * @count: their number
 * @bounded: the search may give up before it has followed every order of steps
 */
struct family {
	const char *name;
	int first;
	int count;
	bool bounded;
};

extern struct family scenarios_families[];
extern int scenarios_family_count;

/* The text of each scenario */
extern char **scenarios;
extern int scenarios_count;

/* Which scenarios are made: those of minutes, of half an hour, or of hours */
enum scenarios_level {
	SCENARIOS_QUICK,
	SCENARIOS_FULL,
	SCENARIOS_ALL,
};

void scenarios_make(enum scenarios_level level);

#endif /* _EXPLORE_SCENARIOS_H */
