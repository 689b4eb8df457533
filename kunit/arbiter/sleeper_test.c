// SPDX-License-Identifier: GPL-2.0
/*
 * A sleeping request and what may end it: a grant, a cancel, a signal, and its
 * deadline.
 *
 * Where two of them race, the sleeper is bound to the CPU of the test, and the
 * test disables preemption. The sleeper therefore cannot run before both have
 * happened, and the order is fixed.
 */
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "lib/fixture.h"

/*
 * Check that the request was withdrawn, and that a Free then grants to nobody.
 */
static void expect_withdrawn(struct kunit *test, struct sleeper *sleeper,
			     struct fake_client *fc, int why)
{
	struct fake_backing *fake = test->priv;

	KUNIT_EXPECT_EQ(test, sleeper_join(test, sleeper), why);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 0U);
	KUNIT_EXPECT_EQ(test, fake_queue_length(fake), 0U);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[0]));
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_FALSE(test, fake_owns(&fc[1]));
	KUNIT_EXPECT_TRUE(test, arbiter_is_free(&fake->arb));
	KUNIT_EXPECT_EQ(test, arbiter_allocates(&fake->arb), 1ULL);
}

static void expect_signal_then_grant(struct kunit *test,
				     unsigned int task_state, int sig)
{
	int cpu = fixture_bind_to_cpu(test);
	struct sleeper sleeper;
	struct fake_client *fc;

	fc = sleeper_behind_owner(test, &sleeper, task_state, KTIME_MAX, cpu);
	preempt_disable();
	actor_signal(&sleeper.actor, sig);
	fake_free(&fc[0]);
	preempt_enable();
	sleeper_expect_granted(test, &sleeper, fc);
}

static void a_grant_beats_an_earlier_signal(struct kunit *test)
{
	expect_signal_then_grant(test, TASK_INTERRUPTIBLE, SIGINT);
}

static void a_grant_beats_an_earlier_fatal_signal(struct kunit *test)
{
	expect_signal_then_grant(test, TASK_KILLABLE, SIGKILL);
}

static void a_signal_after_the_grant_changes_nothing(struct kunit *test)
{
	int cpu = fixture_bind_to_cpu(test);
	struct sleeper sleeper;
	struct fake_client *fc;

	fc = sleeper_behind_owner(test, &sleeper, TASK_INTERRUPTIBLE, KTIME_MAX,
				  cpu);
	preempt_disable();
	fake_free(&fc[0]);
	actor_signal(&sleeper.actor, SIGINT);
	preempt_enable();
	sleeper_expect_granted(test, &sleeper, fc);
}

static void a_grant_beats_an_earlier_timeout(struct kunit *test)
{
	ktime_t deadline = ktime_add_ms(ktime_get(), 2000);
	int cpu = fixture_bind_to_cpu(test);
	struct sleeper sleeper;
	struct fake_client *fc;

	fc = sleeper_behind_owner(test, &sleeper, TASK_INTERRUPTIBLE, deadline,
				  cpu);
	preempt_disable();
	/* The timer wakes the sleeper, which cannot run on this CPU yet. */
	while (ktime_before(ktime_get(), ktime_add_ms(deadline, 1)))
		cpu_relax();
	fake_free(&fc[0]);
	preempt_enable();
	sleeper_expect_granted(test, &sleeper, fc);
}

static void a_cancel_after_the_grant_finds_nothing(struct kunit *test)
{
	int cpu = fixture_bind_to_cpu(test), ret;
	struct sleeper sleeper;
	struct fake_client *fc;

	fc = sleeper_behind_owner(test, &sleeper, TASK_INTERRUPTIBLE, KTIME_MAX,
				  cpu);
	preempt_disable();
	fake_free(&fc[0]);
	ret = fake_cancel(&fc[1]);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, ret, -ENOENT);
	sleeper_expect_granted(test, &sleeper, fc);
}

static void a_cancel_before_the_free_leaves_the_port_free(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	int cpu = fixture_bind_to_cpu(test), ret;
	struct sleeper sleeper;
	struct fake_client *fc;

	fc = sleeper_behind_owner(test, &sleeper, TASK_INTERRUPTIBLE, KTIME_MAX,
				  cpu);
	preempt_disable();
	ret = fake_cancel(&fc[1]);
	fake_free(&fc[0]);
	preempt_enable();
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, sleeper_join(test, &sleeper), -ECANCELED);
	KUNIT_EXPECT_FALSE(test, fake_owns(&fc[1]));
	KUNIT_EXPECT_TRUE(test, arbiter_is_free(&fake->arb));
	KUNIT_EXPECT_EQ(test, fake->arb.stats.cancels, 1ULL);
}

/* The cancel has ended the request before the sleeper sees the signal. */
static void a_cancel_beats_an_earlier_signal(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	int cpu = fixture_bind_to_cpu(test);
	struct sleeper sleeper;
	struct fake_client *fc;

	fc = sleeper_behind_owner(test, &sleeper, TASK_INTERRUPTIBLE, KTIME_MAX,
				  cpu);
	preempt_disable();
	actor_signal(&sleeper.actor, SIGINT);
	fake_cancel(&fc[1]);
	preempt_enable();
	expect_withdrawn(test, &sleeper, fc, -ECANCELED);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.cancels, 1ULL);
}

static void a_signal_withdraws_the_request(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct sleeper sleeper;
	struct fake_client *fc;

	fc = sleeper_behind_owner(test, &sleeper, TASK_INTERRUPTIBLE, KTIME_MAX,
				  ACTOR_ANY_CPU);
	actor_signal(&sleeper.actor, SIGINT);
	expect_withdrawn(test, &sleeper, fc, -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.cancels, 1ULL);
}

static void a_killable_wait_ignores_a_signal_that_is_not_fatal(struct kunit *test)
{
	struct sleeper sleeper;
	struct fake_client *fc;

	fc = sleeper_behind_owner(test, &sleeper, TASK_KILLABLE, KTIME_MAX,
				  ACTOR_ANY_CPU);
	actor_signal(&sleeper.actor, SIGINT);
	/*
	 * Wake the sleeper also without a reason, so that it checks for
	 * signals.
	 */
	wake_up_process(sleeper.actor.task);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	sleeper_expect_granted(test, &sleeper, fc);
}

static void a_fatal_signal_withdraws_a_killable_wait(struct kunit *test)
{
	struct sleeper sleeper;
	struct fake_client *fc;

	fc = sleeper_behind_owner(test, &sleeper, TASK_KILLABLE, KTIME_MAX,
				  ACTOR_ANY_CPU);
	actor_signal(&sleeper.actor, SIGKILL);
	expect_withdrawn(test, &sleeper, fc, -ERESTARTSYS);
}

static void a_spurious_wakeup_does_not_end_the_wait(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct sleeper sleeper;
	struct fake_client *fc;
	unsigned int i;

	fc = sleeper_behind_owner(test, &sleeper, TASK_INTERRUPTIBLE, KTIME_MAX,
				  ACTOR_ANY_CPU);
	for (i = 0; i < 100; i++)
		wake_up_process(sleeper.actor.task);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 1U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	sleeper_expect_granted(test, &sleeper, fc);
}

/* The freezer wakes tasks like this if they do not sleep yet. */
static void a_wakeup_as_by_a_signal_does_not_end_a_freezable_wait(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct task_struct *task;
	struct sleeper sleeper;
	struct fake_client *fc;

	fc = sleeper_behind_owner(test, &sleeper,
				  TASK_INTERRUPTIBLE | TASK_FREEZABLE,
				  KTIME_MAX, ACTOR_ANY_CPU);
	task = sleeper.actor.task;
	set_tsk_thread_flag(task, TIF_SIGPENDING);
	wake_up_process(task);
	fixture_wait_for(test, !test_tsk_thread_flag(task, TIF_SIGPENDING) ||
			 completion_done(&sleeper.actor.done));
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 1U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	sleeper_expect_granted(test, &sleeper, fc);
}

/* The same, and a signal is there, too. */
static void a_signal_ends_a_freezable_wait(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct sleeper sleeper;
	struct fake_client *fc;

	fc = sleeper_behind_owner(test, &sleeper,
				  TASK_INTERRUPTIBLE | TASK_FREEZABLE,
				  KTIME_MAX, ACTOR_ANY_CPU);
	actor_signal(&sleeper.actor, SIGINT);
	expect_withdrawn(test, &sleeper, fc, -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.cancels, 1ULL);
}

static struct kunit_case arbiter_sleeper_cases[] = {
	KUNIT_CASE(a_grant_beats_an_earlier_signal),
	KUNIT_CASE(a_grant_beats_an_earlier_fatal_signal),
	KUNIT_CASE(a_signal_after_the_grant_changes_nothing),
	KUNIT_CASE(a_grant_beats_an_earlier_timeout),
	KUNIT_CASE(a_cancel_after_the_grant_finds_nothing),
	KUNIT_CASE(a_cancel_before_the_free_leaves_the_port_free),
	KUNIT_CASE(a_cancel_beats_an_earlier_signal),
	KUNIT_CASE(a_signal_withdraws_the_request),
	KUNIT_CASE(a_killable_wait_ignores_a_signal_that_is_not_fatal),
	KUNIT_CASE(a_fatal_signal_withdraws_a_killable_wait),
	KUNIT_CASE(a_wakeup_as_by_a_signal_does_not_end_a_freezable_wait),
	KUNIT_CASE(a_signal_ends_a_freezable_wait),
	KUNIT_CASE(a_spurious_wakeup_does_not_end_the_wait),
	{}
};

struct kunit_suite arbiter_sleeper_suite = {
	.name = "parbiter-arbiter-sleeper",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_sleeper_cases,
};
