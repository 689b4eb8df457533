// SPDX-License-Identifier: GPL-2.0
/* Data races; see race.h. */
#include <string.h>

#include "fail.h"
#include "fiber.h"
#include "race.h"
#include "story.h"

#define CELLS		256
#define SLOTS		(4 * CELLS)

/* What a fiber knows of the clock of each fiber */
struct clock {
	uint16_t at[FIBERS_MAX];
};

/**
 * struct cell - what happened to one variable
 * @wrote: when each fiber wrote to it last, by its own clock; 0: never
 * @wrote_plainly: the same for plain writes only
 * @read: when each fiber read it last
 * @read_plainly: the same for plain reads only
 * @released: what a fiber knows after it has read this with acquire
 */
struct cell {
	struct clock wrote;
	struct clock wrote_plainly;
	struct clock read;
	struct clock read_plainly;
	struct clock released;
};

/**
 * struct race_clocks - all clocks
 * @now: of each fiber
 * @fenced: of each fiber at its last full barrier; its later stores publish it
 * @fetched: what each fiber has read, and knows after its next full barrier
 * @cells: variables that were accessed
 */
struct race_clocks {
	struct clock now[FIBERS_MAX];
	struct clock fenced[FIBERS_MAX];
	struct clock fetched[FIBERS_MAX];
	struct cell cells[CELLS];
};

static struct race_clocks race_clocks;

/*
 * Which cell a variable has. All addresses stay the same in all schedules of a
 * scenario.
 */
static struct slot {
	const void *address;
	int cell;
} slots[SLOTS];
static int cells_used;

static size_t clocks_size(int cells)
{
	return offsetof(struct race_clocks, cells) +
		cells * sizeof(struct cell);
}

size_t race_size(void)
{
	return sizeof(cells_used) + clocks_size(cells_used);
}

size_t race_save(char *to)
{
	memcpy(to, &cells_used, sizeof(cells_used));
	memcpy(to + sizeof(cells_used), &race_clocks, clocks_size(cells_used));
	return race_size();
}

/* Variables that were met later were not accessed yet. */
size_t race_restore(const char *from)
{
	int cells;

	memcpy(&cells, from, sizeof(cells));
	memset(&race_clocks, 0, clocks_size(cells_used));
	memcpy(&race_clocks, from + sizeof(cells), clocks_size(cells));
	return sizeof(cells) + clocks_size(cells);
}

void race_forget(void)
{
	memset(slots, 0, sizeof(slots));
	cells_used = 0;
}

void race_reset(void)
{
	int i;

	memset(&race_clocks, 0, sizeof(race_clocks));
	for (i = 0; i < FIBERS_MAX; i++)
		race_clocks.now[i].at[i] = 1;
}

static struct cell *cell_of(const void *address)
{
	size_t i = ((size_t)address >> 2) % SLOTS;

	while (slots[i].address && slots[i].address != address)
		i = (i + 1) % SLOTS;
	if (!slots[i].address) {
		if (cells_used == CELLS) {
			fail("too many variables for the search for races");
			return &race_clocks.cells[0];
		}
		slots[i].address = address;
		slots[i].cell = cells_used++;
		memset(&race_clocks.cells[slots[i].cell], 0,
		       sizeof(struct cell));
	}
	return &race_clocks.cells[slots[i].cell];
}

static void clock_join(struct clock *clock, const struct clock *other)
{
	int i;

	for (i = 0; i < FIBERS_MAX; i++)
		if (clock->at[i] < other->at[i])
			clock->at[i] = other->at[i];
}

/* Return the fiber whose access the present one does not know of; -1: none. */
static int clock_unknown(const struct clock *accessed, int me)
{
	int i;

	for (i = 0; i < FIBERS_MAX; i++)
		if (i != me && accessed->at[i] > race_clocks.now[me].at[i])
			return i;
	return -1;
}

static void race_check(const struct clock *accessed, int me,
		       const void *address)
{
	int other = clock_unknown(accessed, me);

	if (other >= 0)
		fail("fibers %d and %d race for %s", me, other,
		     story_name(address));
}

static void race_access(const void *address, bool write, bool plain)
{
	struct cell *cell = cell_of(address);
	int me = fiber_number(fiber_now);
	uint16_t now = race_clocks.now[me].at[me];

	race_check(plain ? &cell->wrote : &cell->wrote_plainly, me, address);
	if (write)
		race_check(plain ? &cell->read : &cell->read_plainly, me,
			   address);
	*(write ? &cell->wrote.at[me] : &cell->read.at[me]) = now;
	if (plain)
		*(write ? &cell->wrote_plainly.at[me] :
			  &cell->read_plainly.at[me]) = now;
}

/* What the fiber does from now on is not known to those that join this. */
static void race_tick(int me)
{
	race_clocks.now[me].at[me]++;
}

void race_plain(const void *address, bool write)
{
	race_access(address, write, !fiber_now->racing);
}

void race_load(const void *address, int order)
{
	int me = fiber_number(fiber_now);
	struct cell *cell;

	race_access(address, false, false);
	cell = cell_of(address);
	clock_join(&race_clocks.fetched[me], &cell->released);
	if (order != __ATOMIC_RELAXED)
		clock_join(&race_clocks.now[me], &cell->released);
}

void race_store(const void *address, int order)
{
	int me = fiber_number(fiber_now);

	race_access(address, true, false);
	cell_of(address)->released = order == __ATOMIC_RELAXED ?
		race_clocks.fenced[me] : race_clocks.now[me];
	race_tick(me);
}

void race_rmw(const void *address, int order)
{
	int me = fiber_number(fiber_now);
	struct cell *cell;

	race_access(address, false, false);
	race_access(address, true, false);
	cell = cell_of(address);
	clock_join(&race_clocks.fetched[me], &cell->released);
	if (order != __ATOMIC_RELAXED)
		race_fence();
	clock_join(&cell->released, &race_clocks.fenced[me]);
	race_tick(me);
}

void race_fence(void)
{
	int me = fiber_number(fiber_now);

	clock_join(&race_clocks.now[me], &race_clocks.fetched[me]);
	race_clocks.fenced[me] = race_clocks.now[me];
	race_tick(me);
}

void race_acquire(const struct host_lock *lock)
{
	int me = fiber_number(fiber_now);

	clock_join(&race_clocks.now[me], &cell_of(lock)->released);
}

void race_release(const struct host_lock *lock)
{
	int me = fiber_number(fiber_now);

	clock_join(&cell_of(lock)->released, &race_clocks.now[me]);
	race_tick(me);
}
