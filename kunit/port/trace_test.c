// SPDX-License-Identifier: GPL-2.0
/* The trace events: when ports are traced, and for how long an owner has owned. */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/tracepoint.h>

#include "port/trace.h"
#include "lib/port_fixture.h"

/**
 * struct seen - what the probes have seen of one port
 * @port: the number of the port
 * @grants: number of grants
 * @frees: number of Frees
 * @hold_ns: the last Free's @hold_ns
 */
struct seen {
	unsigned int port;
	unsigned int grants;
	unsigned int frees;
	u64 hold_ns;
};

static void probe_granted(void *data, unsigned int port,
			  const struct pb_trace_who *who, u64 wait_ns)
{
	struct seen *seen = data;

	if (port == seen->port)
		seen->grants++;
}

static void probe_freed(void *data, unsigned int port,
			const struct pb_trace_who *who, u64 hold_ns,
			unsigned int waiters)
{
	struct seen *seen = data;

	if (port != seen->port)
		return;
	seen->frees++;
	seen->hold_ns = hold_ns;
}

static void probes_add(struct kunit *test, struct seen *seen)
{
	if (!IS_ENABLED(CONFIG_TRACEPOINTS))
		kunit_skip(test, "this kernel has no trace events");
	KUNIT_ASSERT_EQ(test, register_trace_parbiter_granted(probe_granted,
							      seen), 0);
	KUNIT_ASSERT_EQ(test, register_trace_parbiter_freed(probe_freed, seen),
			0);
}

static void probes_remove(struct seen *seen)
{
	unregister_trace_parbiter_freed(probe_freed, seen);
	unregister_trace_parbiter_granted(probe_granted, seen);
	tracepoint_synchronize_unregister();
}

static bool is_traced(struct pb_port *port)
{
	return atomic_read(&port->arb.state) & ARBITER_TRACED;
}

static void ports_are_traced_while_an_event_is_on(struct kunit *test)
{
	struct port_fixture *pf = test->priv, *later;
	struct port_client *pc = port_open(test, pf, 1);
	struct seen seen = { .port = pf->port->number };

	KUNIT_EXPECT_FALSE(test, is_traced(pf->port));
	probes_add(test, &seen);
	KUNIT_EXPECT_TRUE(test, is_traced(pf->port));
	later = port_create(test, false);
	KUNIT_EXPECT_TRUE(test, is_traced(later->port));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, seen.grants, 1U);
	KUNIT_EXPECT_EQ(test, seen.frees, 1U);

	probes_remove(&seen);
	KUNIT_EXPECT_FALSE(test, is_traced(pf->port));
	KUNIT_EXPECT_FALSE(test, is_traced(later->port));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, seen.grants, 1U);
	port_destroy(test, later);
}

static bool is_whole_ticks(u64 ns)
{
	u64 rest;

	div64_u64_rem(ns, jiffies64_to_nsecs(1), &rest);
	return !rest;
}

/* One that has owned since before the event was on has its time in jiffies. */
static void a_hold_begins_with_its_grant(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct seen seen = { .port = pf->port->number };
	u64 begin;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	schedule_timeout_uninterruptible(3);
	probes_add(test, &seen);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, seen.grants, 0U);
	KUNIT_EXPECT_EQ(test, seen.frees, 1U);
	KUNIT_EXPECT_GE(test, seen.hold_ns, jiffies64_to_nsecs(3));
	KUNIT_EXPECT_TRUE(test, is_whole_ticks(seen.hold_ns));

	begin = ktime_get_ns();
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	ndelay(100);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_GE(test, seen.hold_ns, 100ULL);
	KUNIT_EXPECT_LE(test, seen.hold_ns, ktime_get_ns() - begin);

	/* A grant that was not traced has not the time of an earlier one. */
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	probes_remove(&seen);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	probes_add(test, &seen);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, seen.frees, 3U);
	KUNIT_EXPECT_TRUE(test, is_whole_ticks(seen.hold_ns));
	probes_remove(&seen);
}

static struct kunit_case port_trace_cases[] = {
	KUNIT_CASE(ports_are_traced_while_an_event_is_on),
	KUNIT_CASE(a_hold_begins_with_its_grant),
	{}
};

struct kunit_suite port_trace_suite = {
	.name = "parbiter-port-trace",
	.init = port_test_init,
	.exit = port_test_exit,
	.test_cases = port_trace_cases,
};
