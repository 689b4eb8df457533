// SPDX-License-Identifier: GPL-2.0
/*
 * Outsiders: when they get the backing, when the arbiter claims it again, and
 * when the owner is notified of an outsider that waits.
 */
#include <linux/errno.h>

#include "lib/fixture.h"

/* The arbiter claims again after a refusal only when the backing kicks it. */
static void only_a_kick_claims_again(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 3);

	fake->claim = ARBITER_REFUSED;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[2]), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake_cancel(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 1);
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 2);
}

/* The outsider takes the claim as soon as the arbiter gives it back. */
static void outsider_takes_its_turn(struct fake_backing *fake,
				    enum fake_call call)
{
	if (call != FAKE_RELEASE || !fake->outsider_waits)
		return;
	fake->outsider_waits = false;
	fake->claim = ARBITER_REFUSED;
}

static void an_outsider_has_its_turn_after_one_owner(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 20);
	unsigned int i;

	arbiter_set_shared(&fake->arb, true);
	fake->hook = outsider_takes_its_turn;
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	for (i = 1; i < 20; i++)
		KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[i]), -EINPROGRESS);

	for (i = 0; i < 19; i++) {
		fake->outsider_waits = true;
		KUNIT_EXPECT_EQ(test, fake_free(&fc[i]), 0);
		/*
		 * The outsider has the claim, and the head of the queue waits.
		 */
		KUNIT_EXPECT_FALSE(test, fake->held);
		KUNIT_EXPECT_FALSE(test, fake_owns(&fc[i + 1]));
		KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 19 - i);
		/* The outsider gives the claim back. */
		fake->claim = ARBITER_CLAIMED;
		arbiter_kick(&fake->arb);
		KUNIT_EXPECT_TRUE(test, fake_owns(&fc[i + 1]));
	}
}

/* An outsider that waits while the arbiter claims comes after one owner. */
static void a_new_claim_is_used_once_before_outsiders(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 3);

	arbiter_set_shared(&fake->arb, true);
	fake->outsider_waits = true;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 2);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[1]));
}

static void an_outsider_that_has_not_asked_contends_while_shared(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	fake->outsider_waits = true;
	KUNIT_EXPECT_FALSE(test, arbiter_is_contended(&fake->arb));
	arbiter_set_shared(&fake->arb, true);
	KUNIT_EXPECT_TRUE(test, arbiter_is_contended(&fake->arb));
	fake->outsider_waits = false;
	KUNIT_EXPECT_FALSE(test, arbiter_is_contended(&fake->arb));
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EINPROGRESS);
	KUNIT_EXPECT_TRUE(test, arbiter_is_contended(&fake->arb));
}

/* An outsider that asks, and then waits, contends; and so does its next one. */
static void an_outsider_that_has_asked_contends(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_FALSE(test, arbiter_hand_over(&fake->arb));
	KUNIT_EXPECT_FALSE(test, arbiter_is_contended(&fake->arb));
	fake->outsider_waits = true;
	KUNIT_EXPECT_TRUE(test, arbiter_is_contended(&fake->arb));
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
	KUNIT_EXPECT_EQ(test, fake_word(fake), 0);
}

/* The outsider was there before the claim, and nobody has woken it. */
static void an_outsider_that_waited_at_the_claim_is_not_forgotten(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	fake->outsider_waits = true;
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 1U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
}

static void an_idle_claim_is_handed_over(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_hand_over(&fake->arb));
	fake->held = false;
	KUNIT_EXPECT_EQ(test, fake_word(fake), 0);
	fake->claim = ARBITER_REFUSED;
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), -EBUSY);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 0);
}

/* A claim that is idle is given back at once, another one by the Free. */
static void a_claim_is_made_anew(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	arbiter_renew(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_word(fake), 0);

	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EINPROGRESS);
	arbiter_renew(&fake->arb);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[0]));
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RELEASE), 1);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 2);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[1]));

	/* The new claim is kept. */
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), 0);
	KUNIT_EXPECT_TRUE(test, fake->held);
	arbiter_renew(&fake->arb);
	KUNIT_EXPECT_FALSE(test, fake->held);
	KUNIT_EXPECT_EQ(test, fake_word(fake), 0);
}

static void an_old_claim_is_not_used_until_it_can_be_given_back(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	fake->release = false;
	arbiter_renew(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_LATER), 1);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), -EBUSY);
	fake->release = true;
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_FALSE(test, fake->held);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
}

/* An outsider begins to wait while nobody owns who could be notified. */
static void outsider_begins_to_wait(struct fake_backing *fake,
				    enum fake_call call)
{
	if (call != FAKE_CLAIM)
		return;
	fake->outsider_waits = true;
	arbiter_notify_owner(&fake->arb);
}

static void a_try_that_claims_is_notified_of_outsiders(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	arbiter_set_shared(&fake->arb, true);
	fake->hook = outsider_begins_to_wait;
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 1U);
	KUNIT_EXPECT_TRUE(test, arbiter_is_contended(&fake->arb));
	KUNIT_EXPECT_EQ(test, fake_word(fake),
			(int)(ARBITER_HELD | ARBITER_OWNED | ARBITER_SHARED |
			      ARBITER_ASKED));
}

static void a_grant_that_claims_is_notified_of_outsiders(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	arbiter_set_shared(&fake->arb, true);
	fake->hook = outsider_begins_to_wait;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 1U);
}

/* The second outsider begins to wait before the client owns. */
static void a_grant_after_an_outsider_is_notified_of_the_next(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	arbiter_set_shared(&fake->arb, true);
	KUNIT_EXPECT_TRUE(test, fake_outsider_takes(fake));
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	fake->outsider_waits = true;
	KUNIT_EXPECT_EQ(test, fc[0].contended, 0U);
	fake_outsider_leaves(fake);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[0]));
	KUNIT_EXPECT_EQ(test, fc[0].contended, 1U);
}

/* An outsider begins to wait between the two halves of a Try. */
static void a_try_of_a_held_claim_is_notified_of_outsiders(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_ASSERT_TRUE(test, arbiter_take(&fake->arb));
	arbiter_set_shared(&fake->arb, true);
	fake->outsider_waits = true;
	arbiter_notify_owner(&fake->arb);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 0U);
	KUNIT_EXPECT_EQ(test, arbiter_own(&fake->arb, &fc[0].client), 0);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 1U);
}

/*
 * The outsider was refused and does not wait, so the owner need not know of it.
 */
static void nobody_is_notified_of_an_outsider_that_does_not_wait(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	arbiter_set_shared(&fake->arb, true);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	arbiter_notify_owner(&fake->arb);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 0U);
}

static void only_the_owner_is_notified(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	arbiter_set_shared(&fake->arb, true);
	arbiter_notify_owner(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 0U);
	fake->outsider_waits = true;
	arbiter_notify_owner(&fake->arb);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 1U);
	KUNIT_EXPECT_EQ(test, fc[1].contended, 0U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	arbiter_notify_owner(&fake->arb);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 1U);
}

static struct kunit_case arbiter_outsider_cases[] = {
	KUNIT_CASE(only_a_kick_claims_again),
	KUNIT_CASE(an_outsider_has_its_turn_after_one_owner),
	KUNIT_CASE(a_new_claim_is_used_once_before_outsiders),
	KUNIT_CASE(an_outsider_that_has_not_asked_contends_while_shared),
	KUNIT_CASE(an_outsider_that_has_asked_contends),
	KUNIT_CASE(an_outsider_that_waited_at_the_claim_is_not_forgotten),
	KUNIT_CASE(an_idle_claim_is_handed_over),
	KUNIT_CASE(a_claim_is_made_anew),
	KUNIT_CASE(an_old_claim_is_not_used_until_it_can_be_given_back),
	KUNIT_CASE(a_try_that_claims_is_notified_of_outsiders),
	KUNIT_CASE(a_grant_that_claims_is_notified_of_outsiders),
	KUNIT_CASE(a_grant_after_an_outsider_is_notified_of_the_next),
	KUNIT_CASE(a_try_of_a_held_claim_is_notified_of_outsiders),
	KUNIT_CASE(nobody_is_notified_of_an_outsider_that_does_not_wait),
	KUNIT_CASE(only_the_owner_is_notified),
	{}
};

struct kunit_suite arbiter_outsider_suite = {
	.name = "parbiter-arbiter-outsider",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_outsider_cases,
};
