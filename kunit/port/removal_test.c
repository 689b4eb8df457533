// SPDX-License-Identifier: GPL-2.0
/* Unplugging a port that clients have open. */
#include <linux/errno.h>
#include <linux/module.h>

#include "lib/port_fixture.h"

#define MANY	100

/* Unplug the port, and check that nobody refers to the parport any more. */
static void unplug(struct kunit *test, struct port_fixture *pf)
{
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_TRUE_MSG(test, parbiter_vport_released(pf->vport),
			      "a reference to the parport outlived detach");
}

static void expect_removed(struct kunit *test, struct parbiter_client *client)
{
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(client), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_allocate(client), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_allocate_killable(client), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_allocate_timeout(client, 0), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_cancel(client), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_free(client), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_yield(client), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(client), 0U);
	KUNIT_EXPECT_FALSE(test, parbiter_is_owner(client));
	KUNIT_EXPECT_FALSE(test, parbiter_is_port_free(client));
	KUNIT_EXPECT_NULL(test, parbiter_enter(client));
}

static void unplugging_an_idle_port_ends_its_use(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	unplug(test, pf);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc->removed), 1);
	expect_removed(test, pc->client);
	KUNIT_EXPECT_EQ(test, port_ask(pc), -ENODEV);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc->done), 0);
}

static void unplugging_an_unopened_port_releases_it(struct kunit *test)
{
	unplug(test, test->priv);
}

/* Somebody has found the port before it went, and opens it afterwards. */
static void a_port_that_is_gone_takes_no_client(struct kunit *test)
{
	struct port_fixture *pf = test->priv;

	unplug(test, pf);
	mutex_lock(&pf->port->lock);
	KUNIT_EXPECT_EQ(test, pb_devices_use_locked(pf->port, false), -ENODEV);
	KUNIT_EXPECT_EQ(test, pf->port->devices.users, 0U);
	mutex_unlock(&pf->port->lock);
}

static void unplugging_ends_a_hundred_requests(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, MANY + 1);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	for (i = 1; i <= MANY; i++)
		KUNIT_EXPECT_EQ(test, port_ask(&pc[i]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client),
			(unsigned int)MANY);

	unplug(test, pf);
	for (i = 1; i <= MANY; i++) {
		port_await(test, &pc[i]);
		KUNIT_EXPECT_EQ(test, pc[i].result, -ENODEV);
		KUNIT_EXPECT_EQ(test, atomic_read(&pc[i].done), 1);
		KUNIT_EXPECT_EQ(test, atomic_read(&pc[i].removed), 1);
	}
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[0].removed), 1);
	expect_removed(test, pc[0].client);
	expect_removed(test, pc[MANY].client);
	KUNIT_EXPECT_EQ(test, parbiter_vport_late(pf->vport), 0ULL);
}

static int allocate_forever(void *data)
{
	return parbiter_allocate(data);
}

static int allocate_killable(void *data)
{
	return parbiter_allocate_killable(data);
}

static int allocate_an_hour(void *data)
{
	return parbiter_allocate_timeout(data, 3600 * NSEC_PER_SEC);
}

static void unplugging_wakes_every_sleeper(struct kunit *test)
{
	static int (* const ways[])(void *data) = {
		allocate_forever, allocate_killable, allocate_an_hour,
	};
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, ARRAY_SIZE(ways) + 1);
	struct actor actor[ARRAY_SIZE(ways)];
	unsigned int i;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		actor_start(test, &actor[i], ways[i], pc[i + 1].client,
			    ACTOR_ANY_CPU);
	fixture_wait_for(test, parbiter_query_waiters(pc[0].client) ==
			       ARRAY_SIZE(ways));
	unplug(test, pf);
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		KUNIT_EXPECT_EQ(test, actor_join(test, &actor[i]), -ENODEV);
}

static void unplugging_after_a_native_owner_left_works(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);

	port_ask_behind(test, pc, native);
	/* The detach() of a native driver does this, before or after ours. */
	parbiter_vport_native_unregister(native);
	port_await(test, pc);
	KUNIT_EXPECT_EQ(test, pc->result, 0);
	unplug(test, pf);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc->removed), 1);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), -ENODEV);
}

static void close_in_removed(struct port_client *pc)
{
	port_close(pc);
}

static void the_removed_callback_may_close(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 3);
	unsigned int i;

	for (i = 0; i < 3; i++)
		pc[i].on_removed = close_in_removed;
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	unplug(test, pf);
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_EQ(test, atomic_read(&pc[i].removed), 1);
		KUNIT_EXPECT_NULL(test, pc[i].client);
	}
	/*
	 * The request ended first, and its callback ran before the close
	 * returned.
	 */
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].done), 1);
	KUNIT_EXPECT_EQ(test, pc[1].result, -ENODEV);
}

static void close_the_others(struct port_client *pc)
{
	struct port_client *other = pc->pf->data;

	if (other->client && other != pc)
		port_close(other);
}

static void the_removed_callback_may_close_another_client(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);

	pf->data = &pc[1];
	pc[0].on_removed = close_the_others;
	unplug(test, pf);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[0].removed), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].removed), 0);
	KUNIT_EXPECT_NULL(test, pc[1].client);
}

static void a_removed_port_is_not_found_and_a_new_one_is(struct kunit *test)
{
	struct port_fixture *pf = test->priv, *again;
	struct port_client *pc = port_open(test, pf, 1), *nc;
	const unsigned int number = pf->port->number;
	struct parbiter_client *client;

	unplug(test, pf);
	client = parbiter_open(number, "kunit", NULL, NULL);
	KUNIT_EXPECT_EQ(test, PTR_ERR_OR_ZERO(client), -ENODEV);

	again = port_create(test, false);
	KUNIT_EXPECT_PTR_NE(test, again->port, pf->port);
	nc = port_open(test, again, 1);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(nc->client), 0);
	expect_removed(test, pc->client);
	port_close(pc);
	KUNIT_EXPECT_TRUE(test, port_owns(nc));
	port_destroy(test, again);
}

/* The vport has this module as its owner, as a parport has parport_pc. */
static void unplugging_drops_the_module_references(struct kunit *test)
{
	int before = module_refcount(THIS_MODULE);
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_GT(test, module_refcount(THIS_MODULE), before);
	unplug(test, pf);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), before);
	port_await(test, &pc[1]);
}

static struct kunit_case port_removal_cases[] = {
	KUNIT_CASE(unplugging_an_idle_port_ends_its_use),
	KUNIT_CASE(unplugging_an_unopened_port_releases_it),
	KUNIT_CASE(a_port_that_is_gone_takes_no_client),
	KUNIT_CASE(unplugging_ends_a_hundred_requests),
	KUNIT_CASE(unplugging_wakes_every_sleeper),
	KUNIT_CASE(unplugging_after_a_native_owner_left_works),
	KUNIT_CASE(the_removed_callback_may_close),
	KUNIT_CASE(the_removed_callback_may_close_another_client),
	KUNIT_CASE(a_removed_port_is_not_found_and_a_new_one_is),
	KUNIT_CASE(unplugging_drops_the_module_references),
	{}
};

struct kunit_suite port_removal_suite = {
	.name = "parbiter-port-removal",
	.init = port_test_init,
	.exit = port_test_exit,
	.test_cases = port_removal_cases,
};
