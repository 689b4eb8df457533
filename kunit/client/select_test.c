// SPDX-License-Identifier: GPL-2.0
/* The kernel API: drivers select IEEE 1284.3 devices. */
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/processor.h>

#include "client/kapi.h"
#include "lib/port_fixture.h"

/* A device that the chain does not have */
#define MISSING	3

#define NOBODY	VPORT_END

static int reported(struct port_fixture *pf)
{
	return READ_ONCE(pf->port->select.device);
}

/* Check which device is selected, and that parbiter knows it. */
static void expect_selected(struct kunit *test, int device)
{
	struct port_fixture *pf = test->priv;

	KUNIT_EXPECT_EQ(test, port_selected(pf), device);
	KUNIT_EXPECT_EQ(test, reported(pf), device);
}

/* Windows' sequence C */
static void keeping_neither_queues_nor_frees(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	struct parbiter_client *owner = pc[0].client;

	KUNIT_EXPECT_EQ(test, parbiter_select(owner, 0), 0);
	expect_selected(test, 0);
	KUNIT_EXPECT_EQ(test, parbiter_select(owner, 0), -EDEADLK);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(owner, 1), 0);
	expect_selected(test, 1);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(owner), 1U);
	KUNIT_EXPECT_EQ(test, parbiter_deselect_keep(owner), 0);
	expect_selected(test, NOBODY);
	KUNIT_EXPECT_EQ(test, parbiter_deselect_keep(owner), 0);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(owner), 1U);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(owner, 1), 0);
	KUNIT_EXPECT_EQ(test, parbiter_deselect(owner), 0);
	expect_selected(test, NOBODY);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, parbiter_deselect(owner), -EPERM);
	KUNIT_EXPECT_EQ(test, parbiter_deselect_keep(owner), -EPERM);
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(owner, 0), -EPERM);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	expect_selected(test, NOBODY);
}

static int thread_select(void *data)
{
	return parbiter_select(data, 1);
}

/* Windows' sequence B, with a request that sleeps and one that does not */
static void requests_are_granted_in_one_order(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 5);
	struct actor sleeper;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask_for(&pc[2], 0), 0);
	actor_start(test, &sleeper, thread_select, pc[3].client, ACTOR_ANY_CPU);
	fixture_wait_for(test, parbiter_query_waiters(pc[0].client) == 3);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[4]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 4U);

	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	expect_selected(test, NOBODY);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	port_await(test, &pc[2]);
	KUNIT_EXPECT_EQ(test, pc[2].result, 0);
	expect_selected(test, 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[2].client), 0);
	KUNIT_EXPECT_EQ(test, actor_join(test, &sleeper), 0);
	expect_selected(test, 1);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[3].client), 0);
	port_await(test, &pc[4]);
	expect_selected(test, NOBODY);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 0U);
}

static void a_device_that_is_missing_gives_the_port_back(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 3);

	KUNIT_EXPECT_EQ(test, parbiter_select(pc->client, MISSING), -ENXIO);
	KUNIT_EXPECT_EQ(test, parbiter_select_killable(pc->client, MISSING),
			-ENXIO);
	KUNIT_EXPECT_EQ(test, parbiter_select_timeout(pc->client, MISSING, 1),
			-ENXIO);
	KUNIT_EXPECT_EQ(test, parbiter_try_select(pc->client, MISSING), -ENXIO);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc->client));
	KUNIT_EXPECT_EQ(test, port_ask_for(&pc[0], MISSING), 0);
	port_await(test, &pc[0]);
	KUNIT_EXPECT_EQ(test, pc[0].result, -ENXIO);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc->client));

	/* The next request is granted. */
	KUNIT_EXPECT_EQ(test, parbiter_try_select(pc[0].client, 0), 0);
	KUNIT_EXPECT_EQ(test, port_ask_for(&pc[1], MISSING), 0);
	KUNIT_EXPECT_EQ(test, port_ask_for(&pc[2], 1), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	port_await(test, &pc[2]);
	KUNIT_EXPECT_EQ(test, pc[1].result, -ENXIO);
	KUNIT_EXPECT_EQ(test, pc[2].result, 0);
	expect_selected(test, 1);

	/* An owner keeps the port. */
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(pc[2].client, MISSING), -ENXIO);
	expect_selected(test, NOBODY);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[2]));
}

/* What the first device does decides how each attempt ends. */
static void faults_of_devices(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct parbiter_client *client = pc->client;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(client), 0);
	parbiter_vport_set_fault(pf->vport, 1, VPORT_FAULT_REFUSE);
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(client, 1), -ENXIO);
	expect_selected(test, NOBODY);
	/* The chain answers, and no device does what the last packet asks for. */
	parbiter_vport_set_fault(pf->vport, 1, VPORT_FAULT_SILENT);
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(client, 1), -ENXIO);
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(client, 0), 0);
	expect_selected(test, 0);
	/* Nobody answers. */
	parbiter_vport_set_fault(pf->vport, 0, VPORT_FAULT_SILENT);
	KUNIT_EXPECT_EQ(test, parbiter_deselect_keep(client), -ENXIO);
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(client, 0), -ENXIO);
	expect_selected(test, NOBODY);
	KUNIT_EXPECT_EQ(test, parbiter_deselect(client), 0);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(client));
}

static void a_chain_that_is_gone_does_not_keep_the_port(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_select(pc->client, 1), 0);
	parbiter_vport_set_fault(pf->vport, 0, VPORT_FAULT_SILENT);
	parbiter_vport_set_fault(pf->vport, 1, VPORT_FAULT_SILENT);
	KUNIT_EXPECT_EQ(test, parbiter_deselect(pc->client), -ENXIO);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc->client));
	KUNIT_EXPECT_EQ(test, reported(pf), PARBITER_DEVICE_NONE);
}

static void the_end_of_the_chain_needs_no_packet(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	u64 before;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	before = port_accesses(pf);
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(pc->client,
						   PARBITER_DEVICE_END), 0);
	KUNIT_EXPECT_EQ(test, reported(pf), PARBITER_DEVICE_END);
	KUNIT_EXPECT_EQ(test, parbiter_deselect(pc->client), 0);
	KUNIT_EXPECT_EQ(test, reported(pf), PARBITER_DEVICE_NONE);
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
}

static void invalid_arguments(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	static const int wrong[] = { -1, 5, -2, INT_MAX, INT_MIN };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		KUNIT_EXPECT_EQ(test, parbiter_select(pc->client, wrong[i]),
				-EINVAL);
		KUNIT_EXPECT_EQ(test, parbiter_try_select(pc->client, wrong[i]),
				-EINVAL);
		KUNIT_EXPECT_EQ(test, port_ask_for(pc, wrong[i]), -EINVAL);
		KUNIT_EXPECT_EQ(test, parbiter_select_keep(pc->client, wrong[i]),
				-EINVAL);
	}
	KUNIT_EXPECT_EQ(test, parbiter_select_async(pc->client, 0, NULL),
			-EINVAL);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc->client));
}

/* A port whose operations may sleep, as those of an adapter on USB */
static void a_port_that_may_sleep_is_refused(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	u64 before;

	pf->parport->modes &= ~PARPORT_MODE_SAFEININT;
	KUNIT_EXPECT_EQ(test, parbiter_select(pc->client, 0), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, parbiter_try_select(pc->client, 0), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, port_ask_for(pc, 0), -EOPNOTSUPP);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc->client));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	before = port_accesses(pf);
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(pc->client, 0), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_select(pc->client, PARBITER_DEVICE_END), 0);
}

/* A Try that fails leaves no waiter that does not exist. */
static void a_try_that_fails_changes_nothing(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 3);

	KUNIT_EXPECT_EQ(test, parbiter_try_select(pc[0].client, 1), 0);
	KUNIT_EXPECT_EQ(test, parbiter_try_select(pc[1].client, 0), -EBUSY);
	KUNIT_EXPECT_EQ(test, parbiter_try_select(pc[0].client, 0), -EBUSY);
	expect_selected(test, 1);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 0U);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_try_select(pc[1].client, 0), -EBUSY);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
}

/* Select and free with interrupts off, as in an interrupt. */
static void any_context_will_do(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	int ret[4], place[3];
	unsigned long flags;

	/* The first claim has to ask the core. */
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	local_irq_save(flags);
	ret[0] = parbiter_try_select(pc->client, 0);
	place[0] = port_selected(pf);
	ret[1] = parbiter_select_keep(pc->client, 1);
	place[1] = port_selected(pf);
	ret[2] = parbiter_deselect_keep(pc->client);
	ret[3] = parbiter_select_keep(pc->client, 1);
	parbiter_free(pc->client);
	place[2] = port_selected(pf);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, ret[0], 0);
	KUNIT_EXPECT_EQ(test, ret[1], 0);
	KUNIT_EXPECT_EQ(test, ret[2], 0);
	KUNIT_EXPECT_EQ(test, ret[3], 0);
	KUNIT_EXPECT_EQ(test, place[0], 0);
	KUNIT_EXPECT_EQ(test, place[1], 1);
	KUNIT_EXPECT_EQ(test, place[2], NOBODY);
}

static void note_selected(struct port_client *pc, int result)
{
	*(int *)pc->pf->data = port_selected(pc->pf);
}

/* When done is called, the device is selected, also in an interrupt. */
static void done_in_irq_selects_first(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open_irq(test, pf, 2);
	int selected = NOBODY;

	pf->data = &selected;
	pc[1].on_done = note_selected;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask_for(&pc[1], 1), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
	KUNIT_EXPECT_EQ(test, selected, 1);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask_for(&pc[1], MISSING), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, -ENXIO);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
}

/* A driver frees what it was granted before its callback has begun. */
static void a_port_that_was_freed_is_not_selected_on(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open_irq(test, pf, 2);
	unsigned long flags;
	int ret, freed;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask_for(&pc[1], 1), 0);
	local_irq_save(flags);
	ret = parbiter_free(pc[0].client);
	freed = parbiter_free(pc[1].client);
	local_irq_restore(flags);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, freed, 0);
	KUNIT_EXPECT_EQ(test, pc[1].result, -EPERM);
	expect_selected(test, NOBODY);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
}

static void closing_deselects(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);

	KUNIT_EXPECT_EQ(test, parbiter_select(pc[0].client, 1), 0);
	expect_selected(test, 1);
	port_close(&pc[0]);
	expect_selected(test, NOBODY);
	KUNIT_EXPECT_EQ(test, parbiter_select(pc[1].client, 0), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), -EDEADLK);
	port_close(&pc[1]);
	expect_selected(test, NOBODY);
}

/* The lines, the direction and the interrupt are as before a packet. */
static void registers_are_as_before(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct parport_state state = { .u.pc = { 0x36, 0x34 } };
	int step;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	pf->parport->ops->restore_state(pf->parport, &state);
	for (step = 0; step < 3; step++) {
		KUNIT_EXPECT_EQ(test, parbiter_select_keep(pc->client, step),
				step < 2 ? 0 : -ENXIO);
		KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport,
							      VPORT_CONTROL),
				0x36);
		KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport,
							      VPORT_ECR), 0x34);
	}
}

/**
 * struct freer - a thread that frees in the middle of a packet
 * @pf: the port
 * @actor: the thread
 * @client: the client for which it frees
 * @go: the packet has begun
 * @freed: the Free has returned
 * @early: it had returned before the packet ended
 */
struct freer {
	struct port_fixture *pf;
	struct actor actor;
	struct parbiter_client *client;
	bool go;
	bool freed;
	bool early;
};

static int thread_free(void *data)
{
	unsigned long limit = jiffies + FIXTURE_LIMIT;
	struct freer *freer = data;
	int ret;

	/* Pairs with the release in let_it_free(). */
	while (!smp_load_acquire(&freer->go) && time_before(jiffies, limit))
		cpu_relax();
	ret = parbiter_free(freer->client);
	/* Pairs with the acquire in fixture_spin_a_while_for(). */
	smp_store_release(&freer->freed, true);
	return ret;
}

/* Called during the strobe of the packet, with interrupts off. */
static void let_it_free(struct vport *vport, enum vport_op op, void *context)
{
	struct freer *freer = context;
	u64 limit = ktime_get_ns() + 5 * NSEC_PER_SEC;

	/* Release: what the thread reads is written. */
	smp_store_release(&freer->go, true);
	while (arbiter_is_owner(&freer->client->base.arb) &&
	       ktime_get_ns() < limit)
		cpu_relax();
	freer->early = fixture_spin_a_while_for(&freer->freed);
}

/*
 * A Free by another thread waits for the end of the packet, and deselects. A
 * port that is given on has nothing selected.
 */
static void a_free_in_the_middle_of_a_packet_deselects(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	struct freer freer = { .pf = pf, .client = pc[0].client };
	int cpu = fixture_other_cpu(test);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	actor_start(test, &freer.actor, thread_free, &freer, cpu);
	parbiter_vport_set_hook(pf->vport, VPORT_FROB_CONTROL, let_it_free,
				&freer);
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(pc[0].client, 1), 0);
	parbiter_vport_set_hook(pf->vport, VPORT_FROB_CONTROL, NULL, NULL);
	KUNIT_EXPECT_EQ(test, actor_join(test, &freer.actor), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_FALSE(test, freer.early);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	expect_selected(test, NOBODY);
}

/* The core selects for one native driver, and knows nothing of parbiter's. */
static void a_native_driver_has_its_own_device(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	const struct vport_native_config config = {
		.name = "kunit-daisy",
		.chained = true,
		.daisy = 1,
	};
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native *native = port_native(test, pf, &config);
	unsigned int i;

	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, parbiter_select(pc->client, 0), 0);
		KUNIT_EXPECT_EQ(test, pf->parport->daisy, -1);
		KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native),
				-EAGAIN);
		expect_selected(test, 0);
		KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
		KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
		KUNIT_EXPECT_EQ(test, port_selected(pf), 1);
		KUNIT_EXPECT_EQ(test, pf->parport->daisy, 1);
		KUNIT_EXPECT_EQ(test, parbiter_try_select(pc->client, 0), -EBUSY);
		KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
		expect_selected(test, NOBODY);
	}
	/* The idle claim is handed over. */
	KUNIT_EXPECT_EQ(test, parbiter_select(pc->client, 0), 0);
	KUNIT_EXPECT_EQ(test, parbiter_deselect(pc->client), 0);
	KUNIT_EXPECT_TRUE(test, port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	KUNIT_EXPECT_EQ(test, port_selected(pf), 1);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
}

static void a_port_that_is_gone(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 3);

	KUNIT_EXPECT_EQ(test, parbiter_select(pc[0].client, 1), 0);
	KUNIT_EXPECT_EQ(test, port_ask_for(&pc[1], 0), 0);
	parbiter_vport_unplug(pf->vport);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_select_keep(pc[0].client, 0), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_deselect_keep(pc[0].client), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_deselect(pc[0].client), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_select(pc[2].client, 0), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_try_select(pc[2].client, 0), -ENODEV);
	KUNIT_EXPECT_EQ(test, port_ask_for(&pc[2], 0), -ENODEV);
}

static struct kunit_case select_cases[] = {
	KUNIT_CASE(keeping_neither_queues_nor_frees),
	KUNIT_CASE(requests_are_granted_in_one_order),
	KUNIT_CASE(a_device_that_is_missing_gives_the_port_back),
	KUNIT_CASE(faults_of_devices),
	KUNIT_CASE(a_chain_that_is_gone_does_not_keep_the_port),
	KUNIT_CASE(the_end_of_the_chain_needs_no_packet),
	KUNIT_CASE(invalid_arguments),
	KUNIT_CASE(a_port_that_may_sleep_is_refused),
	KUNIT_CASE(a_try_that_fails_changes_nothing),
	KUNIT_CASE(any_context_will_do),
	KUNIT_CASE(done_in_irq_selects_first),
	KUNIT_CASE(a_port_that_was_freed_is_not_selected_on),
	KUNIT_CASE(closing_deselects),
	KUNIT_CASE(registers_are_as_before),
	KUNIT_CASE(a_free_in_the_middle_of_a_packet_deselects),
	KUNIT_CASE(a_native_driver_has_its_own_device),
	KUNIT_CASE(a_port_that_is_gone),
	{}
};

struct kunit_suite select_suite = {
	.name = "parbiter-select",
	.init = port_chain_test_init,
	.exit = port_test_exit,
	.test_cases = select_cases,
};
