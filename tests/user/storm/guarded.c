// SPDX-License-Identifier: GPL-2.0
/*
 * What the owner alone uses. All accesses to it are plain, so each owner sees
 * what the one before it has written only if the arbiter orders them.
 */
#include "storm.h"

/* Take it; nobody else may be inside. Orders nothing. */
static void guarded_swap(unsigned int from, unsigned int to)
{
	unsigned int inside = __atomic_exchange_n(&storm.guarded.inside, to,
						  __ATOMIC_RELAXED);

	if (inside != from)
		storm_fail("thread %u owns, and so does thread %u",
			   self->id, inside);
}

/* Find it whole, change it, and leave it whole. */
void guarded_use(void)
{
	struct guarded *g = &storm.guarded;
	unsigned long turn;
	unsigned int i;

	guarded_swap(0, self->id);
	turn = g->turn;
	for (i = 0; i < GUARDED_WORDS; i++)
		if (g->words[i] != turn)
			storm_fail("turn %lu finds word %u of turn %lu",
				   turn, i, g->words[i]);
	g->turn = turn + 1;
	for (i = 0; i < GUARDED_WORDS; i++) {
		g->words[i] = turn + 1;
		if (i == GUARDED_WORDS / 2)
			host_pause();
	}
	storm_count(&storm.tally.sections);
	guarded_swap(self->id, 0);
}
