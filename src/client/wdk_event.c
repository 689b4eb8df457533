// SPDX-License-Identifier: GPL-2.0
/*
 * Events of the driver kit: a thread waits until an event is set, for a limited
 * time or without a limit.
 *
 * An event is often on the stack of the thread that waits. So who sets an event
 * must not touch it after the waiter may have seen that it is set: the state
 * changes, and the waiters are woken, under event->lock, and a waiter returns only
 * after it had the lock itself. event->lock is a raw spinlock, and a leaf, so
 * events can be set in any context, also on PREEMPT_RT.
 *
 * A thread may still wait when its module goes, and then nobody may be left who sets
 * the event: the module's requests are withdrawn. So the waits of a module end when it
 * goes, see pb_event_begin_going(). waits_lock guards who waits and who goes. It is a
 * raw spinlock, and a leaf, too.
 */
#include <linux/export.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <parbiter/wdk/wdm.h>

#include "wdk.h"

/**
 * struct event_waiter - a thread that waits for an event
 * @node: in event->waiters (event->lock)
 * @wait: in waits (waits_lock)
 * @owner: the module that waits
 * @task: the thread
 * @is_going: the module is going; changes from false to true (waits_lock)
 */
struct event_waiter {
	struct list_head node;
	struct list_head wait;
	struct module *owner;
	struct task_struct *task;
	bool is_going;
};

static LIST_HEAD(waits);
static LIST_HEAD(goings);
static DEFINE_RAW_SPINLOCK(waits_lock);

/**
 * parbiter_init_event() - KeInitializeEvent()
 * @event: the event
 * @type: SynchronizationEvent: the first thread that sees the event set clears
 *	it; NotificationEvent: it stays set
 * @state: TRUE: the event is set
 *
 * Context: any.
 */
VOID parbiter_init_event(PKEVENT event, EVENT_TYPE type, BOOLEAN state)
{
	raw_spin_lock_init(&event->lock);
	INIT_LIST_HEAD(&event->waiters);
	event->type = type;
	event->state = !!state;
}
EXPORT_SYMBOL_GPL(parbiter_init_event);

/**
 * parbiter_set_event() - KeSetEvent() and KeClearEvent()
 * @event: the event
 * @state: 1: set it, and wake those who wait for it; 0: clear it
 *
 * Context: any.
 * Return: 1: the event was set before; 0: it was not.
 */
LONG parbiter_set_event(PKEVENT event, LONG state)
{
	struct event_waiter *waiter;
	unsigned long flags;
	LONG before;

	raw_spin_lock_irqsave(&event->lock, flags);
	before = event->state;
	WRITE_ONCE(event->state, state);
	if (state)
		list_for_each_entry(waiter, &event->waiters, node)
			wake_up_process(waiter->task);
	raw_spin_unlock_irqrestore(&event->lock, flags);
	return before;
}
EXPORT_SYMBOL_GPL(parbiter_set_event);

/* Return whether the event is set; if so, clear it if that is its type. */
static bool event_take_locked(PKEVENT event)
{
	lockdep_assert_held(&event->lock);

	if (!event->state)
		return false;
	if (event->type == SynchronizationEvent)
		WRITE_ONCE(event->state, 0);
	return true;
}

/* Return when to stop waiting: a time of CLOCK_MONOTONIC; 0: do not wait. */
static ktime_t event_deadline(LONGLONG timeout)
{
	s64 span;

	if (timeout > 0)
		span = timeout - PARBITER_TICKS_TO_1970 -
		       div_s64(ktime_get_real_ns(), PARBITER_TICK_NS);
	else
		span = -max(timeout, -KTIME_MAX);
	if (span <= 0)
		return 0;
	if (span > KTIME_MAX / PARBITER_TICK_NS)
		return KTIME_MAX;
	return ktime_add_safe(ktime_get(), ns_to_ktime(span * PARBITER_TICK_NS));
}

/*
 * Sleep until the event is set, the time is over, the process is killed, or the
 * module goes. Drops event->lock meanwhile. Return whether the time is over.
 *
 * The task's state changes before the lock is dropped, so that a wake-up that comes
 * at once is not lost; and before is_going is read, for pb_event_begin_going() sets it
 * without this lock, and then wakes the task.
 */
static bool event_sleep_locked(PKEVENT event, struct event_waiter *waiter,
			       ktime_t *expires, unsigned int task_state,
			       unsigned long *flags)
	__releases(&event->lock) __acquires(&event->lock)
{
	int ret = -EINTR;

	lockdep_assert_held(&event->lock);

	set_current_state(task_state);
	raw_spin_unlock_irqrestore(&event->lock, *flags);
	if (!READ_ONCE(waiter->is_going))
		ret = schedule_hrtimeout_range(expires, current->timer_slack_ns,
					       HRTIMER_MODE_ABS);
	__set_current_state(TASK_RUNNING);
	raw_spin_lock_irqsave(&event->lock, *flags);
	return !ret;
}

/*
 * Wait until the event is set; STATUS_CANCELLED: the process has been killed
 * meanwhile, or the module goes.
 */
static NTSTATUS event_wait(PKEVENT event, struct event_waiter *waiter,
			   ktime_t *expires, unsigned int task_state)
{
	NTSTATUS status = STATUS_SUCCESS;
	unsigned long flags;
	bool over = expires && !*expires;

	raw_spin_lock_irqsave(&event->lock, flags);
	list_add_tail(&waiter->node, &event->waiters);
	while (!event_take_locked(event)) {
		status = STATUS_TIMEOUT;
		if (over)
			break;
		status = STATUS_CANCELLED;
		if (READ_ONCE(waiter->is_going) ||
		    signal_pending_state(task_state, current))
			break;
		over = event_sleep_locked(event, waiter, expires, task_state,
					  &flags);
		status = STATUS_SUCCESS;
	}
	list_del(&waiter->node);
	raw_spin_unlock_irqrestore(&event->lock, flags);
	return status;
}

/*
 * The module goes while its thread waits. The thread may be about to leave its stack,
 * so its own requests end first, which may set the event.
 */
static NTSTATUS event_end_wait(PKEVENT event)
{
	unsigned long flags;
	bool taken;

	pb_irp_end_own();
	raw_spin_lock_irqsave(&event->lock, flags);
	taken = event_take_locked(event);
	raw_spin_unlock_irqrestore(&event->lock, flags);
	return taken ? STATUS_SUCCESS : STATUS_CANCELLED;
}

static NTSTATUS event_wait_killable(PKEVENT event, struct event_waiter *waiter,
				    ktime_t *expires)
{
	const unsigned int state = TASK_NOLOAD | TASK_FREEZABLE;
	NTSTATUS status;

	status = event_wait(event, waiter, expires, TASK_KILLABLE | state);
	if (status == STATUS_CANCELLED && !READ_ONCE(waiter->is_going)) {
		pb_irp_cancel_own();
		status = event_wait(event, waiter, expires,
				    TASK_UNINTERRUPTIBLE | state);
	}
	return status == STATUS_CANCELLED ? event_end_wait(event) : status;
}

static bool event_is_going_locked(struct module *owner)
{
	struct pb_event_going *going;

	lockdep_assert_held(&waits_lock);

	list_for_each_entry(going, &goings, node)
		if (going->owner == owner)
			return true;
	return false;
}

static void event_begin_wait(struct event_waiter *waiter)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&waits_lock, flags);
	waiter->is_going = event_is_going_locked(waiter->owner);
	list_add(&waiter->wait, &waits);
	raw_spin_unlock_irqrestore(&waits_lock, flags);
}

static void event_forget_wait(struct event_waiter *waiter)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&waits_lock, flags);
	list_del(&waiter->wait);
	raw_spin_unlock_irqrestore(&waits_lock, flags);
}

/**
 * pb_event_begin_going() - end the waits of a module that goes
 * @going: the caller's, until pb_event_end_going()
 * @owner: the module, whose exit function has run
 *
 * Each of its threads that waits, or begins to wait, cancels the requests that it has
 * sent, waits until they have ended, and does not wait any more.
 *
 * Context: process.
 */
void pb_event_begin_going(struct pb_event_going *going, struct module *owner)
{
	struct event_waiter *waiter;
	unsigned long flags;

	going->owner = owner;
	raw_spin_lock_irqsave(&waits_lock, flags);
	list_add(&going->node, &goings);
	list_for_each_entry(waiter, &waits, wait) {
		if (waiter->owner != owner)
			continue;
		WRITE_ONCE(waiter->is_going, true);
		wake_up_process(waiter->task);
	}
	raw_spin_unlock_irqrestore(&waits_lock, flags);
}

/**
 * pb_event_end_going() - forget a module that goes
 * @going: from pb_event_begin_going()
 *
 * Context: process.
 */
void pb_event_end_going(struct pb_event_going *going)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&waits_lock, flags);
	list_del(&going->node);
	raw_spin_unlock_irqrestore(&waits_lock, flags);
}

/**
 * parbiter_wait_event() - KeWaitForSingleObject()
 * @owner: the calling driver, THIS_MODULE
 * @event: the event
 * @timeout: how long to wait at most, in 100 ns: a negative number is a span from
 *	now, a positive one the time since 1601, 0 means not to wait. NULL: there
 *	is no limit
 *
 * As on Windows, where a wait is not alertable, no signal ends this: the event and
 * the IO_STATUS_BLOCK may be on the stack that the caller is about to leave.
 * Instead, when the process is killed, this cancels the requests that the thread
 * has sent in IRPs. They end with STATUS_CANCELLED and set their events. The same
 * happens when @owner is unloaded, after its exit function has returned; and if that
 * does not set this event, the wait ends with STATUS_CANCELLED.
 *
 * The task may be frozen for suspend while it waits (TASK_FREEZABLE). So the caller
 * holds no lock, such as a mutex: whoever else waits for that lock could not be frozen,
 * and the suspend would fail; lockdep warns of a task that is frozen with a lock held.
 * An @event that is set meanwhile is seen after the resume, and so is the end of the
 * time: the clock of a span stands still during suspend.
 *
 * Context: process, may sleep; if *@timeout is 0, any.
 * Return: STATUS_SUCCESS: the event was set; STATUS_TIMEOUT: the time is over;
 * STATUS_CANCELLED: @owner has been unloaded, and nobody has set the event.
 */
NTSTATUS parbiter_wait_event(struct module *owner, PKEVENT event,
			     PLARGE_INTEGER timeout)
{
	struct event_waiter waiter = { .owner = owner, .task = current };
	ktime_t deadline, *expires = NULL;
	NTSTATUS status;

	if (timeout) {
		deadline = event_deadline(timeout->QuadPart);
		expires = &deadline;
	}
	event_begin_wait(&waiter);
	status = event_wait_killable(event, &waiter, expires);
	event_forget_wait(&waiter);
	return status;
}
EXPORT_SYMBOL_GPL(parbiter_wait_event);
