// SPDX-License-Identifier: GPL-2.0
/* What the arbiter tells clients so that it can be traced, and when. */
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/sched.h>

#include "lib/fixture.h"

/* Check trace number @i: whose, of what, with which result. */
static void expect_traced(struct kunit *test, unsigned int i,
			  struct fake_client *fc, enum arbiter_act act,
			  int result)
{
	struct fake_backing *fake = test->priv;

	KUNIT_ASSERT_LT(test, i, fake->traces);
	KUNIT_EXPECT_PTR_EQ(test, fake->traced[i].fc, fc);
	KUNIT_EXPECT_EQ(test, (int)fake->traced[i].act, (int)act);
	KUNIT_EXPECT_EQ(test, fake->traced[i].result, result);
}

static void a_try_and_its_free_are_traced(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	KUNIT_ASSERT_EQ(test, fake_try(fc), 0);
	KUNIT_ASSERT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_EQ(test, fake->traces, 0);

	arbiter_set_traced(&fake->arb, true);
	KUNIT_EXPECT_EQ(test, fake_try(fc), 0);
	KUNIT_EXPECT_EQ(test, fake->settled, 1);
	KUNIT_EXPECT_PTR_EQ(test, fake->settled_owner, &fc->client);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[1]), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), -EPERM);
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_EQ(test, fake->traces, 3);
	expect_traced(test, 0, fc, ARBITER_ACT_GRANTED, 0);
	KUNIT_EXPECT_EQ(test, fake->traced[0].since, 0);
	KUNIT_EXPECT_TRUE(test, fake->traced[0].word & ARBITER_OWNED);
	expect_traced(test, 1, &fc[1], ARBITER_ACT_REFUSED, -EBUSY);
	expect_traced(test, 2, fc, ARBITER_ACT_FREED, 0);
	KUNIT_EXPECT_TRUE(test, fake->traced[2].word & ARBITER_OWNED);
	KUNIT_EXPECT_EQ(test, fake->settled, 2);
	KUNIT_EXPECT_NULL(test, fake->settled_owner);

	arbiter_set_traced(&fake->arb, false);
	KUNIT_EXPECT_EQ(test, fake_try(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_EQ(test, fake->traces, 3);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_HELD);
}

static void a_hand_off_is_traced_in_order(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);
	u64 before = ktime_get_ns();

	arbiter_set_traced(&fake->arb, true);
	KUNIT_ASSERT_EQ(test, fake_try(fc), 0);
	KUNIT_ASSERT_EQ(test, arbiter_submit(&fc[1].client), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), 0);
	KUNIT_EXPECT_EQ(test, fake->traces, 5);
	expect_traced(test, 1, &fc[1], ARBITER_ACT_QUEUED, 0);
	KUNIT_EXPECT_GE(test, (unsigned int)fake->traced[1].word,
			(unsigned int)ARBITER_WAITER);
	expect_traced(test, 2, fc, ARBITER_ACT_FREED, 0);
	expect_traced(test, 3, &fc[1], ARBITER_ACT_GRANTED, 0);
	KUNIT_EXPECT_GE(test, fake->traced[3].since, before);
	KUNIT_EXPECT_LE(test, fake->traced[3].since, ktime_get_ns());
	expect_traced(test, 4, &fc[1], ARBITER_ACT_FREED, 0);
}

static void the_end_of_a_request_is_traced_with_its_reason(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	arbiter_set_traced(&fake->arb, true);
	KUNIT_ASSERT_EQ(test, fake_try(fc), 0);
	KUNIT_ASSERT_EQ(test, arbiter_submit(&fc[1].client), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, arbiter_cancel(&fc[1].client), 0);
	expect_traced(test, 2, &fc[1], ARBITER_ACT_ENDED, -ECANCELED);
	KUNIT_EXPECT_NE(test, fake->traced[2].since, 0);

	KUNIT_EXPECT_EQ(test, arbiter_wait(&fc[1].client, TASK_KILLABLE, 0),
			-ETIMEDOUT);
	expect_traced(test, 4, &fc[1], ARBITER_ACT_ENDED, -ETIMEDOUT);

	KUNIT_ASSERT_EQ(test, arbiter_submit(&fc[1].client), -EINPROGRESS);
	arbiter_stop(&fake->arb);
	expect_traced(test, 6, &fc[1], ARBITER_ACT_ENDED, -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_free(fc), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake->traces, 8);
	expect_traced(test, 7, fc, ARBITER_ACT_FREED, 0);
}

static void a_claim_is_handed_over_although_it_is_traced(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	arbiter_set_traced(&fake->arb, true);
	KUNIT_ASSERT_EQ(test, fake_try(fc), 0);
	KUNIT_ASSERT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_hand_over(&fake->arb));
	fake->held = false;
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_TRACED);
	KUNIT_EXPECT_EQ(test, fake_try(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_ask(&fake->arb));
}

static struct kunit_case arbiter_trace_cases[] = {
	KUNIT_CASE(a_try_and_its_free_are_traced),
	KUNIT_CASE(a_hand_off_is_traced_in_order),
	KUNIT_CASE(the_end_of_a_request_is_traced_with_its_reason),
	KUNIT_CASE(a_claim_is_handed_over_although_it_is_traced),
	{}
};

struct kunit_suite arbiter_trace_suite = {
	.name = "parbiter-arbiter-trace",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_trace_cases,
};
