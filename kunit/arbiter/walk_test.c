// SPDX-License-Identifier: GPL-2.0
/*
 * Walks along the queue: order, positions, and requests that leave meanwhile.
 */
#include <linux/jiffies.h>
#include <linux/sched.h>

#include "lib/fixture.h"

/* Not a multiple of the number of requests in one step of a walk. */
#define MANY	200

/**
 * struct walker - a walk that records what it visits
 * @walk: the walk
 * @fake: the backing of the arbiter
 * @seen: the visited clients, in order
 * @count: number of visited clients
 * @stop: end the walk after this number of clients; 0: do not end it earlier
 * @unlocked: number of calls without arbiter.lock or with interrupts on
 * @misplaced: number of calls with a wrong position
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

static void a_walk_of_an_empty_queue_visits_nobody(struct kunit *test)
{
	expect_walk(test, 0);
}

static void a_walk_visits_one_waiter(struct kunit *test)
{
	expect_walk(test, 1);
}

static void a_walk_visits_exactly_one_step_of_waiters(struct kunit *test)
{
	expect_walk(test, 64);
}

static void a_walk_visits_many_waiters_in_order(struct kunit *test)
{
	expect_walk(test, MANY);
}

static void a_walk_ends_when_visit_returns_false(struct kunit *test)
{
	struct walker *walker = walker_create(test);

	fake_owner_and_queue(test, MANY + 1);
	walker->stop = 70;
	KUNIT_EXPECT_EQ(test, arbiter_walk(&walker->fake->arb, &walker->walk), 0);
	KUNIT_EXPECT_EQ(test, walker->count, 70U);
}

static void positions_are_right_beyond_the_first_step(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, MANY + 1);
	unsigned int i;

	for (i = 1; i <= MANY; i += 9)
		KUNIT_EXPECT_EQ(test, arbiter_position(&fc[i].client), i);
	KUNIT_EXPECT_EQ(test, arbiter_position(&fc[MANY].client),
			(unsigned int)MANY);
}

/* Set the cursor as a walk does when it drops the lock between two steps. */
static void place_cursor(struct arbiter *arb, struct fake_client *fc)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	arb->cursor = &fc->client.request->node;
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

static void a_request_that_leaves_moves_the_cursor_on(struct kunit *test)
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
 * struct churner - a thread that withdraws the request at a walk's cursor
 * @fc: an owner and MANY waiters
 * @stop: the thread is to end
 * @rounds: how often the thread has withdrawn each of its requests
 *
 * The thread withdraws the first request behind a walk's first step, and queues
 * it again at the tail. Then it does the same with the request that has come to
 * that position, and so on.
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

/* A walk that followed a request to the tail would miss those in between. */
static void a_walk_misses_nobody_while_the_queue_changes(struct kunit *test)
{
	struct churner *churner = kunit_kzalloc(test, sizeof(*churner),
						GFP_KERNEL);
	struct walker *walker = walker_create(test);
	unsigned long end = jiffies + 30 * HZ;
	struct actor actor;
	unsigned int i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, churner);
	churner->fc = fake_owner_and_queue(test, MANY + 1);
	actor_start(test, &actor, churn, churner, ACTOR_ANY_CPU);
	fixture_wait_for(test, READ_ONCE(churner->rounds) > 0);
	/* Fewer on a machine that is slow, or busy with something else */
	for (i = 0; i < 100 || (i < 2000 && time_before(jiffies, end)); i++) {
		walker->count = 0;
		KUNIT_EXPECT_EQ(test, arbiter_walk(&walker->fake->arb,
						   &walker->walk), 0);
		/* One request may be out of the queue at this time. */
		KUNIT_EXPECT_GE(test, walker->count, MANY - 1U);
	}
	WRITE_ONCE(churner->stop, true);
	KUNIT_EXPECT_EQ(test, actor_join(test, &actor), 0);
	KUNIT_EXPECT_EQ(test, walker->unlocked, 0U);
}

static int walk_queue(void *data)
{
	struct walker *walker = data;

	return arbiter_walk(&walker->fake->arb, &walker->walk);
}

/* Walks take turns. A task that is killed does not wait for its turn. */
static void a_killed_task_does_not_wait_for_another_walk(struct kunit *test)
{
	struct walker *walker = walker_create(test);
	struct actor actor;

	fake_owner_and_queue(test, 2);
	mutex_lock(&walker->fake->arb.walking);
	actor_start(test, &actor, walk_queue, walker, ACTOR_ANY_CPU);
	KUNIT_EXPECT_EQ(test, actor_kill(test, &actor), -EINTR);
	mutex_unlock(&walker->fake->arb.walking);
	KUNIT_EXPECT_EQ(test, walker->count, 0U);
}

static struct kunit_case arbiter_walk_cases[] = {
	KUNIT_CASE(a_walk_of_an_empty_queue_visits_nobody),
	KUNIT_CASE(a_walk_visits_one_waiter),
	KUNIT_CASE(a_walk_visits_exactly_one_step_of_waiters),
	KUNIT_CASE(a_walk_visits_many_waiters_in_order),
	KUNIT_CASE(a_walk_ends_when_visit_returns_false),
	KUNIT_CASE(positions_are_right_beyond_the_first_step),
	KUNIT_CASE(a_request_that_leaves_moves_the_cursor_on),
	KUNIT_CASE(a_walk_misses_nobody_while_the_queue_changes),
	KUNIT_CASE(a_killed_task_does_not_wait_for_another_walk),
	{}
};

struct kunit_suite arbiter_walk_suite = {
	.name = "parbiter-arbiter-walk",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_walk_cases,
};
