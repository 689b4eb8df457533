// SPDX-License-Identifier: GPL-2.0
/*
 * Many threads on all CPUs. In every order of their calls there is one owner at
 * a time, every request ends once, and every thread owns often.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "lib/fixture.h"

#define FIGHTERS	8
#define ROUNDS		1500

/*
 * On a busy machine the threads make fewer rounds, to stay below FIXTURE_LIMIT.
 */
#define TORTURE_LIMIT	(FIXTURE_LIMIT / 12)

/**
 * struct fighter - a thread and its client
 * @actor: the thread
 * @arena: what the threads share
 * @fc: the client
 * @rnd: state of the thread's random numbers
 * @ended: completed when the asynchronous request has ended
 * @asked: number of asynchronous requests that were accepted
 * @rounds: how often the thread asked to own
 * @turns: how often the thread owned
 */
struct fighter {
	struct actor actor;
	struct arena *arena;
	struct fake_client *fc;
	struct rnd_state rnd;
	struct completion ended;
	unsigned int asked;
	unsigned long rounds;
	unsigned long turns;
};

/**
 * struct arena - what the threads share
 * @fake: the backing
 * @fighter: the threads
 * @fc: the clients of the threads, in the same order, and one that never owns
 * @inside: number of threads that own, as the results of their calls say
 * @count: incremented by owners, without any other protection
 * @broken: number of failed checks
 * @over: the outsider and the meddler are to end
 */
struct arena {
	struct fake_backing *fake;
	struct fighter fighter[FIGHTERS];
	struct fake_client *fc;
	atomic_t inside;
	unsigned long count;
	atomic_t broken;
	bool over;
};

static void broken_if(struct arena *arena, bool broken)
{
	if (broken)
		atomic_inc(&arena->broken);
}

static void fighter_ended(struct fake_client *fc, int result)
{
	struct arena *arena = fc->fake->hook_data;

	complete(&arena->fighter[fc - arena->fc].ended);
}

static void fighter_own(struct fighter *f)
{
	struct arena *arena = f->arena;
	unsigned long count;

	broken_if(arena, atomic_inc_return(&arena->inside) != 1);
	broken_if(arena, !fake_owns(f->fc));
	broken_if(arena, !READ_ONCE(arena->fake->held));
	count = READ_ONCE(arena->count);
	ndelay(prandom_u32_state(&f->rnd) % 4096);
	WRITE_ONCE(arena->count, count + 1);
	f->turns++;
	atomic_dec(&arena->inside);
	broken_if(arena, fake_free(f->fc));
}

/* Wait until the request has ended, and return whether it was granted. */
static bool fighter_await(struct fighter *f)
{
	if (!wait_for_completion_timeout(&f->ended, FIXTURE_LIMIT)) {
		broken_if(f->arena, true);
		return false;
	}
	broken_if(f->arena, f->fc->ended != f->asked);
	broken_if(f->arena, f->fc->result && f->fc->result != -ECANCELED);
	return !f->fc->result;
}

static bool fighter_asks(struct fighter *f, bool cancels)
{
	int ret = fake_enqueue(f->fc);

	broken_if(f->arena, ret && ret != -EINPROGRESS);
	f->asked++;
	if (cancels)
		fake_cancel(f->fc);
	return fighter_await(f);
}

static bool fighter_waits(struct fighter *f, ktime_t deadline)
{
	int ret = arbiter_wait(&f->fc->client, TASK_INTERRUPTIBLE, deadline);

	broken_if(f->arena, ret && ret != -ECANCELED &&
		  (ret != -ETIMEDOUT || deadline == KTIME_MAX));
	return !ret;
}

static bool fighter_tries(struct fighter *f)
{
	int ret = fake_try(f->fc);

	broken_if(f->arena, ret && ret != -EBUSY);
	return !ret;
}

static bool fighter_gets(struct fighter *f)
{
	u32 rnd = prandom_u32_state(&f->rnd);

	switch (rnd % 6) {
	case 0:
		return fighter_tries(f);
	case 1:
		return fighter_waits(f, KTIME_MAX);
	case 2:
		return fighter_waits(f, ktime_add_us(ktime_get(),
						     (rnd >> 8) % 300));
	case 3:
		return fighter_waits(f, 0);
	case 4:
		return fighter_asks(f, true);
	default:
		return fighter_asks(f, false);
	}
}

static int fighter_thread(void *data)
{
	unsigned long limit = jiffies + TORTURE_LIMIT;
	struct fighter *f = data;

	for (; f->rounds < ROUNDS && time_before(jiffies, limit); f->rounds++) {
		if (fighter_gets(f))
			fighter_own(f);
		cond_resched();
	}
	return 0;
}

/* Take the claim whenever that is possible, and give it back. */
static int outsider_thread(void *data)
{
	struct arena *arena = data;

	while (!READ_ONCE(arena->over)) {
		if (fake_outsider_takes(arena->fake)) {
			broken_if(arena, atomic_read(&arena->inside));
			usleep_range(10, 20);
			fake_outsider_leaves(arena->fake);
		}
		usleep_range(50, 100);
	}
	return 0;
}

/*
 * Cancel requests of other threads, free without owning, and change the answers
 * of the backing.
 */
static int meddler_thread(void *data)
{
	struct arena *arena = data;
	struct fake_backing *fake = arena->fake;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 42);
	while (!READ_ONCE(arena->over)) {
		u32 what = prandom_u32_state(&rnd);

		fake_cancel(&arena->fc[(what >> 8) % FIGHTERS]);
		broken_if(arena, fake_free(&arena->fc[FIGHTERS]) != -EPERM);
		arbiter_set_shared(&fake->arb, what & 1);
		WRITE_ONCE(fake->outsider_waits, what & 2);
		WRITE_ONCE(fake->claim, what & 4 ? ARBITER_LATER :
						   ARBITER_CLAIMED);
		WRITE_ONCE(fake->release, what & 8);
		arbiter_notify_owner(&fake->arb);
		usleep_range(50, 100);
	}
	WRITE_ONCE(fake->outsider_waits, false);
	WRITE_ONCE(fake->claim, ARBITER_CLAIMED);
	WRITE_ONCE(fake->release, true);
	arbiter_set_shared(&fake->arb, false);
	arbiter_kick(&fake->arb);
	return 0;
}

static struct arena *arena_create(struct kunit *test)
{
	struct arena *arena;
	unsigned int i;

	arena = kunit_kzalloc(test, sizeof(*arena), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, arena);
	arena->fake = test->priv;
	arena->fc = fake_clients(test, arena->fake, FIGHTERS + 1);
	arena->fake->hook_data = arena;
	for (i = 0; i < FIGHTERS; i++) {
		struct fighter *f = &arena->fighter[i];

		f->arena = arena;
		f->fc = &arena->fc[i];
		f->fc->on_ended = fighter_ended;
		prandom_seed_state(&f->rnd, i + 1);
		init_completion(&f->ended);
	}
	return arena;
}

static void arena_fight(struct kunit *test, struct arena *arena)
{
	unsigned int i;

	for (i = 0; i < FIGHTERS; i++)
		actor_start(test, &arena->fighter[i].actor, fighter_thread,
			    &arena->fighter[i], ACTOR_ANY_CPU);
	for (i = 0; i < FIGHTERS; i++)
		actor_join(test, &arena->fighter[i].actor);
}

static void arena_judge(struct kunit *test, struct arena *arena)
{
	struct fake_backing *fake = arena->fake;
	unsigned long turns = 0;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, atomic_read(&arena->broken), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&arena->inside), 0);
	for (i = 0; i < FIGHTERS; i++) {
		struct fighter *f = &arena->fighter[i];

		KUNIT_EXPECT_EQ(test, f->fc->ended, f->asked);
		KUNIT_EXPECT_GT(test, f->turns, f->rounds / 20);
		turns += f->turns;
	}
	KUNIT_EXPECT_EQ(test, arena->count, turns);
	KUNIT_EXPECT_EQ(test, arbiter_allocates(&fake->arb), (u64)turns);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.frees, (u64)turns);
	KUNIT_EXPECT_TRUE(test, arbiter_is_free(&fake->arb));
	KUNIT_EXPECT_TRUE(test, fake_is_consistent(fake));
	KUNIT_EXPECT_NULL(test, fake->arb.owner);
}

static void eight_threads_exclude_each_other(struct kunit *test)
{
	struct arena *arena = arena_create(test);

	arena_fight(test, arena);
	arena_judge(test, arena);
	KUNIT_EXPECT_EQ(test, fake_calls(arena->fake, FAKE_CLAIM), 1);
}

static void eight_threads_exclude_an_outsider_and_a_meddler(struct kunit *test)
{
	struct arena *arena = arena_create(test);
	struct fake_backing *fake = arena->fake;
	struct actor outsider, meddler;

	fake->kick_later = true;
	actor_start(test, &outsider, outsider_thread, arena, ACTOR_ANY_CPU);
	actor_start(test, &meddler, meddler_thread, arena, ACTOR_ANY_CPU);
	arena_fight(test, arena);
	WRITE_ONCE(arena->over, true);
	actor_join(test, &outsider);
	actor_join(test, &meddler);
	flush_work(&fake->work);
	arena_judge(test, arena);
	KUNIT_EXPECT_GT(test, fake_calls(fake, FAKE_CLAIM), 10);
	KUNIT_EXPECT_GT(test, fake_calls(fake, FAKE_LATER), 10);
	KUNIT_EXPECT_GT(test, atomic64_read(&fake->arb.refused), 10);
}

/**
 * struct pair - two threads that share one client, as after dup() or fork()
 * @actor: the threads
 * @fc: the client
 * @broken: number of calls with a result that is not allowed
 * @owned: number of calls by which the client became the owner
 * @freed: number of Frees that succeeded
 */
struct pair {
	struct actor actor[2];
	struct fake_client *fc;
	atomic_t broken;
	atomic_t owned;
	atomic_t freed;
};

static int pair_thread(void *data)
{
	struct pair *pair = data;
	unsigned int round;
	int ret;

	for (round = 0; round < 10000; round++) {
		switch (round % 4) {
		case 0:
			ret = fake_try(pair->fc);
			atomic_add(!ret, &pair->owned);
			atomic_add(ret && ret != -EBUSY, &pair->broken);
			break;
		case 1:
		case 3:
			ret = fake_free(pair->fc);
			atomic_add(!ret, &pair->freed);
			atomic_add(ret && ret != -EPERM, &pair->broken);
			break;
		default:
			ret = arbiter_wait(&pair->fc->client,
					   TASK_INTERRUPTIBLE, 0);
			atomic_add(!ret, &pair->owned);
			atomic_add(ret && ret != -EDEADLK && ret != -EALREADY &&
				   ret != -ETIMEDOUT, &pair->broken);
			break;
		}
		cond_resched();
	}
	return 0;
}

static void two_threads_with_one_client_free_each_grant_once(struct kunit *test)
{
	struct fake_backing *fake = test->priv;
	struct pair *pair;
	int i;

	pair = kunit_kzalloc(test, sizeof(*pair), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pair);
	pair->fc = fake_clients(test, fake, 1);
	for (i = 0; i < 2; i++)
		actor_start(test, &pair->actor[i], pair_thread, pair,
			    ACTOR_ANY_CPU);
	for (i = 0; i < 2; i++)
		actor_join(test, &pair->actor[i]);
	KUNIT_EXPECT_EQ(test, atomic_read(&pair->broken), 0);
	KUNIT_EXPECT_GT(test, atomic_read(&pair->owned), 1000);
	if (fake_owns(pair->fc) && !fake_free(pair->fc))
		atomic_inc(&pair->freed);
	KUNIT_EXPECT_EQ(test, atomic_read(&pair->owned),
			atomic_read(&pair->freed));
	KUNIT_EXPECT_EQ(test, arbiter_allocates(&fake->arb),
			(u64)atomic_read(&pair->owned));
	KUNIT_EXPECT_EQ(test, fake->arb.stats.frees,
			(u64)atomic_read(&pair->freed));
	KUNIT_EXPECT_TRUE(test, arbiter_is_free(&fake->arb));
}

static struct kunit_case arbiter_torture_cases[] = {
	KUNIT_CASE(eight_threads_exclude_each_other),
	KUNIT_CASE(eight_threads_exclude_an_outsider_and_a_meddler),
	KUNIT_CASE(two_threads_with_one_client_free_each_grant_once),
	{}
};

struct kunit_suite arbiter_torture_suite = {
	.name = "parbiter-arbiter-torture",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_torture_cases,
};
