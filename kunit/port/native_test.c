// SPDX-License-Identifier: GPL-2.0
/* Native drivers that wait for the port, own it, and are interrupted. */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/rcupdate.h>

#include "lib/port_fixture.h"

#define QUEUE	20

static void a_sleeping_native_has_its_turn_after_one_owner(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, QUEUE + 1);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	for (i = 1; i <= QUEUE; i++)
		KUNIT_EXPECT_EQ(test, port_ask(&pc[i]), 0);

	for (i = 0; i < QUEUE; i++) {
		port_native_blocks(test, native);
		KUNIT_EXPECT_EQ(test, parbiter_free(pc[i].client), 0);
		KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(native, 20000),
				0);
		KUNIT_EXPECT_TRUE(test, port_native_owns(native));
		KUNIT_EXPECT_FALSE(test, port_owns(&pc[i + 1]));
		KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client),
				QUEUE - i);
		KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
		port_await(test, &pc[i + 1]);
		KUNIT_EXPECT_TRUE(test, port_owns(&pc[i + 1]));
		KUNIT_EXPECT_EQ(test, pc[i + 1].grant, i + 1);
	}
}

static void a_native_with_a_callback_has_its_turn_after_one_owner(struct kunit *test)
{
	const struct vport_native_config config = {
		.name = "kunit-callback",
		.preempt = VPORT_PREEMPT_REFUSE,
		.wakeup = VPORT_WAKEUP_CLAIM,
	};
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_native(test, pf, &config);
	struct port_client *pc = port_open(test, pf, 3);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), -EAGAIN);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_TRUE(test, port_native_owns(native));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	/*
	 * The native driver no longer waits, so the next hand-off is to a
	 * client.
	 */
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[2]));
}

static void hand_offs_keep_the_claim_while_no_native_waits(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 3);
	u64 before;

	port_sleeping_native(test, pf, "kunit-a");
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	before = port_accesses(pf);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[2]));
}

static void behind_a_native_owner_the_listener_is_on_the_wait_list(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 2);

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), -EBUSY);
	KUNIT_EXPECT_FALSE(test, port_is_listed(pf));
	KUNIT_EXPECT_EQ(test, port_ask(&pc[0]), 0);
	KUNIT_EXPECT_TRUE(test, port_is_listed(pf));
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_TRUE(test, port_is_listed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	port_await(test, &pc[0]);
	KUNIT_EXPECT_EQ(test, pc[0].result, 0);
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->cad, pf->port->claim.claimer);
	KUNIT_EXPECT_FALSE(test, port_is_listed(pf));
	KUNIT_EXPECT_NULL(test, pf->parport->waithead);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[1]));
}

static void the_listener_leaves_the_list_with_the_last_request(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 2);

	port_ask_behind(test, &pc[0], native);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[0].client), 0);
	KUNIT_EXPECT_TRUE(test, port_is_listed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[1].client), 0);
	KUNIT_EXPECT_FALSE(test, port_is_listed(pf));
	KUNIT_EXPECT_TRUE(test, port_native_owns(native));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
}

static void a_native_that_came_later_is_served_after_our_head(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *first = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *later = port_sleeping_native(test, pf, "kunit-b");
	struct port_client *pc = port_open(test, pf, 2);

	port_ask_behind(test, &pc[0], first);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	port_native_blocks(test, later);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(first), 0);
	port_await(test, &pc[0]);
	KUNIT_EXPECT_FALSE(test, port_native_owns(later));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(later, 20000), 0);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(later), 0);
	port_await(test, &pc[1]);
}

static void a_native_that_came_first_is_served_before_our_head(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *owner = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *next = port_sleeping_native(test, pf, "kunit-b");
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(owner), 0);
	port_native_blocks(test, next);
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(owner), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(next, 20000), 0);
	KUNIT_EXPECT_FALSE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(next), 0);
	port_await(test, pc);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
}

/*
 * The core leaves an interrupted sleeper on its list, and later gives it the
 * port, although the driver no longer waits. parbiter cannot prevent that, but
 * its queue must go on once the driver releases the port.
 */
static void the_queue_survives_a_grant_to_an_interrupted_native(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *interrupted = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 2);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	port_native_blocks(test, interrupted);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_signal(interrupted), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(interrupted, 20000), -EINTR);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_TRUE(test, port_native_owns(interrupted));
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_FALSE(test, parbiter_is_port_free(pc[0].client));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(interrupted), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
}

static void the_retry_finds_a_free_port_without_a_wakeup(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	struct pardevice *listener = pf->port->claim.listener;
	void (*wakeup)(void *private) = listener->wakeup;

	port_ask_behind(test, pc, native);
	/* Let the core skip the listener: it logs an error, and goes on. */
	listener->wakeup = NULL;
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	port_await(test, pc);
	listener->wakeup = wakeup;
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_FALSE(test, port_is_listed(pf));
}

static void is_port_free_is_false_while_a_native_owns(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	char name[32] = "";
	u64 before;

	before = port_accesses(pf);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc->client));
	KUNIT_EXPECT_FALSE(test, pb_port_native_owner(pf->port, name,
						      sizeof(name)));
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	KUNIT_EXPECT_FALSE(test, parbiter_is_port_free(pc->client));
	KUNIT_EXPECT_TRUE(test, pb_port_native_owner(pf->port, name,
						     sizeof(name)));
	KUNIT_EXPECT_STREQ(test, name, "kunit-a");
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_FALSE(test, parbiter_is_port_free(pc->client));
	KUNIT_EXPECT_FALSE(test, pb_port_native_owner(pf->port, name,
						      sizeof(name)));
}

static void a_free_with_interrupts_off_gives_the_claim_back_soon(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	bool owned, claimed, off;
	unsigned long flags;
	int tried, freed;

	/* With two native drivers no idle claim is kept. */
	port_sleeping_native(test, pf, "kunit-b");
	local_irq_save(flags);
	tried = parbiter_try_allocate(pc->client);
	freed = parbiter_free(pc->client);
	owned = port_owns(pc);
	claimed = port_is_claimed(pf);
	off = irqs_disabled();
	local_irq_restore(flags);

	KUNIT_EXPECT_EQ(test, tried, 0);
	KUNIT_EXPECT_EQ(test, freed, 0);
	KUNIT_EXPECT_FALSE(test, owned);
	/*
	 * The core may not be called with interrupts off; a work item calls it.
	 */
	KUNIT_EXPECT_TRUE(test, claimed);
	KUNIT_EXPECT_TRUE(test, off);
	fixture_wait_for(test, !port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
}

/*
 * The listener joins and leaves the wait list by calls of the core that need a
 * task with interrupts on. The work item makes these calls a moment later.
 */
static void the_listener_comes_and_goes_later_with_interrupts_off(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	bool listed, cancelled_listed;
	unsigned long flags;

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	local_irq_save(flags);
	port_ask(pc);
	listed = port_is_listed(pf);
	local_irq_restore(flags);
	KUNIT_EXPECT_FALSE(test, listed);
	fixture_wait_for(test, port_is_listed(pf));

	local_irq_save(flags);
	parbiter_cancel(pc->client);
	cancelled_listed = port_is_listed(pf);
	local_irq_restore(flags);
	KUNIT_EXPECT_TRUE(test, cancelled_listed);
	fixture_wait_for(test, !port_is_listed(pf));
	port_await(test, pc);
	KUNIT_EXPECT_EQ(test, pc->result, -ECANCELED);
	KUNIT_EXPECT_TRUE(test, port_native_owns(native));
}

/*
 * Because of a bug in the core, this CPU itself may hold the lock in a
 * callback. So a call must never wait for it.
 */
static void a_try_fails_while_the_core_is_locked(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	int tried, asked, freed, cancelled;
	unsigned long flags;

	port_sleeping_native(test, pf, "kunit-a");
	write_lock_irqsave(&pf->parport->cad_lock, flags);
	tried = parbiter_try_allocate(pc[0].client);
	freed = parbiter_free(pc[0].client);
	asked = port_ask(&pc[0]);
	cancelled = parbiter_cancel(pc[1].client);
	write_unlock_irqrestore(&pf->parport->cad_lock, flags);
	KUNIT_EXPECT_EQ(test, tried, -EBUSY);
	KUNIT_EXPECT_EQ(test, freed, -EPERM);
	KUNIT_EXPECT_EQ(test, asked, 0);
	KUNIT_EXPECT_EQ(test, cancelled, -ENOENT);
	port_await(test, &pc[0]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
}

/* Note whether the line is masked while parport_release() saves registers. */
static void note_the_mask(struct vport *vport, enum vport_op op, void *context)
{
	bool *masked = context;

	*masked = parbiter_vport_irq_masked(vport);
}

static void the_port_interrupt_is_masked_while_a_native_is_woken(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	bool masked = false;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	port_native_blocks(test, port_sleeping_native(test, pf, "kunit-a"));
	KUNIT_EXPECT_FALSE(test, parbiter_vport_irq_masked(pf->vport));
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, note_the_mask,
				&masked);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, NULL, NULL);
	KUNIT_EXPECT_TRUE(test, masked);
	KUNIT_EXPECT_FALSE(test, parbiter_vport_irq_masked(pf->vport));
}

/**
 * struct stall - holds a native driver's release inside the listener's wakeup
 * @wakeup: the listener's own wakeup callback, called at the end
 * @entered: the release has come to the callback
 * @leave: the callback may go on
 *
 * This is a global variable because the callback has no argument for the test.
 */
static struct stall {
	void (*wakeup)(void *private);
	bool entered;
	bool leave;
} stall;

/* Spin, because RCU tasks does not wait for a thread that sleeps. */
static void stalled_wakeup(void *private)
{
	unsigned long limit = jiffies + FIXTURE_LIMIT;

	if (!xchg(&stall.entered, true))
		while (!READ_ONCE(stall.leave) && time_before(jiffies, limit))
			cpu_relax();
	stall.wakeup(private);
}

static int thread_release(void *data)
{
	return parbiter_vport_native_release(data);
}

/*
 * parport_release() walks the lists of the core without a lock. It is held in
 * the listener's wakeup callback until the last client is closed. Then it goes
 * on and reads next or waitnext of the listener, and the claimer.
 */
static void close_under_a_release(struct kunit *test,
				  struct vport_native *native,
				  struct port_client *pc)
{
	struct port_fixture *pf = test->priv;
	struct actor releaser;

	stall = (struct stall) { .wakeup = pf->port->claim.listener->wakeup };
	pf->port->claim.listener->wakeup = stalled_wakeup;
	actor_start(test, &releaser, thread_release, native, ACTOR_ANY_CPU);
	fixture_wait_for(test, READ_ONCE(stall.entered));

	port_close(pc);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 1U);
	/* An ordinary RCU grace period ends while the release is held. */
	rcu_barrier();
	KUNIT_EXPECT_FALSE(test, completion_done(&releaser.done));
	WRITE_ONCE(stall.leave, true);
	KUNIT_EXPECT_EQ(test, actor_join(test, &releaser), 0);

	/*
	 * In the end the devices are freed and drop their reference on the
	 * port.
	 */
	rcu_barrier_tasks();
	fixture_wait_for(test, kref_read(&pf->port->ref) == 2);
}

static void close_under_a_walk_over_the_devices(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	close_under_a_release(test, native, pc);
}

static void close_under_a_walk_over_the_wait_list(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);

	port_ask_behind(test, pc, native);
	close_under_a_release(test, native, pc);
}

/*
 * Hold the release of the native driver in the listener's wakeup callback, and
 * cancel the last request meanwhile, so that the listener leaves the list.
 */
static void cancel_under_a_release(struct kunit *test,
				   struct vport_native *native,
				   struct port_client *pc,
				   struct actor *releaser)
{
	struct port_fixture *pf = test->priv;

	/* On a slow machine it would claim again before the request ends. */
	cancel_delayed_work_sync(&pf->port->claim.work);
	stall = (struct stall) { .wakeup = pf->port->claim.listener->wakeup };
	pf->port->claim.listener->wakeup = stalled_wakeup;
	actor_start(test, releaser, thread_release, native, ACTOR_ANY_CPU);
	fixture_wait_for(test, READ_ONCE(stall.entered));
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc->client), 0);
	KUNIT_EXPECT_FALSE(test, port_is_listed(pf));
}

static void let_the_release_go_on(struct kunit *test, struct port_client *pc,
				  struct actor *releaser)
{
	KUNIT_EXPECT_FALSE(test, completion_done(&releaser->done));
	WRITE_ONCE(stall.leave, true);
	KUNIT_EXPECT_EQ(test, actor_join(test, releaser), 0);
	port_await(test, pc);
	KUNIT_EXPECT_EQ(test, pc->result, -ECANCELED);
}

/* Return how often the claimer's registers were restored to this control register. */
static unsigned int restored(struct port_fixture *pf, unsigned char control)
{
	struct vport_record rec;
	unsigned int count = 0;
	u64 pos = 0;

	while (parbiter_vport_read(pf->vport, &pos, &rec))
		count += rec.kind == VPORT_KIND_RESTORE &&
			 !strcmp(rec.name, "parbiter") &&
			 (rec.value & ~VPORT_CONTROL_IRQ) == control;
	return count;
}

/*
 * The release finds nobody behind the listener, which has left. The native
 * driver that waits there gets the port all the same. parbiter claims for it,
 * and what a driver has left in the claimer's registers does not come back.
 */
static void a_native_that_a_release_loses_sight_of_is_served(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *lost = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-b");
	struct port_client *pc = port_open(test, pf, 1);
	struct actor releaser;

	port_ask_behind(test, pc, native);
	port_native_blocks(test, lost);
	pf->port->claim.claimer->state->u.pc.ctr = 0x09;
	cancel_under_a_release(test, native, pc, &releaser);
	KUNIT_EXPECT_EQ(test, restored(pf, 0x09), 0U);
	KUNIT_EXPECT_EQ(test, restored(pf, 0x0c), 1U);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(lost, 20000), 0);
	KUNIT_EXPECT_TRUE(test, port_native_owns(lost));
	let_the_release_go_on(test, pc, &releaser);
}

/* If no native driver waits, nobody claims the port for one. */
static void a_cancel_under_a_release_leaves_the_port_free(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	struct actor releaser;
	u64 accesses;

	port_ask_behind(test, pc, native);
	accesses = port_accesses(pf);
	cancel_under_a_release(test, native, pc, &releaser);
	/* The release itself has saved the registers; a claim restores them. */
	KUNIT_EXPECT_LE(test, port_accesses(pf), accesses + 1);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	let_the_release_go_on(test, pc, &releaser);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
}

static struct kunit_case port_native_cases[] = {
	KUNIT_CASE(a_sleeping_native_has_its_turn_after_one_owner),
	KUNIT_CASE(a_native_with_a_callback_has_its_turn_after_one_owner),
	KUNIT_CASE(hand_offs_keep_the_claim_while_no_native_waits),
	KUNIT_CASE(behind_a_native_owner_the_listener_is_on_the_wait_list),
	KUNIT_CASE(the_listener_leaves_the_list_with_the_last_request),
	KUNIT_CASE(a_native_that_came_later_is_served_after_our_head),
	KUNIT_CASE(a_native_that_came_first_is_served_before_our_head),
	KUNIT_CASE(the_queue_survives_a_grant_to_an_interrupted_native),
	KUNIT_CASE(the_retry_finds_a_free_port_without_a_wakeup),
	KUNIT_CASE(is_port_free_is_false_while_a_native_owns),
	KUNIT_CASE(a_free_with_interrupts_off_gives_the_claim_back_soon),
	KUNIT_CASE(the_listener_comes_and_goes_later_with_interrupts_off),
	KUNIT_CASE(a_try_fails_while_the_core_is_locked),
	KUNIT_CASE(the_port_interrupt_is_masked_while_a_native_is_woken),
	KUNIT_CASE(close_under_a_walk_over_the_devices),
	KUNIT_CASE(close_under_a_walk_over_the_wait_list),
	KUNIT_CASE(a_native_that_a_release_loses_sight_of_is_served),
	KUNIT_CASE(a_cancel_under_a_release_leaves_the_port_free),
	{}
};

struct kunit_suite port_native_suite = {
	.name = "parbiter-port-native",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = port_native_cases,
};
