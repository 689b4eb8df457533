// SPDX-License-Identifier: GPL-2.0
/*
 * The calls that never sleep, in every context in which they are allowed. A
 * script makes the calls in the context and records the results. The test
 * checks the results afterwards.
 */
#include <linux/bottom_half.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>

#include "lib/fixture.h"

/**
 * struct script - one run of the calls, and their results
 * @fake: the backing
 * @fc: four idle clients
 * @in_context: the script ran in the context in which it was meant to run
 * @irqs_kept: every call left interrupts on or off as they were before
 * @tried: result of a Try while the arbiter is free
 * @tried_again: result of a Try while it is owned
 * @queued: result of a request while it is owned
 * @queued_too: result of a second request
 * @waiters: number of waiters after the two requests
 * @free: whether the arbiter was free at that time
 * @cancelled: result of the cancel of the first request
 * @foreign: result of a Free by a client that does not own
 * @freed: result of the owner's Free
 * @granted: whether the second request then owns
 * @freed_last: result of the Free by the client of the second request
 * @gone: whether the arbiter is free after an owner has exited
 * @done: completed at the end of the script
 */
struct script {
	struct fake_backing *fake;
	struct fake_client *fc;
	bool in_context;
	bool irqs_kept;
	int tried;
	int tried_again;
	int queued;
	int queued_too;
	unsigned int waiters;
	bool free;
	int cancelled;
	int foreign;
	int freed;
	bool granted;
	int freed_last;
	bool gone;
	struct completion done;
};

static struct script *script_create(struct kunit *test)
{
	struct script *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, s);
	s->fake = test->priv;
	s->fc = fake_clients(test, s->fake, 4);
	init_completion(&s->done);
	return s;
}

static void script_run(struct script *s, bool in_context)
{
	struct fake_backing *fake = s->fake;
	struct fake_client *fc = s->fc;
	bool off = irqs_disabled();

	s->in_context = in_context;
	s->tried = fake_try(&fc[0]);
	s->tried_again = fake_try(&fc[1]);
	s->irqs_kept = off == irqs_disabled();
	s->queued = fake_enqueue(&fc[1]);
	s->queued_too = fake_enqueue(&fc[2]);
	s->irqs_kept &= off == irqs_disabled();
	s->waiters = arbiter_waiters(&fake->arb);
	s->free = arbiter_is_free(&fake->arb);
	s->cancelled = fake_cancel(&fc[1]);
	s->irqs_kept &= off == irqs_disabled();
	s->foreign = fake_free(&fc[3]);
	s->freed = fake_free(&fc[0]);
	s->irqs_kept &= off == irqs_disabled();
	s->granted = fake_owns(&fc[2]);
	arbiter_kick(&fake->arb);
	arbiter_notify_owner(&fake->arb);
	s->freed_last = fake_free(&fc[2]);
	s->irqs_kept &= off == irqs_disabled();
	fake_try(&fc[3]);
	arbiter_client_exit(&fc[3].client);
	s->gone = arbiter_is_free(&fake->arb);
	s->irqs_kept &= off == irqs_disabled();
	complete_all(&s->done);
}

static void script_judge(struct kunit *test, struct script *s)
{
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&s->done,
							    FIXTURE_LIMIT));
	KUNIT_EXPECT_TRUE(test, s->in_context);
	KUNIT_EXPECT_TRUE(test, s->irqs_kept);
	KUNIT_EXPECT_EQ(test, s->tried, 0);
	KUNIT_EXPECT_EQ(test, s->tried_again, -EBUSY);
	KUNIT_EXPECT_EQ(test, s->queued, -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, s->queued_too, -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, s->waiters, 2U);
	KUNIT_EXPECT_FALSE(test, s->free);
	KUNIT_EXPECT_EQ(test, s->cancelled, 0);
	KUNIT_EXPECT_EQ(test, s->foreign, -EPERM);
	KUNIT_EXPECT_EQ(test, s->freed, 0);
	KUNIT_EXPECT_TRUE(test, s->granted);
	KUNIT_EXPECT_EQ(test, s->freed_last, 0);
	KUNIT_EXPECT_TRUE(test, s->gone);
	KUNIT_EXPECT_EQ(test, s->fc[1].ended, 1U);
	KUNIT_EXPECT_EQ(test, s->fc[1].result, -ECANCELED);
	KUNIT_EXPECT_EQ(test, s->fc[2].ended, 1U);
	KUNIT_EXPECT_EQ(test, s->fc[2].result, 0);
}

static void calls_work_in_process_context(struct kunit *test)
{
	struct script *s = script_create(test);

	script_run(s, in_task() && !irqs_disabled());
	script_judge(test, s);
}

static void calls_work_with_interrupts_off(struct kunit *test)
{
	struct script *s = script_create(test);
	unsigned long flags;

	local_irq_save(flags);
	script_run(s, irqs_disabled());
	local_irq_restore(flags);
	script_judge(test, s);
}

static void calls_work_with_softirqs_off(struct kunit *test)
{
	struct script *s = script_create(test);

	local_bh_disable();
	script_run(s, in_softirq() && !in_serving_softirq());
	local_bh_enable();
	script_judge(test, s);
}

static void calls_work_under_a_raw_spinlock(struct kunit *test)
{
	struct script *s = script_create(test);
	raw_spinlock_t lock;
	unsigned long flags;

	raw_spin_lock_init(&lock);
	raw_spin_lock_irqsave(&lock, flags);
	script_run(s, irqs_disabled() && preempt_count());
	raw_spin_unlock_irqrestore(&lock, flags);
	script_judge(test, s);
}

struct tasklet_script {
	struct tasklet_struct tasklet;
	struct script *s;
};

static void tasklet_run(struct tasklet_struct *tasklet)
{
	struct tasklet_script *ts = container_of(tasklet, struct tasklet_script,
						 tasklet);

	script_run(ts->s, in_serving_softirq() && !in_hardirq());
}

static void calls_work_in_a_softirq(struct kunit *test)
{
	struct tasklet_script ts = { .s = script_create(test) };

	tasklet_setup(&ts.tasklet, tasklet_run);
	tasklet_schedule(&ts.tasklet);
	wait_for_completion_timeout(&ts.s->done, FIXTURE_LIMIT);
	tasklet_kill(&ts.tasklet);
	script_judge(test, ts.s);
}

struct irq_script {
	struct irq_work work;
	struct script *s;
};

static void irq_run(struct irq_work *work)
{
	struct irq_script *is = container_of(work, struct irq_script, work);

	script_run(is->s, in_hardirq() && irqs_disabled());
}

static void calls_work_in_a_hardirq(struct kunit *test)
{
	struct irq_script is = {
		.work = IRQ_WORK_INIT_HARD(irq_run),
		.s = script_create(test),
	};

	irq_work_queue(&is.work);
	irq_work_sync(&is.work);
	script_judge(test, is.s);
}

/**
 * struct interrupter - a hard interrupt that tries and frees, again and again
 * @timer: causes the interrupts
 * @fc: the client of the interrupt
 * @inside: number of clients that own, here and in the thread of the test
 * @grants: number of Tries that succeeded
 * @refused: number of Tries that failed
 * @broken: how often another client owned at the same time, or Free failed
 */
struct interrupter {
	struct hrtimer timer;
	struct fake_client *fc;
	atomic_t *inside;
	unsigned int grants;
	unsigned int refused;
	unsigned int broken;
};

static enum hrtimer_restart interrupter_fires(struct hrtimer *timer)
{
	struct interrupter *in = container_of(timer, struct interrupter, timer);

	if (fake_try(in->fc)) {
		in->refused++;
	} else {
		in->grants++;
		in->broken += atomic_inc_return(in->inside) != 1;
		atomic_dec(in->inside);
		in->broken += !!fake_free(in->fc);
	}
	hrtimer_forward_now(timer, ns_to_ktime(500 * NSEC_PER_USEC));
	return HRTIMER_RESTART;
}

/* Takes about two seconds, and much longer on a slow and busy machine. */
#define ENOUGH	100U

/* The interrupt comes at any point of the calls of the thread. */
static void a_hard_interrupt_and_a_thread_never_both_own(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 3);
	struct interrupter *in = kunit_kzalloc(test, sizeof(*in), GFP_KERNEL);
	unsigned long limit = jiffies + FIXTURE_LIMIT;
	unsigned int broken = 0, queued = 0;
	atomic_t inside = ATOMIC_INIT(0);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, in);
	in->fc = &fc[0];
	in->inside = &inside;
	hrtimer_init(&in->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	in->timer.function = interrupter_fires;
	set_cpus_allowed_ptr(current, cpumask_of(get_cpu()));
	put_cpu();
	hrtimer_start(&in->timer, 0, HRTIMER_MODE_REL_PINNED_HARD);
	while ((READ_ONCE(in->grants) < ENOUGH || READ_ONCE(in->refused) < ENOUGH) &&
	       time_before(jiffies, limit)) {
		if (fake_try(&fc[1]))
			continue;
		broken += atomic_inc_return(&inside) != 1;
		/*
		 * Queue a request every other time, so that Free takes the
		 * lock.
		 */
		if (queued++ % 2)
			broken += fake_enqueue(&fc[2]) != -EINPROGRESS;
		atomic_dec(&inside);
		broken += !!fake_free(&fc[1]);
		if (fake_owns(&fc[2]))
			broken += !!fake_free(&fc[2]);
		/*
		 * Leave the arbiter free for about as long as the thread owned.
		 */
		usleep_range(50, 100);
	}
	hrtimer_cancel(&in->timer);
	KUNIT_EXPECT_GE(test, in->grants, ENOUGH);
	KUNIT_EXPECT_GE(test, in->refused, ENOUGH);
	KUNIT_EXPECT_EQ(test, in->broken, 0U);
	KUNIT_EXPECT_EQ(test, broken, 0U);
	KUNIT_EXPECT_TRUE(test, arbiter_is_free(&fake->arb));
	KUNIT_EXPECT_EQ(test, arbiter_allocates(&fake->arb), fake->arb.stats.frees);
}

/* The backing cannot release in the interrupt; the work item does it. */
static void what_an_interrupt_cannot_do_is_done_later(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct irq_script is = {
		.work = IRQ_WORK_INIT_HARD(irq_run),
		.s = script_create(test),
	};
	struct fake_client *late = fake_clients(test, fake, 1);

	arbiter_set_shared(&fake->arb, true);
	fake->release = false;
	irq_work_queue(&is.work);
	irq_work_sync(&is.work);
	script_judge(test, is.s);
	KUNIT_EXPECT_TRUE(test, fake->held);
	KUNIT_EXPECT_GE(test, fake_calls(fake, FAKE_LATER), 1);
	fake->release = true;
	schedule_work(&fake->work);
	flush_work(&fake->work);
	KUNIT_EXPECT_FALSE(test, fake->held);
	KUNIT_EXPECT_EQ(test, fake_try(late), 0);
}

/* Note the client that has just been granted. */
static void note_the_owner(struct fake_client *fc, int result)
{
	struct fake_client **next = fc->fake->hook_data;

	/* The lock is held, so the test makes the next calls outside. */
	*next = fc;
}

static void requests_made_after_every_grant_keep_their_order(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 3), *next = NULL;
	unsigned int i;

	fake->hook_data = &next;
	for (i = 0; i < 3; i++)
		fc[i].on_ended = note_the_owner;
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[2]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	for (i = 0; i < 300; i++) {
		struct fake_client *owner = next;

		KUNIT_ASSERT_PTR_EQ(test, owner, &fc[(i + 1) % 3]);
		KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[i % 3]), -EINPROGRESS);
		KUNIT_EXPECT_EQ(test, fake_free(owner), 0);
	}
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 1U);
	KUNIT_EXPECT_EQ(test, arbiter_allocates(&fake->arb), 302ULL);
}

static struct kunit_case arbiter_context_cases[] = {
	KUNIT_CASE(calls_work_in_process_context),
	KUNIT_CASE(calls_work_with_interrupts_off),
	KUNIT_CASE(calls_work_with_softirqs_off),
	KUNIT_CASE(calls_work_under_a_raw_spinlock),
	KUNIT_CASE(calls_work_in_a_softirq),
	KUNIT_CASE(calls_work_in_a_hardirq),
	KUNIT_CASE(a_hard_interrupt_and_a_thread_never_both_own),
	KUNIT_CASE(what_an_interrupt_cannot_do_is_done_later),
	KUNIT_CASE(requests_made_after_every_grant_keep_their_order),
	{}
};

struct kunit_suite arbiter_context_suite = {
	.name = "parbiter-arbiter-context",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_context_cases,
};
