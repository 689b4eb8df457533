// SPDX-License-Identifier: GPL-2.0
/*
 * The port: finding and detaching it, its claim, and native drivers that come.
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/module.h>

#include "port/claim.h"
#include "lib/port_fixture.h"

/* Like lp, it has the interrupt enabled in its initial registers. */
static const struct vport_native_config irq_native = {
	.name = "kunit-irq",
	.preempt = VPORT_PREEMPT_ACCEPT,
	.irq = true,
};

static void without_natives_the_claim_is_kept_and_no_register_accessed(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	unsigned int i;
	u64 before;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->cad, pf->port->claim.claimer);
	before = port_accesses(pf);
	KUNIT_EXPECT_GT(test, before, 0ULL);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[i % 2].client), 0);
		KUNIT_EXPECT_EQ(test, parbiter_free(pc[i % 2].client), 0);
	}
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->cad, pf->port->claim.claimer);
}

static void with_two_natives_a_free_gives_the_claim_back(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	port_sleeping_native(test, pf, "kunit-a");
	port_sleeping_native(test, pf, "kunit-b");
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->cad, pf->port->claim.claimer);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
}

static void with_two_earlier_natives_a_free_gives_the_claim_back(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc;

	port_sleeping_native(test, pf, "kunit-a");
	port_sleeping_native(test, pf, "kunit-b");
	pc = port_open(test, pf, 1);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
}

static void once_the_natives_are_gone_the_claim_is_kept_again(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	port_sleeping_native(test, pf, "kunit-a");
	port_sleeping_native(test, pf, "kunit-b");
	port_forget_natives(pf);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->cad, pf->port->claim.claimer);
}

/* Return the control register that the core last restored for a device. */
static int restored_control(struct port_fixture *pf, const char *name)
{
	struct vport_record rec;
	int control = -1;
	u64 pos = 0;

	while (parbiter_vport_read(pf->vport, &pos, &rec))
		if (rec.kind == VPORT_KIND_RESTORE &&
		    !strncmp(rec.name, name, sizeof(rec.name) - 1))
			control = rec.value;
	return control;
}

static void a_new_native_has_the_idle_port_with_its_own_registers(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native_stats stats;
	struct vport_native *native;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	parport_write_control(pf->parport, 0x04);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_TRUE(test, port_is_claimed(pf));

	native = port_native(test, pf, &irq_native);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	KUNIT_EXPECT_EQ(test, restored_control(pf, irq_native.name), 0x1c);
	KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport, VPORT_CONTROL),
			0x1c);
	parbiter_vport_native_stats(native, &stats);
	KUNIT_EXPECT_EQ(test, stats.grants, 1ULL);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);

	/*
	 * The claimer's registers are the initial ones. No client gets the
	 * interrupt.
	 */
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, restored_control(pf, "parbiter"), 0x0c);
}

static void a_native_registered_while_owned_keeps_its_own_registers(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native *native;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	parport_write_control(pf->parport, 0x04);
	native = port_native(test, pf, &irq_native);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), -EAGAIN);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	KUNIT_EXPECT_EQ(test, restored_control(pf, irq_native.name), 0x1c);
}

static void an_idle_port_is_given_to_a_native_at_once(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	unsigned int i;

	for (i = 0; i < 10; i++) {
		KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[i % 2].client), 0);
		KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native),
				-EAGAIN);
		KUNIT_EXPECT_EQ(test, parbiter_free(pc[i % 2].client), 0);
		KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
		KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[i % 2].client),
				-EBUSY);
		KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	}
}

static void preempt_is_refused_and_the_owner_is_notified(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_FALSE(test, arbiter_is_contended(&pf->port->arb));
	port_native_blocks(test, native);
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->cad, pf->port->claim.claimer);
	KUNIT_EXPECT_TRUE(test, arbiter_is_contended(&pf->port->arb));
	fixture_wait_for(test, atomic_read(&pc->contended) == 1);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
}

/* The native driver neither sleeps for the port nor has a wakeup callback. */
static void nobody_is_notified_of_a_native_that_cannot_wait(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), -EAGAIN);
	irq_work_sync(&pf->port->claim.asked);
	KUNIT_EXPECT_FALSE(test, arbiter_is_contended(&pf->port->arb));
	KUNIT_EXPECT_EQ(test, parbiter_yield(pc->client), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc->contended), 0);
}

static void preempt_gives_nothing_to_a_native_that_is_not_known(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	unsigned long flags;
	int ret;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	/* The core holds this lock when it calls preempt. */
	write_lock_irqsave(&pf->parport->cad_lock, flags);
	ret = pb_claim_preempt(pf->port);
	KUNIT_EXPECT_EQ(test, atomic_read(&pf->port->arb.state),
			(int)(ARBITER_HELD | ARBITER_ASKED));
	write_unlock_irqrestore(&pf->parport->cad_lock, flags);
	KUNIT_EXPECT_NE(test, ret, 0);
	/* The work item gives the claim back. */
	fixture_wait_for(test, !port_is_claimed(pf));
}

static struct parport_driver *parbiter_driver(struct port_fixture *pf)
{
	struct device_driver *driver;

	driver = driver_find("parbiter", pf->parport->bus_dev.bus);
	return driver ? to_parport_driver(driver) : NULL;
}

static void matching_a_port_twice_adds_it_once(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct parport_driver *driver = parbiter_driver(pf);
	struct pb_port *again;

	KUNIT_ASSERT_NOT_NULL(test, driver);
	driver->match_port(pf->parport);
	driver->match_port(pf->parport);
	again = pb_port_get_number(parbiter_vport_number(pf->vport));
	KUNIT_EXPECT_PTR_EQ(test, again, pf->port);
	if (again)
		pb_port_put(again);
	/* port_destroy() fails the test if a reference is left. */
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_NULL(test, pb_port_get_number(parbiter_vport_number(pf->vport)));
}

/* The core announces each port behind a multiplexer, too. */
static void a_multiplexed_clone_is_not_another_port(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct parport_driver *driver = parbiter_driver(pf);
	struct parport *clone;

	KUNIT_ASSERT_NOT_NULL(test, driver);
	clone = kunit_kzalloc(test, sizeof(*clone), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, clone);
	clone->physport = pf->parport;
	clone->number = parbiter_vport_number(pf->vport) + 1000;
	driver->match_port(clone);
	KUNIT_EXPECT_NULL(test, pb_port_get_number(clone->number));
}

static void detaching_an_unknown_port_does_nothing(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct parport_driver *driver = parbiter_driver(pf);
	struct port_client *pc = port_open(test, pf, 1);
	struct parport *unknown;

	KUNIT_ASSERT_NOT_NULL(test, driver);
	unknown = kunit_kzalloc(test, sizeof(*unknown), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, unknown);
	unknown->physport = unknown;
	unknown->number = parbiter_vport_number(pf->vport);
	driver->detach(unknown);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc->removed), 0);
}

static void a_port_is_detached_once(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct parport_driver *driver = parbiter_driver(pf);
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_ASSERT_NOT_NULL(test, driver);
	driver->detach(pf->parport);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), -ENODEV);
	driver->detach(pf->parport);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc->removed), 1);
}

static void ports_are_found_by_number_and_by_parport(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct parbiter_client *client;
	struct pb_port *port;

	port = pb_port_get_parport(pf->parport);
	KUNIT_EXPECT_PTR_EQ(test, port, pf->port);
	if (port)
		pb_port_put(port);
	KUNIT_EXPECT_NULL(test, pb_port_get_number(4711));
	client = parbiter_open(4711, "kunit", NULL, NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(client), -ENODEV);
	client = parbiter_open_parport(pf->parport, "kunit", NULL, NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, client);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(client), 0);
	KUNIT_EXPECT_PTR_EQ(test, parbiter_enter(client), pf->parport);
	parbiter_leave(client);
	parbiter_close(client);
	client = parbiter_open_parport(NULL, "kunit", NULL, NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(client), -EINVAL);
	client = parbiter_open(pf->port->number, NULL, NULL, NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(client), -EINVAL);
	client = parbiter_open(pf->port->number, "", NULL, NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(client), -EINVAL);
	client = parbiter_open_parport(pf->parport, "", NULL, NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(client), -EINVAL);
}

static void two_ports_are_arbitrated_independently(struct kunit *test)
{
	struct port_fixture *pf = test->priv, *other = port_create(test, false);
	struct port_client *pc = port_open(test, pf, 2);
	struct port_client *oc = port_open(test, other, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(oc->client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(oc->client), 0U);
	port_destroy(test, other);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
}

static struct kunit_case port_cases[] = {
	KUNIT_CASE(without_natives_the_claim_is_kept_and_no_register_accessed),
	KUNIT_CASE(with_two_natives_a_free_gives_the_claim_back),
	KUNIT_CASE(with_two_earlier_natives_a_free_gives_the_claim_back),
	KUNIT_CASE(once_the_natives_are_gone_the_claim_is_kept_again),
	KUNIT_CASE(a_new_native_has_the_idle_port_with_its_own_registers),
	KUNIT_CASE(a_native_registered_while_owned_keeps_its_own_registers),
	KUNIT_CASE(an_idle_port_is_given_to_a_native_at_once),
	KUNIT_CASE(preempt_is_refused_and_the_owner_is_notified),
	KUNIT_CASE(nobody_is_notified_of_a_native_that_cannot_wait),
	KUNIT_CASE(preempt_gives_nothing_to_a_native_that_is_not_known),
	KUNIT_CASE(matching_a_port_twice_adds_it_once),
	KUNIT_CASE(a_multiplexed_clone_is_not_another_port),
	KUNIT_CASE(detaching_an_unknown_port_does_nothing),
	KUNIT_CASE(a_port_is_detached_once),
	KUNIT_CASE(ports_are_found_by_number_and_by_parport),
	KUNIT_CASE(two_ports_are_arbitrated_independently),
	{}
};

struct kunit_suite port_suite = {
	.name = "parbiter-port",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = port_cases,
};
