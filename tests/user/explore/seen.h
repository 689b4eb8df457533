/* SPDX-License-Identifier: GPL-2.0 */
/* The set of the hashes of all states that were seen in this search. */
#ifndef _EXPLORE_SEEN_H
#define _EXPLORE_SEEN_H

#include <linux/types.h>

void seen_clear(void);

/* Returns false if the hash is in the set already. */
bool seen_add(u64 hash);

#endif /* _EXPLORE_SEEN_H */
