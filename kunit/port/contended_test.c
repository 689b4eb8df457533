// SPDX-License-Identifier: GPL-2.0
/* The owner of the port is notified of native drivers that wait for it. */
#include <linux/errno.h>
#include <linux/irq_work.h>
#include <linux/ktime.h>
#include <linux/preempt.h>

#include "port/claim.h"
#include "lib/port_fixture.h"

/* The native driver begins to wait before the client owns. */
static void a_client_granted_after_a_native_is_notified_of_the_next(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *first = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *later = port_sleeping_native(test, pf, "kunit-b");
	struct port_client *pc = port_open(test, pf, 1);

	port_ask_behind(test, pc, first);
	port_native_blocks(test, later);
	/*
	 * If this were in the middle of an attempt to claim when the core calls the
	 * listener, the port would go to the next device on the wait list.
	 */
	cancel_delayed_work_sync(&pf->port->claim.work);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(first), 0);
	port_await(test, pc);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	/* The callback may run more often than needed. */
	fixture_wait_for(test, atomic_read(&pc->contended) >= 1);
	KUNIT_EXPECT_TRUE(test, arbiter_is_contended(&pf->port->arb));
}

/*
 * The Try comes between the core's release and its walk along the wait list, so
 * the core does not call preempt for the native driver that waits.
 */
static void a_try_that_overtakes_a_native_is_notified_of_it(struct kunit *test)
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
	/* The core does this at the beginning of parport_release(). */
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

/* The last step that either of two threads has reached */
static int step_reached;

static bool step_await(int step)
{
	u64 limit = ktime_get_ns() + 5 * NSEC_PER_SEC;

	/*
	 * Pairs with step_reach(): what was stored before the step is visible.
	 */
	while (smp_load_acquire(&step_reached) < step) {
		if (ktime_get_ns() > limit)
			return false;
		cpu_relax();
	}
	return true;
}

static void step_reach(int step)
{
	/*
	 * Pairs with step_await(): what was stored before the step is visible.
	 */
	smp_store_release(&step_reached, step);
}

/* Call preempt before the other CPU puts the native driver on the wait list. */
static int thread_ask(void *data)
{
	struct port_fixture *pf = data;
	bool met = step_await(1);

	/* The work item must not run here before the other thread goes on. */
	preempt_disable();
	pb_claim_preempt(pf->port);
	while (irq_work_is_busy(&pf->port->claim.asked))
		cpu_relax();
	step_reach(2);
	preempt_enable();
	return met;
}

/* Put a native driver on the wait list, as the core does after a refusal. */
static void core_lists(struct parport *parport, struct pardevice *dev)
{
	spin_lock(&parport->waitlist_lock);
	parport->waithead = dev;
	parport->waittail = dev;
	spin_unlock(&parport->waitlist_lock);
}

static void the_owner_is_notified_of_a_native_listed_after_preempt(struct kunit *test)
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
	step_reached = 0;
	actor_start(test, &asker, thread_ask, pf, cpu);
	write_lock_irqsave(&pf->parport->cad_lock, flags);
	step_reach(1);
	met = step_await(2);
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

/*
 * A native driver is refused while the last client closes. Nothing is left to do
 * for an arbiter that is off, although the core is locked.
 */
static void nobody_is_notified_once_the_arbiter_is_off(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	int cpu = fixture_other_cpu(test);
	struct actor asker;
	unsigned long flags;
	bool met;

	KUNIT_EXPECT_FALSE(test, arbiter_is_on(&pf->port->arb));
	step_reached = 0;
	actor_start(test, &asker, thread_ask, pf, cpu);
	write_lock_irqsave(&pf->parport->cad_lock, flags);
	step_reach(1);
	met = step_await(2);
	write_unlock_irqrestore(&pf->parport->cad_lock, flags);
	KUNIT_EXPECT_TRUE(test, actor_join(test, &asker));
	KUNIT_EXPECT_TRUE(test, met);
	KUNIT_EXPECT_FALSE(test, work_busy(&pf->port->claim.work.work));
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
}

/* Neither this owner nor the next one may see a native driver that waits. */
static void an_unregistered_native_no_longer_contends(struct kunit *test)
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
	/* The driver stays on the core's wait list until it is unregistered. */
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
	KUNIT_CASE(a_client_granted_after_a_native_is_notified_of_the_next),
	KUNIT_CASE(a_try_that_overtakes_a_native_is_notified_of_it),
	KUNIT_CASE(the_owner_is_notified_of_a_native_listed_after_preempt),
	KUNIT_CASE(nobody_is_notified_once_the_arbiter_is_off),
	KUNIT_CASE(an_unregistered_native_no_longer_contends),
	{}
};

struct kunit_suite port_contended_suite = {
	.name = "parbiter-port-contended",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = port_contended_cases,
};
