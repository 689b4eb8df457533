// SPDX-License-Identifier: GPL-2.0
/* The callbacks of the kernel API: when they run, and what they may call. */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/ktime.h>
#include <linux/sched/task_stack.h>
#include <linux/smp.h>

#include "client/kapi.h"
#include "lib/port_fixture.h"

#define DEEP	10000

static void an_asynchronous_request_is_called_back_once(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);

	KUNIT_EXPECT_EQ(test, parbiter_allocate_async(pc[0].client, NULL),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[0]), 0);
	port_await(test, &pc[0]);
	KUNIT_EXPECT_EQ(test, pc[0].result, 0);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_EQ(test, port_ask(&pc[0]), -EDEADLK);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), -EALREADY);
	KUNIT_EXPECT_EQ(test, parbiter_allocate(pc[1].client), -EALREADY);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[0].done), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
}

static void a_cancelled_request_is_called_back_and_may_be_made_again(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[1].client), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, -ECANCELED);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 2);
}

/* The smallest and the largest depth of the stack in the callbacks. */
struct depth {
	unsigned long least;
	unsigned long most;
};

static void free_at_once(struct port_client *pc, int result)
{
	struct depth *depth = pc->pf->data;
	unsigned long here = (unsigned long)task_stack_page(current) +
			     THREAD_SIZE - (unsigned long)&here;

	/* There is one owner at a time, so no other callback runs now. */
	depth->least = min(depth->least, here);
	depth->most = max(depth->most, here);
	if (!result)
		parbiter_free(pc->client);
}

static void ten_thousand_callbacks_that_free_do_not_nest(struct kunit *test)
{
	struct depth *depth = kunit_kzalloc(test, sizeof(*depth), GFP_KERNEL);
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, DEEP + 1);
	unsigned int i, out_of_order = 0, failed = 0;

	KUNIT_ASSERT_NOT_NULL(test, depth);
	depth->least = ULONG_MAX;
	/* Not on the stack: callbacks may still run when a check has failed. */
	pf->data = depth;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	for (i = 1; i <= DEEP; i++) {
		pc[i].on_done = free_at_once;
		failed += !!port_ask(&pc[i]);
	}
	KUNIT_EXPECT_EQ(test, failed, 0U);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client),
			(unsigned int)DEEP);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[DEEP]);
	for (i = 1; i <= DEEP; i++) {
		out_of_order += pc[i].grant != i;
		failed += atomic_read(&pc[i].done) != 1 || pc[i].result;
	}
	KUNIT_EXPECT_EQ(test, out_of_order, 0U);
	KUNIT_EXPECT_EQ(test, failed, 0U);
	KUNIT_EXPECT_LT(test, depth->most - depth->least, 1024UL);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
}

#define ROUNDS	1000

static void free_and_ask_again(struct port_client *pc, int result)
{
	if (result)
		return;
	parbiter_free(pc->client);
	if (atomic_read(&pc->done) < ROUNDS)
		pc->result = port_ask(pc);
}

static void callbacks_that_ask_again_take_turns(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 3);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	for (i = 1; i < 3; i++) {
		pc[i].on_done = free_and_ask_again;
		KUNIT_EXPECT_EQ(test, port_ask(&pc[i]), 0);
	}
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	for (i = 1; i < 3; i++) {
		fixture_wait_for(test, atomic_read(&pc[i].done) == ROUNDS);
		KUNIT_EXPECT_EQ(test, pc[i].result, 0);
	}
	KUNIT_EXPECT_EQ(test, arbiter_allocates(&pf->port->arb),
			(u64)2 * ROUNDS + 1);
}

static void close_myself(struct port_client *pc, int result)
{
	port_close(pc);
}

static void a_callback_may_close_its_own_client(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 3);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	pc[1].on_done = close_myself;
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_NULL(test, pc[1].client);
	/* The client owned when it was closed, so the next client owns now. */
	port_await(test, &pc[2]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[2]));
}

static void ask_again_and_close(struct port_client *pc, int result)
{
	parbiter_free(pc->client);
	port_ask(pc);
	port_close(pc);
}

/* The second request is granted at once; its callback must not run. */
static void a_close_in_a_callback_drops_the_next_callback(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	unsigned int refs = kref_read(&pf->port->ref);

	pc[1].on_done = ask_again_and_close;
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	/* The client drops its reference after its last work item. */
	fixture_wait_for(test, kref_read(&pf->port->ref) == refs - 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
}

static void close_the_next(struct port_client *pc, int result)
{
	port_close(pc + 1);
	parbiter_free(pc->client);
}

static void a_callback_may_close_another_client(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 3);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	pc[1].on_done = close_the_next;
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[2].done), 1);
	KUNIT_EXPECT_EQ(test, pc[2].result, -ECANCELED);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
}

/* Holds a callback until the test lets it return. */
struct hold {
	struct completion entered;
	struct completion leave;
	bool left;
};

static void stay_inside(struct port_client *pc, int result)
{
	struct hold *hold = pc->pf->data;

	complete(&hold->entered);
	wait_for_completion(&hold->leave);
	WRITE_ONCE(hold->left, true);
}

static int thread_close(void *data)
{
	struct port_client *pc = data;
	struct hold *hold = pc->pf->data;

	port_close(pc);
	return READ_ONCE(hold->left);
}

static void close_waits_for_the_callback_that_runs(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	struct hold hold = { .left = false };
	struct actor closer;

	init_completion(&hold.entered);
	init_completion(&hold.leave);
	pf->data = &hold;
	pc[0].on_done = stay_inside;
	KUNIT_EXPECT_EQ(test, port_ask(&pc[0]), 0);
	KUNIT_EXPECT_TRUE(test, wait_for_completion_timeout(&hold.entered,
							    FIXTURE_LIMIT));
	actor_start(test, &closer, thread_close, &pc[0], ACTOR_ANY_CPU);
	/* The closed client no longer owns. */
	fixture_wait_for(test, parbiter_is_port_free(pc[1].client));
	fixture_wait_for(test, actor_has_ended_or_sleeps(&closer));
	complete(&hold.leave);
	KUNIT_EXPECT_EQ_MSG(test, actor_join(test, &closer), 1,
			    "close returned while a callback was running");
	port_await(test, &pc[0]);
}

static void close_while_queued_withdraws_the_request(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 3);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	port_close(&pc[1]);
	/* The callback has returned when parbiter_close() returns. */
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
	KUNIT_EXPECT_EQ(test, pc[1].result, -ECANCELED);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[2]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[2]));
}

static void close_while_owner_grants_to_the_head(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 3);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	port_close(&pc[0]);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[2]));
}

static void free_when_contended(struct port_client *pc)
{
	parbiter_free(pc->client);
}

static void the_contended_callback_may_free(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);

	pc[0].on_contended = free_when_contended;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
}

static void the_owner_is_notified_of_the_first_waiter_and_of_natives(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 3);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[0].contended), 0);
	port_native_blocks(test, native);
	fixture_wait_for(test, atomic_read(&pc[0].contended) == 1);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	fixture_wait_for(test, atomic_read(&pc[0].contended) == 2);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(native, 20000), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	port_await(test, &pc[1]);
	fixture_wait_for(test, atomic_read(&pc[1].contended) == 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[2].contended), 0);
}

struct long_call {
	bool closing;
	bool ended;
};

/* The first call ends a moment after the close has begun. */
static void take_long_once(struct port_client *pc)
{
	u64 limit = ktime_get_ns() + 15 * NSEC_PER_SEC;
	struct long_call *call = pc->pf->data;

	if (atomic_read(&pc->contended) > 1)
		return;
	while (!READ_ONCE(call->closing) && ktime_get_ns() < limit)
		cpu_relax();
	mdelay(500);
	WRITE_ONCE(call->ended, true);
}

/* Do as the arbiter does when somebody begins to wait. */
static void notify(void *data)
{
	struct pb_client *client = data;
	raw_spinlock_t *lock = &client->port->arb.lock;
	unsigned long flags;

	raw_spin_lock_irqsave(lock, flags);
	client->ops->arb.contended(&client->arb);
	raw_spin_unlock_irqrestore(lock, flags);
}

/*
 * The client is notified again, on this CPU, while the callback is running on
 * another one. The end of an irq_work that ran on both would hide the first run
 * from irq_work_sync().
 */
static void close_waits_for_a_callback_on_another_cpu(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	/* The close of one of two clients does not take long by itself. */
	struct port_client *pc = port_open(test, pf, 2);
	struct long_call call = { };
	int other = fixture_other_cpu(test);

	pc->on_contended = take_long_once;
	pf->data = &call;
	smp_call_function_single(other, notify, &pc->client->base, true);
	fixture_wait_for(test, atomic_read(&pc->contended) == 1);
	notify(&pc->client->base);
	WRITE_ONCE(call.closing, true);
	port_close(pc);
	KUNIT_EXPECT_TRUE(test, READ_ONCE(call.ended));
}

static void a_client_needs_no_callbacks(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct parbiter_client *plain;

	plain = parbiter_open(pf->port->number,
			      "a name that is longer than the room for it",
			      NULL, NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, plain);
	KUNIT_EXPECT_STREQ(test, plain->base.name, "a name that is longer than the ");
	KUNIT_EXPECT_NULL(test, parbiter_client_data(plain));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(plain), 0);
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_EQ(test, parbiter_free(plain), -ENODEV);
	parbiter_close(plain);
	port_await(test, pc);
	KUNIT_EXPECT_EQ(test, pc->result, -ENODEV);
}

/* The same for a client with a table of callbacks in which none is set. */
static void every_callback_may_be_left_out(struct kunit *test)
{
	static const struct parbiter_client_ops none;
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct parbiter_client *plain;

	plain = parbiter_open(pf->port->number, "plain", &none, test);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, plain);
	KUNIT_EXPECT_PTR_EQ(test, parbiter_client_data(plain), (void *)test);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(plain), 0);
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	KUNIT_EXPECT_TRUE(test, parbiter_is_owner(plain));
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_FALSE(test, parbiter_is_owner(plain));
	KUNIT_EXPECT_EQ(test, parbiter_yield(plain), -ENODEV);
	parbiter_close(plain);
	port_await(test, pc);
	KUNIT_EXPECT_EQ(test, pc->result, -ENODEV);
}

static struct kunit_case callback_cases[] = {
	KUNIT_CASE(an_asynchronous_request_is_called_back_once),
	KUNIT_CASE(a_cancelled_request_is_called_back_and_may_be_made_again),
	KUNIT_CASE(ten_thousand_callbacks_that_free_do_not_nest),
	KUNIT_CASE(callbacks_that_ask_again_take_turns),
	KUNIT_CASE(a_callback_may_close_its_own_client),
	KUNIT_CASE(a_close_in_a_callback_drops_the_next_callback),
	KUNIT_CASE(a_callback_may_close_another_client),
	KUNIT_CASE(close_waits_for_the_callback_that_runs),
	KUNIT_CASE(close_while_queued_withdraws_the_request),
	KUNIT_CASE(close_while_owner_grants_to_the_head),
	KUNIT_CASE(the_contended_callback_may_free),
	KUNIT_CASE(the_owner_is_notified_of_the_first_waiter_and_of_natives),
	KUNIT_CASE(close_waits_for_a_callback_on_another_cpu),
	KUNIT_CASE(a_client_needs_no_callbacks),
	KUNIT_CASE(every_callback_may_be_left_out),
	{}
};

struct kunit_suite callback_suite = {
	.name = "parbiter-callback",
	.init = port_test_init,
	.exit = port_test_exit,
	.test_cases = callback_cases,
};
