// SPDX-License-Identifier: GPL-2.0
/*
 * The queue: its order, its length, and that every request ends exactly once.
 */
#include <linux/errno.h>
#include <linux/sched.h>

#include "lib/fixture.h"

#define MANY	1000

static void expect_arrival_order(struct kunit *test, unsigned int waiters)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_owner_and_queue(test, waiters + 1);
	unsigned int i;

	for (i = 0; i < waiters; i++) {
		KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), waiters - i);
		KUNIT_EXPECT_EQ(test, fake_queue_length(fake), waiters - i);
		KUNIT_EXPECT_FALSE(test, fake_owns(&fc[i + 1]));
		KUNIT_EXPECT_EQ(test, fake_free(&fc[i]), 0);
		KUNIT_EXPECT_FALSE(test, fake_owns(&fc[i]));
		KUNIT_ASSERT_TRUE(test, fake_owns(&fc[i + 1]));
		KUNIT_EXPECT_EQ(test, fc[i + 1].ended, 1U);
		KUNIT_EXPECT_EQ(test, fc[i + 1].result, 0);
		KUNIT_EXPECT_EQ(test, fc[i + 1].grant, i + 1);
	}
	KUNIT_EXPECT_EQ(test, fake_free(&fc[waiters]), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_is_free(&fake->arb));
	KUNIT_EXPECT_EQ(test, arbiter_allocates(&fake->arb), (u64)waiters + 1);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.frees, (u64)waiters + 1);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 1);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 0);
}

static void one_waiter_is_granted_by_free(struct kunit *test)
{
	expect_arrival_order(test, 1);
}

static void two_waiters_are_granted_in_arrival_order(struct kunit *test)
{
	expect_arrival_order(test, 2);
}

static void a_thousand_waiters_are_granted_in_arrival_order(struct kunit *test)
{
	expect_arrival_order(test, MANY);
}

static void one_free_wakes_one_waiter(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 4);

	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fc[1].ended, 1U);
	KUNIT_EXPECT_EQ(test, fc[2].ended, 0U);
	KUNIT_EXPECT_EQ(test, fc[3].ended, 0U);
}

/* Note whether the arbiter is free while a hand-off ends the request. */
static void note_whether_free(struct fake_client *fc, int result)
{
	bool *seen_free = fc->fake->hook_data;

	*seen_free |= arbiter_is_free(&fc->fake->arb) ||
		      !(fake_word(fc->fake) & ARBITER_OWNED);
}

static void the_port_is_never_free_in_a_hand_off(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 2);
	struct fake_backing *fake = test->priv;
	bool seen_free = false;

	fake->hook_data = &seen_free;
	fc[1].on_ended = note_whether_free;
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fc[1].ended, 1U);
	KUNIT_EXPECT_FALSE(test, seen_free);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 0);
}

static void try_never_overtakes_a_waiter(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 3);
	struct fake_backing *fake = test->priv;
	struct fake_client *other = fake_clients(test, fake, 1);

	KUNIT_EXPECT_EQ(test, fake_try(other), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_try(other), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), 0);
	KUNIT_EXPECT_EQ(test, fake_try(other), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[2]), 0);
	KUNIT_EXPECT_EQ(test, fake_try(other), 0);
}

/* Nobody owns, but the head of the queue waits for the outsider. */
static void try_never_overtakes_a_waiter_behind_an_outsider(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	fake->claim = ARBITER_REFUSED;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	fake->claim = ARBITER_CLAIMED;
	KUNIT_EXPECT_EQ(test, fake_try(&fc[1]), -EBUSY);
	KUNIT_EXPECT_FALSE(test, fake_owns(&fc[0]));
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[0]));
}

static void expect_cancel_of(struct kunit *test, unsigned int victim)
{
	struct fake_client *fc = fake_owner_and_queue(test, 6);
	struct fake_backing *fake = test->priv;
	unsigned int i, next;

	KUNIT_EXPECT_EQ(test, fake_cancel(&fc[victim]), 0);
	KUNIT_EXPECT_EQ(test, fc[victim].ended, 1U);
	KUNIT_EXPECT_EQ(test, fc[victim].result, -ECANCELED);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 4U);
	KUNIT_EXPECT_EQ(test, fake_queue_length(fake), 4U);
	KUNIT_EXPECT_EQ(test, arbiter_position(&fc[victim].client), 0U);
	KUNIT_EXPECT_EQ(test, fake_cancel(&fc[victim]), -ENOENT);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.cancels, 1ULL);

	for (i = 0; i < 5; i = next) {
		next = i + 1 == victim ? i + 2 : i + 1;
		KUNIT_EXPECT_EQ(test, fake_free(&fc[i]), 0);
		if (next < 6)
			KUNIT_EXPECT_TRUE(test, fake_owns(&fc[next]));
	}
	KUNIT_EXPECT_EQ(test, fc[victim].ended, 1U);
}

/* ops->ended() is called once for it, and not at all for a refused request. */
static void an_accepted_request_ends_once(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 3);

	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fc[0].ended, 1U);
	KUNIT_EXPECT_EQ(test, fc[0].result, 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), 0);
	KUNIT_EXPECT_EQ(test, fc[1].ended, 1U);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EDEADLK);
	KUNIT_EXPECT_EQ(test, fc[1].ended, 1U);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[2]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fc[2].ended, 0U);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[2]), -EALREADY);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), 0);
	KUNIT_EXPECT_EQ(test, fc[2].ended, 1U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[2]), 0);
	KUNIT_EXPECT_EQ(test, fc[2].ended, 1U);
}

static void cancel_at_the_head_keeps_the_order(struct kunit *test)
{
	expect_cancel_of(test, 1);
}

static void cancel_in_the_middle_keeps_the_order(struct kunit *test)
{
	expect_cancel_of(test, 3);
}

static void cancel_at_the_tail_keeps_the_order(struct kunit *test)
{
	expect_cancel_of(test, 5);
}

static void a_cancelled_client_queues_again_at_the_tail(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 4);

	KUNIT_EXPECT_EQ(test, fake_cancel(&fc[1]), 0);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, arbiter_position(&fc[2].client), 1U);
	KUNIT_EXPECT_EQ(test, arbiter_position(&fc[3].client), 2U);
	KUNIT_EXPECT_EQ(test, arbiter_position(&fc[1].client), 3U);
}

static void position_counts_from_one_and_is_zero_outside(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 4);
	struct fake_backing *fake = test->priv;
	struct fake_client *idle = fake_clients(test, fake, 1);

	KUNIT_EXPECT_EQ(test, arbiter_position(&fc[0].client), 0U);
	KUNIT_EXPECT_EQ(test, arbiter_position(&fc[1].client), 1U);
	KUNIT_EXPECT_EQ(test, arbiter_position(&fc[2].client), 2U);
	KUNIT_EXPECT_EQ(test, arbiter_position(&fc[3].client), 3U);
	KUNIT_EXPECT_EQ(test, arbiter_position(&idle->client), 0U);
}

static void a_foreign_free_is_refused_and_counted(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 3);
	struct fake_backing *fake = test->priv;
	struct fake_client *idle = fake_clients(test, fake, 1);

	KUNIT_EXPECT_EQ(test, fake_free(idle), -EPERM);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), -EPERM);
	KUNIT_EXPECT_EQ(test, atomic64_read(&fake->arb.refused), 2);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[0]));
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 2U);
	KUNIT_EXPECT_EQ(test, fc[1].ended, 0U);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.frees, 0ULL);
}

static void a_double_free_leaves_the_next_owner_alone(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 3);
	struct fake_backing *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), -EPERM);
	KUNIT_EXPECT_EQ(test, atomic64_read(&fake->arb.refused), 1);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[1]));
	KUNIT_EXPECT_EQ(test, fc[2].ended, 0U);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.frees, 1ULL);
}

static void an_owner_that_asks_again_does_not_queue_behind_itself(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 1);
	struct fake_backing *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EDEADLK);
	KUNIT_EXPECT_EQ(test, arbiter_wait(&fc[0].client, TASK_INTERRUPTIBLE,
					   KTIME_MAX), -EDEADLK);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), -EBUSY);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 0U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_is_free(&fake->arb));
}

static void a_client_queues_once(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 2);
	struct fake_backing *fake = test->priv;

	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EALREADY);
	KUNIT_EXPECT_EQ(test, arbiter_wait(&fc[1].client, TASK_INTERRUPTIBLE,
					   0), -EALREADY);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 1U);
	KUNIT_EXPECT_EQ(test, fake_queue_length(fake), 1U);
}

/* The test adds requests to the state word only, up to what it can count. */
static void a_full_queue_refuses_requests(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 3);
	int others = (int)((ARBITER_WAITERS_MAX - 1) * ARBITER_WAITER);

	/* The user ABI, the kernel API and the manuals name this number. */
	KUNIT_EXPECT_EQ(test, ARBITER_WAITERS_MAX, 4194303U);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	atomic_add(others, &fake->arb.state);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), ARBITER_WAITERS_MAX);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[2]), -EUSERS);
	KUNIT_EXPECT_EQ(test, arbiter_wait(&fc[2].client, TASK_INTERRUPTIBLE,
					   0), -EUSERS);
	KUNIT_EXPECT_EQ(test, fc[2].ended, 0U);
	KUNIT_EXPECT_EQ(test, fake_cancel(&fc[2]), -ENOENT);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), ARBITER_WAITERS_MAX);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[2]), -EBUSY);
	/* When one request leaves, one more is accepted. */
	KUNIT_EXPECT_EQ(test, fake_cancel(&fc[1]), 0);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[2]), -EINPROGRESS);
	atomic_sub(others, &fake->arb.state);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[2]));
}

/*
 * The owner is notified of the first waiter, and a new owner of the waiters
 * that are left.
 */
static void the_owner_is_notified_when_somebody_waits(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 4);

	KUNIT_EXPECT_EQ(test, fc[0].contended, 1U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fc[1].contended, 1U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), 0);
	KUNIT_EXPECT_EQ(test, fc[2].contended, 1U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[2]), 0);
	KUNIT_EXPECT_EQ(test, fc[3].contended, 0U);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 1U);
}

static void exit_withdraws_a_request(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 4);
	struct fake_backing *fake = test->priv;

	arbiter_client_exit(&fc[2].client);
	KUNIT_EXPECT_EQ(test, fc[2].ended, 1U);
	KUNIT_EXPECT_EQ(test, fc[2].result, -ECANCELED);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 2U);
	KUNIT_EXPECT_EQ(test, fake_queue_length(fake), 2U);
}

static void exit_of_the_owner_grants_to_the_head(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 3);
	struct fake_backing *fake = test->priv;

	arbiter_client_exit(&fc[0].client);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[1]));
	KUNIT_EXPECT_PTR_EQ(test, fake->arb.owner, &fc[1].client);
}

/*
 * The deadline has passed, so the call neither sleeps nor stays in the queue.
 */
static void a_wait_without_time_leaves_no_request(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 2);
	struct fake_backing *fake = test->priv;
	struct fake_client *late = fake_clients(test, fake, 2);

	KUNIT_EXPECT_EQ(test, arbiter_wait(&late[0].client, TASK_INTERRUPTIBLE,
					   0), -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, arbiter_wait(&late[1].client, TASK_INTERRUPTIBLE,
					   ktime_sub_ms(ktime_get(), 5)),
			-ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.timeouts, 2ULL);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.cancels, 0ULL);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 1U);
	KUNIT_EXPECT_EQ(test, fake_queue_length(fake), 1U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_is_free(&fake->arb));
}

static void a_timed_wait_ends_when_its_time_is_up(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 1);
	struct fake_backing *fake = test->priv;
	struct fake_client *late = fake_clients(test, fake, 1);
	ktime_t deadline = ktime_add_ms(ktime_get(), 30);

	KUNIT_EXPECT_EQ(test, arbiter_wait(&late->client, TASK_INTERRUPTIBLE,
					   deadline), -ETIMEDOUT);
	KUNIT_EXPECT_GE(test, ktime_get(), deadline);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 0U);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[0]));
}

static void sleepers_and_asynchronous_requests_share_one_order(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_owner_and_queue(test, 1);
	struct fake_client *w = fake_clients(test, fake, 4);
	struct sleeper first, third;

	sleeper_start(test, &first, &w[0], TASK_INTERRUPTIBLE, KTIME_MAX,
		      ACTOR_ANY_CPU);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&w[1]), -EINPROGRESS);
	sleeper_start(test, &third, &w[2], TASK_KILLABLE,
		      ktime_add_ms(ktime_get(), 3600 * MSEC_PER_SEC),
		      ACTOR_ANY_CPU);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&w[3]), -EINPROGRESS);

	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, sleeper_join(test, &first), 0);
	KUNIT_EXPECT_TRUE(test, fake_owns(&w[0]));
	KUNIT_EXPECT_EQ(test, fake_free(&w[0]), 0);
	KUNIT_EXPECT_TRUE(test, fake_owns(&w[1]));
	KUNIT_EXPECT_EQ(test, fake_free(&w[1]), 0);
	KUNIT_EXPECT_EQ(test, sleeper_join(test, &third), 0);
	KUNIT_EXPECT_TRUE(test, fake_owns(&w[2]));
	KUNIT_EXPECT_EQ(test, fake_free(&w[2]), 0);
	KUNIT_EXPECT_TRUE(test, fake_owns(&w[3]));
	/* A sleeper is woken; ops->ended() is not called for it. */
	KUNIT_EXPECT_EQ(test, w[0].ended, 0U);
	KUNIT_EXPECT_EQ(test, w[2].ended, 0U);
}

static struct kunit_case arbiter_queue_cases[] = {
	KUNIT_CASE(one_waiter_is_granted_by_free),
	KUNIT_CASE(two_waiters_are_granted_in_arrival_order),
	KUNIT_CASE(a_thousand_waiters_are_granted_in_arrival_order),
	KUNIT_CASE(one_free_wakes_one_waiter),
	KUNIT_CASE(the_port_is_never_free_in_a_hand_off),
	KUNIT_CASE(try_never_overtakes_a_waiter),
	KUNIT_CASE(try_never_overtakes_a_waiter_behind_an_outsider),
	KUNIT_CASE(an_accepted_request_ends_once),
	KUNIT_CASE(cancel_at_the_head_keeps_the_order),
	KUNIT_CASE(cancel_in_the_middle_keeps_the_order),
	KUNIT_CASE(cancel_at_the_tail_keeps_the_order),
	KUNIT_CASE(a_cancelled_client_queues_again_at_the_tail),
	KUNIT_CASE(position_counts_from_one_and_is_zero_outside),
	KUNIT_CASE(a_foreign_free_is_refused_and_counted),
	KUNIT_CASE(a_double_free_leaves_the_next_owner_alone),
	KUNIT_CASE(an_owner_that_asks_again_does_not_queue_behind_itself),
	KUNIT_CASE(a_client_queues_once),
	KUNIT_CASE(a_full_queue_refuses_requests),
	KUNIT_CASE(the_owner_is_notified_when_somebody_waits),
	KUNIT_CASE(exit_withdraws_a_request),
	KUNIT_CASE(exit_of_the_owner_grants_to_the_head),
	KUNIT_CASE(a_wait_without_time_leaves_no_request),
	KUNIT_CASE(a_timed_wait_ends_when_its_time_is_up),
	KUNIT_CASE(sleepers_and_asynchronous_requests_share_one_order),
	{}
};

struct kunit_suite arbiter_queue_suite = {
	.name = "parbiter-arbiter-queue",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_queue_cases,
};
