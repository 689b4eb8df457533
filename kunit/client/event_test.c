// SPDX-License-Identifier: GPL-2.0
/* Events of the driver kit: who waits is woken, once or always, or in time. */
#include <linux/completion.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/timekeeping.h>
#include <parbiter/wdk/wdm.h>

#include "client/wdk.h"
#include "lib/fixture.h"

#define TICKS_PER_MS	10000LL
#define TICKS_TO_1970	116444736000000000LL

/**
 * struct event_thread - a thread that waits for an event
 * @event: the event
 * @timeout: the third argument, or NULL
 * @begun: completed before it waits
 * @status: what the wait returned; written before the thread ends
 * @task: the thread
 */
struct event_thread {
	PKEVENT event;
	PLARGE_INTEGER timeout;
	struct completion begun;
	NTSTATUS status;
	struct task_struct *task;
};

static NTSTATUS event_wait(PKEVENT event, PLARGE_INTEGER timeout)
{
	return KeWaitForSingleObject(event, Executive, KernelMode, FALSE, timeout);
}

static NTSTATUS event_wait_ticks(PKEVENT event, LONGLONG ticks)
{
	LARGE_INTEGER timeout = { .QuadPart = ticks };

	return event_wait(event, &timeout);
}

static int event_thread(void *data)
{
	struct event_thread *thread = data;

	complete(&thread->begun);
	thread->status = event_wait(thread->event, thread->timeout);
	return 0;
}

static void event_thread_start(struct kunit *test, struct event_thread *thread,
			       PKEVENT event)
{
	thread->event = event;
	thread->timeout = NULL;
	thread->status = STATUS_PENDING;
	init_completion(&thread->begun);
	thread->task = kthread_create(event_thread, thread, "event");
	KUNIT_ASSERT_FALSE(test, IS_ERR(thread->task));
	get_task_struct(thread->task);
	wake_up_process(thread->task);
	wait_for_completion(&thread->begun);
	while (list_empty(&event->waiters))
		cond_resched();
}

static void event_thread_join(struct event_thread *thread)
{
	kthread_stop(thread->task);
	put_task_struct(thread->task);
}

static void a_notification_stays_set(struct kunit *test)
{
	KEVENT event;

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 0);
	KUNIT_EXPECT_EQ(test, KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0);
	KUNIT_EXPECT_EQ(test, KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 1);
	KUNIT_EXPECT_EQ(test, event_wait(&event, NULL), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, event_wait(&event, NULL), STATUS_SUCCESS);
	KeClearEvent(&event);
	KUNIT_EXPECT_EQ(test, event_wait_ticks(&event, 0), STATUS_TIMEOUT);
}

static void a_synchronization_event_is_for_one(struct kunit *test)
{
	KEVENT event;

	KeInitializeEvent(&event, SynchronizationEvent, TRUE);
	KUNIT_EXPECT_EQ(test, event_wait(&event, NULL), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, event_wait_ticks(&event, 0), STATUS_TIMEOUT);
	KUNIT_EXPECT_EQ(test, KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0);
	KUNIT_EXPECT_EQ(test, KeResetEvent(&event), 1);
	KUNIT_EXPECT_EQ(test, event_wait_ticks(&event, 0), STATUS_TIMEOUT);
}

/* A span, a time that has passed, and one that has not */
static void time_limits(struct kunit *test)
{
	LONGLONG now = ktime_get_real_ns() / 100 + TICKS_TO_1970;
	KEVENT event;
	u64 begin;

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	begin = ktime_get_ns();
	KUNIT_EXPECT_EQ(test, event_wait_ticks(&event, -20 * TICKS_PER_MS),
			STATUS_TIMEOUT);
	KUNIT_EXPECT_GE(test, ktime_get_ns() - begin, 20ULL * NSEC_PER_MSEC);
	KUNIT_EXPECT_EQ(test, event_wait_ticks(&event, 1), STATUS_TIMEOUT);
	KUNIT_EXPECT_EQ(test, event_wait_ticks(&event, now - TICKS_PER_MS),
			STATUS_TIMEOUT);
	begin = ktime_get_ns();
	KUNIT_EXPECT_EQ(test, event_wait_ticks(&event, now + 40 * TICKS_PER_MS),
			STATUS_TIMEOUT);
	/* From "now" to "begin" some time has passed. */
	KUNIT_EXPECT_LT(test, ktime_get_ns() - begin, 60ULL * NSEC_PER_SEC);
	KUNIT_EXPECT_TRUE(test, list_empty(&event.waiters));
	KUNIT_EXPECT_TRUE(test, NT_SUCCESS(STATUS_TIMEOUT));
}

/* The longest spans mean that there is no limit. */
static void limits_beyond_all_clocks(struct kunit *test)
{
	static const LONGLONG ticks[] = { S64_MIN, S64_MIN + 1, S64_MAX };
	struct event_thread thread;
	LARGE_INTEGER timeout;
	unsigned int i;
	KEVENT event;

	for (i = 0; i < ARRAY_SIZE(ticks); i++) {
		KeInitializeEvent(&event, NotificationEvent, FALSE);
		event_thread_start(test, &thread, &event);
		timeout.QuadPart = ticks[i];
		KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
		KUNIT_EXPECT_EQ(test, event_wait(&event, &timeout), STATUS_SUCCESS);
		event_thread_join(&thread);
		KUNIT_EXPECT_EQ(test, thread.status, STATUS_SUCCESS);
	}
}

static void all_who_wait_are_notified(struct kunit *test)
{
	struct event_thread thread[2];
	KEVENT event;

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	event_thread_start(test, &thread[0], &event);
	event_thread_start(test, &thread[1], &event);
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	event_thread_join(&thread[0]);
	event_thread_join(&thread[1]);
	KUNIT_EXPECT_EQ(test, thread[0].status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, thread[1].status, STATUS_SUCCESS);
}

/**
 * struct event_irq - sets an event in a hard interrupt
 * @work: the interrupt
 * @event: the event
 */
struct event_irq {
	struct irq_work work;
	PKEVENT event;
};

static void event_irq(struct irq_work *work)
{
	KeSetEvent(container_of(work, struct event_irq, work)->event,
		   IO_NO_INCREMENT, FALSE);
}

/* The event is on the stack of who waits, and is gone when it has been seen. */
static void set_in_an_interrupt(struct kunit *test)
{
	struct event_irq irq = {};
	unsigned int i;

	irq.work = IRQ_WORK_INIT_HARD(event_irq);
	for (i = 0; i < 1000; i++) {
		KEVENT event;

		KeInitializeEvent(&event, SynchronizationEvent, FALSE);
		irq.event = &event;
		irq_work_queue(&irq.work);
		KUNIT_ASSERT_EQ(test, event_wait(&event, NULL), STATUS_SUCCESS);
		irq_work_sync(&irq.work);
	}
}

struct level_irq {
	struct irq_work work;
	KIRQL level;
};

static void level_irq(struct irq_work *work)
{
	container_of(work, struct level_irq, work)->level = KeGetCurrentIrql();
}

static void levels_of_contexts(struct kunit *test)
{
	struct level_irq irq = { .work = IRQ_WORK_INIT_HARD(level_irq) };
	unsigned long flags;
	KIRQL level;

	irq_work_queue(&irq.work);
	irq_work_sync(&irq.work);
	KUNIT_EXPECT_GT(test, irq.level, DISPATCH_LEVEL);
	if (IS_ENABLED(CONFIG_PREEMPT_COUNT)) {
		preempt_disable();
		level = KeGetCurrentIrql();
		preempt_enable();
		KUNIT_EXPECT_EQ(test, level, DISPATCH_LEVEL);
	}
	local_bh_disable();
	level = KeGetCurrentIrql();
	local_bh_enable();
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		KUNIT_EXPECT_EQ(test, level, DISPATCH_LEVEL);
	KUNIT_EXPECT_EQ(test, KeGetCurrentIrql(), PASSIVE_LEVEL);
	local_irq_save(flags);
	level = KeGetCurrentIrql();
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, level, DISPATCH_LEVEL);
}

/*
 * When a module goes, its threads that wait, or begin to wait, stop waiting. Those of
 * another module do not.
 */
static void a_module_that_goes_ends_its_waits(struct kunit *test)
{
	struct pb_event_going going, other_goes;
	struct event_thread thread;
	struct module *other;
	KEVENT event;

	other = kunit_kzalloc(test, sizeof(*other), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KeInitializeEvent(&event, SynchronizationEvent, FALSE);
	event_thread_start(test, &thread, &event);
	pb_event_begin_going(&other_goes, other);
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	event_thread_join(&thread);
	KUNIT_EXPECT_EQ(test, thread.status, STATUS_SUCCESS);
	pb_event_end_going(&other_goes);

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	event_thread_start(test, &thread, &event);
	pb_event_begin_going(&going, THIS_MODULE);
	event_thread_join(&thread);
	KUNIT_EXPECT_EQ(test, thread.status, STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, event_wait(&event, NULL), STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, event_wait_ticks(&event, 0), STATUS_TIMEOUT);
	KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
	KUNIT_EXPECT_EQ(test, event_wait(&event, NULL), STATUS_SUCCESS);
	KeClearEvent(&event);
	pb_event_end_going(&going);
	KUNIT_EXPECT_EQ(test, event_wait_ticks(&event, -TICKS_PER_MS),
			STATUS_TIMEOUT);
}

static struct kunit_case event_cases[] = {
	KUNIT_CASE(a_notification_stays_set),
	KUNIT_CASE(a_synchronization_event_is_for_one),
	KUNIT_CASE(time_limits),
	KUNIT_CASE(limits_beyond_all_clocks),
	KUNIT_CASE(all_who_wait_are_notified),
	KUNIT_CASE(a_module_that_goes_ends_its_waits),
	KUNIT_CASE(set_in_an_interrupt),
	KUNIT_CASE(levels_of_contexts),
	{}
};

struct kunit_suite event_suite = {
	.name = "parbiter-wdk-event",
	.test_cases = event_cases,
};
