// SPDX-License-Identifier: GPL-2.0
/* The status of a port, in cases that a program in user space cannot make. */
#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <uapi/linux/parbiter.h>

#include "client/kapi.h"
#include "lib/port_fixture.h"
#include "client/status.h"
#include "client/who.h"

static struct parbiter_status status_of(struct kunit *test,
					struct port_client *pc)
{
	struct parbiter_status status;

	memset(&status, 0xa5, sizeof(status));
	KUNIT_EXPECT_EQ(test, pb_status_fill(&pc->client->base, &status), 0);
	KUNIT_EXPECT_EQ(test, status.size, 0U);
	KUNIT_EXPECT_EQ(test, status.device, PARBITER_DEVICE_NONE);
	return status;
}

/* 32 bits count 71 minutes in microseconds. */
static void a_hold_of_two_hours_does_not_overflow(struct kunit *test)
{
	const u64 two_hours = 7200ULL * NSEC_PER_SEC;
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct parbiter_status status;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	pf->port->arb.held_since = jiffies - 7200UL * HZ;
	status = status_of(test, pc);
	KUNIT_EXPECT_GE(test, status.held_ns, two_hours);
	KUNIT_EXPECT_LT(test, status.held_ns, two_hours + 600ULL * NSEC_PER_SEC);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	status = status_of(test, pc);
	KUNIT_EXPECT_EQ(test, status.held_ns, 0ULL);
	KUNIT_EXPECT_GE(test, status.longest_hold_ns, two_hours);
	KUNIT_EXPECT_LT(test, status.longest_hold_ns,
			two_hours + 600ULL * NSEC_PER_SEC);
}

static void refused_frees_count_beyond_an_int(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	atomic64_set(&pf->port->arb.refused, 0x7fffffff);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), -EPERM);
	KUNIT_EXPECT_EQ(test, status_of(test, pc).refused_frees, 0x80000000ULL);
	atomic64_set(&pf->port->arb.refused, 0xffffffffLL);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), -EPERM);
	KUNIT_EXPECT_EQ(test, status_of(test, pc).refused_frees, 0x100000000ULL);
}

static void status_shows_drivers_that_own_and_wait(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 3);
	struct parbiter_status status;

	status = status_of(test, &pc[0]);
	KUNIT_EXPECT_EQ(test, status.state, (u32)PARBITER_STATE_FREE);
	KUNIT_EXPECT_EQ(test, status.owner_kind, (u32)PARBITER_KIND_NONE);
	KUNIT_EXPECT_EQ(test, status.caller, (u32)PARBITER_CALLER_IDLE);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	status = status_of(test, &pc[0]);
	KUNIT_EXPECT_EQ(test, status.state, (u32)PARBITER_STATE_OWNED);
	KUNIT_EXPECT_EQ(test, status.owner_kind, (u32)PARBITER_KIND_DRIVER);
	KUNIT_EXPECT_EQ(test, status.owner_pid, 0);
	KUNIT_EXPECT_EQ(test, status.waiters, 2U);
	KUNIT_EXPECT_EQ(test, status.caller, (u32)PARBITER_CALLER_OWNER);
	KUNIT_EXPECT_EQ(test, status.position, 0U);
	status = status_of(test, &pc[2]);
	KUNIT_EXPECT_EQ(test, status.caller, (u32)PARBITER_CALLER_QUEUED);
	KUNIT_EXPECT_EQ(test, status.position, 2U);

	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[1].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[2].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
}

static void the_grants_grow_with_every_grant(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	u64 before = status_of(test, pc).grants;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, status_of(test, pc).grants, before + 1);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[1].client), -EBUSY);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, status_of(test, pc).grants, before + 1);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, status_of(test, pc).grants, before + 2);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	KUNIT_EXPECT_EQ(test, status_of(test, pc).grants, before + 2);
}

static int leave_pid(void *data)
{
	*(struct pid **)data = get_pid(task_tgid(current));
	return 0;
}

/* The number of a dead process may belong to another process later. */
static void a_dead_process_has_no_pid(struct kunit *test)
{
	struct pid *pid = NULL;
	struct actor actor;

	KUNIT_EXPECT_EQ(test, pb_who_pid(NULL), 0);
	KUNIT_EXPECT_EQ(test, pb_who_pid(task_tgid(current)),
			task_tgid_vnr(current));
	actor_start(test, &actor, leave_pid, &pid, ACTOR_ANY_CPU);
	actor_join(test, &actor);
	KUNIT_ASSERT_NOT_NULL(test, pid);
	fixture_wait_for(test, !pb_who_pid(pid));
	put_pid(pid);
}

static struct kunit_case status_cases[] = {
	KUNIT_CASE(a_hold_of_two_hours_does_not_overflow),
	KUNIT_CASE(refused_frees_count_beyond_an_int),
	KUNIT_CASE(status_shows_drivers_that_own_and_wait),
	KUNIT_CASE(the_grants_grow_with_every_grant),
	KUNIT_CASE(a_dead_process_has_no_pid),
	{}
};

struct kunit_suite status_suite = {
	.name = "parbiter-status",
	.init = port_test_init,
	.exit = port_test_exit,
	.test_cases = status_cases,
};
