// SPDX-License-Identifier: GPL-2.0
/* The kernel API: Try, Free, Allocate, Cancel, Yield, and the queries. */
#include <linux/errno.h>
#include <linux/signal.h>

#include "client/kapi.h"
#include "lib/port_fixture.h"

static void try_free_and_the_queries_agree(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);

	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), -EPERM);
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[0].client), -ENOENT);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_TRUE(test, parbiter_is_owner(pc[0].client));
	KUNIT_EXPECT_FALSE(test, parbiter_is_owner(pc[1].client));
	KUNIT_EXPECT_FALSE(test, parbiter_is_port_free(pc[1].client));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), -EBUSY);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[1].client), -EBUSY);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), -EPERM);
	KUNIT_EXPECT_PTR_EQ(test, parbiter_enter(pc[0].client), pf->parport);
	parbiter_leave(pc[0].client);
	KUNIT_EXPECT_PTR_EQ(test, parbiter_client_data(pc[0].client),
			    (void *)&pc[0]);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[1].client));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), -EPERM);
}

static void allocate_grants_a_free_port_at_once(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);

	KUNIT_EXPECT_EQ(test, parbiter_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_allocate(pc->client), -EDEADLK);
	KUNIT_EXPECT_EQ(test, parbiter_allocate_killable(pc->client), -EDEADLK);
	KUNIT_EXPECT_EQ(test, parbiter_allocate_timeout(pc->client, 1), -EDEADLK);
	KUNIT_EXPECT_EQ(test, port_ask(pc), -EDEADLK);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_allocate_killable(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_allocate_timeout(pc->client, 0), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
}

static void allocate_without_time_does_not_wait(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);

	KUNIT_EXPECT_EQ(test, parbiter_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_allocate_timeout(pc[1].client, 0),
			-ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, parbiter_allocate_timeout(pc[1].client, 1),
			-ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 0U);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[1]));
}

static void allocate_waits_at_least_its_time(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	u64 before;

	KUNIT_EXPECT_EQ(test, parbiter_allocate(pc[0].client), 0);
	before = ktime_get_ns();
	KUNIT_EXPECT_EQ(test, parbiter_allocate_timeout(pc[1].client,
							30 * NSEC_PER_MSEC),
			-ETIMEDOUT);
	KUNIT_EXPECT_GE(test, ktime_get_ns() - before,
			(u64)30 * NSEC_PER_MSEC);
}

static void a_timeout_beyond_ktime_max_is_for_ever(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, pb_client_deadline(PARBITER_FOREVER),
			KTIME_MAX);
	KUNIT_EXPECT_EQ(test, pb_client_deadline((u64)KTIME_MAX),
			KTIME_MAX);
	KUNIT_EXPECT_EQ(test, pb_client_deadline((u64)KTIME_MAX + 1),
			KTIME_MAX);
	KUNIT_EXPECT_EQ(test, pb_client_deadline(U64_MAX - 1), KTIME_MAX);
	KUNIT_EXPECT_EQ(test, pb_client_deadline(0), (ktime_t)0);
	KUNIT_EXPECT_GE(test, pb_client_deadline(NSEC_PER_SEC),
			ktime_get());
	KUNIT_EXPECT_LE(test, pb_client_deadline(1), ktime_get() + 1);
}

static int thread_allocate(void *data)
{
	return parbiter_allocate(data);
}

static int thread_allocate_killable(void *data)
{
	return parbiter_allocate_killable(data);
}

static int thread_yield(void *data)
{
	return parbiter_yield(data);
}

static void sleepers_are_ended_by_signals_and_cancel(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 4);
	struct actor any, fatal, cancelled;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	actor_start(test, &any, thread_allocate, pc[1].client, ACTOR_ANY_CPU);
	actor_start(test, &fatal, thread_allocate_killable, pc[2].client,
		    ACTOR_ANY_CPU);
	actor_start(test, &cancelled, thread_allocate, pc[3].client,
		    ACTOR_ANY_CPU);
	fixture_wait_for(test, parbiter_query_waiters(pc[0].client) == 3);
	actor_signal(&any, SIGINT);
	actor_signal(&fatal, SIGINT);
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[3].client), 0);
	KUNIT_EXPECT_EQ(test, actor_join(test, &any), -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, actor_join(test, &cancelled), -ECANCELED);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
	actor_signal(&fatal, SIGKILL);
	KUNIT_EXPECT_EQ(test, actor_join(test, &fatal), -ERESTARTSYS);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 0U);
}

static void close_accepts_null(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);

	parbiter_close(NULL);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
}

static void yield_without_anybody_waiting_keeps_the_port(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);

	KUNIT_EXPECT_EQ(test, parbiter_yield(pc[0].client), -EPERM);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_yield(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_yield(pc[1].client), -EPERM);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_EQ(test, pf->port->arb.stats.frees, 0ULL);
}

static void yield_lets_everybody_have_a_turn(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 3);
	struct actor yielder;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	actor_start(test, &yielder, thread_yield, pc[0].client, ACTOR_ANY_CPU);
	port_await(test, &pc[1]);
	fixture_wait_for(test, parbiter_query_waiters(pc[1].client) == 2);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	port_await(test, &pc[2]);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[2].client), 0);
	KUNIT_EXPECT_EQ(test, actor_join(test, &yielder), 0);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
}

static void a_signal_during_yield_leaves_the_port_to_the_next(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	struct actor yielder;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	actor_start(test, &yielder, thread_yield, pc[0].client, ACTOR_ANY_CPU);
	port_await(test, &pc[1]);
	fixture_wait_for(test, parbiter_query_waiters(pc[1].client) == 1);
	actor_signal(&yielder, SIGINT);
	KUNIT_EXPECT_EQ(test, actor_join(test, &yielder), -ERESTARTSYS);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
}

static void yield_lets_a_native_have_a_turn(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	struct actor yielder;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	port_native_blocks(test, native);
	actor_start(test, &yielder, thread_yield, pc->client, ACTOR_ANY_CPU);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(native, 20000), 0);
	fixture_wait_for(test, parbiter_query_waiters(pc->client) == 1);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	KUNIT_EXPECT_EQ(test, actor_join(test, &yielder), 0);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
}

static struct kunit_case client_cases[] = {
	KUNIT_CASE(try_free_and_the_queries_agree),
	KUNIT_CASE(allocate_grants_a_free_port_at_once),
	KUNIT_CASE(allocate_without_time_does_not_wait),
	KUNIT_CASE(allocate_waits_at_least_its_time),
	KUNIT_CASE(a_timeout_beyond_ktime_max_is_for_ever),
	KUNIT_CASE(sleepers_are_ended_by_signals_and_cancel),
	KUNIT_CASE(close_accepts_null),
	KUNIT_CASE(yield_without_anybody_waiting_keeps_the_port),
	KUNIT_CASE(yield_lets_everybody_have_a_turn),
	KUNIT_CASE(a_signal_during_yield_leaves_the_port_to_the_next),
	KUNIT_CASE(yield_lets_a_native_have_a_turn),
	{}
};

struct kunit_suite client_suite = {
	.name = "parbiter-client",
	.init = port_test_init,
	.exit = port_test_exit,
	.test_cases = client_cases,
};
