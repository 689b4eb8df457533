/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accesses to memory by the arbiter's code, and by what is compiled as it is.
 *
 * The compiler reports each of them (-fsanitize=thread); access.c takes the
 * place of the library that usually comes with that option. An atomic access
 * is a point at which the search may let another fiber run first. A plain one
 * is not, because no fiber can tell in which order two plain accesses were
 * made unless they race, and races are found (race.h).
 */
#ifndef _EXPLORE_ACCESS_H
#define _EXPLORE_ACCESS_H

#include "world.h"

/* Make a fiber's store visible to the others. */
void access_show(struct fiber *fiber, struct store *store);

/* Make all of them visible, in their order. */
void access_show_all(struct fiber *fiber);

/* Return whether an older store to the same place is still invisible. */
bool access_must_wait(const struct fiber *fiber, const struct store *store);

#endif /* _EXPLORE_ACCESS_H */
