// SPDX-License-Identifier: GPL-2.0
/* The end of the backing, and what is left of the arbiter without one. */
#include <linux/errno.h>
#include <linux/sched.h>

#include "lib/fixture.h"

#define MANY	100

static void stop_while_owned_and_with_a_hundred_queued(struct kunit *test)
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

	/* The owner may be using it still: the claim stays until abandoned. */
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

static void stop_behind_an_outsider(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	fake->claim = ARBITER_REFUSED;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	arbiter_stop(&fake->arb);
	KUNIT_EXPECT_EQ(test, fc[0].result, -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 0);
	/* A kick that was on its way does nothing. */
	fake->claim = ARBITER_CLAIMED;
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 1);
}

/* Holds a call into the backing until the test lets it go on. */
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

/* Stops while an actor is inside the backing; returns what the actor got. */
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
	/* It must not be over as long as somebody is inside. */
	KUNIT_EXPECT_FALSE(test, try_wait_for_completion(&stopper.done));
	KUNIT_EXPECT_TRUE(test, fake_word(fake) & ARBITER_BUSY);
	complete(&gate.leave);
	ret = actor_join(test, &busy);
	KUNIT_EXPECT_EQ(test, actor_join(test, &stopper), 0);
	KUNIT_EXPECT_FALSE(test, fake_word(fake) & ARBITER_BUSY);
	KUNIT_EXPECT_TRUE(test, fake_is_consistent(fake));
	/* At the end a release is never left for later. */
	fake->release = true;
	arbiter_abandon(&fake->arb);
	KUNIT_EXPECT_FALSE(test, fake->held);
	return ret;
}

static void stop_while_a_try_claims(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	KUNIT_EXPECT_EQ(test, stop_while_busy(test, thread_try, fc, FAKE_CLAIM),
			-ENODEV);
	KUNIT_EXPECT_FALSE(test, fake_owns(fc));
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
}

/* Stops while a client's request claims: the request ends with it. */
static void stop_under_a_request(struct kunit *test)
{
	struct fake_client *fc = fake_clients(test, test->priv, 1);

	KUNIT_EXPECT_EQ(test, stop_while_busy(test, thread_enqueue, fc,
					      FAKE_CLAIM), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fc->ended, 1U);
	KUNIT_EXPECT_EQ(test, fc->result, -ENODEV);
}

static void stop_while_a_request_claims(struct kunit *test)
{
	struct fake_backing *fake = test->priv;

	stop_under_a_request(test);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
}

static void stop_while_a_request_is_refused(struct kunit *test)
{
	struct fake_backing *fake = test->priv;

	fake->claim = ARBITER_REFUSED;
	stop_under_a_request(test);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 1);
}

/* An owner whose free releases: there are others on the port. */
static struct fake_client *owner_among_others(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	arbiter_set_shared(&fake->arb, true);
	KUNIT_EXPECT_EQ(test, fake_try(fc), 0);
	return fc;
}

static void stop_while_the_release_is_under_way(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = owner_among_others(test);

	KUNIT_EXPECT_EQ(test, stop_while_busy(test, thread_free, fc,
					      FAKE_RELEASE), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
}

/* The release could not be made there and then: it is made at the end. */
static void stop_while_the_release_is_left_for_later(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = owner_among_others(test);

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
 * The step under way says that it must be taken later. Nobody waits for it any
 * more, and what ops->later() would use may be gone.
 */
static void stop_while_a_claim_puts_itself_off(struct kunit *test)
{
	struct fake_backing *fake = test->priv;

	fake->claim = ARBITER_LATER;
	stop_under_a_request(test);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_LATER), 0);
}

static void stop_while_a_release_puts_itself_off(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = owner_among_others(test);

	fake->release = false;
	KUNIT_EXPECT_EQ(test, stop_while_busy(test, thread_free, fc,
					      FAKE_RELEASE), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_LATER), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 2);
}

static void stop_while_a_loss_puts_itself_off(struct kunit *test)
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

static void a_stop_in_the_middle_of_busy_starts_again_clean(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	stop_while_busy(test, thread_enqueue, &fc[0], FAKE_CLAIM);
	arbiter_start(&fake->arb);
	/* A completion left over would let this stop go too early. */
	stop_while_busy(test, thread_enqueue, &fc[1], FAKE_CLAIM);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 2);
}

static struct kunit_case arbiter_stop_cases[] = {
	KUNIT_CASE(stop_while_owned_and_with_a_hundred_queued),
	KUNIT_CASE(stop_wakes_every_sleeper),
	KUNIT_CASE(stop_behind_an_outsider),
	KUNIT_CASE(stop_while_a_try_claims),
	KUNIT_CASE(stop_while_a_request_claims),
	KUNIT_CASE(stop_while_a_request_is_refused),
	KUNIT_CASE(stop_while_the_release_is_under_way),
	KUNIT_CASE(stop_while_the_release_is_left_for_later),
	KUNIT_CASE(stop_while_a_claim_puts_itself_off),
	KUNIT_CASE(stop_while_a_release_puts_itself_off),
	KUNIT_CASE(stop_while_a_loss_puts_itself_off),
	KUNIT_CASE(an_arbiter_starts_again_after_stop),
	KUNIT_CASE(a_stop_in_the_middle_of_busy_starts_again_clean),
	{}
};

struct kunit_suite arbiter_stop_suite = {
	.name = "parbiter-arbiter-stop",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_stop_cases,
};
