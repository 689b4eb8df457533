// SPDX-License-Identifier: GPL-2.0
/* Who owns the port is told of native drivers that wait for it. */
#include <linux/errno.h>
#include <linux/irq_work.h>
#include <linux/ktime.h>
#include <linux/preempt.h>

#include "port/claim.h"
#include "lib/port_fixture.h"

/* The native waits before there is a client that could be told of it. */
static void a_client_granted_after_a_native_is_told_of_the_next(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *first = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *later = port_sleeping_native(test, pf, "kunit-b");
	struct port_client *pc = port_open(test, pf, 1);

	port_ask_behind(test, pc, first);
	port_native_blocks(test, later);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(first), 0);
	port_await(test, pc);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	/* It may be called more often than needed. */
	fixture_wait_for(test, atomic_read(&pc->contended) >= 1);
	KUNIT_EXPECT_TRUE(test, arbiter_is_contended(&pf->port->arb));
}

/* The core finds another native first, and goes on without telling us. */
static void a_try_that_overtakes_a_native_is_told_of_it(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *first = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *later = port_sleeping_native(test, pf, "kunit-b");
	struct port_client *pc = port_open(test, pf, 1);
	struct pardevice *sleeper;
	unsigned long flags;

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(first), 0);
	port_native_blocks(test, later);
	sleeper = pf->parport->waithead;
	/* As in the moment between the core's release and its look who waits. */
	write_lock_irqsave(&pf->parport->cad_lock, flags);
	pf->parport->cad = NULL;
	write_unlock_irqrestore(&pf->parport->cad_lock, flags);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->waithead, sleeper);
	fixture_wait_for(test, atomic_read(&pc->contended) == 1);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(later, 20000), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(later), 0);
}

/* Steps of two processors; each waits for the other's before its next. */
static int news_step;

static bool news_await(int step)
{
	u64 limit = ktime_get_ns() + 5 * NSEC_PER_SEC;

	/* Pairs with news_step_is(). */
	while (smp_load_acquire(&news_step) < step) {
		if (ktime_get_ns() > limit)
			return false;
		cpu_relax();
	}
	return true;
}

static void news_step_is(int step)
{
	/* Pairs with news_await(). */
	smp_store_release(&news_step, step);
}

/* Asks while the other processor holds cad_lock: the news come too early. */
static int thread_ask(void *data)
{
	struct port_fixture *pf = data;
	bool met = news_await(1);

	/* Nor may the work item run here until the other one goes on. */
	preempt_disable();
	pb_claim_preempt(pf->port);
	while (irq_work_is_busy(&pf->port->claim.asked))
		cpu_relax();
	news_step_is(2);
	preempt_enable();
	return met;
}

/* What the core does with a native driver that it has refused. */
static void core_lists(struct parport *parport, struct pardevice *dev)
{
	spin_lock(&parport->waitlist_lock);
	parport->waithead = dev;
	parport->waittail = dev;
	spin_unlock(&parport->waitlist_lock);
}

static void news_of_a_native_that_come_before_it_are_kept(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	int cpu = fixture_other_cpu(test);
	struct pardevice *dev;
	struct actor asker;
	unsigned long flags;
	bool met;

	port_sleeping_native(test, pf, "kunit-a");
	dev = pf->parport->devices;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	news_step = 0;
	actor_start(test, &asker, thread_ask, pf, cpu);
	write_lock_irqsave(&pf->parport->cad_lock, flags);
	news_step_is(1);
	met = news_await(2);
	core_lists(pf->parport, dev);
	write_unlock_irqrestore(&pf->parport->cad_lock, flags);
	KUNIT_EXPECT_TRUE(test, actor_join(test, &asker));
	KUNIT_EXPECT_TRUE(test, met);
	fixture_wait_for(test, atomic_read(&pc->contended) == 1);
	spin_lock_irq(&pf->parport->waitlist_lock);
	pf->parport->waithead = NULL;
	pf->parport->waittail = NULL;
	spin_unlock_irq(&pf->parport->waitlist_lock);
}

/* Nobody waits any more: neither this owner nor the next is to see anybody. */
static void a_native_that_gave_up_is_forgotten(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 2);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	port_native_blocks(test, native);
	fixture_wait_for(test, atomic_read(&pc[0].contended) == 1);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_signal(native), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(native, 20000),
			-EINTR);
	/* It is still on the core's list, as if it waited, until it is closed. */
	KUNIT_EXPECT_TRUE(test, arbiter_is_contended(&pf->port->arb));
	port_forget_natives(pf);
	KUNIT_EXPECT_FALSE(test, arbiter_is_contended(&pf->port->arb));
	KUNIT_EXPECT_EQ(test, parbiter_yield(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[1].client), 0);
	KUNIT_EXPECT_FALSE(test, arbiter_is_contended(&pf->port->arb));
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[0].contended), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].contended), 0);
}

static struct kunit_case port_contended_cases[] = {
	KUNIT_CASE(a_client_granted_after_a_native_is_told_of_the_next),
	KUNIT_CASE(a_try_that_overtakes_a_native_is_told_of_it),
	KUNIT_CASE(news_of_a_native_that_come_before_it_are_kept),
	KUNIT_CASE(a_native_that_gave_up_is_forgotten),
	{}
};

struct kunit_suite port_contended_suite = {
	.name = "parbiter-port-contended",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = port_contended_cases,
};
