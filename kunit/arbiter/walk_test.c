// SPDX-License-Identifier: GPL-2.0
/* Walks along the queue: order, places, and requests that go meanwhile. */
#include <linux/sched.h>

#include "lib/fixture.h"

/* More than one step of a walk, and a part of one. */
#define MANY	200

/**
 * struct walker - a walk that writes down what it sees
 * @walk: the walk
 * @fake: over which backing
 * @seen: the clients, in order
 * @count: how many
 * @stop: end after so many; 0: at the end
 * @unlocked: a call without arbiter.lock or with interrupts on
 * @misplaced: a call with a wrong position
 */
struct walker {
	struct arbiter_walk walk;
	struct fake_backing *fake;
	const struct arbiter_client *seen[MANY];
	unsigned int count;
	unsigned int stop;
	unsigned int unlocked;
	unsigned int misplaced;
};

static bool walker_sees(struct arbiter_walk *walk,
			const struct arbiter_request *req)
{
	struct walker *walker = container_of(walk, struct walker, walk);

	if (!raw_spin_is_locked(&walker->fake->arb.lock) || !irqs_disabled())
		walker->unlocked++;
	walker->seen[walker->count++] = req->client;
	if (walk->position != walker->count)
		walker->misplaced++;
	return walker->count != walker->stop && walker->count < MANY;
}

static struct walker *walker_create(struct kunit *test)
{
	struct walker *walker = kunit_kzalloc(test, sizeof(*walker), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, walker);
	walker->fake = test->priv;
	walker->walk.visit = walker_sees;
	return walker;
}

static void expect_walk(struct kunit *test, unsigned int waiters)
{
	struct fake_client *fc = fake_owner_and_queue(test, waiters + 1);
	struct walker *walker = walker_create(test);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, arbiter_walk(&walker->fake->arb, &walker->walk), 0);
	KUNIT_ASSERT_EQ(test, walker->count, waiters);
	for (i = 0; i < waiters; i++)
		KUNIT_EXPECT_PTR_EQ(test, walker->seen[i],
				    (const struct arbiter_client *)&fc[i + 1].client);
	KUNIT_EXPECT_EQ(test, walker->unlocked, 0U);
	KUNIT_EXPECT_EQ(test, walker->misplaced, 0U);
	KUNIT_EXPECT_NULL(test, walker->fake->arb.cursor);
}

static void an_empty_queue(struct kunit *test)
{
	expect_walk(test, 0);
}

static void one_waiter(struct kunit *test)
{
	expect_walk(test, 1);
}

static void exactly_one_step(struct kunit *test)
{
	expect_walk(test, 64);
}

static void many_waiters(struct kunit *test)
{
	expect_walk(test, MANY);
}

static void a_walk_ends_when_told(struct kunit *test)
{
	struct walker *walker = walker_create(test);

	fake_owner_and_queue(test, MANY + 1);
	walker->stop = 70;
	KUNIT_EXPECT_EQ(test, arbiter_walk(&walker->fake->arb, &walker->walk), 0);
	KUNIT_EXPECT_EQ(test, walker->count, 70U);
}

static void positions_behind_the_first_step(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, MANY + 1);
	unsigned int i;

	for (i = 1; i <= MANY; i += 9)
		KUNIT_EXPECT_EQ(test, arbiter_position(&fc[i].client), i);
	KUNIT_EXPECT_EQ(test, arbiter_position(&fc[MANY].client),
			(unsigned int)MANY);
}

/* As a walk leaves it when it drops the lock between two steps. */
static void place_cursor(struct arbiter *arb, struct fake_client *fc)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	arb->cursor = &fc->client.request->node;
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

static void a_request_that_goes_takes_the_cursor_on(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 4);
	struct fake_backing *fake = test->priv;
	struct arbiter *arb = &fake->arb;

	/* withdrawn */
	place_cursor(arb, &fc[2]);
	KUNIT_EXPECT_EQ(test, fake_cancel(&fc[2]), 0);
	KUNIT_EXPECT_PTR_EQ(test, arb->cursor, &fc[3].client.request->node);
	/* granted */
	place_cursor(arb, &fc[1]);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_PTR_EQ(test, arb->cursor, &fc[3].client.request->node);
	/* the last one */
	KUNIT_EXPECT_EQ(test, fake_cancel(&fc[3]), 0);
	KUNIT_EXPECT_PTR_EQ(test, arb->cursor, &arb->queue);
	arb->cursor = NULL;
}

/**
 * struct churner - a thread that withdraws what a walk goes on with
 * @fc: an owner and MANY waiters
 * @stop: end
 * @rounds: how often it has been around
 *
 * It withdraws the request in the first place behind a walk's first step, which
 * then joins the tail, and then the one that has come into that place, and so
 * on.
 */
struct churner {
	struct fake_client *fc;
	bool stop;
	unsigned long rounds;
};

static int churn(void *data)
{
	struct churner *churner = data;
	unsigned int i;

	while (!READ_ONCE(churner->stop)) {
		for (i = 65; i <= MANY; i++) {
			fake_cancel(&churner->fc[i]);
			fake_enqueue(&churner->fc[i]);
		}
		WRITE_ONCE(churner->rounds, churner->rounds + 1);
		cond_resched();
	}
	return 0;
}

/* Who follows a request to the tail misses those in between. */
static void walks_survive_a_queue_that_changes(struct kunit *test)
{
	struct churner *churner = kunit_kzalloc(test, sizeof(*churner),
						GFP_KERNEL);
	struct walker *walker = walker_create(test);
	struct actor actor;
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, churner);
	churner->fc = fake_owner_and_queue(test, MANY + 1);
	actor_start(test, &actor, churn, churner, ACTOR_ANY_CPU);
	fixture_wait_for(test, READ_ONCE(churner->rounds) > 0);
	for (i = 0; i < 2000; i++) {
		walker->count = 0;
		KUNIT_EXPECT_EQ(test, arbiter_walk(&walker->fake->arb,
						   &walker->walk), 0);
		/* One may just be on its way to the tail. */
		KUNIT_EXPECT_GE(test, walker->count, MANY - 1U);
	}
	WRITE_ONCE(churner->stop, true);
	KUNIT_EXPECT_EQ(test, actor_join(test, &actor), 0);
	KUNIT_EXPECT_EQ(test, walker->unlocked, 0U);
}

static struct kunit_case arbiter_walk_cases[] = {
	KUNIT_CASE(an_empty_queue),
	KUNIT_CASE(one_waiter),
	KUNIT_CASE(exactly_one_step),
	KUNIT_CASE(many_waiters),
	KUNIT_CASE(a_walk_ends_when_told),
	KUNIT_CASE(positions_behind_the_first_step),
	KUNIT_CASE(a_request_that_goes_takes_the_cursor_on),
	KUNIT_CASE(walks_survive_a_queue_that_changes),
	{}
};

struct kunit_suite arbiter_walk_suite = {
	.name = "parbiter-arbiter-walk",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_walk_cases,
};
