// SPDX-License-Identifier: GPL-2.0
/*
 * What src/arbiter/ needs of its host, for one thread. While a task sleeps, the
 * calls that follow in the input are those of other tasks. See host.h.
 */
#include <linux/errno.h>
#include <linux/sched.h>

#include "world.h"

struct task_struct *host_current(void)
{
	return world.task;
}

void host_set_state(unsigned int state)
{
	world.task->__state = state;
}

int host_wake_up(struct task_struct *task)
{
	int woken = task->__state != TASK_RUNNING;

	task->__state = TASK_RUNNING;
	return woken;
}

bool host_signal_pending(unsigned int state, struct task_struct *task)
{
	return world.signal;
}

/* Each wake-up as by a signal comes with a signal. */
void host_recalc_sigpending(void)
{
}

/*
 * Others make calls until this task is woken. The end of the input, and a byte
 * for that purpose, end the sleep: the deadline passes, or a signal comes.
 */
int host_sleep(s64 *expires)
{
	struct task_struct *task = world.task;
	int ret = -EINTR;

	if (expires && !*expires)
		return 0;
	world.depth++;
	while (task->__state != TASK_RUNNING) {
		if (!step_next()) {
			world.signal = !expires;
			ret = expires ? 0 : -EINTR;
			break;
		}
		world.task = task;
	}
	world.depth--;
	task->__state = TASK_RUNNING;
	return ret;
}

/* There are no interrupts. */
void host_irq_save(void)
{
}

void host_irq_restore(void)
{
}

void host_spin_lock(struct host_lock *lock)
{
	world_check(!lock->word);
	lock->word = 1;
}

void host_spin_unlock(struct host_lock *lock)
{
	world_check(lock->word);
	lock->word = 0;
}

void host_assert_held(const struct host_lock *lock)
{
	world_check(lock->word);
}

int host_mutex_lock(struct host_lock *mutex)
{
	host_spin_lock(mutex);
	return 0;
}

void host_mutex_unlock(struct host_lock *mutex)
{
	host_spin_unlock(mutex);
}

void host_complete(struct host_lock *completion)
{
	completion->word = 1;
}

/* With one thread, whatever is waited for must have happened. */
void host_wait_for_completion(struct host_lock *completion)
{
	world_check(completion->word);
}

void host_resched(void)
{
}

/* Time goes on with each look at it. */
u64 host_time_ns(void)
{
	static u64 now;

	return ++now;
}

unsigned long host_jiffies(void)
{
	return host_time_ns();
}

void host_race_begin(void)
{
}

void host_race_end(void)
{
}
