// SPDX-License-Identifier: GPL-2.0
/* The core's wait list, and what native drivers that are interrupted make of it. */
#include <linux/errno.h>

#include "client/kapi.h"
#include "lib/port_fixture.h"

/*
 * Asks, perhaps not for the first time, and is interrupted: at the earliest when
 * it is on the list, at whose tail it stays. Returns its device.
 */
static struct pardevice *ask_and_give_up(struct kunit *test,
					 struct vport_native *native)
{
	struct port_fixture *pf = test->priv;

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim_block(native), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_signal(native), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(native, 20000),
			-EINTR);
	return pf->parport->waittail;
}

/*
 * Is exactly this on the list, forwards and backwards? Only as many links are
 * followed as there should be, and none that should not be there.
 */
static bool list_is(struct parport *parport, struct pardevice *first,
		    struct pardevice *second)
{
	struct pardevice *last = second ?: first;

	if (parport->waithead != first || parport->waittail != last)
		return false;
	if (!first)
		return true;
	if (first->waitprev || first->waitnext != second || last->waitnext)
		return false;
	return !second || second->waitprev == first;
}

/*
 * Alone on the list, it is linked to itself when it asks again. The core then
 * does not find out how to unlink it, and leaves it there when it is freed.
 */
static void who_asked_twice_is_off_the_list_when_it_is_gone(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *owner = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *later = port_sleeping_native(test, pf, "kunit-b");
	struct vport_native *twice = port_sleeping_native(test, pf, "kunit-c");
	struct pardevice *dev;

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(owner), 0);
	ask_and_give_up(test, twice);
	dev = ask_and_give_up(test, twice);
	KUNIT_EXPECT_PTR_EQ(test, dev->waitnext, dev);
	parbiter_vport_native_unregister(twice);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, NULL, NULL));

	port_native_blocks(test, later);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(owner), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(later, 20000), 0);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, NULL, NULL));
}

/* With our listener behind it, that is cut off from the head of the list. */
static void who_was_cut_off_by_it_is_on_the_list_again(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *owner = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *later = port_sleeping_native(test, pf, "kunit-b");
	struct vport_native *twice = port_sleeping_native(test, pf, "kunit-c");
	struct port_client *pc = port_open(test, pf, 1);
	struct pardevice *listener = pf->port->claim.listener;
	struct pardevice *dev;

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(owner), 0);
	ask_and_give_up(test, twice);
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->waittail, listener);
	dev = ask_and_give_up(test, twice);
	KUNIT_EXPECT_NULL(test, dev->waitnext);
	parbiter_vport_native_unregister(twice);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, listener, NULL));

	port_native_blocks(test, later);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(owner), 0);
	port_await(test, pc);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(later, 20000), 0);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, NULL, NULL));
}

/* The owner could not see whom the core had lost; now it can, and is told. */
static void the_owner_is_told_of_who_was_cut_off(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *lost = port_sleeping_native(test, pf, "kunit-b");
	struct vport_native *thrice = port_sleeping_native(test, pf, "kunit-c");
	struct port_client *pc = port_open(test, pf, 1);
	struct pardevice *dev, *other;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	ask_and_give_up(test, thrice);
	port_native_blocks(test, lost);
	other = pf->parport->waittail;
	ask_and_give_up(test, thrice);
	/* Now nothing at all leads to the other one. */
	dev = ask_and_give_up(test, thrice);
	KUNIT_EXPECT_PTR_EQ(test, dev->waitprev, dev);
	fixture_wait_for(test, atomic_read(&pc->contended) > 0);
	irq_work_sync(&pf->port->claim.asked);
	irq_work_sync(&pc->client->base.notify);
	atomic_set(&pc->contended, 0);
	parbiter_vport_native_unregister(thrice);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, other, NULL));
	fixture_wait_for(test, atomic_read(&pc->contended) == 1);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(lost, 20000), 0);
}

/* What the core unlinks itself leaves the others in their order. */
static void a_sound_list_is_left_alone(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *last = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *once = port_sleeping_native(test, pf, "kunit-b");
	struct vport_native *first = port_sleeping_native(test, pf, "kunit-c");
	struct port_client *pc = port_open(test, pf, 1);
	struct pardevice *one, *two, *dev;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	port_native_blocks(test, first);
	one = pf->parport->waittail;
	port_native_blocks(test, once);
	dev = pf->parport->waittail;
	port_native_blocks(test, last);
	two = pf->parport->waittail;
	KUNIT_EXPECT_PTR_EQ(test, dev->waitnext, two);
	parbiter_vport_native_unregister(once);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, one, two));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(first, 20000), 0);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, two, NULL));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(first), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(last, 20000), 0);
}

static struct kunit_case waitlist_cases[] = {
	KUNIT_CASE(who_asked_twice_is_off_the_list_when_it_is_gone),
	KUNIT_CASE(who_was_cut_off_by_it_is_on_the_list_again),
	KUNIT_CASE(the_owner_is_told_of_who_was_cut_off),
	KUNIT_CASE(a_sound_list_is_left_alone),
	{}
};

struct kunit_suite waitlist_suite = {
	.name = "parbiter-waitlist",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = waitlist_cases,
};
