/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fibers: the threads, interrupts and the work item of a scenario. Only one of
 * them runs at a time. It runs until it is about to do something that others
 * can see, and then waits until the search lets it go on.
 */
#ifndef _EXPLORE_FIBER_H
#define _EXPLORE_FIBER_H

#include <setjmp.h>

#include "world.h"

#define STACK_SIZE	16384

/**
 * struct machine - where a fiber goes on
 * @context: its registers
 * @sp: the lowest address of its stack that is in use
 */
struct machine {
	jmp_buf context;
	char *sp;
};

extern struct machine fiber_machines[FIBERS_MAX];

extern char fiber_stacks[FIBERS_MAX][STACK_SIZE];

/* The fiber that runs; NULL: none, the world is being made. */
extern struct fiber *fiber_now;

/* Make fiber number @i, which will call @function, and never returns. */
void fiber_create(int i, void (*function)(void));

/* Let a fiber do what it is about to do, until it is about to do the next. */
void fiber_run(struct fiber *fiber);

/*
 * Called by a fiber that is about to do something: returns when it may. The
 * search takes each of the @options ways to go on; returns which, from 0.
 */
int fiber_wish(enum wish wish, struct host_lock *on, int options,
	       const void *place);

/*
 * Clear the stack below the caller, where functions that have returned have
 * left what they had there. States that differ in nothing else would not be
 * known as the same. So every function that the arbiter calls does this first
 * and last.
 */
void fiber_clean(void);

/* Return whether what the fiber is about to do is possible now. */
bool fiber_is_enabled(const struct fiber *fiber);

static inline int fiber_number(const struct fiber *fiber)
{
	return fiber - world.fibers;
}

static inline size_t fiber_stack_size(int i)
{
	return &fiber_stacks[i][STACK_SIZE] - fiber_machines[i].sp;
}

/* Return the fiber on whose stack the address is, or NULL. */
static inline struct fiber *fiber_of_address(const void *address)
{
	size_t offset = (const char *)address - &fiber_stacks[0][0];

	return offset < sizeof(fiber_stacks) ?
		&world.fibers[offset / STACK_SIZE] : NULL;
}

#endif /* _EXPLORE_FIBER_H */
