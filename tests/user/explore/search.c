// SPDX-License-Identifier: GPL-2.0
/* The search; see search.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "access.h"
#include "fail.h"
#include "fiber.h"
#include "operate.h"
#include "oracle.h"
#include "race.h"
#include "scenario.h"
#include "search.h"
#include "seen.h"
#include "story.h"

/*
 * Choices: the low four bits name a fiber; what stands above them is one of
 * the fiber's options, or an event that happens to it.
 */
enum {
	CHOICE_OPTION = 0x10,	/* times the option, 0 to 3 */
	CHOICE_TIMEOUT = 0x40,
	CHOICE_SIGNAL = 0x50,
	CHOICE_SPURIOUS = 0x60,
	CHOICE_RETRY = 0x70,
	CHOICE_SHOW = 0x80,	/* plus 0x10 times the store's index */
};

#define CHOICES_MAX	64

/**
 * struct node - a state on the way to the present one
 * @choices: what may happen
 * @count: number of @choices
 * @next: the next one to take
 * @length: length of the path that leads here
 * @saved: where its state is in the arena
 */
struct node {
	unsigned char choices[CHOICES_MAX];
	int count;
	int next;
	int length;
	size_t saved;
};

/* Saved states, one after the other */
static char *arena;
static size_t arena_size, arena_used;

static struct node *nodes;
static int nodes_size, nodes_used;

static void *grow(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (!memory) {
		fprintf(stderr, "explore: out of memory\n");
		exit(2);
	}
	return memory;
}

static char *reserve(size_t size)
{
	if (arena_used + size > arena_size) {
		arena_size = 2 * arena_size + size + 65536;
		arena = grow(arena, arena_size);
	}
	arena_used += size;
	return arena + arena_used - size;
}

static void save(const void *from, size_t size)
{
	memcpy(reserve(size), from, size);
}

static void save_state(void)
{
	int i;

	save(&world, sizeof(world));
	save(fiber_machines, scenario.fibers * sizeof(fiber_machines[0]));
	race_save(reserve(race_size()));
	for (i = 0; i < scenario.fibers; i++)
		save(fiber_machines[i].sp, fiber_stack_size(i));
}

static void restore_state(const char *from)
{
	int i;

	memcpy(&world, from, sizeof(world));
	from += sizeof(world);
	memcpy(fiber_machines, from,
	       scenario.fibers * sizeof(fiber_machines[0]));
	from += scenario.fibers * sizeof(fiber_machines[0]);
	from += race_restore(from);
	for (i = 0; i < scenario.fibers; i++) {
		memcpy(fiber_machines[i].sp, from, fiber_stack_size(i));
		from += fiber_stack_size(i);
	}
}

/*
 * Return whether the fiber is between two operations. Then its next operation
 * is all there is to know of it, and its stack may be ignored.
 */
static bool is_between(const struct fiber *fiber)
{
	return fiber->wish == WISH_OP || fiber->wish == WISH_DONE ||
		fiber->wish == WISH_WORK;
}

/* Return whether a fiber is in an expression that may race. */
static bool is_racing(void)
{
	int i;

	for (i = 0; i < scenario.fibers; i++)
		if (world.fibers[i].racing)
			return true;
	return false;
}

/*
 * Take out of the counters what does not change what happens: how much was
 * counted. The differences that check_statistics() looks at stay.
 *
 * A fiber that counts has the old count on its stack or in a register. Another
 * count in between shows only if the absolute values are compared, so they stay
 * if a fiber is racing. Counters outside of data_race() are changed under the
 * lock, or by one atomic operation.
 */
static void reduce_counts(struct arbiter *arb, struct tally *tally)
{
	if (is_racing())
		return;
	arb->stats.grants -= tally->grants + arb->stats.undone;
	arb->stats.undone = 0;
	arb->stats.frees -= tally->frees;
	arb->stats.cancels -= tally->cancels;
	arb->stats.timeouts -= tally->timeouts;
	arb->refused.counter -= tally->refused;
	*tally = (struct tally){ .grants = tally->grants - tally->frees };
}

/*
 * Hash the state: all of the world, and of each fiber in the middle of an
 * operation its registers and its stack. Every static variable outside of
 * those is constant during a scenario, or is used only by a fiber that goes on
 * (entered_from), for stories, or for the clocks of race.c.
 */
static u64 hash_state(void)
{
	struct arbiter_stats stats = world.arb.stats;
	s64 refused = world.arb.refused.counter;
	struct tally tally = world.tally;
	u64 hash;
	int i;

	reduce_counts(&world.arb, &world.tally);
	hash = XXH3_64bits(&world, sizeof(world));
	for (i = 0; i < scenario.fibers; i++) {
		if (is_between(&world.fibers[i]))
			continue;
		hash = XXH3_64bits_withSeed(&fiber_machines[i],
					    sizeof(fiber_machines[i]), hash);
		hash = XXH3_64bits_withSeed(fiber_machines[i].sp,
					    fiber_stack_size(i), hash);
	}
	world.arb.stats = stats;
	world.arb.refused.counter = refused;
	world.tally = tally;
	return hash;
}

static int add_events(unsigned char *choices, int i)
{
	const struct fiber *fiber = &world.fibers[i];
	int count = 0, j;

	if (fiber->wish == WISH_SLEEP && fiber->task.__state) {
		if (fiber->timed)
			choices[count++] = CHOICE_TIMEOUT | i;
		if (scenario.signals && !fiber->signal)
			choices[count++] = CHOICE_SIGNAL | i;
		if (scenario.spurious)
			choices[count++] = CHOICE_SPURIOUS | i;
	}
	for (j = 0; j < STORES_MAX && fiber->stores[j].address; j++)
		if (!access_must_wait(fiber, &fiber->stores[j]))
			choices[count++] = (CHOICE_SHOW + 0x10 * j) | i;
	return count;
}

static int find_choices(unsigned char *choices)
{
	int count = 0, i, option;

	for (i = 0; i < scenario.fibers; i++) {
		const struct fiber *fiber = &world.fibers[i];

		if (fiber_is_enabled(fiber))
			for (option = 0; option < fiber->options; option++)
				choices[count++] = CHOICE_OPTION * option | i;
		count += add_events(choices + count, i);
	}
	if (world.backing.retry && !world.backing.work)
		choices[count++] = CHOICE_RETRY;
	return count;
}

/* Return whether somebody goes on without an event, which may never come. */
static bool is_going_on(void)
{
	int i;

	for (i = 0; i < scenario.fibers; i++)
		if (fiber_is_enabled(&world.fibers[i]) ||
		    world.fibers[i].stores[0].address)
			return true;
	return false;
}

/* Do what was chosen, and check what must be true after it. */
static void make_choice(unsigned char choice)
{
	struct fiber *fiber = &world.fibers[choice & 0xf];

	switch (choice & 0xf0) {
	case CHOICE_TIMEOUT:
		fiber->expired = true;
		fiber->task.__state = 0;
		break;
	case CHOICE_SIGNAL:
		fiber->signal = true;
		fiber->task.__state = 0;
		break;
	case CHOICE_SPURIOUS:
		fiber->task.__state = 0;
		break;
	case CHOICE_RETRY:
		world.backing.retry = false;
		world.backing.work = true;
		story_note(NULL, "the backing asks again by itself");
		break;
	default:
		if (choice >= CHOICE_SHOW) {
			story_note(NULL, "a store of %d is seen by all",
				   choice & 0xf);
			access_show(fiber, &fiber->stores[(choice - CHOICE_SHOW)
							  >> 4]);
			break;
		}
		fiber->option = choice / CHOICE_OPTION;
		fiber_run(fiber);
		break;
	}
	if (!has_failed())
		oracle_step(choice < CHOICE_TIMEOUT ? fiber : NULL);
	if (!has_failed() && oracle_is_quiet())
		oracle_quiet();
	if (!has_failed() && !is_going_on())
		oracle_stuck();
}

static void push_node(const unsigned char *choices, int count, int length)
{
	struct node *node;

	if (nodes_used == nodes_size) {
		nodes_size = 2 * nodes_size + 256;
		nodes = grow(nodes, nodes_size * sizeof(*nodes));
	}
	node = &nodes[nodes_used++];
	memcpy(node->choices, choices, count);
	node->count = count;
	node->next = 0;
	node->length = length;
	node->saved = arena_used;
	save_state();
}

/*
 * Go on until there is a choice; make a node of it if it is new. With a single
 * choice nothing needs to be saved.
 */
static void advance(struct search *search)
{
	unsigned char choices[CHOICES_MAX];
	int count, alone = 0;

	for (;;) {
		if (has_failed())
			return;
		count = find_choices(choices);
		if (count != 1)
			break;
		if (search->length == PATH_MAX_STEPS || alone++ == 1000) {
			fail("a fiber goes on for ever");
			return;
		}
		search->path[search->length++] = choices[0];
		search->steps++;
		make_choice(choices[0]);
	}
	if (!count) {
		search->schedules++;
		return;
	}
	if (!seen_add(hash_state())) {
		search->schedules++;
		return;
	}
	search->states++;
	push_node(choices, count, search->length);
}

void search_run(struct search *search)
{
	arena_used = 0;
	nodes_used = 0;
	seen_clear();
	race_forget();
	operate_begin();
	oracle_step(NULL);
	advance(search);
	while (nodes_used && !has_failed()) {
		struct node *node = &nodes[nodes_used - 1];

		if (node->next == node->count) {
			arena_used = node->saved;
			nodes_used--;
			continue;
		}
		if (search->states >= search->max_states)
			return;
		restore_state(arena + node->saved);
		search->length = node->length;
		if (search->length == PATH_MAX_STEPS) {
			fail("the schedule is too long");
			return;
		}
		search->path[search->length++] = node->choices[node->next];
		search->steps++;
		make_choice(node->choices[node->next++]);
		advance(search);
	}
	search->exhausted = !has_failed();
}

bool search_replay(const unsigned char *path, int length)
{
	unsigned char choices[CHOICES_MAX];
	int i, count;

	operate_begin();
	oracle_step(NULL);
	for (i = 0; i < length && !has_failed(); i++) {
		count = find_choices(choices);
		if (!memchr(choices, path[i], count))
			return false;
		make_choice(path[i]);
	}
	return true;
}
