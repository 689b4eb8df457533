/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The search: runs a scenario in every order in which its fibers may take
 * their steps, depth first. A state that was seen before is not followed again.
 */
#ifndef _EXPLORE_SEARCH_H
#define _EXPLORE_SEARCH_H

#include <stddef.h>

#include "world.h"

/* A choice is one byte: a fiber and one of its options, or an event. */
#define PATH_MAX_STEPS	4096

/**
 * struct search - the result of a search
 * @states: different states at which there was a choice
 * @steps: steps that were made
 * @schedules: ways from the beginning to an end or to a state seen before
 * @exhausted: there is no other schedule
 * @path: if a check has failed, the choices that led there
 * @length: their number
 * @max_states: give up beyond so many states
 */
struct search {
	u64 states;
	u64 steps;
	u64 schedules;
	bool exhausted;
	unsigned char path[PATH_MAX_STEPS];
	int length;
	u64 max_states;
};

/* Search until a check fails (see fail.h) or @max_states are found. */
void search_run(struct search *search);

/* Make the choices in @path once more. Returns false if one is impossible. */
bool search_replay(const unsigned char *path, int length);

#endif /* _EXPLORE_SEARCH_H */
