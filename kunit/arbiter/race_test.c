// SPDX-License-Identifier: GPL-2.0
/*
 * Two calls at the same time, in a fixed order.
 *
 * Most tests fix the order at arbiter.lock: the arbiter calls an operation with
 * the lock held, and the operation waits until another thread, the rival, spins
 * for the lock on another CPU. The lock is fair, so the rival gets it next. The
 * other tests call the two halves of a Try, and call something else in between.
 */
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "arbiter/grant.h"
#include "lib/fixture.h"

/**
 * struct rival - who acts on another CPU while the arbiter's lock is held
 * @actor: the thread
 * @go: it is to act now
 * @act: what it does
 * @fc: its client
 * @sig: for act_signal: the signal
 * @victim: for act_signal: to whom
 * @met: it was seen spinning for the lock
 */
struct rival {
	struct actor actor;
	struct completion go;
	int (*act)(struct rival *rival);
	struct fake_client *fc;
	int sig;
	struct actor *victim;
	bool met;
};

static int rival_cancel(struct rival *rival)
{
	return fake_cancel(rival->fc);
}

static int rival_exit(struct rival *rival)
{
	arbiter_client_exit(&rival->fc->client);
	/* It says that nothing remains: what did? */
	return !!READ_ONCE(rival->fc->client.request);
}

static int rival_free(struct rival *rival)
{
	return fake_free(rival->fc);
}

static int rival_enqueue(struct rival *rival)
{
	return fake_enqueue(rival->fc);
}

static int rival_signal(struct rival *rival)
{
	actor_signal(rival->victim, rival->sig);
	return 0;
}

static int rival_thread(void *data)
{
	struct rival *rival = data;

	wait_for_completion(&rival->go);
	return rival->act(rival);
}

static void rival_start(struct kunit *test, struct rival *rival,
			int (*act)(struct rival *rival),
			struct fake_client *fc, int cpu)
{
	*rival = (struct rival) { .act = act, .fc = fc };
	init_completion(&rival->go);
	actor_start(test, &rival->actor, rival_thread, rival, cpu);
}

/* With arbiter.lock held: let it come, and wait until it is at the door. */
static void rival_meet(struct arbiter *arb, struct rival *rival)
{
	if (rival->met)
		return;
	complete(&rival->go);
	rival->met = fixture_spin_until_contended(arb);
}

/* Inside Free, before it decides. */
static void meet_when_contended_is_asked(struct fake_backing *fake,
					 enum fake_call call)
{
	if (call == FAKE_OUTSIDER_WAITS)
		rival_meet(&fake->arb, fake->hook_data);
}

/* Inside the call that ends the request of this client. */
static void meet_when_ended(struct fake_client *fc, int result)
{
	rival_meet(&fc->fake->arb, fc->fake->hook_data);
}

static void free_with_rival(struct kunit *test, struct rival *rival,
			    struct fake_client *owner)
{
	struct fake_backing *fake = test->priv;

	arbiter_set_shared(&fake->arb, true);
	fake->hook_data = rival;
	fake->hook = meet_when_contended_is_asked;
	KUNIT_EXPECT_EQ(test, fake_free(owner), 0);
	KUNIT_EXPECT_TRUE(test, rival->met);
	fake->hook = NULL;
	/* If the two did not meet, the rival must not wait for ever. */
	complete(&rival->go);
}

static void a_grant_beats_the_signal_at_the_lock(struct kunit *test)
{
	int cpu = fixture_other_cpu(test);
	struct sleeper sleeper;
	struct fake_client *fc;
	struct rival rival;

	fc = sleeper_behind_owner(test, &sleeper, TASK_INTERRUPTIBLE, KTIME_MAX,
				  cpu);
	rival_start(test, &rival, rival_signal, NULL, cpu);
	rival.victim = &sleeper.actor;
	rival.sig = SIGINT;
	free_with_rival(test, &rival, &fc[0]);
	KUNIT_EXPECT_EQ(test, actor_join(test, &rival.actor), 0);
	sleeper_expect_granted(test, &sleeper, fc);
}

static void a_grant_beats_the_cancel_at_the_lock(struct kunit *test)
{
	int cpu = fixture_other_cpu(test);
	struct sleeper sleeper;
	struct fake_client *fc;
	struct rival rival;

	fc = sleeper_behind_owner(test, &sleeper, TASK_INTERRUPTIBLE, KTIME_MAX,
				  cpu);
	rival_start(test, &rival, rival_cancel, &fc[1], cpu);
	free_with_rival(test, &rival, &fc[0]);
	KUNIT_EXPECT_EQ(test, actor_join(test, &rival.actor), -ENOENT);
	sleeper_expect_granted(test, &sleeper, fc);
}

static int rival_nothing(struct rival *rival)
{
	return 0;
}

/* The deadline comes while Free holds the lock: the sleeper is the rival. */
static void a_grant_beats_the_timeout_at_the_lock(struct kunit *test)
{
	ktime_t deadline = ktime_add_ms(ktime_get(), 1000);
	int cpu = fixture_other_cpu(test);
	struct sleeper sleeper;
	struct fake_client *fc;
	struct rival rival;

	fc = sleeper_behind_owner(test, &sleeper, TASK_INTERRUPTIBLE, deadline,
				  cpu);
	rival_start(test, &rival, rival_nothing, NULL, cpu);
	free_with_rival(test, &rival, &fc[0]);
	KUNIT_EXPECT_EQ(test, actor_join(test, &rival.actor), 0);
	sleeper_expect_granted(test, &sleeper, fc);
}

static void a_cancelled_head_is_passed_over_by_the_free_behind_it(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_owner_and_queue(test, 3);
	int cpu = fixture_other_cpu(test);
	struct rival rival;

	rival_start(test, &rival, rival_free, &fc[0], cpu);
	fake->hook_data = &rival;
	fc[1].on_ended = meet_when_ended;
	KUNIT_EXPECT_EQ(test, fake_cancel(&fc[1]), 0);
	KUNIT_EXPECT_TRUE(test, rival.met);
	KUNIT_EXPECT_EQ(test, actor_join(test, &rival.actor), 0);
	KUNIT_EXPECT_EQ(test, fc[1].ended, 1U);
	KUNIT_EXPECT_EQ(test, fc[1].result, -ECANCELED);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[2]));
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 0U);
}

/* A Try is stopped half way: it has taken the port, and not said who it is. */
static void a_waiter_that_comes_in_the_middle_of_a_try_is_told_of(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 3);

	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_ASSERT_TRUE(test, arbiter_take(&fake->arb));
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 0U);
	KUNIT_EXPECT_EQ(test, arbiter_own(&fake->arb, &fc[0].client), 0);
	KUNIT_EXPECT_EQ(test, fc[0].contended, 1U);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)(ARBITER_HELD | ARBITER_OWNED |
					       ARBITER_WAITER));
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[1]));
	KUNIT_EXPECT_EQ(test, fc[1].contended, 0U);
}

void (*arbiter_joining)(struct arbiter *arb);

/* Who tries while another client joins the queue, and what it is told. */
static struct fake_client *trier;
static int tried;

static void try_in_the_middle(struct arbiter *arb)
{
	if (trier && trier->client.arb == arb)
		tried = fake_try(trier);
}

/*
 * The other way round: the waiter is half written down when the Try comes. It
 * sees the waiter and is refused, or the waiter sees it and tells its client.
 */
static void a_try_in_the_middle_of_a_request_is_told_of_it(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);
	int asked;

	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	trier = &fc[0];
	arbiter_joining = try_in_the_middle;
	asked = fake_enqueue(&fc[1]);
	arbiter_joining = NULL;
	trier = NULL;
	KUNIT_EXPECT_EQ(test, tried, fake_owns(&fc[0]) ? 0 : -EBUSY);
	KUNIT_EXPECT_EQ(test, asked, fake_owns(&fc[1]) ? 0 : -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fc[0].contended, fake_owns(&fc[0]) ? 1U : 0U);
	KUNIT_EXPECT_EQ(test, fake_owns(&fc[0]) + fake_owns(&fc[1]), 1);
}

/* Another thread has queued the same client by the time the Try says so. */
static void a_try_gives_way_to_its_own_client_in_the_queue(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, 2);

	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[0]), 0);
	KUNIT_ASSERT_TRUE(test, arbiter_take(&fake->arb));
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[1]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[0]), -EINPROGRESS);
	KUNIT_EXPECT_EQ(test, arbiter_own(&fake->arb, &fc[0].client), -EBUSY);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[1]));
	KUNIT_EXPECT_FALSE(test, fake_owns(&fc[0]));
	KUNIT_EXPECT_EQ(test, arbiter_allocates(&fake->arb), 2ULL);
	/* No two grants have the same number, though one was undone. */
	KUNIT_EXPECT_EQ(test, fake->arb.stats.grants, 3ULL);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), 0);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[0]));
	KUNIT_EXPECT_EQ(test, fc[0].ended, 1U);
	KUNIT_EXPECT_EQ(test, fc[0].result, 0);
}

/* Lets the rival have the lock once more, or be done. */
static void let_pass_when_ended(struct fake_client *fc, int result)
{
	struct rival *rival = fc->fake->hook_data;
	u64 limit = ktime_get_ns() + NSEC_PER_SEC;

	while (!raw_spin_is_contended(&fc->fake->arb.lock) &&
	       !completion_done(&rival->actor.done) && ktime_get_ns() < limit)
		cpu_relax();
}

/*
 * Stops; the rival comes to the lock while the head's request ends, before
 * those of the others. Returns what the rival's act did.
 */
static int stop_with_rival(struct kunit *test, struct fake_client *fc,
			   int (*act)(struct rival *rival),
			   struct fake_client *who)
{
	struct fake_backing *fake = test->priv;
	int cpu = fixture_other_cpu(test);
	struct rival rival;

	rival_start(test, &rival, act, who, cpu);
	fake->hook_data = &rival;
	fc[1].on_ended = meet_when_ended;
	arbiter_stop(&fake->arb);
	KUNIT_EXPECT_TRUE(test, rival.met);
	return actor_join(test, &rival.actor);
}

/*
 * arbiter_stop() empties the queue one by one. A client near its end leaves
 * meanwhile, and is gone before its turn comes.
 */
static void exit_meets_a_stop(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 7);
	int i;

	for (i = 2; i < 6; i++)
		fc[i].on_ended = let_pass_when_ended;
	KUNIT_EXPECT_EQ_MSG(test, stop_with_rival(test, fc, rival_exit, &fc[6]),
			    0, "a request was left behind");
	KUNIT_EXPECT_EQ(test, fc[6].ended, 1U);
}

static void cancel_meets_a_stop(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_owner_and_queue(test, 3);
	int ret = stop_with_rival(test, fc, rival_cancel, &fc[2]);

	KUNIT_EXPECT_EQ(test, fc[2].ended, 1U);
	/* What it is told and what it was told must agree. */
	KUNIT_EXPECT_EQ(test, fc[2].result, ret ? -ENODEV : -ECANCELED);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 0U);
}

static void enqueue_meets_a_stop(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *late = fake_clients(test, fake, 1);
	struct fake_client *fc = fake_owner_and_queue(test, 2);

	KUNIT_EXPECT_EQ(test, stop_with_rival(test, fc, rival_enqueue, late),
			-ENODEV);
	KUNIT_EXPECT_EQ(test, late->ended, 0U);
	KUNIT_EXPECT_EQ(test, fake_queue_length(fake), 0U);
}

static void free_meets_a_stop(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_owner_and_queue(test, 3);

	KUNIT_EXPECT_EQ(test, stop_with_rival(test, fc, rival_free, &fc[0]),
			-ENODEV);
	KUNIT_EXPECT_EQ(test, fc[1].result, -ENODEV);
	KUNIT_EXPECT_EQ(test, fc[2].result, -ENODEV);
	KUNIT_EXPECT_EQ(test, fake_word(fake), (int)(ARBITER_OFF | ARBITER_HELD));
}

static struct kunit_case arbiter_race_cases[] = {
	KUNIT_CASE(a_grant_beats_the_signal_at_the_lock),
	KUNIT_CASE(a_grant_beats_the_cancel_at_the_lock),
	KUNIT_CASE(a_grant_beats_the_timeout_at_the_lock),
	KUNIT_CASE(a_cancelled_head_is_passed_over_by_the_free_behind_it),
	KUNIT_CASE(a_waiter_that_comes_in_the_middle_of_a_try_is_told_of),
	KUNIT_CASE(a_try_in_the_middle_of_a_request_is_told_of_it),
	KUNIT_CASE(a_try_gives_way_to_its_own_client_in_the_queue),
	KUNIT_CASE(exit_meets_a_stop),
	KUNIT_CASE(cancel_meets_a_stop),
	KUNIT_CASE(enqueue_meets_a_stop),
	KUNIT_CASE(free_meets_a_stop),
	{}
};

struct kunit_suite arbiter_race_suite = {
	.name = "parbiter-arbiter-race",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_race_cases,
};
