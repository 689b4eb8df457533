// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter_enter() and parbiter_leave(), and unplugging, which waits for leave.
 */
#include <linux/irq_work.h>

#include "client/kapi.h"
#include "lib/port_fixture.h"

/* Return whether removal has begun to refuse parbiter_enter() to the client. */
static bool use_is_shut_out(struct port_client *pc)
{
	return atomic_read(&pc->client->inside) & 1;
}

/* Return whether parbiter_enter() fails for the client. */
static bool use_is_refused(struct port_client *pc)
{
	struct parport *parport = parbiter_enter(pc->client);

	if (parport)
		parbiter_leave(pc->client);
	return !parport;
}

static int use_unplug(void *data)
{
	struct port_fixture *pf = data;

	parbiter_vport_unplug(pf->vport);
	return 0;
}

/*
 * Unplug the port while the client is between enter and leave. Returns once
 * unplugging waits for the client. Checks that the port can still be used.
 */
static void use_unplug_around(struct kunit *test, struct port_client *pc,
			      struct parport *parport, struct actor *unplug)
{
	struct port_fixture *pf = pc->pf;

	actor_start(test, unplug, use_unplug, pf, ACTOR_ANY_CPU);
	fixture_wait_for(test, use_is_shut_out(pc));
	KUNIT_EXPECT_FALSE(test, completion_done(&unplug->done));
	KUNIT_EXPECT_FALSE(test, parbiter_vport_released(pf->vport));
	KUNIT_EXPECT_EQ(test, port_devices(parport), 2U);
	KUNIT_EXPECT_PTR_EQ(test, parport->cad, pf->port->claim.claimer);
	parport_write_data(parport, 0x55);
	parport_frob_control(parport, 0, 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_late(pf->vport), 0ULL);
	KUNIT_EXPECT_TRUE(test, use_is_refused(pc));
}

static void use_expect_unplugged(struct kunit *test, struct port_client *pc,
				 struct actor *unplug)
{
	KUNIT_EXPECT_EQ(test, actor_join(test, unplug), 0);
	KUNIT_EXPECT_TRUE(test, parbiter_vport_released(pc->pf->vport));
	KUNIT_EXPECT_TRUE(test, use_is_refused(pc));
	KUNIT_EXPECT_EQ(test, atomic_read(&pc->removed), 1);
	KUNIT_EXPECT_EQ(test, parbiter_vport_late(pc->pf->vport), 0ULL);
}

static void only_the_owner_enters(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);

	KUNIT_EXPECT_TRUE(test, use_is_refused(&pc[0]));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_TRUE(test, use_is_refused(&pc[1]));
	KUNIT_EXPECT_PTR_EQ(test, parbiter_enter(pc[0].client), pf->parport);
	KUNIT_EXPECT_PTR_EQ(test, parbiter_enter(pc[0].client), pf->parport);
	parbiter_leave(pc[0].client);
	parbiter_leave(pc[0].client);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[0].client->inside), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_TRUE(test, use_is_refused(&pc[0]));
}

/* Own the port, and begin to use its hardware. */
static struct parport *use_own_and_enter(struct kunit *test, struct port_client *pc)
{
	struct parport *parport;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	parport = parbiter_enter(pc->client);
	KUNIT_ASSERT_NOT_NULL(test, parport);
	return parport;
}

static void unplugging_waits_for_an_owner_inside(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	struct parport *parport;
	struct actor unplug;

	parport = use_own_and_enter(test, pc);
	use_unplug_around(test, pc, parport, &unplug);
	parbiter_leave(pc->client);
	use_expect_unplugged(test, pc, &unplug);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), -ENODEV);
}

/* Removal waits for both leaves of a client that has entered twice. */
static void unplugging_waits_for_all_who_are_inside(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	struct parport *parport;
	struct actor unplug;

	parport = use_own_and_enter(test, pc);
	KUNIT_EXPECT_PTR_EQ(test, parbiter_enter(pc->client), parport);
	use_unplug_around(test, pc, parport, &unplug);
	parbiter_leave(pc->client);
	KUNIT_EXPECT_FALSE(test, completion_done(&unplug.done));
	parport_write_data(parport, 0xaa);
	parbiter_leave(pc->client);
	use_expect_unplugged(test, pc, &unplug);
}

/* What the done callback of the next test returns, and waits for. */
struct use_stay {
	struct parport *parport;
	struct completion inside;
	struct completion leave;
};

static void enter_and_stay(struct port_client *pc, int result)
{
	struct use_stay *stay = pc->pf->data;

	stay->parport = parbiter_enter(pc->client);
	complete(&stay->inside);
	wait_for_completion(&stay->leave);
	if (!stay->parport)
		return;
	parport_write_data(stay->parport, 0x55);
	parbiter_leave(pc->client);
}

static void unplugging_waits_for_a_done_callback_inside(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct use_stay stay = {};
	struct actor unplug;

	init_completion(&stay.inside);
	init_completion(&stay.leave);
	pf->data = &stay;
	pc->on_done = enter_and_stay;
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	wait_for_completion(&stay.inside);
	KUNIT_EXPECT_NOT_NULL(test, stay.parport);
	if (stay.parport)
		use_unplug_around(test, pc, stay.parport, &unplug);
	complete(&stay.leave);
	port_await(test, pc);
	use_expect_unplugged(test, pc, &unplug);
}

/**
 * struct use_interrupt - a hard interrupt that enters or leaves
 * @work: causes the interrupt
 * @client: the client
 * @leave: leave; if not set: enter
 * @in_hardirq: the handler ran in hard interrupt context
 * @parport: what parbiter_enter() returned
 */
struct use_interrupt {
	struct irq_work work;
	struct parbiter_client *client;
	bool leave;
	bool in_hardirq;
	struct parport *parport;
};

static void use_interrupt(struct irq_work *work)
{
	struct use_interrupt *in = container_of(work, struct use_interrupt,
						work);

	in->in_hardirq = in_hardirq() && irqs_disabled();
	if (in->leave)
		parbiter_leave(in->client);
	else
		in->parport = parbiter_enter(in->client);
}

static struct parport *use_from_hardirq(struct kunit *test,
					struct port_client *pc, bool leave)
{
	struct use_interrupt in = {
		.work = IRQ_WORK_INIT_HARD(use_interrupt),
		.client = pc->client,
		.leave = leave,
	};

	irq_work_queue(&in.work);
	irq_work_sync(&in.work);
	KUNIT_EXPECT_TRUE(test, in.in_hardirq);
	return in.parport;
}

/*
 * One interrupt enters, a thread uses the port, and another interrupt leaves.
 */
static void hard_interrupts_enter_and_leave(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	struct parport *parport;
	struct actor unplug;

	KUNIT_EXPECT_NULL(test, use_from_hardirq(test, pc, false));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	parport = use_from_hardirq(test, pc, false);
	KUNIT_ASSERT_NOT_NULL(test, parport);
	use_unplug_around(test, pc, parport, &unplug);
	KUNIT_EXPECT_NULL(test, use_from_hardirq(test, pc, false));
	use_from_hardirq(test, pc, true);
	use_expect_unplugged(test, pc, &unplug);
	KUNIT_EXPECT_NULL(test, use_from_hardirq(test, pc, false));
}

/* Neither call takes a lock that sleeps on PREEMPT_RT. */
static void enter_and_leave_under_a_raw_lock(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	raw_spinlock_t lock;
	unsigned long flags;
	bool entered;

	raw_spin_lock_init(&lock);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	raw_spin_lock_irqsave(&lock, flags);
	entered = !use_is_refused(pc);
	raw_spin_unlock_irqrestore(&lock, flags);
	KUNIT_EXPECT_TRUE(test, entered);
}

/* What the removed callbacks of the next test record. */
struct use_last {
	struct port_client *owner;
	struct actor other;
	struct kunit *test;
	int others;
	bool entered;
};

static int thread_use_is_refused(void *data)
{
	return use_is_refused(data);
}

static void enter_once_more(struct port_client *pc)
{
	struct use_last *last = pc->pf->data;
	struct parport *parport = parbiter_enter(pc->client);

	if (pc == last->owner) {
		last->entered = parport == pc->pf->parport;
		actor_start(last->test, &last->other, thread_use_is_refused,
			    pc, ACTOR_ANY_CPU);
		last->others = actor_join(last->test, &last->other);
	}
	if (!parport)
		return;
	parport_write_data(parport, 0);
	parbiter_leave(pc->client);
}

/* The last owner may bring the hardware in order; nobody else may enter. */
static void the_owner_may_enter_in_the_removed_callback(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	struct use_last last = { .owner = &pc[0], .test = test };

	pf->data = &last;
	pc[0].on_removed = enter_once_more;
	pc[1].on_removed = enter_once_more;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_TRUE(test, last.entered);
	KUNIT_EXPECT_TRUE(test, last.others);
	KUNIT_EXPECT_TRUE(test, use_is_refused(&pc[0]));
	KUNIT_EXPECT_EQ(test, parbiter_vport_late(pf->vport), 0ULL);
}

static void leave_when_removed(struct port_client *pc)
{
	parbiter_leave(pc->client);
}

/* So the removed callback may make the driver leave. */
static void the_removed_callback_runs_before_unplugging_waits(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	pc->on_removed = leave_when_removed;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_NOT_NULL(test, parbiter_enter(pc->client));
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc->removed), 1);
}

static void a_leave_too_many_is_ignored(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	parbiter_leave(pc->client);
	KUNIT_EXPECT_NOT_NULL(test, parbiter_enter(pc->client));
	parbiter_leave(pc->client);
	parbiter_leave(pc->client);
	parbiter_vport_unplug(pf->vport);
	parbiter_leave(pc->client);
	KUNIT_EXPECT_TRUE(test, use_is_refused(pc));
}

static void close_without_leaving(struct port_client *pc)
{
	parbiter_enter(pc->client);
	port_close(pc);
}

/* A client that is closed without a leave does not block the port. */
static void closing_inside_does_not_hang(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_NOT_NULL(test, parbiter_enter(pc[0].client));
	port_close(&pc[0]);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[1].client), 0);
	pc[1].on_removed = close_without_leaving;
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_NULL(test, pc[1].client);
}

/* Removal waits in vain for a client that closes without a leave. */
static void closing_inside_ends_the_wait_of_unplugging(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	struct parport *parport;
	struct actor unplug;

	parport = use_own_and_enter(test, pc);
	use_unplug_around(test, pc, parport, &unplug);
	port_close(pc);
	KUNIT_EXPECT_EQ(test, actor_join(test, &unplug), 0);
	KUNIT_EXPECT_TRUE(test, parbiter_vport_released(pc->pf->vport));
}

/*
 * After ten seconds, removal says in the log for whom it waits, and goes on
 * waiting.
 */
static void unplugging_waits_for_longer_than_its_patience(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	struct parport *parport;
	struct actor unplug;

	parport = use_own_and_enter(test, pc);
	use_unplug_around(test, pc, parport, &unplug);
	KUNIT_EXPECT_EQ(test,
			wait_for_completion_timeout(&unplug.done, 11 * HZ), 0UL);
	parport_write_data(parport, 0xaa);
	KUNIT_EXPECT_EQ(test, parbiter_vport_late(pc->pf->vport), 0ULL);
	parbiter_leave(pc->client);
	use_expect_unplugged(test, pc, &unplug);
}

static struct kunit_case use_cases[] = {
	KUNIT_CASE(only_the_owner_enters),
	KUNIT_CASE(unplugging_waits_for_an_owner_inside),
	KUNIT_CASE(unplugging_waits_for_all_who_are_inside),
	KUNIT_CASE(unplugging_waits_for_a_done_callback_inside),
	KUNIT_CASE(hard_interrupts_enter_and_leave),
	KUNIT_CASE(enter_and_leave_under_a_raw_lock),
	KUNIT_CASE(the_owner_may_enter_in_the_removed_callback),
	KUNIT_CASE(the_removed_callback_runs_before_unplugging_waits),
	KUNIT_CASE(a_leave_too_many_is_ignored),
	KUNIT_CASE(closing_inside_does_not_hang),
	KUNIT_CASE(closing_inside_ends_the_wait_of_unplugging),
	KUNIT_CASE(unplugging_waits_for_longer_than_its_patience),
	{}
};

struct kunit_suite use_suite = {
	.name = "parbiter-use",
	.init = port_test_init,
	.exit = port_test_exit,
	.test_cases = use_cases,
};
