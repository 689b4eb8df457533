// SPDX-License-Identifier: GPL-2.0
/* Stopping the arbiter, and what it does while there is no backing. */
#include <linux/errno.h>
#include <linux/sched.h>

#include "lib/fixture.h"

#define MANY	100

static void stop_ends_a_hundred_requests_and_keeps_the_claim(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, MANY + 1);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	for (i = 1; i <= MANY; i++)
		KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[i]), -EINPROGRESS);

	arbiter_stop(&fake->arb);
	for (i = 1; i <= MANY; i++) {
		KUNIT_EXPECT_EQ(test, fc[i].ended, 1U);
		KUNIT_EXPECT_EQ(test, fc[i].result, -ENODEV);
		KUNIT_EXPECT_FALSE(test, fake_owns(&fc[i]));
		KUNIT_EXPECT_EQ(test, arbiter_position(&fc[i].client), 0U);
	}
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 0U);
	KUNIT_EXPECT_FALSE(test, arbiter_is_on(&fake->arb));
	KUNIT_EXPECT_FALSE(test, arbiter_is_free(&fake->arb));
	KUNIT_EXPECT_FALSE(test, arbiter_is_contended(&fake->arb));
	KUNIT_EXPECT_EQ(test, fake->arb.stats.cancels, 0ULL);

	/*
	 * The owner may still use the backing, so the claim stays until
	 * abandoned.
	 */
	KUNIT_EXPECT_TRUE(test, fake->held);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 0);
	arbiter_abandon(&fake->arb);
	KUNIT_EXPECT_FALSE(test, fake->held);
	arbiter_abandon(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);

	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 1);
}

static void stop_wakes_every_sleeper(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 9);
	struct sleeper *sleeper;
	unsigned int i;

	sleeper = kunit_kcalloc(test, 8, sizeof(*sleeper), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, sleeper);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[8]), 0);
	for (i = 0; i < 8; i++)
		sleeper_start(test, &sleeper[i], &fc[i], i % 2 ?
			      TASK_INTERRUPTIBLE : TASK_KILLABLE, KTIME_MAX,
			      ACTOR_ANY_CPU);
	arbiter_stop(&fake->arb);
	for (i = 0; i < 8; i++)
		KUNIT_EXPECT_EQ(test, sleeper_join(test, &sleeper[i]), -ENODEV);
}

static void stop_ends_a_request_behind_an_outsider(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	fake->claim = ARBITER_REFUSED;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	arbiter_stop(&fake->arb);
	KUNIT_EXPECT_EQ(test, fc[0].result, -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 0);
	/* A kick that comes after the stop does nothing. */
	fake->claim = ARBITER_CLAIMED;
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 1);
}

/*
 * Holds a thread inside an operation of the backing until the test lets it go.
 */
struct gate {
	enum fake_call in;
	struct completion entered;
	struct completion leave;
};

static void gate_wait(struct fake_backing *fake, enum fake_call call)
{
	struct gate *gate = fake->hook_data;

	if (call != gate->in)
		return;
	fake->hook = NULL;
	complete(&gate->entered);
	wait_for_completion(&gate->leave);
}

static void gate_shut(struct fake_backing *fake, struct gate *gate,
		      enum fake_call in)
{
	gate->in = in;
	init_completion(&gate->entered);
	init_completion(&gate->leave);
	fake->hook_data = gate;
	fake->hook = gate_wait;
}

static void gate_await(struct kunit *test, struct gate *gate)
{
	KUNIT_EXPECT_TRUE(test, wait_for_completion_timeout(&gate->entered,
							    FIXTURE_LIMIT));
}

static int thread_stop(void *data)
{
	struct fake_backing *fake = data;

	arbiter_stop(&fake->arb);
	return 0;
}

static int thread_try(void *data)
{
	return fake_try(data);
}

static int thread_free(void *data)
{
	return fake_free(data);
}

static int thread_enqueue(void *data)
{
	return fake_enqueue(data);
}

static int thread_cancel(void *data)
{
	return fake_cancel(data);
}

/*
 * Stop the arbiter while an actor that calls fn(fc) is inside the operation in.
 * Returns what fn() returned.
 */
static int stop_while_busy(struct kunit *test, int (*fn)(void *arg),
			   struct fake_client *fc, enum fake_call in)
{
	struct fake_backing *fake = test->priv;
	struct actor busy, stopper;
	struct gate gate;
	int ret;

	gate_shut(fake, &gate, in);
	actor_start(test, &busy, fn, fc, ACTOR_ANY_CPU);
	gate_await(test, &gate);
	actor_start(test, &stopper, thread_stop, fake, ACTOR_ANY_CPU);
	fixture_wait_for(test, !arbiter_is_on(&fake->arb));
	/* arbiter_stop() must not return while the actor is inside. */
	KUNIT_EXPECT_FALSE(test, try_wait_for_completion(&stopper.done));
	KUNIT_EXPECT_TRUE(test, fake_word(fake) & ARBITER_BUSY);
	complete(&gate.leave);
	ret = actor_join(test, &busy);
	KUNIT_EXPECT_EQ(test, actor_join(test, &stopper), 0);
	KUNIT_EXPECT_FALSE(test, fake_word(fake) & ARBITER_BUSY);
	KUNIT_EXPECT_TRUE(test, fake_is_consistent(fake));
	/* arbiter_abandon() needs a release that is done at once. */
	fake->release = true;
	arbiter_abandon(&fake->arb);
	KUNIT_EXPECT_FALSE(test, fake->held);
	return ret;
}

static void stop_waits_for_a_try_that_claims(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	KUNIT_EXPECT_EQ(test, stop_while_busy(test, thread_try, fc, FAKE_CLAIM),
			-ENODEV);
	KUNIT_EXPECT_FALSE(test, fake_owns(fc));
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
}

/* Stop while a request claims, and check that the request ends with -ENODEV. */
static void stop_during_a_request(struct kunit *test)
{
	struct fake_client *fc = fake_clients(test, test->priv, 1);

	KUNIT_EXPECT_EQ(test, stop_while_busy(test, thread_enqueue, fc,
					      FAKE_CLAIM), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fc->ended, 1U);
	KUNIT_EXPECT_EQ(test, fc->result, -ENODEV);
}

static void stop_waits_for_a_request_that_claims(struct kunit *test)
{
	struct fake_backing *fake = test->priv;

	stop_during_a_request(test);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
}

static void stop_waits_for_a_request_that_is_refused(struct kunit *test)
{
	struct fake_backing *fake = test->priv;

	fake->claim = ARBITER_REFUSED;
	stop_during_a_request(test);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 1);
}

/* Create an owner whose Free releases the claim, because of outsiders. */
static struct fake_client *owner_while_shared(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	arbiter_set_shared(&fake->arb, true);
	KUNIT_EXPECT_EQ(test, fake_try(fc), 0);
	return fc;
}

static void stop_waits_for_a_release(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = owner_while_shared(test);

	KUNIT_EXPECT_EQ(test, stop_while_busy(test, thread_free, fc,
					      FAKE_RELEASE), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
}

/* The backing cannot release in the context of the Free. */
static void a_release_left_for_later_is_made_by_abandon(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = owner_while_shared(test);

	fake->release = false;
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	fake->release = true;
	arbiter_stop(&fake->arb);
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
	arbiter_abandon(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 2);
	KUNIT_EXPECT_FALSE(test, fake->held);
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 2);
}

/*
 * The backing cannot claim in this context, and the arbiter has been stopped in
 * the meantime. It must not call ops->later(), because what that uses may not
 * exist any more.
 */
static void stop_drops_a_claim_left_for_later(struct kunit *test)
{
	struct fake_backing *fake = test->priv;

	fake->claim = ARBITER_LATER;
	stop_during_a_request(test);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_LATER), 0);
}

static void stop_leaves_a_release_to_abandon(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = owner_while_shared(test);

	fake->release = false;
	KUNIT_EXPECT_EQ(test, stop_while_busy(test, thread_free, fc,
					      FAKE_RELEASE), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_LATER), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 2);
}

static void stop_drops_an_unwatch_left_for_later(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	fake->claim = ARBITER_REFUSED;
	KUNIT_EXPECT_EQ(test, fake_enqueue(fc), -EINPROGRESS);
	fake->unwatch = false;
	KUNIT_EXPECT_EQ(test, stop_while_busy(test, thread_cancel, fc,
					      FAKE_UNWATCH), 0);
	KUNIT_EXPECT_EQ(test, fc->result, -ECANCELED);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_LATER), 0);
}

static void an_arbiter_starts_again_after_stop(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);
	unsigned int i;

	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
		KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EINPROGRESS);
		arbiter_stop(&fake->arb);
		arbiter_abandon(&fake->arb);
		KUNIT_EXPECT_EQ(test, fc[1].ended, i + 1);
		KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), -ENODEV);
		KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), -ENODEV);
		arbiter_start(&fake->arb);
		KUNIT_EXPECT_EQ(test, fake_word(fake), 0);
	}
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 3);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 3);
}

static void a_second_stop_while_busy_waits_again(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	stop_while_busy(test, thread_enqueue, &fc[0], FAKE_CLAIM);
	arbiter_start(&fake->arb);
	/*
	 * A completion left over from the first stop would end this one too
	 * early.
	 */
	stop_while_busy(test, thread_enqueue, &fc[1], FAKE_CLAIM);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 2);
}

static struct kunit_case arbiter_stop_cases[] = {
	KUNIT_CASE(stop_ends_a_hundred_requests_and_keeps_the_claim),
	KUNIT_CASE(stop_wakes_every_sleeper),
	KUNIT_CASE(stop_ends_a_request_behind_an_outsider),
	KUNIT_CASE(stop_waits_for_a_try_that_claims),
	KUNIT_CASE(stop_waits_for_a_request_that_claims),
	KUNIT_CASE(stop_waits_for_a_request_that_is_refused),
	KUNIT_CASE(stop_waits_for_a_release),
	KUNIT_CASE(a_release_left_for_later_is_made_by_abandon),
	KUNIT_CASE(stop_drops_a_claim_left_for_later),
	KUNIT_CASE(stop_leaves_a_release_to_abandon),
	KUNIT_CASE(stop_drops_an_unwatch_left_for_later),
	KUNIT_CASE(an_arbiter_starts_again_after_stop),
	KUNIT_CASE(a_second_stop_while_busy_waits_again),
	{}
};

struct kunit_suite arbiter_stop_suite = {
	.name = "parbiter-arbiter-stop",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_stop_cases,
};
