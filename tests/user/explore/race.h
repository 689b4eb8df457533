/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Data races: two accesses to the same memory by two fibers, one of them plain
 * and one of them a write, with nothing that orders them.
 *
 * What orders them is what the memory orders of the atomic operations promise,
 * and locks. Each fiber has a vector clock, and so has each lock and each
 * atomic variable. An access is compared with the last ones to the same memory
 * in the schedule that is being run. The clocks are not part of a state, so a
 * schedule that is cut at a state that was seen before is not followed for
 * races; the races that are found are real.
 */
#ifndef _EXPLORE_RACE_H
#define _EXPLORE_RACE_H

#include "world.h"

/* The clocks are saved and restored with a state. Both return their size. */
size_t race_save(char *to);
size_t race_restore(const char *from);
size_t race_size(void);

/* Forget which variables there are: another scenario begins. */
void race_forget(void);

/* Make all clocks new. */
void race_reset(void);

/* The fiber that runs accesses a variable. */
void race_plain(const void *address, bool write);
void race_load(const void *address, int order);
void race_store(const void *address, int order);
void race_rmw(const void *address, int order);

/* A full barrier that comes with something else */
void race_fence(void);

/* Take and drop a lock, or wait for a completion and complete it. */
void race_acquire(const struct host_lock *lock);
void race_release(const struct host_lock *lock);

#endif /* _EXPLORE_RACE_H */
