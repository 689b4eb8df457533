// SPDX-License-Identifier: GPL-2.0
/*
 * The callbacks of asynchronous requests in the context of an irq_work.
 *
 * Most tests turn interrupts off before a request ends. Then the irq_work stays
 * pending on this CPU until they turn interrupts on, and what shall come in
 * between does so each time.
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <linux/parport.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/smp.h>

#include "client/kapi.h"
#include "lib/port_fixture.h"

#define MANY	10000

/*
 * Wait, perhaps with interrupts off, until another CPU makes @condition true. The limit
 * is below the time after which RCU reports a CPU that is stuck.
 */
#define spin_until(condition)						\
({									\
	u64 __limit = ktime_get_ns() + 15 * NSEC_PER_SEC;		\
	bool __is_true;							\
									\
	while (!(__is_true = (condition)) && ktime_get_ns() < __limit)	\
		cpu_relax();						\
	__is_true;							\
})

/**
 * struct context - what a callback has found out about its context
 * @in_hardirq: it is a hard interrupt
 * @cpu: the CPU
 * @inside: number of callbacks that are under way
 * @nested: number of callbacks that have interrupted another one
 */
struct context {
	bool in_hardirq;
	int cpu;
	unsigned int inside;
	unsigned int nested;
};

static void note_context(struct port_client *pc, int result)
{
	struct context *context = pc->pf->data;

	context->in_hardirq = in_hardirq();
	context->cpu = smp_processor_id();
}

static void the_callback_interrupts_the_cpu_that_frees(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open_irq(test, pf, 2);
	int cpu = fixture_bind_to_cpu(test);
	struct context context = { .cpu = -1 };
	unsigned long flags;

	pf->data = &context;
	pc[1].on_done = note_context;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	local_irq_save(flags);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), -EALREADY);
	local_irq_restore(flags);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
	KUNIT_EXPECT_TRUE(test, context.in_hardirq);
	KUNIT_EXPECT_EQ(test, context.cpu, cpu);
}

static void a_free_port_is_granted_and_called_back(struct kunit *test)
{
	struct port_client *pc = port_open_irq(test, test->priv, 1);

	KUNIT_EXPECT_EQ(test, parbiter_allocate_async(pc->client, NULL),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	port_await(test, pc);
	KUNIT_EXPECT_EQ(test, pc->result, 0);
	KUNIT_EXPECT_EQ(test, port_ask(pc), -EDEADLK);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	port_await(test, pc);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc->done), 2);
}

/* What a callback gets from the calls that it may make */
struct answers {
	unsigned int waiters;
	bool owner;
	bool free;
	int asked;
	int tried;
	int cancelled;
	struct parport *entered;
	int freed;
	int asked_again;
};

static void call_all(struct port_client *pc, int result)
{
	struct answers *answers = pc->pf->data;

	if (atomic_read(&pc->done) > 1)
		return;
	answers->waiters = parbiter_query_waiters(pc->client);
	answers->owner = parbiter_is_owner(pc->client);
	answers->free = parbiter_is_port_free(pc->client);
	answers->asked = port_ask(pc);
	answers->tried = parbiter_try_allocate(pc->client);
	answers->cancelled = parbiter_cancel(pc->client);
	answers->entered = parbiter_enter(pc->client);
	if (answers->entered) {
		parport_write_data(answers->entered, 0x55);
		parbiter_leave(pc->client);
	}
	answers->freed = parbiter_free(pc->client);
	answers->asked_again = port_ask(pc);
}

static void the_callback_may_call_what_works_in_any_context(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open_irq(test, pf, 3);
	struct answers answers = { };

	pf->data = &answers;
	pc[1].on_done = call_all;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[2]);
	KUNIT_EXPECT_EQ(test, answers.waiters, 1U);
	KUNIT_EXPECT_TRUE(test, answers.owner);
	KUNIT_EXPECT_FALSE(test, answers.free);
	KUNIT_EXPECT_EQ(test, answers.asked, -EDEADLK);
	KUNIT_EXPECT_EQ(test, answers.tried, -EBUSY);
	KUNIT_EXPECT_EQ(test, answers.cancelled, -ENOENT);
	KUNIT_EXPECT_PTR_EQ(test, answers.entered, pf->parport);
	KUNIT_EXPECT_EQ(test, answers.freed, 0);
	KUNIT_EXPECT_EQ(test, answers.asked_again, 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[2].client), 0);
	fixture_wait_for(test, atomic_read(&pc[1].done) == 2);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
}

static void free_inside(struct port_client *pc, int result)
{
	struct context *context = pc->pf->data;

	context->nested += !!context->inside++;
	if (!result)
		parbiter_free(pc->client);
	context->inside--;
}

static void ten_thousand_callbacks_do_not_nest(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct context *context;
	struct port_client *pc;
	unsigned int i, out_of_order = 0, failed = 0;

	context = kunit_kzalloc(test, sizeof(*context), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, context);
	pc = port_open_irq(test, pf, MANY + 1);
	/* Not on the stack: callbacks may still run when a check has failed. */
	pf->data = context;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	for (i = 1; i <= MANY; i++) {
		pc[i].on_done = free_inside;
		failed += !!port_ask(&pc[i]);
	}
	KUNIT_EXPECT_EQ(test, failed, 0U);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[MANY]);
	for (i = 1; i <= MANY; i++) {
		out_of_order += pc[i].grant != i;
		failed += atomic_read(&pc[i].done) != 1 || pc[i].result;
	}
	KUNIT_EXPECT_EQ(test, out_of_order, 0U);
	KUNIT_EXPECT_EQ(test, failed, 0U);
	KUNIT_EXPECT_EQ(test, context->nested, 0U);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
}

#define ROUNDS	1000

/* Another user of the interrupt, queued by the first callback */
struct passer_by {
	struct irq_work work;
	struct port_client *pc;
	int passed;
};

static void pass_by(struct irq_work *work)
{
	struct passer_by *by = container_of(work, struct passer_by, work);

	by->passed = atomic_read(&by->pc->done);
}

static void free_and_ask_again(struct port_client *pc, int result)
{
	struct passer_by *by = pc->pf->data;

	if (result)
		return;
	if (atomic_read(&pc->done) == 1)
		irq_work_queue(&by->work);
	parbiter_free(pc->client);
	if (atomic_read(&pc->done) < ROUNDS)
		pc->result = port_ask(pc);
}

/* Each request is granted at once, before the callback returns. */
static void a_callback_that_asks_again_lets_others_run(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open_irq(test, pf, 1);
	struct passer_by by = { .work = IRQ_WORK_INIT_HARD(pass_by), .pc = pc };

	pf->data = &by;
	pc->on_done = free_and_ask_again;
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	fixture_wait_for(test, atomic_read(&pc->done) == ROUNDS);
	irq_work_sync(&by.work);
	KUNIT_EXPECT_EQ(test, pc->result, 0);
	/* It is in the list of the next interrupt, as the next callback is. */
	KUNIT_EXPECT_GE(test, by.passed, 1);
	KUNIT_EXPECT_LE(test, by.passed, 2);
	KUNIT_EXPECT_EQ(test, arbiter_allocates(&pf->port->arb), (u64)ROUNDS);
}

static void note_calls_of_done(struct port_client *pc)
{
	WRITE_ONCE(*(int *)pc->pf->data, atomic_read(&pc->done));
}

static void done_comes_before_contended(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open_irq(test, pf, 3);
	/* The last callback writes it when the test may have ended. */
	int *done = kunit_kzalloc(test, sizeof(*done), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, done);
	*done = -1;
	pf->data = done;
	pc[1].on_contended = note_calls_of_done;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	fixture_wait_for(test, READ_ONCE(*done) != -1);
	KUNIT_EXPECT_EQ(test, *done, 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].contended), 1);
	/* Of the next waiter, only contended is told. */
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[2].client), 0);
	port_await(test, &pc[2]);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	fixture_wait_for(test, atomic_read(&pc[1].contended) == 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
}

static void a_cancel_after_the_grant_is_too_late(struct kunit *test)
{
	struct port_client *pc = port_open_irq(test, test->priv, 2);
	unsigned long flags;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	local_irq_save(flags);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[1].client), -ENOENT);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 0);
	local_irq_restore(flags);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
}

static void a_cancel_before_the_grant_is_called_back_once(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open_irq(test, pf, 2);
	struct context context = { };
	unsigned long flags;

	pf->data = &context;
	pc[1].on_done = note_context;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	local_irq_save(flags);
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[1].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[1].client), -ENOENT);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), -EALREADY);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 0);
	local_irq_restore(flags);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, -ECANCELED);
	KUNIT_EXPECT_TRUE(test, context.in_hardirq);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 2);
}

/* Free from a hard interrupt. */
struct hard_free {
	struct irq_work work;
	struct port_client *pc;
	int ret;
	int done_inside;
	bool in_hardirq;
};

static void free_in_interrupt(struct irq_work *work)
{
	struct hard_free *hard = container_of(work, struct hard_free, work);

	hard->in_hardirq = in_hardirq();
	hard->ret = parbiter_free(hard->pc[0].client);
	hard->done_inside = atomic_read(&hard->pc[1].done);
}

static void a_grant_from_a_hard_interrupt_is_called_back_after_it(struct kunit *test)
{
	struct port_client *pc = port_open_irq(test, test->priv, 2);
	struct hard_free hard = {
		.work = IRQ_WORK_INIT_HARD(free_in_interrupt),
		.pc = pc,
	};

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	irq_work_queue(&hard.work);
	irq_work_sync(&hard.work);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_TRUE(test, hard.in_hardirq);
	KUNIT_EXPECT_EQ(test, hard.ret, 0);
	KUNIT_EXPECT_EQ(test, hard.done_inside, 0);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
}

/**
 * struct stay - a callback that takes long on another CPU
 * @context: where it runs, and what else runs at the same time
 * @leave: the callback may return
 */
struct stay {
	struct context context;
	bool leave;
};

static void stay_inside(struct port_client *pc, int result)
{
	struct stay *stay = pc->pf->data;

	note_context(pc, result);
	stay->context.nested += !!stay->context.inside++;
	spin_until(READ_ONCE(stay->leave));
	stay->context.inside--;
}

static void free_first(void *data)
{
	struct port_client *pc = data;

	parbiter_free(pc->client);
}

/* The second request ends on this CPU while the first callback still runs. */
static void a_callback_on_another_cpu_is_followed_by_the_next_one(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open_irq(test, pf, 2);
	int other = fixture_other_cpu(test);
	struct stay stay = { .leave = false };

	/* The context is its first member. */
	pf->data = &stay;
	pc[1].on_done = stay_inside;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	smp_call_function_single(other, free_first, pc, true);
	KUNIT_EXPECT_TRUE(test, spin_until(atomic_read(&pc[1].done)));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	/* A callback that interrupts this CPU comes meanwhile. */
	mdelay(1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
	WRITE_ONCE(stay.leave, true);
	port_await(test, &pc[1]);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 2);
	KUNIT_EXPECT_EQ(test, stay.context.nested, 0U);
	KUNIT_EXPECT_EQ(test, stay.context.cpu, other);
}

/**
 * struct late - a thread that acts while the irq_work is pending
 * @actor: the thread
 * @pc: the client whose irq_work it is
 * @act: completed when the thread may begin
 * @done: number of callbacks that have run when the thread has acted
 */
struct late {
	struct actor actor;
	struct port_client *pc;
	struct completion act;
	int done;
};

static void late_start(struct kunit *test, struct late *late,
		       struct port_client *pc, int (*fn)(void *data))
{
	late->pc = pc;
	init_completion(&late->act);
	actor_start(test, &late->actor, fn, late, fixture_other_cpu(test));
}

static int close_late(void *data)
{
	struct late *late = data;

	wait_for_completion(&late->act);
	port_close(late->pc);
	late->done = atomic_read(&late->pc->done);
	return 0;
}

static void close_waits_for_a_pending_irq_work(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open_irq(test, pf, 2);
	struct late late;
	unsigned long flags;
	bool withdrawn;

	late_start(test, &late, &pc[1], close_late);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	local_irq_save(flags);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	complete(&late.act);
	/* The close frees the port before it waits for the irq_work. */
	withdrawn = spin_until(parbiter_is_port_free(pc[0].client));
	/* A close that does not wait returns meanwhile. */
	mdelay(10);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 0);
	KUNIT_EXPECT_FALSE(test, completion_done(&late.actor.done));
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, actor_join(test, &late.actor), 0);
	KUNIT_EXPECT_TRUE(test, withdrawn);
	KUNIT_EXPECT_EQ(test, late.done, 1);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
}

/* The irq_work of the cancel is pending on the CPU that closes. */
static void close_while_queued_calls_back_before_it_returns(struct kunit *test)
{
	struct port_client *pc = port_open_irq(test, test->priv, 3);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	port_close(&pc[1]);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
	KUNIT_EXPECT_EQ(test, pc[1].result, -ECANCELED);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[2]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[2]));
}

static int stop_late(void *data)
{
	struct late *late = data;

	wait_for_completion(&late->act);
	arbiter_stop(&late->pc->pf->port->arb);
	return 0;
}

static void free_and_note(struct port_client *pc, int result)
{
	*(int *)pc->pf->data = parbiter_free(pc->client);
}

/*
 * Both requests have ended when the irq_work runs: one was granted just before the
 * port went, the other one was still queued. Of the removal, this makes the step
 * that ends requests. An earlier step waits for all CPUs to turn interrupts on.
 */
static void removal_comes_while_the_irq_work_is_pending(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open_irq(test, pf, 3);
	struct late late;
	int freed = 0;
	unsigned long flags;
	bool stopped;

	pf->data = &freed;
	pc[1].on_done = free_and_note;
	late_start(test, &late, &pc[1], stop_late);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	local_irq_save(flags);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	complete(&late.act);
	stopped = spin_until(!parbiter_query_waiters(pc[0].client));
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 0);
	local_irq_restore(flags);
	port_await(test, &pc[1]);
	port_await(test, &pc[2]);
	KUNIT_EXPECT_EQ(test, actor_join(test, &late.actor), 0);
	KUNIT_EXPECT_TRUE(test, stopped);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
	KUNIT_EXPECT_EQ(test, freed, -ENODEV);
	KUNIT_EXPECT_EQ(test, pc[2].result, -ENODEV);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[2].done), 1);
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].removed), 1);
}

static void close_in_removed(struct port_client *pc)
{
	port_close(pc);
}

static void the_removed_callback_may_close(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open_irq(test, pf, 2);

	pc[1].on_removed = close_in_removed;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_NULL(test, pc[1].client);
	/* The close has waited for it. */
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
	KUNIT_EXPECT_EQ(test, pc[1].result, -ENODEV);
}

static struct kunit_case done_in_irq_cases[] = {
	KUNIT_CASE(the_callback_interrupts_the_cpu_that_frees),
	KUNIT_CASE(a_free_port_is_granted_and_called_back),
	KUNIT_CASE(the_callback_may_call_what_works_in_any_context),
	KUNIT_CASE(ten_thousand_callbacks_do_not_nest),
	KUNIT_CASE(a_callback_that_asks_again_lets_others_run),
	KUNIT_CASE(done_comes_before_contended),
	KUNIT_CASE(a_cancel_after_the_grant_is_too_late),
	KUNIT_CASE(a_cancel_before_the_grant_is_called_back_once),
	KUNIT_CASE(a_grant_from_a_hard_interrupt_is_called_back_after_it),
	KUNIT_CASE(a_callback_on_another_cpu_is_followed_by_the_next_one),
	KUNIT_CASE(close_waits_for_a_pending_irq_work),
	KUNIT_CASE(close_while_queued_calls_back_before_it_returns),
	KUNIT_CASE(removal_comes_while_the_irq_work_is_pending),
	KUNIT_CASE(the_removed_callback_may_close),
	{}
};

struct kunit_suite done_in_irq_suite = {
	.name = "parbiter-done-in-irq",
	.init = port_test_init,
	.exit = port_test_exit,
	.test_cases = done_in_irq_cases,
};
