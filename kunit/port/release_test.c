// SPDX-License-Identifier: GPL-2.0
/*
 * How a claim is given back beside native drivers: several, or one that has a
 * wakeup callback; and one that unregisters meanwhile.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "port/claim.h"
#include "lib/port_fixture.h"

/* Control registers, each of a device of its own */
#define NATIVE_CONTROL	0x06
#define CLIENT_CONTROL	0x09

#define WAKER		"kunit-waker"

/* Register a native driver that the core tells when the port is free. */
static struct vport_native *native_with_wakeup(struct kunit *test,
					       enum vport_wakeup wakeup)
{
	const struct vport_native_config config = {
		.name = WAKER,
		.preempt = VPORT_PREEMPT_REFUSE,
		.wakeup = wakeup,
	};

	return port_native(test, test->priv, &config);
}

/* Count the calls of an operation of the port. */
static void count_calls(struct vport *vport, enum vport_op op, void *context)
{
	unsigned int *calls = context;

	(*calls)++;
}

/* Own and free once; return how often the core saved the registers. */
static unsigned int saves_of_a_turn(struct kunit *test, struct port_client *pc)
{
	struct port_fixture *pf = test->priv;
	unsigned int saves = 0;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, count_calls,
				&saves);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, NULL, NULL);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	return saves;
}

/* Nobody needs what a driver has left in the registers. */
static void a_drivers_registers_are_not_saved(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);

	port_sleeping_native(test, pf, "kunit-b");
	KUNIT_EXPECT_EQ(test, saves_of_a_turn(test, pc), 0U);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
}

static void a_files_registers_are_saved(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	port_sleeping_native(test, pf, "kunit-a");
	port_sleeping_native(test, pf, "kunit-b");
	KUNIT_ASSERT_EQ(test, parbiter_try_allocate(pc->client), 0);
	parport_write_control(pf->parport, CLIENT_CONTROL);
	/* The address of a file is only compared. */
	pf->port->registers.holder = (unsigned long)pf;
	KUNIT_ASSERT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	parport_write_control(pf->parport, 0);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parport_read_control(pf->parport), CLIENT_CONTROL);
}

static void a_native_with_a_wakeup_callback_is_told(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native_stats stats;
	struct vport_native *native;

	native = native_with_wakeup(test, VPORT_WAKEUP_CLAIM);
	/* One save is that of parport_release(). */
	KUNIT_EXPECT_EQ(test, saves_of_a_turn(test, pc), 1U);
	parbiter_vport_native_stats(native, &stats);
	KUNIT_EXPECT_GE(test, stats.wakeups, 1ULL);
	port_sleeping_native(test, pf, "kunit-b");
	KUNIT_EXPECT_EQ(test, saves_of_a_turn(test, pc), 1U);
	parbiter_vport_native_stats(native, &stats);
	KUNIT_EXPECT_GE(test, stats.wakeups, 2ULL);

	/* Once it has gone, nobody is told. */
	parbiter_vport_native_unregister(native);
	port_sleeping_native(test, pf, "kunit-c");
	KUNIT_EXPECT_EQ(test, saves_of_a_turn(test, pc), 0U);
}

/**
 * struct intruder - a native driver that claims while the claim is given back
 * @pf: the port
 * @native: the driver
 * @was_free: what parbiter_is_port_free() said when the driver had the port
 * @client: the client that is asked for that
 * @came: the driver has claimed
 */
struct intruder {
	struct port_fixture *pf;
	struct vport_native *native;
	struct parbiter_client *client;
	bool was_free;
	bool came;
};

/* parport_release() has freed the port, and is about to save the registers. */
static void claim_before_the_save(struct vport *vport, enum vport_op op,
				  void *context)
{
	struct intruder *in = context;

	if (in->came || port_is_claimed(in->pf))
		return;
	in->came = true;
	parbiter_vport_native_claim(in->native);
	parport_write_control(in->pf->parport, NATIVE_CONTROL);
}

/* A file gets back its own registers, not those of who came before they were saved. */
static void nobody_else_is_saved_as_a_file(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct intruder in = { .pf = pf };

	/* A driver with a wakeup callback is told by parport_release(). */
	native_with_wakeup(test, VPORT_WAKEUP_COUNT);
	in.native = port_sleeping_native(test, pf, "kunit-a");
	KUNIT_ASSERT_EQ(test, parbiter_try_allocate(pc->client), 0);
	parport_write_control(pf->parport, CLIENT_CONTROL);
	/* The address of a file is only compared. */
	pf->port->registers.holder = (unsigned long)pf;
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE,
				claim_before_the_save, &in);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, NULL, NULL);
	KUNIT_EXPECT_TRUE(test, in.came);
	KUNIT_ASSERT_EQ(test, parbiter_vport_native_release(in.native), 0);
	KUNIT_ASSERT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parport_read_control(pf->parport), CLIENT_CONTROL);
}

/* The core has made the driver the owner, and restores its registers. */
static void ask_whether_free(struct vport *vport, enum vport_op op,
			     void *context)
{
	struct intruder *in = context;

	/* cad_lock is held. */
	if (strcmp(in->pf->parport->cad->name, WAKER))
		return;
	in->came = true;
	in->was_free = parbiter_is_port_free(in->client);
}

/* The port is not free while the core gives it to a native driver in a Free. */
static void a_port_that_is_given_to_a_native_is_not_free(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct intruder in = { .pf = pf, .client = pc->client };

	in.native = native_with_wakeup(test, VPORT_WAKEUP_CLAIM);
	KUNIT_ASSERT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(in.native), -EAGAIN);
	parbiter_vport_set_hook(pf->vport, VPORT_RESTORE_STATE,
				ask_whether_free, &in);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	parbiter_vport_set_hook(pf->vport, VPORT_RESTORE_STATE, NULL, NULL);
	KUNIT_EXPECT_TRUE(test, in.came);
	KUNIT_EXPECT_FALSE(test, in.was_free);
	KUNIT_EXPECT_FALSE(test, parbiter_is_port_free(pc->client));
}

/**
 * struct leaver - a native driver that unregisters while the claim is given back
 * @native: the driver
 * @dev: its device
 * @actor: the thread that unregisters
 * @go: parport_release() is under way
 * @gone: the device is unregistered
 * @in_time: it was unregistered before parport_release() had returned
 * @claimed: parport_release() has claimed for it too late
 */
struct leaver {
	struct vport_native *native;
	struct pardevice *dev;
	struct actor actor;
	bool go;
	bool gone;
	bool in_time;
	bool claimed;
};

static int thread_leave(void *data)
{
	struct leaver *leaver = data;

	if (!fixture_spin_until(&leaver->go))
		return -ETIMEDOUT;
	parbiter_vport_native_unregister(leaver->native);
	/* Pairs with the acquire in fixture_spin_a_while_for(). */
	smp_store_release(&leaver->gone, true);
	return 0;
}

/* parport_release() has no lock here, as when it writes to a device that it has woken. */
static void let_it_leave(struct vport *vport, enum vport_op op, void *context)
{
	struct leaver *leaver = context;

	if (leaver->go)
		return;
	/* Pairs with the acquire in fixture_spin_until(). */
	smp_store_release(&leaver->go, true);
	leaver->in_time = fixture_spin_a_while_for(&leaver->gone);
}

/* The core may still write to a device that parport_release() has claimed for. */
static void no_native_goes_while_a_claim_is_given_back(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct leaver leaver = { };

	/* A driver with a wakeup callback is told by parport_release(). */
	native_with_wakeup(test, VPORT_WAKEUP_COUNT);
	leaver.native = port_sleeping_native(test, pf, "kunit-a");
	KUNIT_ASSERT_EQ(test, parbiter_try_allocate(pc->client), 0);
	actor_start(test, &leaver.actor, thread_leave, &leaver,
		    fixture_other_cpu(test));
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, let_it_leave,
				&leaver);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, NULL, NULL);
	KUNIT_EXPECT_EQ(test, actor_join(test, &leaver.actor), 0);
	KUNIT_EXPECT_TRUE(test, leaver.go);
	KUNIT_EXPECT_FALSE(test, leaver.in_time);
	KUNIT_EXPECT_TRUE(test, leaver.gone);
}

/* The device is off the core's lists, and the driver waits until it may go. */
static bool leaver_waits(struct leaver *leaver)
{
	return READ_ONCE(leaver->dev->port->devices) != leaver->dev &&
	       actor_has_ended_or_sleeps(&leaver->actor);
}

/*
 * parport_release() has found the device on the list before it was unregistered. It claims
 * for it, and takes it off the list a second time, so that nobody is on the list any more.
 */
static void claim_for_the_leaver(struct vport *vport, enum vport_op op,
				 void *context)
{
	u64 limit = ktime_get_ns() + 15 * NSEC_PER_SEC;
	struct leaver *leaver = context;
	struct parport *parport = leaver->dev->port;
	unsigned long flags;

	if (leaver->go)
		return;
	/* Pairs with the acquire in fixture_spin_until(). */
	smp_store_release(&leaver->go, true);
	while (!leaver_waits(leaver) && ktime_get_ns() < limit)
		cpu_relax();
	write_lock_irqsave(&parport->cad_lock, flags);
	spin_lock(&parport->waitlist_lock);
	parport->waithead = NULL;
	parport->waittail = NULL;
	spin_unlock(&parport->waitlist_lock);
	leaver->claimed = !parport->cad;
	if (leaver->claimed)
		parport->cad = leaver->dev;
	write_unlock_irqrestore(&parport->cad_lock, flags);
}

/* Who was on the list is found again, and has the port next. */
static void a_late_claim_loses_no_waiter(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native *other = port_sleeping_native(test, pf, "kunit-b");
	struct leaver leaver = { };

	leaver.native = port_sleeping_native(test, pf, "kunit-a");
	leaver.dev = pf->parport->devices;
	KUNIT_ASSERT_STREQ(test, leaver.dev->name, "kunit-a");
	KUNIT_ASSERT_EQ(test, parbiter_try_allocate(pc->client), 0);
	port_native_blocks(test, other);
	actor_start(test, &leaver.actor, thread_leave, &leaver,
		    fixture_other_cpu(test));
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE,
				claim_for_the_leaver, &leaver);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, actor_join(test, &leaver.actor), 0);
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, NULL, NULL);
	KUNIT_EXPECT_TRUE(test, leaver.claimed);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(other, 20000), 0);
	KUNIT_EXPECT_TRUE(test, port_native_owns(other));
}

static struct kunit_case port_release_cases[] = {
	KUNIT_CASE(a_drivers_registers_are_not_saved),
	KUNIT_CASE(a_files_registers_are_saved),
	KUNIT_CASE(a_native_with_a_wakeup_callback_is_told),
	KUNIT_CASE(nobody_else_is_saved_as_a_file),
	KUNIT_CASE(a_port_that_is_given_to_a_native_is_not_free),
	KUNIT_CASE(no_native_goes_while_a_claim_is_given_back),
	KUNIT_CASE(a_late_claim_loses_no_waiter),
	{}
};

struct kunit_suite port_release_suite = {
	.name = "parbiter-port-release",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = port_release_cases,
};
