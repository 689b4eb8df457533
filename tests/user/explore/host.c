// SPDX-License-Identifier: GPL-2.0
/* What tests/user/include/host.h asks for, with fibers. */
#include <errno.h>
#include <linux/sched.h>

#include "access.h"
#include "fail.h"
#include "fiber.h"
#include "race.h"
#include "scenario.h"
#include "story.h"

#define CALLER		__builtin_return_address(0)

struct task_struct *host_current(void)
{
	return &fiber_now->task;
}

void host_set_state(unsigned int state)
{
	fiber_clean();
	fiber_wish(WISH_STEP, NULL, 1, CALLER);
	/* Stores before this one come first, an earlier state among them. */
	access_show_all(fiber_now);
	fiber_now->task.__state = state;
	race_fence();
	story_note(CALLER, "is about to sleep");
}

int host_wake_up(struct task_struct *task)
{
	fiber_clean();
	struct fiber *sleeper = container_of(task, struct fiber, task);

	fiber_wish(WISH_STEP, NULL, 1, CALLER);
	access_show_all(fiber_now);
	race_fence();
	if (!sleeper->waiting)
		fail("a task is woken that has returned from arbiter_wait()");
	task->__state = TASK_RUNNING;
	story_note(CALLER, "wakes %d", fiber_number(sleeper));
	return 1;
}

int host_sleep(s64 *expires)
{
	struct fiber *fiber = fiber_now;
	bool expired;

	/* Others go on before they see what the fiber has stored. */
	if (fiber->stores[0].address)
		fiber_wish(WISH_STEP, NULL, 1, CALLER);
	access_show_all(fiber);
	if (expires && !*expires) {
		fiber->task.__state = TASK_RUNNING;
		return 0;
	}
	fiber->timed = expires;
	/* The time may also run out just when the task is woken. */
	expired = fiber_wish(WISH_SLEEP, NULL, expires ? 2 : 1, CALLER);
	fiber = fiber_now;
	expired |= fiber->expired;
	fiber->timed = false;
	fiber->expired = false;
	fiber->task.__state = TASK_RUNNING;
	story_note(CALLER, expired ? "times out" : "wakes up");
	return expired ? 0 : -EINTR;
}

bool host_signal_pending(unsigned int state, struct task_struct *task)
{
	struct fiber *fiber = container_of(task, struct fiber, task);
	int kinds = scenario.signals + scenario.freezes, option;

	(void)state;
	if (kinds && !fiber->signal && !fiber->thaws && !task->sighand->siglock) {
		option = fiber_wish(WISH_STEP, NULL, 1 + kinds, CALLER);
		fiber->signal = option == 1 && scenario.signals;
		fiber->thaws = option && !fiber->signal;
	}
	return fiber->signal || fiber->thaws;
}

void host_recalc_sigpending(void)
{
	fiber_now->thaws = false;
	story_note(CALLER, "has been frozen");
}

static void host_take(enum wish wish, struct host_lock *lock, const void *place)
{
	if (!fiber_now)
		return;
	fiber_wish(wish, lock, 1, place);
	lock->word = fiber_number(fiber_now) + 1;
	race_acquire(lock);
	story_note(place, wish == WISH_MUTEX ? "locks the walk" : "locks");
}

static void host_drop(struct host_lock *lock, const void *place)
{
	if (!fiber_now)
		return;
	host_assert_held(lock);
	access_show_all(fiber_now);
	race_release(lock);
	lock->word = 0;
	story_note(place, "unlocks");
}

void host_irq_save(void)
{
	if (fiber_now)
		fiber_now->irqs_off++;
}

void host_irq_restore(void)
{
	if (fiber_now && fiber_now->irqs_off)
		fiber_now->irqs_off--;
}

void host_spin_lock(struct host_lock *lock)
{
	fiber_clean();
	host_take(WISH_SPIN_LOCK, lock, CALLER);
}

void host_spin_unlock(struct host_lock *lock)
{
	fiber_clean();
	host_drop(lock, CALLER);
}

void host_assert_held(const struct host_lock *lock)
{
	if (fiber_now && lock->word != fiber_number(fiber_now) + 1u)
		fail("a lock is not held by the fiber that should hold it");
}

int host_mutex_lock(struct host_lock *lock)
{
	host_take(WISH_MUTEX, lock, CALLER);
	return 0;
}

void host_mutex_unlock(struct host_lock *lock)
{
	host_drop(lock, CALLER);
}

void host_complete(struct host_lock *completion)
{
	fiber_clean();
	fiber_wish(WISH_STEP, NULL, 1, CALLER);
	access_show_all(fiber_now);
	race_release(completion);
	completion->word++;
	story_note(CALLER, "completes");
}

void host_wait_for_completion(struct host_lock *completion)
{
	fiber_clean();
	fiber_wish(WISH_COMPLETION, completion, 1, CALLER);
	race_acquire(completion);
	completion->word--;
	story_note(CALLER, "has waited for the completion");
}

void host_resched(void)
{
	fiber_wish(WISH_STEP, NULL, 1, CALLER);
}

/* Time stands still, so that states differ in nothing but what matters. */
u64 host_time_ns(void)
{
	return 0;
}

unsigned long host_jiffies(void)
{
	return 0;
}

void host_race_begin(void)
{
	if (fiber_now)
		fiber_now->racing = true;
}

void host_race_end(void)
{
	if (fiber_now)
		fiber_now->racing = false;
}
