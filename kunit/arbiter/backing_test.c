// SPDX-License-Identifier: GPL-2.0
/*
 * The arbiter and its backing: calls that come while the arbiter is BUSY, and
 * operations that the backing leaves for later.
 */
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "arbiter/grant.h"
#include "lib/fixture.h"

/**
 * struct interlude - a call that is made inside an operation of the backing
 * @in: the operation
 * @fc: the client for which @act is called
 * @act: the call
 * @ret: what @act returned
 * @word: the state word just after @act
 * @was_free: what arbiter_is_free() returned just after @act
 * @done: @act has been called
 */
struct interlude {
	enum fake_call in;
	struct fake_client *fc;
	int (*act)(struct fake_client *fc);
	int ret;
	int word;
	bool was_free;
	bool done;
};

static void interlude_play(struct fake_backing *fake, enum fake_call call)
{
	struct interlude *i = fake->hook_data;

	if (call != i->in || i->done)
		return;
	i->done = true;
	i->ret = i->act(i->fc);
	i->word = fake_word(fake);
	i->was_free = arbiter_is_free(&fake->arb);
}

static void expect_interlude(struct kunit *test, struct interlude *i, int ret,
			     int word)
{
	KUNIT_EXPECT_TRUE(test, i->done);
	KUNIT_EXPECT_EQ(test, i->ret, ret);
	KUNIT_EXPECT_EQ(test, i->word, word);
	/* A context inside the backing does not make the arbiter owned. */
	KUNIT_EXPECT_EQ(test, i->was_free,
			!(word & (ARBITER_OWNED | ARBITER_OFF)) &&
			word < ARBITER_WAITER);
}

static void interlude_plan(struct fake_backing *fake, struct interlude *i,
			   enum fake_call in, struct fake_client *fc,
			   int (*act)(struct fake_client *fc))
{
	*i = (struct interlude) { .in = in, .fc = fc, .act = act };
	fake->hook_data = i;
	fake->hook = interlude_play;
}

static int act_kick(struct fake_client *fc)
{
	arbiter_kick(&fc->fake->arb);
	return 0;
}

static int act_share(struct fake_client *fc)
{
	arbiter_set_shared(&fc->fake->arb, true);
	return 0;
}

static int act_unshare(struct fake_client *fc)
{
	arbiter_set_shared(&fc->fake->arb, false);
	return 0;
}

static int act_exit(struct fake_client *fc)
{
	arbiter_client_exit(&fc->client);
	return 0;
}

static int act_wait(struct fake_client *fc)
{
	return arbiter_wait(&fc->client, TASK_INTERRUPTIBLE, 0);
}

static void try_fails_while_another_client_claims(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);
	struct interlude inter;

	interlude_plan(fake, &inter, FAKE_CLAIM, &fc[1], fake_try);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	expect_interlude(test, &inter, -EBUSY, ARBITER_BUSY);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)(ARBITER_HELD | ARBITER_OWNED));
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 1);
}

static void ignore_ended(struct arbiter_client *client, int result)
{
}

/* hook_data is the client, or NULL once it is freed. */
static void exit_and_free(struct fake_backing *fake, enum fake_call call)
{
	struct arbiter_client *client = fake->hook_data;

	if (call != FAKE_CLAIM || !client)
		return;
	fake->hook_data = NULL;
	arbiter_client_exit(client);
	kfree(client);
}

/*
 * Another thread may free the client as soon as its request has ended. KASAN
 * reports a later access to the client.
 */
static void a_client_may_be_freed_before_submit_returns(struct kunit *test)
{
	static const struct arbiter_client_ops ops = { .ended = ignore_ended };
	struct fake_backing *fake = test->priv;
	struct arbiter_client *client = kzalloc(sizeof(*client), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, client);
	arbiter_client_init(client, &fake->arb, &ops);
	fake->hook_data = client;
	fake->hook = exit_and_free;
	KUNIT_EXPECT_EQ(test, arbiter_submit(client), -EINPROGRESS);
	KUNIT_EXPECT_NULL(test, fake->hook_data);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_HELD);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.cancels, 1ULL);
}

/* The Try began first, so it may own; its client is notified of the request. */
static void a_request_waits_behind_a_try_whose_claim_succeeds(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);
	struct interlude inter;

	interlude_plan(fake, &inter, FAKE_CLAIM, &fc[1], fake_enqueue);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	expect_interlude(test, &inter, -EINPROGRESS,
			 ARBITER_BUSY | ARBITER_WAITER);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)(ARBITER_HELD | ARBITER_OWNED |
					       ARBITER_WAITER));
	KUNIT_EXPECT_EQ(test, fc[0].contended, 1U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[1]));
}

/*
 * The Try did not ask the backing to watch, so the arbiter must claim again for
 * the request.
 */
static void a_request_claims_again_after_a_try_that_was_refused(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);
	struct interlude inter;

	fake->claim = ARBITER_REFUSED;
	interlude_plan(fake, &inter, FAKE_CLAIM, &fc[1], fake_enqueue);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), -EBUSY);
	expect_interlude(test, &inter, -EINPROGRESS,
			 ARBITER_BUSY | ARBITER_WAITER);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->watches), 1);
	KUNIT_EXPECT_TRUE(test, fake->watched);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_WAITER);
}

static void a_kick_while_busy_leads_to_another_claim(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);
	struct interlude inter;

	fake->claim = ARBITER_REFUSED;
	interlude_plan(fake, &inter, FAKE_CLAIM, &fc[0], act_kick);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	expect_interlude(test, &inter, 0, ARBITER_BUSY | ARBITER_WAITER);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 2);
}

static void share_while_busy_makes_the_last_free_release(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);
	struct interlude inter;

	interlude_plan(fake, &inter, FAKE_CLAIM, &fc[0], act_share);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	expect_interlude(test, &inter, 0, ARBITER_BUSY | ARBITER_SHARED);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_SHARED);
	KUNIT_EXPECT_FALSE(test, fake->held);
}

static void a_request_cancelled_during_its_claim_does_not_own(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);
	struct interlude inter;

	interlude_plan(fake, &inter, FAKE_CLAIM, &fc[0], fake_cancel);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	expect_interlude(test, &inter, 0, ARBITER_BUSY);
	KUNIT_EXPECT_EQ(test, fc[0].ended, 1U);
	KUNIT_EXPECT_FALSE(test, fake_owns(&fc[0]));
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_HELD);
}

static void a_request_cancelled_during_a_refused_claim_unwatches(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);
	struct interlude inter;

	fake->claim = ARBITER_REFUSED;
	interlude_plan(fake, &inter, FAKE_CLAIM, &fc[0], fake_cancel);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	expect_interlude(test, &inter, 0, ARBITER_BUSY);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_UNWATCH), 1);
	KUNIT_EXPECT_FALSE(test, fake->watched);
	KUNIT_EXPECT_EQ(test, fake_word(fake), 0);
}

static void an_exit_during_its_claim_ends_the_request(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);
	struct interlude inter;

	interlude_plan(fake, &inter, FAKE_CLAIM, &fc[0], act_exit);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	expect_interlude(test, &inter, 0, ARBITER_BUSY);
	KUNIT_EXPECT_EQ(test, fc[0].ended, 1U);
	KUNIT_EXPECT_EQ(test, fc[0].result, -ECANCELED);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[1]), 0);
}

/* Free fc[0], and call act for the client who inside the release. */
static void act_while_releasing(struct kunit *test, struct fake_client *fc,
				struct fake_client *who,
				int (*act)(struct fake_client *fc), int ret,
				int word)
{
	struct fake_backing *fake = test->priv;
	struct interlude inter;

	arbiter_set_shared(&fake->arb, true);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	interlude_plan(fake, &inter, FAKE_RELEASE, who, act);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	expect_interlude(test, &inter, ret, ARBITER_BUSY | ARBITER_HELD | word);
}

static void try_fails_during_a_release(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	act_while_releasing(test, fc, &fc[1], fake_try, -EBUSY, ARBITER_SHARED);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_SHARED);
}

static void a_request_made_during_a_release_claims_again(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	act_while_releasing(test, fc, &fc[1], fake_enqueue, -EINPROGRESS,
			    ARBITER_SHARED | ARBITER_WAITER);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[1]));
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 2);
}

static void a_wait_without_time_fails_during_a_release(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	act_while_releasing(test, fc, &fc[1], act_wait, -ETIMEDOUT,
			    ARBITER_SHARED);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_SHARED);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_CLAIM), 1);
}

static void unshare_during_a_release_does_not_undo_it(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	act_while_releasing(test, fc, &fc[0], act_unshare, 0, 0);
	KUNIT_EXPECT_EQ(test, fake_word(fake), 0);
	KUNIT_EXPECT_FALSE(test, fake->held);
}

static void a_request_made_during_an_unwatch_watches_again(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);
	struct interlude inter;

	fake->claim = ARBITER_REFUSED;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	interlude_plan(fake, &inter, FAKE_UNWATCH, &fc[1], fake_enqueue);
	KUNIT_EXPECT_EQ(test, fake_cancel(&fc[0]), 0);
	expect_interlude(test, &inter, -EINPROGRESS,
			 ARBITER_BUSY | ARBITER_WAITER);
	KUNIT_EXPECT_TRUE(test, fake->watched);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->watches), 2);
	fake->claim = ARBITER_CLAIMED;
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[1]));
}

/* The backing kicks in every claim that it refuses. */
static void kick_on_every_claim(struct fake_backing *fake, enum fake_call call)
{
	if (call == FAKE_CLAIM)
		arbiter_kick(&fake->arb);
}

static void a_kick_on_every_claim_is_left_for_later(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	fake->claim = ARBITER_REFUSED;
	fake->hook = kick_on_every_claim;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	KUNIT_EXPECT_LE(test, fake_calls(fake, FAKE_CLAIM), 10);
	KUNIT_EXPECT_GE(test, fake_calls(fake, FAKE_CLAIM), 2);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_LATER), 1);
	fake->hook = NULL;
	fake->claim = ARBITER_CLAIMED;
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[0]));
}

/* A claim that the caller's context does not allow is made by a work item. */
static void a_claim_left_for_later_is_made_by_the_work_item(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	fake->claim = ARBITER_LATER;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_LATER), 1);
	KUNIT_EXPECT_FALSE(test, fake_owns(&fc[0]));
	fake->claim = ARBITER_CLAIMED;
	schedule_work(&fake->work);
	flush_work(&fake->work);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[0]));
}

/* The first call in a context that allows the claim makes it even earlier. */
static void a_claim_left_for_later_is_made_by_the_next_request(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	fake->claim = ARBITER_REFUSED;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	fake->claim = ARBITER_LATER;
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_FALSE(test, fake_owns(&fc[0]));
	fake->claim = ARBITER_CLAIMED;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EINPROGRESS);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[0]));
}

static void a_release_left_for_later_is_made_by_a_kick(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	arbiter_set_shared(&fake->arb, true);
	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	fake->release = false;
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_FALSE(test, fake_owns(&fc[0]));
	KUNIT_EXPECT_TRUE(test, fake->held);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_LATER), 1);
	fake->release = true;
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_FALSE(test, fake->held);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)ARBITER_SHARED);
}

static void an_unwatch_left_for_later_is_made_by_a_kick(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 1);

	fake->claim = ARBITER_REFUSED;
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	fake->unwatch = false;
	KUNIT_EXPECT_EQ(test, fake_cancel(&fc[0]), 0);
	KUNIT_EXPECT_TRUE(test, fake->watched);
	KUNIT_EXPECT_EQ(test, fake_calls(fake, FAKE_LATER), 1);
	fake->unwatch = true;
	arbiter_kick(&fake->arb);
	KUNIT_EXPECT_FALSE(test, fake->watched);
}

static struct kunit_case arbiter_backing_cases[] = {
	KUNIT_CASE(try_fails_while_another_client_claims),
	KUNIT_CASE(a_client_may_be_freed_before_submit_returns),
	KUNIT_CASE(a_request_waits_behind_a_try_whose_claim_succeeds),
	KUNIT_CASE(a_request_claims_again_after_a_try_that_was_refused),
	KUNIT_CASE(a_kick_while_busy_leads_to_another_claim),
	KUNIT_CASE(share_while_busy_makes_the_last_free_release),
	KUNIT_CASE(a_request_cancelled_during_its_claim_does_not_own),
	KUNIT_CASE(a_request_cancelled_during_a_refused_claim_unwatches),
	KUNIT_CASE(an_exit_during_its_claim_ends_the_request),
	KUNIT_CASE(try_fails_during_a_release),
	KUNIT_CASE(a_request_made_during_a_release_claims_again),
	KUNIT_CASE(a_wait_without_time_fails_during_a_release),
	KUNIT_CASE(unshare_during_a_release_does_not_undo_it),
	KUNIT_CASE(a_request_made_during_an_unwatch_watches_again),
	KUNIT_CASE(a_kick_on_every_claim_is_left_for_later),
	KUNIT_CASE(a_claim_left_for_later_is_made_by_the_work_item),
	KUNIT_CASE(a_claim_left_for_later_is_made_by_the_next_request),
	KUNIT_CASE(a_release_left_for_later_is_made_by_a_kick),
	KUNIT_CASE(an_unwatch_left_for_later_is_made_by_a_kick),
	{}
};

struct kunit_suite arbiter_backing_suite = {
	.name = "parbiter-arbiter-backing",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_backing_cases,
};
