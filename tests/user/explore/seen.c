// SPDX-License-Identifier: GPL-2.0
/*
 * A set of hashes, with open addressing. Two states with the same hash of 64
 * bits would be taken for one; among 10 million states this happens with a
 * probability of 3 in a million.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "seen.h"

static u64 *table;
static size_t size, used;

static void insert(u64 hash)
{
	size_t i = hash & (size - 1);

	while (table[i])
		i = (i + 1) & (size - 1);
	table[i] = hash;
	used++;
}

static void resize(size_t new_size)
{
	u64 *old = table;
	size_t old_size = size, i;

	table = calloc(new_size, sizeof(*table));
	if (!table) {
		fprintf(stderr, "explore: out of memory\n");
		exit(2);
	}
	size = new_size;
	used = 0;
	for (i = 0; i < old_size; i++)
		if (old[i])
			insert(old[i]);
	free(old);
}

void seen_clear(void)
{
	free(table);
	table = NULL;
	size = 0;
	used = 0;
	resize(1 << 12);
}

bool seen_add(u64 hash)
{
	size_t i;

	/* 0 marks a free entry. */
	hash |= !hash;
	for (i = hash & (size - 1); table[i]; i = (i + 1) & (size - 1))
		if (table[i] == hash)
			return false;
	if (2 * used >= size)
		resize(2 * size);
	insert(hash);
	return true;
}
