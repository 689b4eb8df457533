// SPDX-License-Identifier: GPL-2.0
/* The wait list of the core, which interrupted native drivers damage. */
#include <linux/errno.h>

#include "client/kapi.h"
#include "port/waitlist.h"
#include "lib/port_fixture.h"

/*
 * Let the native driver wait for the port, perhaps not for the first time, and
 * interrupt it. It then stays at the tail of the list. Returns its device.
 */
static struct pardevice *block_and_interrupt(struct kunit *test,
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
 * Return whether the list contains exactly these devices, in both directions.
 * Follows no more links than an intact list has.
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
 * A device that is alone on the list is linked to itself when its driver waits
 * again. The core cannot unlink it, and would leave it there when it is freed.
 */
static void a_device_linked_to_itself_is_off_the_list_once_unregistered(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *owner = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *later = port_sleeping_native(test, pf, "kunit-b");
	struct vport_native *twice = port_sleeping_native(test, pf, "kunit-c");
	struct pardevice *dev;

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(owner), 0);
	block_and_interrupt(test, twice);
	dev = block_and_interrupt(test, twice);
	KUNIT_EXPECT_PTR_EQ(test, dev->waitnext, dev);
	parbiter_vport_native_unregister(twice);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, NULL, NULL));

	port_native_blocks(test, later);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(owner), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(later, 20000), 0);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, NULL, NULL));
}

/* The same with the listener behind the device, which cuts the listener off. */
static void a_listener_that_was_cut_off_is_on_the_list_again(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *owner = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *later = port_sleeping_native(test, pf, "kunit-b");
	struct vport_native *twice = port_sleeping_native(test, pf, "kunit-c");
	struct port_client *pc = port_open(test, pf, 1);
	struct pardevice *listener = pf->port->claim.listener;
	struct pardevice *dev;

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(owner), 0);
	block_and_interrupt(test, twice);
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->waittail, listener);
	dev = block_and_interrupt(test, twice);
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

/* The driver that was cut off contends again once it is back on the list. */
static void the_owner_is_notified_of_a_native_that_was_cut_off(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *cut_off = port_sleeping_native(test, pf, "kunit-b");
	struct vport_native *thrice = port_sleeping_native(test, pf, "kunit-c");
	struct port_client *pc = port_open(test, pf, 1);
	struct pardevice *dev, *other;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	block_and_interrupt(test, thrice);
	port_native_blocks(test, cut_off);
	other = pf->parport->waittail;
	block_and_interrupt(test, thrice);
	/* Now no link leads to the other device. */
	dev = block_and_interrupt(test, thrice);
	KUNIT_EXPECT_PTR_EQ(test, dev->waitprev, dev);
	fixture_wait_for(test, atomic_read(&pc->contended) > 0);
	irq_work_sync(&pf->port->claim.asked);
	irq_work_sync(&pc->client->base.notify);
	atomic_set(&pc->contended, 0);
	parbiter_vport_native_unregister(thrice);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, other, NULL));
	fixture_wait_for(test, atomic_read(&pc->contended) == 1);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(cut_off, 20000), 0);
}

/* The core itself unlinks the device of a driver that waits once. */
static void an_intact_list_keeps_its_order(struct kunit *test)
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

static void the_listener_leaves_from_behind_a_native(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *owner = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *first = port_sleeping_native(test, pf, "kunit-b");
	struct port_client *pc = port_open(test, pf, 1);
	struct pardevice *dev;

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(owner), 0);
	port_native_blocks(test, first);
	dev = pf->parport->waittail;
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, dev,
					pf->port->claim.listener));
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc->client), 0);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, dev, NULL));
	port_await(test, pc);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(owner), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(first, 20000), 0);
}

/* The listener is no other device, wherever it is on the list. */
static void the_listener_alone_is_nobody(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *owner = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *behind = port_sleeping_native(test, pf, "kunit-b");
	struct port_client *pc = port_open(test, pf, 1);
	struct pardevice *listener = pf->port->claim.listener;

	KUNIT_EXPECT_FALSE(test, pb_waitlist_has_others(pf->parport, NULL));
	port_ask_behind(test, pc, owner);
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, listener, NULL));
	KUNIT_EXPECT_TRUE(test, pb_waitlist_has_others(pf->parport, NULL));
	KUNIT_EXPECT_FALSE(test, pb_waitlist_has_others(pf->parport, listener));
	port_native_blocks(test, behind);
	KUNIT_EXPECT_TRUE(test, pb_waitlist_has_others(pf->parport, listener));
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc->client), 0);
	KUNIT_EXPECT_TRUE(test, pb_waitlist_has_others(pf->parport, listener));
	port_await(test, pc);
}

/* The places of three native drivers on the list */
struct three {
	struct pardevice *dev[3];
	struct pardevice *owner;
};

/* A native driver owns, and three others wait. */
static struct three three_wait(struct kunit *test)
{
	static const char * const names[] = { "kunit-b", "kunit-c", "kunit-d" };
	struct port_fixture *pf = test->priv;
	struct vport_native *owner = port_sleeping_native(test, pf, "kunit-a");
	struct three three;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(owner), 0);
	three.owner = pf->parport->cad;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		port_native_blocks(test,
				   port_sleeping_native(test, pf, names[i]));
		three.dev[i] = pf->parport->waittail;
	}
	return three;
}

static bool three_are_listed(struct parport *parport, const struct three *three,
			     const char *order)
{
	struct pardevice *a = three->dev[order[0] - '0'];
	struct pardevice *b = three->dev[order[1] - '0'];
	struct pardevice *c = three->dev[order[2] - '0'];

	return parport->waithead == a && !a->waitprev && a->waitnext == b &&
	       b->waitprev == a && b->waitnext == c && c->waitprev == b &&
	       !c->waitnext && parport->waittail == c;
}

/*
 * Every way in which links can be wrong: each device that waits is on the list
 * afterwards, first those to which links lead.
 */
static void damaged_links_are_repaired(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct parport *parport = pf->parport;
	struct three three = three_wait(test);

	KUNIT_EXPECT_TRUE(test, three_are_listed(parport, &three, "012"));
	KUNIT_EXPECT_FALSE(test, pb_waitlist_mend(parport, three.owner));

	/* a wrong link back */
	three.dev[1]->waitprev = three.dev[2];
	KUNIT_EXPECT_TRUE(test, pb_waitlist_mend(parport, three.owner));
	KUNIT_EXPECT_TRUE(test, three_are_listed(parport, &three, "012"));

	/* a wrong tail */
	parport->waittail = three.dev[1];
	KUNIT_EXPECT_TRUE(test, pb_waitlist_mend(parport, three.owner));
	KUNIT_EXPECT_TRUE(test, three_are_listed(parport, &three, "012"));

	/* a ring, from which no link leads to the second device */
	three.dev[0]->waitnext = three.dev[2];
	three.dev[2]->waitnext = three.dev[0];
	KUNIT_EXPECT_TRUE(test, pb_waitlist_mend(parport, three.owner));
	KUNIT_EXPECT_TRUE(test, three_are_listed(parport, &three, "021"));

	/* devices that were cut off: they follow in the order of registration */
	three.dev[0]->waitnext = NULL;
	parport->waittail = three.dev[0];
	KUNIT_EXPECT_TRUE(test, pb_waitlist_mend(parport, three.owner));
	KUNIT_EXPECT_TRUE(test, three_are_listed(parport, &three, "012"));

	/* a device that does not wait is on the list, in front of the others */
	three.owner->waitnext = three.dev[0];
	three.dev[0]->waitprev = three.owner;
	parport->waithead = three.owner;
	KUNIT_EXPECT_TRUE(test, pb_waitlist_mend(parport, three.owner));
	KUNIT_EXPECT_TRUE(test, three_are_listed(parport, &three, "012"));
	KUNIT_EXPECT_NULL(test, three.owner->waitnext);
	KUNIT_EXPECT_FALSE(test, pb_waitlist_mend(parport, three.owner));
}

/*
 * The owner has freed the port. Make the head of the list the owner, as parport_release()
 * does for a driver that asks again just then: the device joins the list after that.
 */
static void claim_for_the_head(struct vport *vport, enum vport_op op,
			       void *context)
{
	struct port_fixture *pf = context;
	unsigned long flags;

	write_lock_irqsave(&pf->parport->cad_lock, flags);
	pf->parport->cad = pf->parport->waithead;
	write_unlock_irqrestore(&pf->parport->cad_lock, flags);
}

/* Let a native driver have the port, and sleep on the list because somebody has it. */
static struct vport_native *wait_for_itself(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *owner = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-b");

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(owner), 0);
	port_native_blocks(test, native);
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, claim_for_the_head,
				pf);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(owner), 0);
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, NULL, NULL);
	KUNIT_EXPECT_TRUE(test, port_native_owns(native));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(native, 0), -ETIMEDOUT);
	return native;
}

/* Otherwise the request, and the driver itself, would wait for ever. */
static void a_native_that_waits_for_itself_is_woken(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native *native = wait_for_itself(test);

	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(native, 20000), 0);
	KUNIT_EXPECT_TRUE(test, port_native_owns(native));
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, pf->port->claim.listener,
					NULL));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	port_await(test, pc);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
}

/**
 * struct late_claim - calls of parport_release() that have found a device on the list
 * @dev: the device
 * @left: how many of these calls have not claimed for the device yet
 */
struct late_claim {
	struct pardevice *dev;
	unsigned int left;
};

/* One of them claims for the device, which is being unregistered. */
static void claim_late(struct vport *vport, enum vport_op op, void *context)
{
	struct late_claim *late = context;
	struct parport *parport = late->dev->port;
	unsigned long flags;

	if (!late->left)
		return;
	late->left--;
	write_lock_irqsave(&parport->cad_lock, flags);
	parport->cad = late->dev;
	write_unlock_irqrestore(&parport->cad_lock, flags);
}

/*
 * Unregister the device of a native driver that has the port. Whenever the port is
 * released for the device, it is claimed for the device again: after the driver's release,
 * and after that of the core. cad must not lead to freed memory.
 */
static void unregister_as_owner(struct kunit *test, struct vport_native *native)
{
	struct port_fixture *pf = test->priv;
	struct late_claim late = { .dev = pf->parport->cad, .left = 2 };

	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, claim_late, &late);
	parbiter_vport_native_unregister(native);
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, NULL, NULL);
	KUNIT_EXPECT_EQ(test, late.left, 0U);
}

static void a_client_is_served_after_a_device_that_is_gone(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	/* The work item must not claim between a release and the late claim. */
	pf->port->claim.backoff = FIXTURE_LIMIT;
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	unregister_as_owner(test, native);
	port_await(test, pc);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, NULL, NULL));
}

static void a_native_is_served_after_a_device_that_is_gone(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct vport_native *later = port_sleeping_native(test, pf, "kunit-b");

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	port_native_blocks(test, later);
	unregister_as_owner(test, native);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(later, 20000), 0);
	KUNIT_EXPECT_TRUE(test, port_native_owns(later));
	KUNIT_EXPECT_TRUE(test, list_is(pf->parport, NULL, NULL));
}

static struct kunit_case waitlist_cases[] = {
	KUNIT_CASE(a_device_linked_to_itself_is_off_the_list_once_unregistered),
	KUNIT_CASE(a_listener_that_was_cut_off_is_on_the_list_again),
	KUNIT_CASE(the_owner_is_notified_of_a_native_that_was_cut_off),
	KUNIT_CASE(an_intact_list_keeps_its_order),
	KUNIT_CASE(the_listener_leaves_from_behind_a_native),
	KUNIT_CASE(the_listener_alone_is_nobody),
	KUNIT_CASE(damaged_links_are_repaired),
	KUNIT_CASE(a_native_that_waits_for_itself_is_woken),
	KUNIT_CASE(a_client_is_served_after_a_device_that_is_gone),
	KUNIT_CASE(a_native_is_served_after_a_device_that_is_gone),
	{}
};

struct kunit_suite waitlist_suite = {
	.name = "parbiter-waitlist",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = waitlist_cases,
};
