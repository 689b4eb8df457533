// SPDX-License-Identifier: GPL-2.0
/*
 * The claim of a port that a native driver has released between two calls of the
 * core, in every step of putting the listener on the wait list.
 */
#include <linux/parport.h>

#include "lib/port_fixture.h"

/**
 * struct giver - a native driver that owns the port and answers the core
 * @asked: number of calls of its preempt callback
 * @refuse: it refuses the calls with these numbers, as bits
 * @returns: it claims again as soon as the port is released
 * @dev: its device
 *
 * This is a global variable because the callbacks have no argument for the test.
 */
static struct giver {
	unsigned int asked;
	unsigned long refuse;
	bool returns;
	struct pardevice *dev;
} giver;

static int giver_preempt(void *private)
{
	return !!(giver.refuse & BIT(giver.asked++));
}

static void giver_wakeup(void *private)
{
	if (giver.returns)
		parport_claim(giver.dev);
}

static struct vport_native *giver_own(struct kunit *test, unsigned long refuse,
				      bool returns)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	giver = (struct giver) {
		.refuse = refuse,
		.returns = returns,
		.dev = pf->parport->cad,
	};
	giver.dev->preempt = giver_preempt;
	giver.dev->wakeup = giver_wakeup;
	return native;
}

/*
 * The claimer is refused, and the listener is not. Its claim is given back, and
 * the claimer gets the port.
 */
static void the_claimer_gets_the_port_after_the_listener(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	giver_own(test, BIT(0), false);
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	port_await(test, pc);
	KUNIT_EXPECT_EQ(test, giver.asked, 2U);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->cad, pf->port->claim.claimer);
	KUNIT_EXPECT_FALSE(test, port_is_listed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
}

/* The time between two attempts, which grows, is the shortest one again. */
static void attempts_begin_anew_after_a_last_close(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	unsigned long first = pf->port->claim.backoff;
	struct parbiter_client *later;

	giver_own(test, ~0UL, false);
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	KUNIT_EXPECT_GT(test, READ_ONCE(pf->port->claim.backoff), first);
	port_close(pc);
	KUNIT_EXPECT_NULL(test, pf->port->claim.claimer);
	later = parbiter_open(parbiter_vport_number(pf->vport), "kunit", NULL,
			      NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(later));
	KUNIT_EXPECT_EQ(test, READ_ONCE(pf->port->claim.backoff), first);
	parbiter_close(later);
}

/*
 * Each time that the listener gives the port back, the native driver is faster
 * than the claimer. The attempts are limited, and the request waits.
 */
static void attempts_are_limited_while_the_native_returns(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native *native;

	/* The claimer is refused, and the listener is not, three times. */
	native = giver_own(test, BIT(0) | BIT(2) | BIT(4) | ~0UL << 6, true);
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	KUNIT_EXPECT_GE(test, giver.asked, 7U);
	KUNIT_EXPECT_FALSE(test, port_owns(pc));
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->cad, giver.dev);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&pf->port->arb), 1U);

	giver.returns = false;
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	port_await(test, pc);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
}

static struct kunit_case port_claim_cases[] = {
	KUNIT_CASE(the_claimer_gets_the_port_after_the_listener),
	KUNIT_CASE(attempts_begin_anew_after_a_last_close),
	KUNIT_CASE(attempts_are_limited_while_the_native_returns),
	{}
};

struct kunit_suite port_claim_suite = {
	.name = "parbiter-port-claim",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = port_claim_cases,
};
