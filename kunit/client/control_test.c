// SPDX-License-Identifier: GPL-2.0
/* Requests of parbiter_submit_control(): what all have in common, and allocation. */
#include <linux/ktime.h>
#include <linux/processor.h>

#include "lib/control_fixture.h"

static void a_request_needs_a_client_and_a_structure(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	struct control_call *call = control_calls(test, 1);

	KUNIT_EXPECT_EQ(test, parbiter_submit_control(NULL, &call->control),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, parbiter_submit_control(pc->client, NULL),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_FALSE(test, parbiter_cancel_control(NULL));
}

static void unknown_codes_are_invalid(struct kunit *test)
{
	static const ULONG codes[] = {
		0,
		PARBITER_CTL_CODE(0),
		IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE + 1,
		IOCTL_INTERNAL_PARALLEL_GET_ECP_INFO,
		IOCTL_INTERNAL_PARCHIP_CONNECT,
		IOCTL_INTERNAL_REGISTER_FOR_REMOVAL_RELATIONS,
		IOCTL_INTERNAL_GET_PARPORT_FDO,
		IOCTL_INTERNAL_PARCLASS_CONNECT,
		IOCTL_INTERNAL_PARCLASS_DISCONNECT,
		IOCTL_INTERNAL_DISCONNECT_IDLE,
		IOCTL_INTERNAL_PARDOT3_CONNECT,
		IOCTL_INTERNAL_DISABLE_END_OF_CHAIN_BUS_RESCAN,
		IOCTL_PAR_QUERY_INFORMATION,
		0xffffffff,
	};
	struct port_client *pc = port_open(test, test->priv, 1);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(codes); i++)
		KUNIT_EXPECT_EQ_MSG(test, control_send(test, pc, codes[i]),
				    STATUS_INVALID_PARAMETER, "code %#x",
				    codes[i]);
	KUNIT_EXPECT_FALSE(test, port_owns(pc));
}

static void a_removed_port_says_delete_pending_before_anything_else(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct control_call *call = control_calls(test, 1);

	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_EQ(test, control_send(test, pc, 0xffffffff),
			STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test,
			control_send(test, pc,
				     IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO),
			STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, control_allocate(pc, call),
			STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, call->control.status, STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test,
			control_send(test, pc, IOCTL_INTERNAL_LOCK_PORT),
			STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test,
			control_send(test, pc,
				     IOCTL_INTERNAL_PARALLEL_PORT_FREE),
			STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, atomic_read(&call->ended), 0);
}

static void a_free_port_is_allocated_at_once(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	struct control_call *call = control_calls(test, 1);

	call->control.information = 1;
	call->control.status = STATUS_UNSUCCESSFUL;
	KUNIT_EXPECT_EQ(test, control_allocate(pc, call), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, call->control.status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, call->control.information, 0UL);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, control_free(test, pc), STATUS_SUCCESS);
	KUNIT_EXPECT_FALSE(test, port_owns(pc));
	port_close(pc);
	KUNIT_EXPECT_EQ(test, atomic_read(&call->ended), 0);
}

static void a_request_that_waits_is_reported_once(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	struct control_call *call = control_calls(test, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], call), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
	KUNIT_EXPECT_EQ(test, atomic_read(&call->ended), 0);
	KUNIT_EXPECT_EQ(test, control_free(test, &pc[0]), STATUS_SUCCESS);
	control_await(test, call);
	KUNIT_EXPECT_EQ(test, call->control.status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, call->control.information, 0UL);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, control_free(test, &pc[1]), STATUS_SUCCESS);
	port_close(&pc[1]);
	KUNIT_EXPECT_EQ(test, atomic_read(&call->ended), 1);
}

static void a_request_that_may_wait_needs_a_function_for_its_end(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	struct control_call *call = control_calls(test, 1);

	call->control.done = NULL;
	KUNIT_EXPECT_EQ(test, control_allocate(pc, call),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_FALSE(test, port_owns(pc));
}

/* On Windows an owner queues behind itself. */
static void a_client_has_one_request_and_does_not_wait_for_itself(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	struct control_call *call = control_calls(test, 3);

	KUNIT_EXPECT_EQ(test, control_allocate(&pc[0], &call[0]),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[0], &call[0]),
			STATUS_DEVICE_BUSY);
	KUNIT_EXPECT_FALSE(test, NT_SUCCESS(STATUS_DEVICE_BUSY));
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], &call[1]),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], &call[2]),
			STATUS_DEVICE_BUSY);
	KUNIT_EXPECT_EQ(test, call[2].control.status, STATUS_DEVICE_BUSY);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), -EALREADY);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
	control_free(test, &pc[0]);
	control_await(test, &call[1]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	/* The other way round */
	KUNIT_EXPECT_EQ(test, port_ask(&pc[0]), 0);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[0], &call[0]),
			STATUS_DEVICE_BUSY);
	control_free(test, &pc[1]);
	port_await(test, &pc[0]);
	KUNIT_EXPECT_EQ(test, atomic_read(&call[0].ended), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&call[2].ended), 0);
}

static void a_request_that_waits_cannot_be_submitted_again(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 3);
	struct control_call *call = control_calls(test, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], call), STATUS_PENDING);
	call->control.status = STATUS_TIMEOUT;
	KUNIT_EXPECT_EQ(test,
			parbiter_submit_control(pc[1].client, &call->control),
			STATUS_DEVICE_BUSY);
	KUNIT_EXPECT_EQ(test,
			parbiter_submit_control(pc[2].client, &call->control),
			STATUS_DEVICE_BUSY);
	KUNIT_EXPECT_EQ(test, call->control.status, STATUS_TIMEOUT);
	KUNIT_EXPECT_TRUE(test, parbiter_cancel_control(&call->control));
	control_await(test, call);
	KUNIT_EXPECT_EQ(test, call->control.status, STATUS_CANCELLED);
	call->control.cancelled = false;
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[2], call), STATUS_PENDING);
	control_free(test, &pc[0]);
	control_await(test, call);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[2]));
	KUNIT_EXPECT_EQ(test, atomic_read(&call->ended), 2);
}

static void cancel_withdraws_a_request_that_waits(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 3);
	struct control_call *call = control_calls(test, 2);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], &call[0]),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[2], &call[1]),
			STATUS_PENDING);
	call[0].control.information = 1;
	KUNIT_EXPECT_TRUE(test, parbiter_cancel_control(&call[0].control));
	control_await(test, &call[0]);
	KUNIT_EXPECT_EQ(test, call[0].control.status, STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, call[0].control.information, 0UL);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, atomic_read(&call[0].ended), 1);
	/* Once more, it has ended. */
	KUNIT_EXPECT_FALSE(test, parbiter_cancel_control(&call[0].control));
	KUNIT_EXPECT_EQ(test, atomic_read(&call[1].ended), 0);
	control_free(test, &pc[0]);
	control_await(test, &call[1]);
	KUNIT_EXPECT_EQ(test, call[1].control.status, STATUS_SUCCESS);
}

/* Sequence E of Documentation/windows.rst */
static void a_request_that_is_cancelled_before_does_nothing(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	struct control_call *call = control_calls(test, 1);

	/* The port is free. */
	KUNIT_EXPECT_FALSE(test, parbiter_cancel_control(&call->control));
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[0], call),
			STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, call->control.status, STATUS_CANCELLED);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
	/* The port is owned. */
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], call),
			STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 0U);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, atomic_read(&call->ended), 0);
}

static void cancel_of_an_ended_request_spares_the_next_one(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	struct control_call *call = control_calls(test, 2);

	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], &call[0]),
			STATUS_SUCCESS);
	control_free(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	/* The next request is one of the same kind, or one of the kernel API's. */
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], &call[1]),
			STATUS_PENDING);
	KUNIT_EXPECT_FALSE(test, parbiter_cancel_control(&call[0].control));
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
	KUNIT_EXPECT_TRUE(test, parbiter_cancel_control(&call[1].control));
	control_await(test, &call[1]);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_FALSE(test, parbiter_cancel_control(&call[1].control));
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, 0);
}

/* A thread of the client that asks for the port when it is told to. */
struct control_sleeper {
	struct parbiter_client *client;
	bool ready;
	bool go;
};

static int sleep_for_the_port(void *arg)
{
	struct control_sleeper *sleeper = arg;

	WRITE_ONCE(sleeper->ready, true);
	while (!READ_ONCE(sleeper->go))
		cpu_relax();
	return parbiter_allocate_killable(sleeper->client);
}

static bool control_spin_until_waiting(struct parbiter_client *client)
{
	u64 limit = ktime_get_ns() + 5 * NSEC_PER_SEC;

	while (parbiter_query_waiters(client) != 1) {
		if (ktime_get_ns() > limit)
			return false;
		cpu_relax();
	}
	return true;
}

/*
 * The request has been granted and freed, and its end is not reported yet, when
 * another thread of the client waits for the port.
 */
static void cancel_spares_a_thread_before_the_end_is_reported(struct kunit *test)
{
	struct port_client *pc = port_open_irq(test, test->priv, 2);
	struct control_call *call = control_calls(test, 1);
	struct control_sleeper sleeper = { .client = pc[1].client };
	struct actor actor;
	unsigned long flags;
	bool withdrawn, waiting;

	actor_start(test, &actor, sleep_for_the_port, &sleeper,
		    fixture_other_cpu(test));
	fixture_wait_for(test, READ_ONCE(sleeper.ready));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], call), STATUS_PENDING);
	local_irq_save(flags);
	/* The end is reported when interrupts are on again. */
	parbiter_free(pc[0].client);
	parbiter_free(pc[1].client);
	parbiter_try_allocate(pc[0].client);
	WRITE_ONCE(sleeper.go, true);
	waiting = control_spin_until_waiting(pc[0].client);
	withdrawn = parbiter_cancel_control(&call->control);
	local_irq_restore(flags);
	KUNIT_EXPECT_TRUE(test, waiting);
	KUNIT_EXPECT_FALSE(test, withdrawn);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, actor_join(test, &actor), 0);
	control_await(test, call);
	KUNIT_EXPECT_EQ(test, call->control.status, STATUS_SUCCESS);
}

static void a_request_is_cancelled_while_it_is_submitted(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	struct arbiter_client *arb = &pc[1].client->base.arb;
	bool cancelled = false, other = true;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, arbiter_cancel_submitted(arb, &cancelled),
			-ENOENT);
	cancelled = true;
	KUNIT_EXPECT_EQ(test, arbiter_submit_unless(arb, &cancelled, 0),
			-ECANCELED);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 0U);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, arbiter_cancel_submitted(arb, &other), -ENOENT);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
}

static void an_end_in_an_irq_may_free_and_ask_again(struct kunit *test)
{
	struct port_client *pc = port_open_irq(test, test->priv, 2);
	struct control_call *call = control_calls(test, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	call->again = 3;
	call->client = &pc[1];
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], call), STATUS_PENDING);
	control_free(test, &pc[0]);
	fixture_wait_for(test, !READ_ONCE(call->again));
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
}

static void close_withdraws_a_request_that_waits(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 3);
	struct control_call *call = control_calls(test, 2);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], &call[0]),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[2], &call[1]),
			STATUS_PENDING);
	/* Windows would cancel the requests of all clients. */
	port_close(&pc[1]);
	KUNIT_EXPECT_EQ(test, atomic_read(&call[0].ended), 1);
	KUNIT_EXPECT_EQ(test, call[0].control.status, STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, atomic_read(&call[1].ended), 0);
	/* The client is gone: this must not look at it. */
	KUNIT_EXPECT_FALSE(test, parbiter_cancel_control(&call[0].control));
	/* The owner goes without a free. Windows would own for ever. */
	port_close(&pc[0]);
	control_await(test, &call[1]);
	KUNIT_EXPECT_EQ(test, call[1].control.status, STATUS_SUCCESS);
}

/* Sequence D of Documentation/windows.rst */
static void removal_cancels_what_waits(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 4);
	struct control_call *call = control_calls(test, 4);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	for (i = 1; i < 4; i++)
		KUNIT_EXPECT_EQ(test, control_allocate(&pc[i], &call[i]),
				STATUS_PENDING);
	parbiter_vport_unplug(pf->vport);
	for (i = 1; i < 4; i++) {
		control_await(test, &call[i]);
		KUNIT_EXPECT_EQ(test, call[i].control.status, STATUS_CANCELLED);
		KUNIT_EXPECT_EQ(test, control_allocate(&pc[i], &call[i]),
				STATUS_DELETE_PENDING);
		KUNIT_EXPECT_FALSE(test,
				   parbiter_cancel_control(&call[i].control));
		KUNIT_EXPECT_EQ(test, atomic_read(&call[i].ended), 1);
	}
}

static void the_callbacks_and_the_requests_are_one_client(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	struct control_call *call = control_calls(test, 2);
	PARALLEL_PORT_INFORMATION *info = control_port_info(test, &pc[0]);

	/* Allocate by request, free by callback */
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[0], &call[0]),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], &call[1]),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, info->QueryNumWaiters(info->Context), 1U);
	info->FreePort(info->Context);
	control_await(test, &call[1]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, info->TryAllocatePort(info->Context), FALSE);
	/* Allocate by callback, free by request */
	control_free(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, info->TryAllocatePort(info->Context), TRUE);
	control_free(test, &pc[0]);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[0]));
}

/* Sequence A of Documentation/windows.rst */
static void sequence_a(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 4);
	struct control_call *call = control_calls(test, 4);
	PARALLEL_PORT_INFORMATION *c1 = control_port_info(test, &pc[0]);
	PARALLEL_PORT_INFORMATION *c2 = control_port_info(test, &pc[1]);
	PARALLEL_PORT_INFORMATION *c4 = control_port_info(test, &pc[3]);
	struct arbiter_stats *stats = &pf->port->arb.stats;

	KUNIT_EXPECT_EQ(test, c1->QueryNumWaiters(c1->Context), 0U);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
	KUNIT_EXPECT_EQ(test, c1->TryAllocatePort(c1->Context), TRUE);
	KUNIT_EXPECT_EQ(test, c1->QueryNumWaiters(c1->Context), 0U);
	KUNIT_EXPECT_FALSE(test, parbiter_is_port_free(pc[0].client));
	KUNIT_EXPECT_EQ(test, c2->TryAllocatePort(c2->Context), FALSE);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], &call[1]),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, c1->QueryNumWaiters(c1->Context), 1U);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[2], &call[2]),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, c1->QueryNumWaiters(c1->Context), 2U);
	KUNIT_EXPECT_EQ(test, c4->TryAllocatePort(c4->Context), FALSE);
	KUNIT_EXPECT_TRUE(test, parbiter_cancel_control(&call[1].control));
	control_await(test, &call[1]);
	KUNIT_EXPECT_EQ(test, call[1].control.status, STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, c1->QueryNumWaiters(c1->Context), 1U);
	KUNIT_EXPECT_EQ(test, control_free(test, &pc[0]), STATUS_SUCCESS);
	control_await(test, &call[2]);
	KUNIT_EXPECT_EQ(test, call[2].control.status, STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, c1->QueryNumWaiters(c1->Context), 0U);
	KUNIT_EXPECT_FALSE(test, parbiter_is_port_free(pc[0].client));
	KUNIT_EXPECT_EQ(test, control_free(test, &pc[2]), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
	KUNIT_EXPECT_EQ(test, arbiter_allocates(&pf->port->arb), 2ULL);
	KUNIT_EXPECT_EQ(test, stats->frees, 2ULL);
}

/* Of sequence F of Documentation/windows.rst */
static void a_refused_free_succeeds_and_is_counted(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 3);
	struct control_call *call = control_calls(test, 2);

	KUNIT_EXPECT_EQ(test, control_allocate(&pc[0], &call[0]),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], &call[1]),
			STATUS_PENDING);
	/* A client that does not own; a cancelled request taken for owned */
	KUNIT_EXPECT_EQ(test, control_free(test, &pc[2]), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, parbiter_cancel_control(&call[1].control));
	control_await(test, &call[1]);
	KUNIT_EXPECT_EQ(test, control_free(test, &pc[1]), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, atomic64_read(&pf->port->arb.refused), 2LL);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
	/* A double free */
	control_free(test, &pc[0]);
	KUNIT_EXPECT_EQ(test, control_free(test, &pc[0]), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, atomic64_read(&pf->port->arb.refused), 3LL);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
}

static void lock_and_unlock(struct kunit *test, ULONG lock, ULONG unlock)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	struct control_call *call = control_calls(test, 2);

	/* Unlocking without the port does nothing. */
	KUNIT_EXPECT_EQ(test, control_send(test, &pc[0], unlock),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, atomic64_read(&pf->port->arb.refused), 0LL);
	call[0].control.code = lock;
	KUNIT_EXPECT_EQ(test, control_submit(&pc[0], &call[0]), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
	/* Locking again is not counted. */
	KUNIT_EXPECT_EQ(test, control_submit(&pc[0], &call[0]), STATUS_SUCCESS);
	call[1].control.code = lock;
	KUNIT_EXPECT_EQ(test, control_submit(&pc[1], &call[1]), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, control_send(test, &pc[0], unlock),
			STATUS_SUCCESS);
	control_await(test, &call[1]);
	KUNIT_EXPECT_EQ(test, call[1].control.status, STATUS_SUCCESS);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, control_send(test, &pc[1], unlock),
			STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
}

static void lock_allocates_and_unlock_frees(struct kunit *test)
{
	lock_and_unlock(test, IOCTL_INTERNAL_LOCK_PORT,
			IOCTL_INTERNAL_UNLOCK_PORT);
}

static void lock_without_select_is_the_same(struct kunit *test)
{
	lock_and_unlock(test, IOCTL_INTERNAL_LOCK_PORT_NO_SELECT,
			IOCTL_INTERNAL_UNLOCK_PORT_NO_DESELECT);
}

#define ROUNDS	2000

/* One thread of a client: allocate, and free; the other one cancels. */
struct control_race {
	struct kunit *test;
	struct port_client *pc;
	struct control_call *call;
	atomic_t rounds;
	unsigned int granted;
	unsigned int cancelled;
	unsigned int wrong;
};

static int allocate_and_free(void *arg)
{
	struct control_race *race = arg;
	NTSTATUS status;

	while (atomic_dec_return(&race->rounds) > 0) {
		WRITE_ONCE(race->call->control.cancelled, false);
		status = control_allocate(race->pc, race->call);
		if (status == STATUS_PENDING) {
			if (!wait_for_completion_timeout(&race->call->done,
							 FIXTURE_LIMIT))
				return -ETIMEDOUT;
			status = race->call->control.status;
		}
		race->wrong += port_owns(race->pc) != !status;
		if (status == STATUS_CANCELLED) {
			race->cancelled++;
			continue;
		}
		race->wrong += !!status;
		race->granted++;
		parbiter_free(race->pc->client);
	}
	return 0;
}

static int cancel_always(void *arg)
{
	struct control_race *race = arg;

	while (atomic_read(&race->rounds) > 0) {
		parbiter_cancel_control(&race->call->control);
		cond_resched();
	}
	return 0;
}

static void cancels_and_grants_race(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	struct control_race race[2] = { };
	struct actor actor[4];
	unsigned int i;

	for (i = 0; i < 2; i++) {
		race[i].test = test;
		race[i].pc = &pc[i];
		race[i].call = control_calls(test, 1);
		atomic_set(&race[i].rounds, ROUNDS);
		actor_start(test, &actor[2 * i], allocate_and_free, &race[i],
			    ACTOR_ANY_CPU);
		actor_start(test, &actor[2 * i + 1], cancel_always, &race[i],
			    ACTOR_ANY_CPU);
	}
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, actor_join(test, &actor[i]), 0);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, race[i].wrong, 0U);
		KUNIT_EXPECT_EQ(test, race[i].granted + race[i].cancelled,
				ROUNDS - 1U);
	}
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
}

static struct kunit_case control_cases[] = {
	KUNIT_CASE(a_request_needs_a_client_and_a_structure),
	KUNIT_CASE(unknown_codes_are_invalid),
	KUNIT_CASE(a_removed_port_says_delete_pending_before_anything_else),
	KUNIT_CASE(a_free_port_is_allocated_at_once),
	KUNIT_CASE(a_request_that_waits_is_reported_once),
	KUNIT_CASE(a_request_that_may_wait_needs_a_function_for_its_end),
	KUNIT_CASE(a_client_has_one_request_and_does_not_wait_for_itself),
	KUNIT_CASE(a_request_that_waits_cannot_be_submitted_again),
	KUNIT_CASE(cancel_withdraws_a_request_that_waits),
	KUNIT_CASE(a_request_that_is_cancelled_before_does_nothing),
	KUNIT_CASE(cancel_of_an_ended_request_spares_the_next_one),
	KUNIT_CASE(cancel_spares_a_thread_before_the_end_is_reported),
	KUNIT_CASE(a_request_is_cancelled_while_it_is_submitted),
	KUNIT_CASE(an_end_in_an_irq_may_free_and_ask_again),
	KUNIT_CASE(close_withdraws_a_request_that_waits),
	KUNIT_CASE(removal_cancels_what_waits),
	KUNIT_CASE(the_callbacks_and_the_requests_are_one_client),
	KUNIT_CASE(sequence_a),
	KUNIT_CASE(a_refused_free_succeeds_and_is_counted),
	KUNIT_CASE(lock_allocates_and_unlock_frees),
	KUNIT_CASE(lock_without_select_is_the_same),
	KUNIT_CASE(cancels_and_grants_race),
	{}
};

struct kunit_suite control_suite = {
	.name = "parbiter-control",
	.init = port_test_init,
	.exit = port_test_exit,
	.test_cases = control_cases,
};
