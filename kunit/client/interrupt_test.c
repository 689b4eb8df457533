// SPDX-License-Identifier: GPL-2.0
/* Interrupt service routines and deferred port checks of ported drivers. */
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/ktime.h>
#include <linux/preempt.h>
#include <linux/processor.h>

#include "client/windows.h"
#include "lib/control_fixture.h"

#define ROUTINES	3

/**
 * struct test_routine - a routine that records how it is called
 * @pc: the client that connects it
 * @info: the answer
 * @calls: number of calls of the service routine
 * @checks: number of calls of the deferred routine
 * @order: the number of the last call of either, over all routines; an interrupt may
 *	come while the deferred routine runs
 * @in_hardirq: the last call was in a hard interrupt
 * @object_is_right: the first argument was always that of the answer
 * @tries: the service routine tries to own the port
 * @frees: and frees it
 * @check_tries: the deferred routine tries to own the port
 * @check_frees: and frees it
 * @owned: how often either has become owner
 * @hold: the service routine does not return while this is set
 * @inside: the service routine runs
 */
struct test_routine {
	struct port_client *pc;
	PARALLEL_INTERRUPT_INFORMATION info;
	atomic_t calls;
	atomic_t checks;
	int order;
	bool in_hardirq;
	bool object_is_right;
	bool tries;
	bool frees;
	bool check_tries;
	bool check_frees;
	int owned;
	bool hold;
	bool inside;
};

static atomic_t order;

static void routine_own(struct test_routine *tr, bool tries, bool frees)
{
	PARALLEL_INTERRUPT_INFORMATION *info = &tr->info;

	if (!tries || !info->TryAllocatePortAtInterruptLevel(info->Context))
		return;
	tr->owned++;
	if (frees)
		info->FreePortFromInterruptLevel(info->Context);
}

static void routine_wait(struct test_routine *tr)
{
	/* Below the time after which the kernel reports a CPU that is stuck. */
	u64 limit = ktime_get_ns() + 15 * NSEC_PER_SEC;

	WRITE_ONCE(tr->inside, true);
	while (READ_ONCE(tr->hold) && ktime_get_ns() < limit)
		cpu_relax();
	WRITE_ONCE(tr->inside, false);
}

static BOOLEAN routine_serve(PKINTERRUPT interrupt, PVOID context)
{
	struct test_routine *tr = context;

	WRITE_ONCE(tr->order, atomic_inc_return(&order));
	tr->in_hardirq = in_hardirq();
	/* An interrupt may come before the answer is there. */
	tr->object_is_right &= interrupt == data_race(tr->info.InterruptObject);
	routine_own(tr, tr->tries, tr->frees);
	if (READ_ONCE(tr->hold))
		routine_wait(tr);
	atomic_inc(&tr->calls);
	return TRUE;
}

static VOID routine_check(PVOID context)
{
	struct test_routine *tr = context;

	WRITE_ONCE(tr->order, atomic_inc_return(&order));
	routine_own(tr, tr->check_tries, tr->check_frees);
	atomic_inc(&tr->checks);
}

union routine_buffer {
	PARALLEL_INTERRUPT_SERVICE_ROUTINE in;
	PARALLEL_INTERRUPT_INFORMATION out;
};

static NTSTATUS routine_send(struct test_routine *tr, ULONG code, bool check)
{
	union routine_buffer buffer = {
		.in.InterruptServiceRoutine = routine_serve,
		.in.InterruptServiceContext = tr,
		.in.DeferredPortCheckRoutine = check ? routine_check : NULL,
		.in.DeferredPortCheckContext = tr,
	};
	struct parbiter_control control = {
		.code = code,
		.buffer = &buffer,
		.input_length = sizeof(buffer.in),
		.output_length = sizeof(buffer.out),
	};
	NTSTATUS status = parbiter_submit_control(tr->pc->client, &control);

	if (status == STATUS_SUCCESS &&
	    control.information == sizeof(buffer.out))
		tr->info = buffer.out;
	return status;
}

static NTSTATUS routine_connect(struct test_routine *tr, bool check)
{
	return routine_send(tr, IOCTL_INTERNAL_PARALLEL_CONNECT_INTERRUPT,
			    check);
}

static NTSTATUS routine_disconnect(struct test_routine *tr)
{
	return routine_send(tr, IOCTL_INTERNAL_PARALLEL_DISCONNECT_INTERRUPT,
			    false);
}

/* Make one routine for each client. */
static struct test_routine *routines(struct kunit *test, struct port_client *pc)
{
	struct test_routine *tr;
	unsigned int i;

	tr = kunit_kcalloc(test, ROUTINES, sizeof(*tr), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, tr);
	for (i = 0; i < ROUTINES; i++) {
		tr[i].pc = &pc[i];
		tr[i].object_is_right = true;
	}
	return tr;
}

static struct test_routine *routines_connected(struct kunit *test, bool check)
{
	struct test_routine *tr;
	unsigned int i;

	tr = routines(test, port_open(test, test->priv, ROUTINES));
	for (i = 0; i < ROUTINES; i++)
		KUNIT_EXPECT_EQ(test, routine_connect(&tr[i], check),
				STATUS_SUCCESS);
	return tr;
}

/**
 * struct test_irq - an interrupt of the port
 * @work: makes a hard interrupt on this CPU
 * @pf: the port
 */
struct test_irq {
	struct irq_work work;
	struct port_fixture *pf;
};

/* Do what the core does in the port's interrupt handler. */
static void irq_arrives(struct irq_work *work)
{
	struct port_fixture *pf = container_of(work, struct test_irq, work)->pf;
	struct pardevice *claimer = pf->port->claim.claimer;

	/* The core writes cad without WRITE_ONCE(). */
	if (data_race(READ_ONCE(pf->parport->cad)) == claimer)
		claimer->irq_func(claimer->private);
}

/*
 * Raise the port's interrupt, whether it is enabled or not.
 *
 * The core's own handler takes cad_lock. Other suites let native drivers wait, for
 * whom the core turns interrupts on with cad_lock held; lockdep would see both in
 * the same boot, and complain. tests/e2e/client/control.c uses the core's handler.
 */
static void raise(struct port_fixture *pf)
{
	struct test_irq irq = { .work = IRQ_WORK_INIT_HARD(irq_arrives) };

	irq.pf = pf;
	irq_work_queue(&irq.work);
	irq_work_sync(&irq.work);
}

static bool irq_is_enabled(struct port_fixture *pf)
{
	return parbiter_vport_register(pf->vport, VPORT_CONTROL) &
	       VPORT_CONTROL_IRQ;
}

static int interrupt_test_init(struct kunit *test)
{
	pb_windows_interrupts = true;
	return port_irq_test_init(test);
}

static void interrupt_test_exit(struct kunit *test)
{
	port_test_exit(test);
	pb_windows_interrupts = false;
}

static void the_parameter_is_off_by_default(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	struct test_routine tr = { .pc = pc };

	/* interrupt_test_init() has set it. */
	pb_windows_interrupts = false;
	KUNIT_EXPECT_EQ(test, routine_connect(&tr, false), STATUS_UNSUCCESSFUL);
	/* This comes before the sizes. */
	KUNIT_EXPECT_EQ(test,
			control_send(test, pc,
				     IOCTL_INTERNAL_PARALLEL_CONNECT_INTERRUPT),
			STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_EQ(test, routine_disconnect(&tr),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_PTR_EQ(test, tr.info.Context, NULL);
}

static void the_requests_demand_their_sizes(struct kunit *test)
{
	const ULONG in = sizeof(PARALLEL_INTERRUPT_SERVICE_ROUTINE);
	const ULONG out = sizeof(PARALLEL_INTERRUPT_INFORMATION);
	struct port_client *pc = port_open(test, test->priv, 1);
	union routine_buffer buffer = {
		.in.InterruptServiceRoutine = routine_serve,
	};
	struct parbiter_control control = {
		.code = IOCTL_INTERNAL_PARALLEL_CONNECT_INTERRUPT,
		.buffer = &buffer,
		.input_length = in,
		.output_length = out - 1,
	};

	control_input_sizes(test, pc,
			    IOCTL_INTERNAL_PARALLEL_CONNECT_INTERRUPT, in);
	control_input_sizes(test, pc,
			    IOCTL_INTERNAL_PARALLEL_DISCONNECT_INTERRUPT, in);
	KUNIT_EXPECT_EQ(test, parbiter_submit_control(pc->client, &control),
			STATUS_BUFFER_TOO_SMALL);
	KUNIT_EXPECT_EQ(test, control.information, 0UL);
	KUNIT_EXPECT_TRUE(test, buffer.in.InterruptServiceRoutine ==
				routine_serve);
	control.output_length = out;
	buffer.in.InterruptServiceRoutine = NULL;
	KUNIT_EXPECT_EQ(test, parbiter_submit_control(pc->client, &control),
			STATUS_INVALID_PARAMETER);
}

static void a_polled_port_has_no_interrupt_to_connect(struct kunit *test)
{
	struct port_fixture *pf = port_create(test, false);
	struct test_routine tr = { .pc = port_open(test, pf, 1) };

	KUNIT_EXPECT_EQ(test, routine_connect(&tr, false),
			STATUS_NOT_SUPPORTED);
	port_destroy(test, pf);
}

static void the_answer_has_callbacks_for_the_client(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, false);

	KUNIT_EXPECT_NOT_NULL(test, tr->info.InterruptObject);
	KUNIT_EXPECT_NOT_NULL(test, tr->info.TryAllocatePortAtInterruptLevel);
	KUNIT_EXPECT_NOT_NULL(test, tr->info.FreePortFromInterruptLevel);
	KUNIT_EXPECT_PTR_EQ(test, tr[0].info.Context,
			    (void *)tr[0].pc->client);
	KUNIT_EXPECT_PTR_EQ(test, tr[1].info.Context,
			    (void *)tr[1].pc->client);
}

static void all_routines_are_called_in_order(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, false);
	unsigned int i;

	/* Whoever owns */
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(tr[1].pc->client), 0);
	raise(test->priv);
	for (i = 0; i < ROUTINES; i++) {
		KUNIT_EXPECT_EQ(test, atomic_read(&tr[i].calls), 1);
		KUNIT_EXPECT_TRUE(test, tr[i].in_hardirq);
		KUNIT_EXPECT_TRUE(test, tr[i].object_is_right);
		KUNIT_EXPECT_EQ(test, tr[i].order, tr[0].order + (int)i);
	}
	/* Nobody owns, and the claim is kept. */
	KUNIT_EXPECT_EQ(test, parbiter_free(tr[1].pc->client), 0);
	KUNIT_EXPECT_TRUE(test, port_is_claimed(test->priv));
	raise(test->priv);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[0].calls), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[2].calls), 2);
}

/* Both with deferred checks, which do not hinder it, and without */
static void interrupts_come_between_owners(struct kunit *test, bool check)
{
	struct test_routine *tr = routines_connected(test, check);
	struct port_client *pc = tr->pc;
	unsigned int i;

	tr->tries = true;
	tr->frees = true;
	for (i = 1; i <= 3; i++) {
		KUNIT_EXPECT_TRUE(test, irq_is_enabled(test->priv));
		raise(test->priv);
		KUNIT_EXPECT_EQ(test, atomic_read(&tr->calls), (int)i);
		KUNIT_EXPECT_EQ(test, tr->owned, (int)i);
		KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[1].client), 0);
		KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	}
}

static void interrupts_come_from_the_connection_on(struct kunit *test)
{
	interrupts_come_between_owners(test, false);
}

static void interrupts_come_beside_deferred_checks(struct kunit *test)
{
	interrupts_come_between_owners(test, true);
}

static void a_native_is_handed_the_port_beside_deferred_checks(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct test_routine *tr = routines_connected(test, true);

	KUNIT_EXPECT_TRUE(test, port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	raise(pf);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr->calls), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(tr->pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(tr->pc->client), 0);
	raise(pf);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr->calls), 1);
}

static void the_interrupt_is_enabled_while_a_routine_is_connected(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, ROUTINES);
	struct test_routine *tr = routines(test, pc);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_FALSE(test, irq_is_enabled(pf));
	KUNIT_EXPECT_EQ(test, routine_connect(tr, false), STATUS_SUCCESS);
	/* The claim is given back, and made again. */
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	flush_work(&pf->port->services.work);
	KUNIT_EXPECT_TRUE(test, port_is_claimed(pf));
	KUNIT_EXPECT_TRUE(test, irq_is_enabled(pf));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_TRUE(test, irq_is_enabled(pf));
	KUNIT_EXPECT_EQ(test, routine_disconnect(tr), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, pf->port->devices.interrupts, 0U);
}

static void a_routine_may_own_the_port_and_free_it(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, false);
	struct port_fixture *pf = test->priv;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(tr->pc->client), 0);
	/* Somebody owns. */
	tr[0].tries = true;
	tr[1].tries = true;
	tr[1].frees = true;
	tr[2].tries = true;
	raise(pf);
	KUNIT_EXPECT_EQ(test, tr[0].owned + tr[1].owned + tr[2].owned, 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(tr->pc->client), 0);
	/* One after the other */
	tr[0].frees = true;
	raise(pf);
	KUNIT_EXPECT_EQ(test, tr[0].owned, 1);
	KUNIT_EXPECT_EQ(test, tr[1].owned, 1);
	KUNIT_EXPECT_EQ(test, tr[2].owned, 1);
	KUNIT_EXPECT_TRUE(test, port_owns(tr[2].pc));
	/* A hand-off from a routine */
	tr[2].tries = false;
	KUNIT_EXPECT_EQ(test, port_ask(tr[0].pc), 0);
	tr[2].info.FreePortFromInterruptLevel(tr[2].info.Context);
	port_await(test, tr[0].pc);
	KUNIT_EXPECT_TRUE(test, port_owns(tr[0].pc));
}

static void a_disconnected_routine_is_not_called(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, false);
	struct test_routine other = { .pc = tr[1].pc };
	struct port_client *pc = tr[1].pc;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(tr->pc->client), 0);
	/* Another context; and another client */
	KUNIT_EXPECT_EQ(test, routine_disconnect(&other),
			STATUS_INVALID_PARAMETER);
	tr[1].pc = tr[0].pc;
	KUNIT_EXPECT_EQ(test, routine_disconnect(&tr[1]),
			STATUS_INVALID_PARAMETER);
	tr[1].pc = pc;
	KUNIT_EXPECT_EQ(test, routine_disconnect(&tr[1]), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, routine_disconnect(&tr[1]),
			STATUS_INVALID_PARAMETER);
	raise(test->priv);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[0].calls), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[1].calls), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[2].calls), 1);
}

static void a_routine_that_is_connected_twice_is_called_twice(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, false);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(tr->pc->client), 0);
	KUNIT_EXPECT_EQ(test, routine_connect(tr, false), STATUS_SUCCESS);
	raise(test->priv);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr->calls), 2);
	KUNIT_EXPECT_EQ(test, routine_disconnect(tr), STATUS_SUCCESS);
	raise(test->priv);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr->calls), 3);
}

static void close_disconnects(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, true);
	struct port_fixture *pf = test->priv;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(tr->pc->client), 0);
	KUNIT_EXPECT_EQ(test, routine_connect(&tr[1], true), STATUS_SUCCESS);
	port_close(tr[1].pc);
	raise(pf);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[1].calls), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[2].calls), 1);
	KUNIT_EXPECT_EQ(test, pf->port->devices.interrupts, 2U);
	port_close(tr[0].pc);
	port_close(tr[2].pc);
	KUNIT_EXPECT_EQ(test, pf->port->devices.interrupts, 0U);
	KUNIT_EXPECT_TRUE(test, list_empty(&pf->port->services.list));
	KUNIT_EXPECT_FALSE(test,
			   atomic_read(&pf->port->arb.state) & ARBITER_REPORT);
}

static void removal_disconnects(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, true);
	struct port_fixture *pf = test->priv;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(tr->pc->client), 0);
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_TRUE(test, list_empty(&pf->port->services.list));
	KUNIT_EXPECT_EQ(test, routine_disconnect(tr), STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, routine_connect(tr, false),
			STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, tr->info.TryAllocatePortAtInterruptLevel(tr->info.Context),
			FALSE);
	tr->info.FreePortFromInterruptLevel(tr->info.Context);
}

static int raise_there(void *arg)
{
	raise(arg);
	return 0;
}

static int disconnect_there(void *arg)
{
	struct test_routine *tr = arg;

	while (!READ_ONCE(tr->inside))
		usleep_range(100, 200);
	return routine_disconnect(arg) == STATUS_SUCCESS ? 0 : -EIO;
}

/* Another thread has taken the routine off the list already, and waits. */
static int disconnect_again(void *arg)
{
	struct test_routine *tr = arg;

	while (READ_ONCE(tr->pc->pf->port->devices.interrupts) > 2)
		usleep_range(100, 200);
	return routine_disconnect(tr) == STATUS_INVALID_PARAMETER ? 0 : -EIO;
}

static void disconnect_waits_for_the_routine(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, false);
	struct port_fixture *pf = test->priv;
	int other = fixture_other_cpu(test);
	struct actor raiser, remover, again;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(tr->pc->client), 0);
	tr->hold = true;
	/*
	 * The threads exist before the routine keeps a CPU to itself, which may be
	 * the one that creates threads.
	 */
	actor_start(test, &remover, disconnect_there, tr,
		    raw_smp_processor_id());
	actor_start(test, &again, disconnect_again, tr,
		    raw_smp_processor_id());
	actor_start(test, &raiser, raise_there, pf, other);
	/* It has left the list, and waits for what runs. */
	fixture_wait_for(test,
			 READ_ONCE(pf->port->devices.interrupts) == 2U);
	fixture_wait_for(test, actor_has_ended_or_sleeps(&again));
	KUNIT_EXPECT_FALSE(test, completion_done(&again.done));
	KUNIT_EXPECT_FALSE(test, completion_done(&remover.done));
	KUNIT_EXPECT_TRUE(test, READ_ONCE(tr->inside));
	WRITE_ONCE(tr->hold, false);
	KUNIT_EXPECT_EQ(test, actor_join(test, &remover), 0);
	KUNIT_EXPECT_EQ(test, actor_join(test, &again), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr->calls), 1);
	KUNIT_EXPECT_EQ(test, actor_join(test, &raiser), 0);
}

/* The clients have not been told yet that the port is gone. */
static void disconnect_works_on_a_port_that_is_gone(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, true);
	struct port_fixture *pf = test->priv;

	arbiter_stop(&pf->port->arb);
	KUNIT_EXPECT_EQ(test, routine_disconnect(&tr[1]), STATUS_DELETE_PENDING);
	raise(pf);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[0].calls), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[1].calls), 0);
}

static void checks_follow_a_free_that_leaves_nobody(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, true);
	struct port_client *pc = tr[0].pc;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	port_await(test, &pc[1]);
	flush_work(&pc->pf->port->services.work);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[0].checks), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	flush_work(&pc->pf->port->services.work);
	for (i = 0; i < ROUTINES; i++) {
		KUNIT_EXPECT_EQ(test, atomic_read(&tr[i].checks), 1);
		KUNIT_EXPECT_EQ(test, tr[i].order, tr[0].order + (int)i);
		KUNIT_EXPECT_EQ(test, atomic_read(&tr[i].calls), 0);
	}
}

static void checks_end_when_somebody_owns_again(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, true);
	struct port_client *pc = tr[0].pc;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	tr[1].check_tries = true;
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	flush_work(&pc->pf->port->services.work);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[0].checks), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[1].checks), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[2].checks), 0);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
}

static void a_check_that_owns_for_a_moment_is_not_repeated(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, true);
	struct port_client *pc = tr[0].pc;
	unsigned int i;

	for (i = 0; i < ROUTINES; i++) {
		tr[i].check_tries = true;
		tr[i].check_frees = true;
	}
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	for (i = 0; i < 3; i++)
		flush_work(&pc->pf->port->services.work);
	for (i = 0; i < ROUTINES; i++) {
		KUNIT_EXPECT_EQ(test, atomic_read(&tr[i].checks), 1);
		KUNIT_EXPECT_EQ(test, tr[i].owned, 1);
	}
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
}

static void a_disconnected_check_is_not_called(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, true);
	struct port_client *pc = tr[0].pc;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, routine_disconnect(&tr[0]), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
	flush_work(&pc->pf->port->services.work);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[0].checks), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&tr[1].checks), 1);
	KUNIT_EXPECT_EQ(test, routine_disconnect(&tr[1]), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, routine_disconnect(&tr[2]), STATUS_SUCCESS);
	/* Nobody has to be told. */
	KUNIT_EXPECT_FALSE(test, atomic_read(&pc->pf->port->arb.state) &
				 ARBITER_REPORT);
}

#define ROUNDS	500

static int interrupts_come(void *arg)
{
	unsigned int i;

	for (i = 0; i < 4 * ROUNDS; i++) {
		raise(arg);
		cond_resched();
	}
	return 0;
}

static int own_in_turn(void *arg)
{
	struct port_client *pc = arg;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		if (parbiter_allocate_killable(pc->client))
			return -EIO;
		parbiter_free(pc->client);
	}
	return 0;
}

static int connect_again(void *arg)
{
	struct test_routine *tr = arg;
	unsigned int i;
	int wrong = 0;

	for (i = 0; i < ROUNDS / 10; i++) {
		wrong += routine_connect(tr, i & 1) != STATUS_SUCCESS;
		wrong += routine_disconnect(tr) != STATUS_SUCCESS;
	}
	return wrong;
}

static void routines_come_and_go_while_clients_own(struct kunit *test)
{
	struct test_routine *tr = routines_connected(test, true);
	struct port_client *pc = tr[0].pc;
	struct actor actor[4];
	unsigned int i;

	tr[1].tries = true;
	tr[1].frees = true;
	tr[1].check_tries = true;
	tr[1].check_frees = true;
	KUNIT_EXPECT_EQ(test, routine_disconnect(&tr[2]), STATUS_SUCCESS);
	actor_start(test, &actor[0], interrupts_come, test->priv,
		    ACTOR_ANY_CPU);
	actor_start(test, &actor[1], own_in_turn, &pc[0], ACTOR_ANY_CPU);
	actor_start(test, &actor[2], own_in_turn, &pc[2], ACTOR_ANY_CPU);
	actor_start(test, &actor[3], connect_again, &tr[2], ACTOR_ANY_CPU);
	for (i = 0; i < ARRAY_SIZE(actor); i++)
		KUNIT_EXPECT_EQ(test, actor_join(test, &actor[i]), 0);
	flush_work(&pc->pf->port->services.work);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
	KUNIT_EXPECT_EQ(test, pc->pf->port->devices.interrupts, 2U);
}

static struct kunit_case interrupt_cases[] = {
	KUNIT_CASE(the_parameter_is_off_by_default),
	KUNIT_CASE(the_requests_demand_their_sizes),
	KUNIT_CASE(a_polled_port_has_no_interrupt_to_connect),
	KUNIT_CASE(the_answer_has_callbacks_for_the_client),
	KUNIT_CASE(all_routines_are_called_in_order),
	KUNIT_CASE(interrupts_come_from_the_connection_on),
	KUNIT_CASE(interrupts_come_beside_deferred_checks),
	KUNIT_CASE(a_native_is_handed_the_port_beside_deferred_checks),
	KUNIT_CASE(the_interrupt_is_enabled_while_a_routine_is_connected),
	KUNIT_CASE(a_routine_may_own_the_port_and_free_it),
	KUNIT_CASE(a_disconnected_routine_is_not_called),
	KUNIT_CASE(a_routine_that_is_connected_twice_is_called_twice),
	KUNIT_CASE(close_disconnects),
	KUNIT_CASE(removal_disconnects),
	KUNIT_CASE(disconnect_waits_for_the_routine),
	KUNIT_CASE(disconnect_works_on_a_port_that_is_gone),
	KUNIT_CASE(checks_follow_a_free_that_leaves_nobody),
	KUNIT_CASE(checks_end_when_somebody_owns_again),
	KUNIT_CASE(a_check_that_owns_for_a_moment_is_not_repeated),
	KUNIT_CASE(a_disconnected_check_is_not_called),
	KUNIT_CASE(routines_come_and_go_while_clients_own),
	{}
};

struct kunit_suite interrupt_suite = {
	.name = "parbiter-service",
	.init = interrupt_test_init,
	.exit = interrupt_test_exit,
	.test_cases = interrupt_cases,
};
