// SPDX-License-Identifier: GPL-2.0
/*
 * What a Free tells the backing: to undo what the owner has changed, and that
 * nobody owns any more.
 */
#include <linux/errno.h>

#include "lib/fixture.h"

/* What the first call of ops->restore() or ops->freed() has found */
struct found {
	bool called;
	int word;
	struct arbiter_client *owner;
};

static void found_note(struct fake_backing *fake, enum fake_call call)
{
	struct found *found = fake->hook_data;

	if ((call != FAKE_RESTORE && call != FAKE_FREED) || found->called)
		return;
	found->called = true;
	found->word = fake_word(fake);
	found->owner = READ_ONCE(fake->arb.owner);
	/* This would hang if arbiter.lock were held. */
	arbiter_synchronize(&fake->arb);
}

static void found_watch(struct fake_backing *fake, struct found *found)
{
	fake->hook_data = found;
	fake->hook = found_note;
}

static void a_change_is_undone_before_the_port_is_free(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);
	struct found found = { 0 };

	found_watch(fake, &found);
	KUNIT_ASSERT_EQ(test, fake_try(fc), 0);
	arbiter_note_change(&fc->client);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RESTORE), 0);
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RESTORE), 1);
	KUNIT_EXPECT_EQ(test, found.word,
			(int)(ARBITER_HELD | ARBITER_OWNED | ARBITER_CHANGED |
			      ARBITER_BUSY));
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_HELD);
	/* Nothing is left to undo. */
	KUNIT_ASSERT_EQ(test, fake_try(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RESTORE), 1);
}

static void a_change_is_undone_before_the_next_grant(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_owner_and_queue(test, 2);
	struct found found = { 0 };

	found_watch(fake, &found);
	arbiter_note_change(&fc[0].client);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RESTORE), 1);
	KUNIT_EXPECT_PTR_EQ(test, found.owner, NULL);
	KUNIT_EXPECT_TRUE(test, arbiter_is_owner(&fc[1].client));
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RESTORE), 1);
}

static void a_client_that_ends_leaves_no_change(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	KUNIT_ASSERT_EQ(test, fake_try(fc), 0);
	arbiter_note_change(&fc->client);
	arbiter_client_exit(&fc->client);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RESTORE), 1);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_HELD);
}

static void a_change_is_undone_with_the_last_claim(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);
	struct found found = { 0 };

	found_watch(fake, &found);
	KUNIT_ASSERT_EQ(test, fake_try(fc), 0);
	arbiter_note_change(&fc->client);
	arbiter_stop(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RESTORE), 0);
	arbiter_abandon(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RESTORE), 1);
	KUNIT_EXPECT_TRUE(test, found.word & ARBITER_HELD);
	KUNIT_EXPECT_TRUE(test, found.word & ARBITER_OFF);
	KUNIT_EXPECT_EQ(test, fake_free(fc), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_RESTORE), 1);
}

/* As if another thread had freed the client just before. */
static void a_change_by_nobody_leaves_an_idle_claim(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	KUNIT_ASSERT_EQ(test, fake_try(fc), 0);
	KUNIT_ASSERT_EQ(test, fake_free(fc), 0);
	arbiter_note_change(&fc->client);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_HELD);
	KUNIT_EXPECT_TRUE(test, arbiter_hand_over(&fake->arb));
	fake->held = false;
}

static void the_last_free_is_reported(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_owner_and_queue(test, 2);
	struct found found = { 0 };

	arbiter_set_report(&fake->arb, true);
	found_watch(fake, &found);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_FREED), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_FREED), 1);
	KUNIT_EXPECT_EQ(test, found.word,
			(int)(ARBITER_HELD | ARBITER_REPORT));
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), -EPERM);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_FREED), 1);
	/* A claim that is given back makes no difference. */
	arbiter_set_shared(&fake->arb, true);
	KUNIT_EXPECT_EQ(test, fake_try(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_FREED), 2);
	KUNIT_EXPECT_EQ(test, fake_word(fake),
			(int)(ARBITER_SHARED | ARBITER_REPORT));
	arbiter_set_report(&fake->arb, false);
	KUNIT_EXPECT_EQ(test, fake_try(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_FREED), 2);
}

static void a_claim_is_handed_over_although_the_last_free_is_reported(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	arbiter_set_report(&fake->arb, true);
	KUNIT_ASSERT_EQ(test, fake_try(fc), 0);
	KUNIT_EXPECT_FALSE(test, arbiter_ask(&fake->arb));
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_REPORT);
	KUNIT_EXPECT_EQ(test, fake_try(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_hand_over(&fake->arb));
	fake->held = false;
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_REPORT);
	KUNIT_EXPECT_EQ(test, fake_try(fc), 0);
	KUNIT_EXPECT_EQ(test, fake_free(fc), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_ask(&fake->arb));
}

static void a_free_of_a_stopped_arbiter_is_not_reported(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	arbiter_set_report(&fake->arb, true);
	KUNIT_ASSERT_EQ(test, fake_try(fc), 0);
	arbiter_stop(&fake->arb);
	KUNIT_EXPECT_EQ(test, fake_free(fc), -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_FREED), 0);
}

static struct kunit_case arbiter_change_cases[] = {
	KUNIT_CASE(a_change_is_undone_before_the_port_is_free),
	KUNIT_CASE(a_change_is_undone_before_the_next_grant),
	KUNIT_CASE(a_client_that_ends_leaves_no_change),
	KUNIT_CASE(a_change_is_undone_with_the_last_claim),
	KUNIT_CASE(a_change_by_nobody_leaves_an_idle_claim),
	KUNIT_CASE(the_last_free_is_reported),
	KUNIT_CASE(a_claim_is_handed_over_although_the_last_free_is_reported),
	KUNIT_CASE(a_free_of_a_stopped_arbiter_is_not_reported),
	{}
};

struct kunit_suite arbiter_change_suite = {
	.name = "parbiter-arbiter-change",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_change_cases,
};
