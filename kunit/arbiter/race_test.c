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
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "arbiter/grant.h"
#include "lib/fixture.h"

/**
 * struct rival - a thread that calls something while arbiter.lock is held
 * @actor: the thread, on another CPU
 * @go: completed when the thread is to call @act
 * @act: the call
 * @fc: the client for which @act is called
 * @sig: for rival_signal(): the signal
 * @victim: for rival_signal(): the thread that gets the signal
 * @met: the test saw a thread that spun for the lock
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
	/* After arbiter_client_exit() no request may be left. */
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

/* Let the rival go, and wait until it spins for arbiter.lock, which is held. */
static void rival_meet(struct arbiter *arb, struct rival *rival)
{
	if (rival->met)
		return;
	complete(&rival->go);
	rival->met = fixture_spin_until_contended(arb);
}

/* Meet the rival inside Free, before Free grants to anybody. */
static void meet_in_outsider_waits(struct fake_backing *fake,
				   enum fake_call call)
{
	if (call == FAKE_OUTSIDER_WAITS)
		rival_meet(&fake->arb, fake->hook_data);
}

/* Meet the rival while the request of this client ends. */
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
	fake->hook = meet_in_outsider_waits;
	KUNIT_EXPECT_EQ(test, fake_free(owner), 0);
	KUNIT_EXPECT_TRUE(test, rival->met);
	fake->hook = NULL;
	/* Do not let the rival wait for ever if the two have not met. */
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

/*
 * The deadline passes while Free holds the lock. The thread that spins for the
 * lock is the sleeper, so the rival has nothing to do.
 */
static void a_grant_beats_the_timeout_at_the_lock(struct kunit *test)
{
	ktime_t deadline = ktime_add_ms(ktime_get(), 2000);
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

static void a_free_behind_a_cancel_grants_to_the_next_request(struct kunit *test)
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

/*
 * The request comes between the two halves of a Try: OWNED is set, and
 * arbiter.owner is not written yet.
 */
static void a_try_is_notified_of_a_request_made_during_it(struct kunit *test)
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

/*
 * The client that tries while another client joins the queue, and the result.
 */
static struct fake_client *trier;
static int tried;

static void try_in_the_middle(struct arbiter *arb)
{
	if (trier && trier->client.arb == arb)
		tried = fake_try(trier);
}

/*
 * The Try comes while a request joins the queue. Either the Try sees the
 * request and fails, or the request sees the Try and notifies its client.
 */
static void a_try_made_during_a_request_fails_or_is_notified(struct kunit *test)
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

/* Another thread queues the same client between the two halves of a Try. */
static void a_try_fails_if_its_client_is_queued_meanwhile(struct kunit *test)
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
	/* The grant that was undone keeps its number. */
	KUNIT_EXPECT_EQ(test, fake->arb.stats.grants, 3ULL);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), 0);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[0]));
	KUNIT_EXPECT_EQ(test, fc[0].ended, 1U);
	KUNIT_EXPECT_EQ(test, fc[0].result, 0);
}

/* Wait until the rival spins for the lock once more, or is done. */
static void wait_for_rival_when_ended(struct fake_client *fc, int result)
{
	struct rival *rival = fc->fake->hook_data;
	u64 limit = ktime_get_ns() + NSEC_PER_SEC;

	while (!raw_spin_is_contended(&fc->fake->arb.lock) &&
	       !completion_done(&rival->actor.done) && ktime_get_ns() < limit)
		cpu_relax();
}

/*
 * Stop the arbiter. The rival spins for the lock while the request of the head
 * ends, before the other requests end. Returns what rival->act() returned.
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
 * arbiter_stop() ends one request after the other. A client near the end of the
 * queue exits before arbiter_stop() comes to its request.
 */
static void exit_during_a_stop_leaves_no_request(struct kunit *test)
{
	struct fake_client *fc = fake_owner_and_queue(test, 7);
	int i;

	for (i = 2; i < 6; i++)
		fc[i].on_ended = wait_for_rival_when_ended;
	KUNIT_EXPECT_EQ_MSG(test, stop_with_rival(test, fc, rival_exit, &fc[6]),
			    0, "a request was left behind");
	KUNIT_EXPECT_EQ(test, fc[6].ended, 1U);
}

static void cancel_during_a_stop_agrees_with_the_result(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_owner_and_queue(test, 3);
	int ret = stop_with_rival(test, fc, rival_cancel, &fc[2]);

	KUNIT_EXPECT_EQ(test, fc[2].ended, 1U);
	/* The result of the cancel agrees with the result of the request. */
	KUNIT_EXPECT_EQ(test, fc[2].result, ret ? -ENODEV : -ECANCELED);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 0U);
}

static void enqueue_during_a_stop_fails(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *late = fake_clients(test, fake, 1);
	struct fake_client *fc = fake_owner_and_queue(test, 2);

	KUNIT_EXPECT_EQ(test, stop_with_rival(test, fc, rival_enqueue, late),
			-ENODEV);
	KUNIT_EXPECT_EQ(test, late->ended, 0U);
	KUNIT_EXPECT_EQ(test, fake_queue_length(fake), 0U);
}

static void free_during_a_stop_grants_to_nobody(struct kunit *test)
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
	KUNIT_CASE(a_free_behind_a_cancel_grants_to_the_next_request),
	KUNIT_CASE(a_try_is_notified_of_a_request_made_during_it),
	KUNIT_CASE(a_try_made_during_a_request_fails_or_is_notified),
	KUNIT_CASE(a_try_fails_if_its_client_is_queued_meanwhile),
	KUNIT_CASE(exit_during_a_stop_leaves_no_request),
	KUNIT_CASE(cancel_during_a_stop_agrees_with_the_result),
	KUNIT_CASE(enqueue_during_a_stop_fails),
	KUNIT_CASE(free_during_a_stop_grants_to_nobody),
	{}
};

struct kunit_suite arbiter_race_suite = {
	.name = "parbiter-arbiter-race",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_race_cases,
};
