// SPDX-License-Identifier: GPL-2.0
/* The two devices that are registered with the core while a port is open. */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/parport.h>
#include <linux/sched.h>

#include "port/claim.h"
#include "lib/port_fixture.h"

static const struct vport_native_config exclusive_native = {
	.name = "kunit-exclusive",
	.exclusive = true,
};

static void the_first_open_registers_and_the_last_close_unregisters(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc;

	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 0U);
	pc = port_open(test, pf, 3);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 2U);
	port_close(&pc[0]);
	port_close(&pc[1]);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 2U);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[2].client), 0);
	port_close(&pc[2]);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 0U);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	KUNIT_EXPECT_NULL(test, pf->port->claim.claimer);
	KUNIT_EXPECT_NULL(test, pf->port->claim.listener);
}

/* Counts the devices that are added to the bus of the core. */
struct registrations {
	struct notifier_block nb;
	atomic_t count;
};

static int registrations_count(struct notifier_block *nb, unsigned long action,
			       void *data)
{
	struct registrations *reg = container_of(nb, struct registrations, nb);

	if (action == BUS_NOTIFY_ADD_DEVICE)
		atomic_inc(&reg->count);
	return NOTIFY_DONE;
}

/*
 * Two devices may be registered at first, and two more in each second that the
 * loop takes.
 */
static void opening_and_closing_in_a_loop_seldom_registers(struct kunit *test)
{
	struct registrations reg = { .nb.notifier_call = registrations_count };
	struct port_fixture *pf = test->priv;
	const struct bus_type *bus = pf->parport->bus_dev.bus;
	struct parbiter_client *client;
	unsigned long start = jiffies;
	unsigned int i;

	bus_register_notifier((struct bus_type *)bus, &reg.nb);
	for (i = 0; i < 200; i++) {
		client = parbiter_open(pf->port->number, "kunit", NULL, NULL);
		if (IS_ERR(client))
			break;
		parbiter_close(client);
	}
	start = jiffies - start;
	bus_unregister_notifier((struct bus_type *)bus, &reg.nb);
	KUNIT_EXPECT_EQ(test, i, 200U);
	KUNIT_EXPECT_LE(test, atomic_read(&reg.count),
			2 * (2 + (int)(start / HZ)));
	/* Nobody has the port open, so the devices go away some time later. */
	/* It is written with the port's lock held, without WRITE_ONCE(). */
	fixture_wait_for(test, !data_race(READ_ONCE(pf->port->claim.claimer)));
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 0U);
}

/* Unplugging does not wait for the end of the linger time. */
static void unplugging_unregisters_devices_that_linger(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct parbiter_client *again;

	port_close(pc);
	again = parbiter_open(pf->port->number, "kunit", NULL, NULL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, again);
	pf->port->devices.busy = true;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(again), 0);
	parbiter_close(again);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 2U);
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_TRUE(test, parbiter_vport_released(pf->vport));
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&pf->port->devices.linger));
}

static void a_native_registers_exclusively_while_nobody_has_it_open(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	const int number = parbiter_vport_number(pf->vport);
	struct parbiter_client *client;

	port_native(test, pf, &exclusive_native);
	client = parbiter_open(number, "kunit", NULL, NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(client), -EBUSY);
	if (!IS_ERR(client))
		parbiter_close(client);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 1U);
	port_forget_natives(pf);
	port_open(test, pf, 1);
}

static void a_native_cannot_register_exclusively_while_it_is_open(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native *native;

	native = parbiter_vport_native_create(pf->parport, &exclusive_native);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(native), -EBUSY);
	port_close(pc);
	port_native(test, pf, &exclusive_native);
}

/*
 * Return by how much one allocation decrements current->fail_nth. It is more
 * than one with kmemleak, which allocates memory for each allocation.
 */
static unsigned int allocation_cost(void)
{
	const unsigned int plenty = 100;
	unsigned int left;

	current->fail_nth = plenty;
	kfree(kmalloc(64, GFP_KERNEL));
	left = current->fail_nth;
	current->fail_nth = 0;
	return plenty - left;
}

/* Register the devices of a port; allocation number nth fails (0: none). */
static int use_without_memory(struct port_fixture *pf, unsigned int nth)
{
	int ret;

	mutex_lock(&pf->port->lock);
	current->fail_nth = nth;
	ret = pb_devices_use_locked(pf->port, false);
	current->fail_nth = 0;
	mutex_unlock(&pf->port->lock);
	return ret;
}

static void expect_nothing_registered(struct kunit *test)
{
	struct port_fixture *pf = test->priv;

	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 1U);
	KUNIT_EXPECT_EQ(test, pf->port->devices.users, 0U);
	KUNIT_EXPECT_NULL(test, pf->port->claim.claimer);
	KUNIT_EXPECT_NULL(test, pf->port->claim.listener);
	KUNIT_EXPECT_NULL(test, pf->port->devices.retired);
	KUNIT_EXPECT_FALSE(test, arbiter_is_on(&pf->port->arb));
}

/* Called when the claimer is registered; the listener is allocated next. */
static void fail_the_next_allocation(struct vport *vport, enum vport_op op, void *context)
{
	current->fail_nth = 1;
}

static void an_open_without_memory_leaves_nothing_behind(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	unsigned int cost = allocation_cost();
	struct parbiter_client *client;

	KUNIT_ASSERT_GT_MSG(test, cost, 0U,
			    "first: echo N >/sys/kernel/debug/failslab/ignore-gfp-wait");
	/*
	 * With a native driver there, the core allocates nothing after it has
	 * registered a device.
	 */
	port_sleeping_native(test, pf, "kunit-a");

	current->fail_nth = 1;
	client = parbiter_open(parbiter_vport_number(pf->vport), "kunit", NULL,
			       NULL);
	current->fail_nth = 0;
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(client), -ENOMEM);
	expect_nothing_registered(test);

	KUNIT_EXPECT_EQ(test, use_without_memory(pf, 1), -ENOMEM);
	expect_nothing_registered(test);
	KUNIT_EXPECT_EQ(test, use_without_memory(pf, 1 + cost), -ENOMEM);
	expect_nothing_registered(test);

	parbiter_vport_set_hook(pf->vport, VPORT_INIT_STATE, fail_the_next_allocation,
				NULL);
	KUNIT_EXPECT_EQ(test, use_without_memory(pf, 0), -ENOMEM);
	parbiter_vport_set_hook(pf->vport, VPORT_INIT_STATE, NULL, NULL);
	expect_nothing_registered(test);

	/*
	 * A device that was registered halfway drops its reference on the port.
	 */
	rcu_barrier_tasks();
	KUNIT_EXPECT_EQ(test, kref_read(&pf->port->ref), 2U);
	port_open(test, pf, 1);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 3U);
}

/* The port's driver is being unloaded, and has not removed the port yet. */
static void an_open_while_the_ports_driver_goes_finds_no_port(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct parport_operations *ops = pf->parport->ops;
	struct module *owner = ops->owner, *going;
	struct parbiter_client *client;

	going = kunit_kzalloc(test, sizeof(*going), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, going);
	going->state = MODULE_STATE_GOING;
	ops->owner = going;
	client = parbiter_open(parbiter_vport_number(pf->vport), "kunit", NULL,
			       NULL);
	ops->owner = owner;
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(client), -ENODEV);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 0U);
	port_open(test, pf, 1);
}

static bool interrupt_is_enabled(struct port_fixture *pf)
{
	return parbiter_vport_register(pf->vport, VPORT_CONTROL) &
	       VPORT_CONTROL_IRQ;
}

static void use_interrupts(struct kunit *test, bool use)
{
	struct port_fixture *pf = test->priv;

	mutex_lock(&pf->port->lock);
	if (use)
		KUNIT_EXPECT_EQ(test, pb_devices_use_locked(pf->port, true), 0);
	else
		pb_devices_unuse_locked(pf->port, true);
	mutex_unlock(&pf->port->lock);
}

static void a_claim_enables_the_interrupt_if_a_client_gets_it(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_FALSE(test, interrupt_is_enabled(pf));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_TRUE(test, port_is_claimed(pf));

	/* The idle claim is given back, and the next one has the interrupt. */
	use_interrupts(test, true);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_TRUE(test, interrupt_is_enabled(pf));

	/* A second such client changes nothing. */
	use_interrupts(test, true);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_TRUE(test, port_is_claimed(pf));
	use_interrupts(test, false);
	use_interrupts(test, false);
}

/* The claim of an owner stays, and the owner's Free gives it back. */
static void an_owner_without_the_interrupt_passes_no_claim_on(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	use_interrupts(test, true);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_TRUE(test, port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[1].client), 0);
	KUNIT_EXPECT_TRUE(test, interrupt_is_enabled(pf));
	use_interrupts(test, false);
}

static struct kunit_case port_devices_cases[] = {
	KUNIT_CASE(the_first_open_registers_and_the_last_close_unregisters),
	KUNIT_CASE(opening_and_closing_in_a_loop_seldom_registers),
	KUNIT_CASE(unplugging_unregisters_devices_that_linger),
	KUNIT_CASE(a_native_registers_exclusively_while_nobody_has_it_open),
	KUNIT_CASE(a_native_cannot_register_exclusively_while_it_is_open),
	KUNIT_CASE(an_open_without_memory_leaves_nothing_behind),
	KUNIT_CASE(an_open_while_the_ports_driver_goes_finds_no_port),
	KUNIT_CASE(a_claim_enables_the_interrupt_if_a_client_gets_it),
	KUNIT_CASE(an_owner_without_the_interrupt_passes_no_claim_on),
	{}
};

struct kunit_suite port_devices_suite = {
	.name = "parbiter-port-devices",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = port_devices_cases,
};
