// SPDX-License-Identifier: GPL-2.0
/*
 * How a claim is given back beside native drivers of which none waits: several,
 * or one that has a wakeup callback.
 */
#include <linux/errno.h>

#include "port/claim.h"
#include "lib/port_fixture.h"

#define CLIENT_CONTROL	0x09

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
	const struct vport_native_config config = {
		.name = "kunit-waker",
		.preempt = VPORT_PREEMPT_REFUSE,
		.wakeup = VPORT_WAKEUP_CLAIM,
	};
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native_stats stats;
	struct vport_native *native;

	native = port_native(test, pf, &config);
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

static struct kunit_case port_release_cases[] = {
	KUNIT_CASE(a_drivers_registers_are_not_saved),
	KUNIT_CASE(a_files_registers_are_saved),
	KUNIT_CASE(a_native_with_a_wakeup_callback_is_told),
	{}
};

struct kunit_suite port_release_suite = {
	.name = "parbiter-port-release",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = port_release_cases,
};
