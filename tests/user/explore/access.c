// SPDX-License-Identifier: GPL-2.0
/* Accesses to memory; see access.h. */
#include <string.h>

#include "access.h"
#include "fail.h"
#include "fiber.h"
#include "race.h"
#include "scenario.h"
#include "story.h"

#define CALLER		__builtin_return_address(0)

/*
 * From where the last function was called. The functions of linux/atomic.h that
 * are not inline are of no interest; their callers are.
 */
static const void *entered_from;

/* Fail if the pointer is NULL, or what list_del() leaves behind. */
static void access_check_pointer(const void *address)
{
	if ((size_t)address < 4096)
		fail("a pointer is followed that points nowhere");
}

/* Fail if the memory does not exist any more. */
static void access_check_alive(const void *address)
{
	const struct fiber *fiber = fiber_of_address(address);
	size_t offset = (const char *)address - (const char *)world.clients;

	if (fiber && fiber != fiber_now &&
	    (!fiber->waiting || (const char *)address <
	     fiber_machines[fiber_number(fiber)].sp))
		fail("a stack is accessed on which there is no request any more");
	if (offset < sizeof(world.clients) &&
	    world.clients[offset / sizeof(struct client)].gone)
		fail("client %c is accessed, but it is gone",
		     'a' + (int)(offset / sizeof(struct client)));
}

/* Return whether the access may be of interest to another fiber. */
static bool access_is_shared(const void *address)
{
	size_t offset = (const char *)address - (const char *)&world;

	return offset < sizeof(world) || fiber_of_address(address);
}

void access_show(struct fiber *fiber, struct store *store)
{
	memcpy(store->address, &store->value, store->size);
	memmove(store, store + 1, (char *)&fiber->stores[STORES_MAX] -
		(char *)(store + 1));
	memset(&fiber->stores[STORES_MAX - 1], 0, sizeof(*store));
}

void access_show_all(struct fiber *fiber)
{
	while (fiber->stores[0].address)
		access_show(fiber, &fiber->stores[0]);
}

bool access_must_wait(const struct fiber *fiber, const struct store *store)
{
	const struct store *older;

	for (older = fiber->stores; older < store; older++)
		if (older->address == store->address)
			return true;
	return false;
}

static void access_show_address(struct fiber *fiber, const void *address)
{
	int i = 0;

	while (i < STORES_MAX && fiber->stores[i].address) {
		if (fiber->stores[i].address == address)
			access_show(fiber, &fiber->stores[i]);
		else
			i++;
	}
}

static void access_plain(const void *address, bool write, const void *place)
{
	if (!fiber_now)
		return;
	access_check_pointer(address);
	if (!access_is_shared(address))
		return;
	if (fiber_now->racing)
		fiber_wish(WISH_STEP, NULL, 1, place);
	access_check_alive(address);
	/* Its own late store comes first; so others see it, too, from here on. */
	access_show_address(fiber_now, address);
	race_plain(address, write);
	story_plain(address, write, place);
}

/* Before an atomic access: let others go first, and check. */
static void access_begin(const volatile void *volatile_address,
			 const void *place)
{
	const void *address = (const void *)volatile_address;

	if (!fiber_now)
		return;
	access_check_pointer(address);
	if (!access_is_shared(address))
		return;
	fiber_wish(WISH_STEP, NULL, 1, place);
	access_check_alive(address);
}

static u64 access_load(const volatile void *volatile_address, unsigned int size,
		       int order, const void *place)
{
	const void *address = (const void *)volatile_address;
	u64 value = 0;
	int i;

	access_begin(address, place);
	memcpy(&value, address, size);
	if (!fiber_now)
		return value;
	/* A fiber sees its own stores, the last one first. */
	for (i = 0; i < STORES_MAX; i++)
		if (fiber_now->stores[i].address == address)
			value = fiber_now->stores[i].value;
	race_load(address, order);
	story_load(address, value, place);
	return value;
}

static void access_store(volatile void *volatile_address, u64 value,
			 unsigned int size, int order, const void *place)
{
	void *address = (void *)volatile_address;
	struct fiber *fiber = fiber_now;
	int i;

	access_begin(address, place);
	if (fiber) {
		race_store(address, order);
		story_store(address, value, place);
		if (order != __ATOMIC_RELAXED)
			access_show_all(fiber);
	}
	if (!fiber || !scenario.weak || order != __ATOMIC_RELAXED ||
	    !access_is_shared(address)) {
		memcpy(address, &value, size);
		return;
	}
	if (fiber->stores[STORES_MAX - 1].address)
		access_show(fiber, &fiber->stores[0]);
	for (i = 0; fiber->stores[i].address; i++)
		;
	fiber->stores[i] = (struct store){ address, value, size };
}

enum rmw { RMW_ADD, RMW_SUB, RMW_OR, RMW_AND };

/* Before and after a read-modify-write operation. */
static void access_begin_rmw(volatile void *address, int order,
			     const void *place)
{
	access_begin(address, place);
	if (!fiber_now)
		return;
	if (order == __ATOMIC_RELAXED)
		access_show_address(fiber_now, (const void *)address);
	else
		access_show_all(fiber_now);
}

static u64 access_rmw(volatile void *volatile_address, enum rmw what,
		      u64 operand, unsigned int size, int order,
		      const void *place)
{
	void *address = (void *)volatile_address;
	u64 old = 0, value = 0;

	access_begin_rmw(address, order, place);
	memcpy(&old, address, size);
	switch (what) {
	case RMW_ADD:
		value = old + operand;
		break;
	case RMW_SUB:
		value = old - operand;
		break;
	case RMW_OR:
		value = old | operand;
		break;
	case RMW_AND:
		value = old & operand;
		break;
	}
	memcpy(address, &value, size);
	if (fiber_now) {
		race_rmw(address, order);
		story_rmw(address, old, value, place);
	}
	return old;
}

/* What the compiler calls. Its types are the compiler's own. */

#define LOAD(bits, type)						\
type __tsan_atomic##bits##_load(const volatile type *a, int order)	\
{									\
	type old;							\
									\
	fiber_clean();							\
	old = access_load(a, (bits) / 8, order, CALLER);		\
	fiber_clean();							\
	return old;							\
}

LOAD(8, char)
LOAD(32, int)
LOAD(64, long)

#define STORE(bits, type)						\
void __tsan_atomic##bits##_store(volatile type *a, type value,		\
				 int order)				\
{									\
	fiber_clean();							\
	access_store(a, (uint##bits##_t)value, (bits) / 8, order,	\
		     CALLER);						\
	fiber_clean();							\
}

STORE(8, char)
STORE(32, int)
STORE(64, long)

#define FETCH(bits, type, name, what)					\
type __tsan_atomic##bits##_fetch_##name(volatile type *a, type value,	\
					int order)			\
{									\
	type old;							\
									\
	fiber_clean();							\
	old = access_rmw(a, what, value, (bits) / 8, order, CALLER);	\
	fiber_clean();							\
	return old;							\
}

FETCH(32, int, add, RMW_ADD)
FETCH(32, int, sub, RMW_SUB)
FETCH(32, int, or, RMW_OR)
FETCH(32, int, and, RMW_AND)
FETCH(64, long, add, RMW_ADD)

int __tsan_atomic32_compare_exchange_strong(volatile int *a, int *expected,
					    int value, int order, int failed)
{
	int old = *expected;

	fiber_clean();
	access_begin(a, entered_from);
	/* Only if it succeeds, it orders what its order says. */
	if (fiber_now) {
		access_show_address(fiber_now, (const void *)a);
		if (*a == old && order != __ATOMIC_RELAXED)
			access_show_all(fiber_now);
	}
	*expected = *a;
	if (*a == old)
		*a = value;
	if (fiber_now) {
		/* If it fails, it has stored nothing that others could read. */
		if (*expected == old)
			race_rmw((const void *)a, order);
		else
			race_load((const void *)a, failed);
		story_compare((const void *)a, old, value, *expected, entered_from);
	}
	fiber_clean();
	return *expected == old;
}

#define PLAIN(size)						\
void __tsan_read##size(const void *address)				\
{									\
	access_plain(address, false, CALLER);			\
}									\
									\
void __tsan_write##size(const void *address)				\
{									\
	access_plain(address, true, CALLER);			\
}									\
									\
void __tsan_unaligned_read##size(const void *address)			\
{									\
	access_plain(address, false, CALLER);			\
}									\
									\
void __tsan_unaligned_write##size(const void *address)			\
{									\
	access_plain(address, true, CALLER);			\
}

PLAIN(1)
PLAIN(2)
PLAIN(4)
PLAIN(8)
PLAIN(16)

/*
 * Variables that are set as a whole. Those on the fiber's own stack are nobody
 * else's; there are no others.
 */
static void access_range(const void *address)
{
	if (fiber_now && access_is_shared(address) &&
	    fiber_of_address(address) != fiber_now)
		fail("a range of memory is accessed, which is not followed");
}

void __tsan_write_range(void *address, unsigned long size)
{
	(void)size;
	access_range(address);
}

void __tsan_read_range(void *address, unsigned long size)
{
	(void)size;
	access_range(address);
}

void __tsan_init(void)
{
}

void __tsan_func_entry(void *place)
{
	entered_from = place;
	fiber_clean();
}

void __tsan_func_exit(void)
{
	fiber_clean();
}
