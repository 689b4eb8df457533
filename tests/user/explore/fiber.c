// SPDX-License-Identifier: GPL-2.0
/* Fibers; see fiber.h. */
#include <alloca.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "fiber.h"
#include "scenario.h"

/*
 * The frame of fiber_leave() below its frame address: the registers that it
 * saves. It has no other local state.
 */
#define FRAME_MARGIN	64

/* More than any function below the arbiter's uses */
#define CLEAN_SIZE	1024

char fiber_stacks[FIBERS_MAX][STACK_SIZE] __attribute__((aligned(64)));
struct machine fiber_machines[FIBERS_MAX];
struct fiber *fiber_now;

static jmp_buf fiber_search;

/*
 * Go back to the search. The stack from here up is part of the state, so this
 * notes where it begins.
 */
static noinline void fiber_leave(void)
{
	struct machine *machine = &fiber_machines[fiber_number(fiber_now)];

	machine->sp = (char *)__builtin_frame_address(0) - FRAME_MARGIN;
	if (!_setjmp(machine->context))
		_longjmp(fiber_search, 1);
}

noinline void fiber_clean(void)
{
	char *below = alloca(CLEAN_SIZE);

	memset(below, 0, CLEAN_SIZE);
	__asm__ volatile("" : : "r" (below) : "memory");
}

int fiber_wish(enum wish wish, struct host_lock *on, int options,
	       const void *place)
{
	struct fiber *fiber = fiber_now;
	int option;

	if (!fiber)
		return 0;
	fiber->wish = wish;
	fiber->on = on;
	fiber->options = options;
	fiber->place = place;
	fiber_leave();
	fiber = fiber_now;
	option = fiber->option;
	/* Whatever is not needed any more must not make states differ. */
	fiber->on = NULL;
	fiber->option = 0;
	return option;
}

void fiber_run(struct fiber *fiber)
{
	fiber_now = fiber;
	if (!_setjmp(fiber_search))
		_longjmp(fiber_machines[fiber_number(fiber)].context, 1);
	fiber_now = NULL;
}

/* makecontext() makes the stack; the first leave makes it a fiber's. */
void fiber_create(int i, void (*function)(void))
{
	static ucontext_t back, forth;
	struct fiber *fiber = &world.fibers[i];

	memset(fiber_stacks[i], 0, STACK_SIZE);
	if (getcontext(&forth)) {
		perror("getcontext");
		exit(2);
	}
	forth.uc_stack.ss_sp = fiber_stacks[i];
	forth.uc_stack.ss_size = STACK_SIZE;
	forth.uc_link = NULL;
	makecontext(&forth, function, 0);
	fiber_now = fiber;
	if (!_setjmp(fiber_search))
		swapcontext(&back, &forth);
	fiber_now = NULL;
}

/* An interrupt stands in the way of the fiber that it has interrupted. */
static bool fiber_is_interrupted(const struct fiber *fiber)
{
	int i;

	for (i = 0; i < scenario.fibers - 1; i++) {
		const struct fiber *other = &world.fibers[i];

		if (scenario.programs[i].interrupts == fiber_number(fiber) &&
		    other->started && other->wish != WISH_DONE)
			return true;
	}
	return false;
}

/* An interrupt comes while interrupts are on, and is not interrupted itself. */
static bool fiber_may_begin(const struct fiber *fiber)
{
	int on = scenario.programs[fiber_number(fiber)].interrupts;

	return fiber->started || on < 0 || !world.fibers[on].irqs_off;
}

bool fiber_is_enabled(const struct fiber *fiber)
{
	const struct program *program = &scenario.programs[fiber_number(fiber)];
	int word;

	if (fiber_is_interrupted(fiber))
		return false;
	switch (fiber->wish) {
	case WISH_STEP:
		return true;
	case WISH_OP:
		return fiber_may_begin(fiber);
	case WISH_SPIN_LOCK:
	case WISH_MUTEX:
		return !fiber->on->word;
	case WISH_COMPLETION:
		return fiber->on->word;
	case WISH_SLEEP:
		return !fiber->task.__state;
	case WISH_WORK:
		return world.backing.work;
	case WISH_BACKING:
		return world.backing.holder == HOLDER_OUT + program->outsider;
	case WISH_ENDED:
		return !world.clients[program->steps[fiber->op].client].pending;
	case WISH_NO_OWNER:
		word = world.arb.state.counter;
		return (word & ARBITER_OFF) &&
			!(word & (ARBITER_OWNED | ARBITER_HELD | ARBITER_BUSY));
	case WISH_DONE:
		break;
	}
	return false;
}
