/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The story of a schedule that failed, which people read: a line for each
 * step, with the state word after it, who makes the step, and where it is in
 * the source.
 */
#ifndef _EXPLORE_STORY_H
#define _EXPLORE_STORY_H

#include "world.h"

/* Nothing is noted unless this is set. */
extern bool story_told;

/* The name of a variable; the text is valid until the next call. */
const char *story_name(const void *address);

/* Note what the fiber that runs does; @place is in the code that does it. */
__attribute__((format(printf, 2, 3)))
void story_note(const void *place, const char *format, ...);
void story_plain(const void *address, bool write, const void *place);
void story_load(const void *address, u64 value, const void *place);
void story_store(const void *address, u64 value, const void *place);
void story_rmw(const void *address, u64 old, u64 value, const void *place);
void story_compare(const void *address, int expected, int value, int old,
		   const void *place);

/* Print what was noted. */
void story_print(void);

#endif /* _EXPLORE_STORY_H */
