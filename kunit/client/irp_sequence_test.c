// SPDX-License-Identifier: GPL-2.0
/*
 * The acceptance sequences of Documentation/windows.rst: each client is a Windows
 * driver of its own, which sends IRPs. C1 to C4 are the drivers 0 to 3. The port has a
 * chain of two devices.
 */
#include <linux/module.h>

#include "client/wdk.h"
#include "lib/irp_fixture.h"

#define PATIENCE_MS	(60 * 1000LL)

/* Windows counts 100 ns. */
#define TICKS_PER_MS	10000

/**
 * struct sequence - the drivers, and the request that each of them has sent last
 * @f: the drivers
 * @info: what they know of the port
 * @irp: the request
 * @event: set when it has ended
 * @iosb: how it has ended
 * @command: its input
 */
struct sequence {
	struct irp_fixture *f;
	PARALLEL_PORT_INFORMATION info[IRP_MODULES];
	PIRP irp[IRP_MODULES];
	KEVENT event[IRP_MODULES];
	IO_STATUS_BLOCK iosb[IRP_MODULES];
	PARALLEL_1284_COMMAND command[IRP_MODULES];
};

static void sequence_build(struct sequence *s, unsigned int i, ULONG code,
			   PVOID in, ULONG in_length, PVOID out,
			   ULONG out_length)
{
	KeInitializeEvent(&s->event[i], NotificationEvent, FALSE);
	s->iosb[i].Status = STATUS_PENDING;
	s->irp[i] = parbiter_build_irp(s->f->module[i], code, in, in_length,
				       out, out_length, TRUE, &s->event[i],
				       &s->iosb[i]);
}

static NTSTATUS sequence_call(struct sequence *s, unsigned int i)
{
	return IoCallDriver(s->f->device[i], s->irp[i]);
}

static NTSTATUS sequence_send(struct sequence *s, unsigned int i, ULONG code)
{
	sequence_build(s, i, code, NULL, 0, NULL, 0);
	return sequence_call(s, i);
}

static NTSTATUS sequence_allocate(struct sequence *s, unsigned int i)
{
	return sequence_send(s, i, IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE);
}

static NTSTATUS sequence_free(struct sequence *s, unsigned int i)
{
	return sequence_send(s, i, IOCTL_INTERNAL_PARALLEL_PORT_FREE);
}

static NTSTATUS sequence_command(struct sequence *s, unsigned int i, ULONG code,
				 UCHAR id, ULONG flags)
{
	s->command[i].ID = id;
	s->command[i].CommandFlags = flags;
	sequence_build(s, i, code, &s->command[i], sizeof(s->command[i]), NULL,
		       0);
	return sequence_call(s, i);
}

static NTSTATUS sequence_select(struct sequence *s, unsigned int i, UCHAR id,
				ULONG flags)
{
	return sequence_command(s, i, IOCTL_INTERNAL_SELECT_DEVICE, id, flags);
}

static NTSTATUS sequence_deselect(struct sequence *s, unsigned int i, UCHAR id,
				  ULONG flags)
{
	return sequence_command(s, i, IOCTL_INTERNAL_DESELECT_DEVICE, id, flags);
}

/* Return how a request that was pending has ended. */
static NTSTATUS sequence_end(struct sequence *s, unsigned int i)
{
	LARGE_INTEGER limit = { .QuadPart = -PATIENCE_MS * TICKS_PER_MS };
	NTSTATUS status = KeWaitForSingleObject(&s->event[i], Executive,
						KernelMode, FALSE, &limit);

	return status == STATUS_SUCCESS ? s->iosb[i].Status : status;
}

static bool sequence_waits(struct sequence *s, unsigned int i)
{
	return !KeReadStateEvent(&s->event[i]);
}

static BOOLEAN sequence_try(struct sequence *s, unsigned int i)
{
	return s->info[i].TryAllocatePort(s->info[i].Context);
}

/* A driver that has no request asks, as one that owns does. */
static ULONG sequence_q(struct sequence *s)
{
	return s->info[0].QueryNumWaiters(s->info[0].Context);
}

static bool sequence_is_free(struct sequence *s)
{
	return parbiter_is_port_free(s->info[0].Context);
}

static struct sequence *sequence_begin(struct kunit *test)
{
	struct sequence *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, s);
	s->f = irp_init(test);
	for (i = 0; i < IRP_MODULES; i++) {
		sequence_build(s, i, IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO,
			       NULL, 0, &s->info[i], sizeof(s->info[i]));
		KUNIT_ASSERT_EQ(test, sequence_call(s, i), STATUS_SUCCESS);
	}
	KUNIT_EXPECT_EQ(test, sequence_q(s), 0U);
	KUNIT_EXPECT_TRUE(test, sequence_is_free(s));
	return s;
}

static void sequence_finish(struct sequence *s)
{
	irp_exit(s->f);
}

static void sequence_a(struct kunit *test)
{
	struct sequence *s = sequence_begin(test);

	KUNIT_EXPECT_EQ(test, sequence_try(s, 0), TRUE);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 0U);
	KUNIT_EXPECT_FALSE(test, sequence_is_free(s));
	KUNIT_EXPECT_EQ(test, sequence_try(s, 1), FALSE);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 1), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 1U);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 2), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 2U);
	KUNIT_EXPECT_EQ(test, sequence_try(s, 3), FALSE);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 2U);
	KUNIT_EXPECT_EQ(test, IoCancelIrp(s->irp[1]), TRUE);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 1), STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, s->iosb[1].Information, (ULONG_PTR)0);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 1U);
	KUNIT_EXPECT_TRUE(test, sequence_waits(s, 2));
	s->info[0].FreePort(s->info[0].Context);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 2), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 0U);
	KUNIT_EXPECT_FALSE(test, sequence_is_free(s));
	KUNIT_EXPECT_EQ(test, sequence_free(s, 2), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, sequence_is_free(s));
	sequence_finish(s);
}

static void sequence_b(struct kunit *test)
{
	struct sequence *s = sequence_begin(test);

	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 1), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 1U);
	KUNIT_EXPECT_EQ(test, sequence_select(s, 2, 0, 0), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 2U);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 3), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 3U);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 1), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 2U);
	KUNIT_EXPECT_EQ(test, port_selected(test->priv), VPORT_END);
	KUNIT_EXPECT_TRUE(test, sequence_waits(s, 2));
	KUNIT_EXPECT_EQ(test, sequence_free(s, 1), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 2), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 1U);
	KUNIT_EXPECT_EQ(test, port_selected(test->priv), 0);
	KUNIT_EXPECT_TRUE(test, sequence_waits(s, 3));
	KUNIT_EXPECT_EQ(test, sequence_free(s, 2), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 3), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 0U);
	KUNIT_EXPECT_EQ(test, port_selected(test->priv), VPORT_END);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 3), STATUS_SUCCESS);
	sequence_finish(s);
}

static void sequence_c(struct kunit *test)
{
	const ULONG keep = PAR_HAVE_PORT_KEEP_PORT;
	struct sequence *s = sequence_begin(test);

	KUNIT_EXPECT_EQ(test, sequence_select(s, 0, 0, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, port_selected(test->priv), 0);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 1), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 1U);
	KUNIT_EXPECT_EQ(test, sequence_select(s, 0, 1, keep), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 1U);
	KUNIT_EXPECT_EQ(test, port_selected(test->priv), 1);
	KUNIT_EXPECT_EQ(test, sequence_deselect(s, 0, 1, keep), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 1U);
	KUNIT_EXPECT_EQ(test, port_selected(test->priv), VPORT_END);
	KUNIT_EXPECT_TRUE(test, sequence_waits(s, 1));
	KUNIT_EXPECT_TRUE(test, parbiter_is_owner(s->info[0].Context));
	KUNIT_EXPECT_EQ(test, sequence_select(s, 0, 1, keep), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_deselect(s, 0, 1, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 1), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 0U);
	KUNIT_EXPECT_EQ(test, port_selected(test->priv), VPORT_END);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 1), STATUS_SUCCESS);
	sequence_finish(s);
}

static void sequence_d(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct sequence *s = sequence_begin(test);
	PDEVICE_OBJECT device;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 1), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_select(s, 2, 0, 0), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_send(s, 3, IOCTL_INTERNAL_LOCK_PORT),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 3U);
	parbiter_vport_unplug(pf->vport);
	for (i = 1; i < IRP_MODULES; i++)
		KUNIT_EXPECT_EQ(test, sequence_end(s, i), STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 0U);
	for (i = 0; i < IRP_MODULES; i++) {
		KUNIT_EXPECT_EQ(test, sequence_allocate(s, i),
				STATUS_DELETE_PENDING);
		KUNIT_EXPECT_EQ(test, sequence_try(s, i), FALSE);
		s->info[i].FreePort(s->info[i].Context);
	}
	KUNIT_EXPECT_EQ(test, irp_look_up(s->f->module[0], pf->port->number,
					  &device),
			STATUS_OBJECT_NAME_NOT_FOUND);
	sequence_finish(s);
}

/* The same for each request that can wait, on a port that is free, and owned */
static void sequence_e_of(struct kunit *test, struct sequence *s, ULONG code)
{
	PARALLEL_1284_COMMAND command = { .ID = 0 };
	ULONG q = sequence_q(s);
	bool is_free = sequence_is_free(s);

	sequence_build(s, 1, code, &command, sizeof(command), NULL, 0);
	KUNIT_EXPECT_EQ(test, IoCancelIrp(s->irp[1]), FALSE);
	KUNIT_EXPECT_EQ(test, sequence_call(s, 1), STATUS_CANCELLED);
	/* It has ended at once: neither is touched. */
	KUNIT_EXPECT_EQ(test, s->iosb[1].Status, STATUS_PENDING);
	KUNIT_EXPECT_TRUE(test, sequence_waits(s, 1));
	KUNIT_EXPECT_EQ(test, sequence_q(s), q);
	KUNIT_EXPECT_EQ(test, sequence_is_free(s), is_free);
	KUNIT_EXPECT_EQ(test, port_selected(test->priv), VPORT_END);
}

static void sequence_e(struct kunit *test)
{
	static const ULONG codes[] = {
		IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE,
		IOCTL_INTERNAL_SELECT_DEVICE,
		IOCTL_INTERNAL_LOCK_PORT,
		IOCTL_INTERNAL_LOCK_PORT_NO_SELECT,
	};
	struct sequence *s = sequence_begin(test);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(codes); i++)
		sequence_e_of(test, s, codes[i]);
	KUNIT_EXPECT_EQ(test, sequence_try(s, 0), TRUE);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 2), STATUS_PENDING);
	for (i = 0; i < ARRAY_SIZE(codes); i++)
		sequence_e_of(test, s, codes[i]);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 2), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 2), STATUS_SUCCESS);
	sequence_finish(s);
}

/* What parbiter does otherwise on purpose: frees, and selects that fail */
static void sequence_f_frees(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct sequence *s = sequence_begin(test);

	/* Neither of who does not own, nor a second time */
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 1), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, parbiter_is_owner(s->info[0].Context));
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 1), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 2), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 1), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, sequence_waits(s, 2));
	KUNIT_EXPECT_TRUE(test, parbiter_is_owner(s->info[1].Context));
	KUNIT_EXPECT_EQ(test, sequence_free(s, 1), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 2), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 2), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 2), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, sequence_is_free(s));
	KUNIT_EXPECT_EQ(test, sequence_try(s, 3), TRUE);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 3), STATUS_SUCCESS);
	/* A select that fails gives the port back. */
	KUNIT_EXPECT_EQ(test, sequence_select(s, 0, 3, 0), STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_TRUE(test, sequence_is_free(s));
	KUNIT_EXPECT_EQ(test, port_selected(pf), VPORT_END);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_select(s, 1, 3, 0), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 2), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 1), STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 2), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_free(s, 2), STATUS_SUCCESS);
	sequence_finish(s);
}

/* An owner that goes frees; who goes takes only its own request with it. */
static void sequence_f_closes(struct kunit *test)
{
	struct sequence *s = sequence_begin(test);

	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 1), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 2), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, sequence_allocate(s, 3), STATUS_PENDING);
	pb_device_abandon(s->f->module[2]);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 1U);
	KUNIT_EXPECT_TRUE(test, sequence_waits(s, 3));
	/* Nothing of a driver that has gone is touched. */
	KUNIT_EXPECT_TRUE(test, sequence_waits(s, 2));
	pb_device_abandon(s->f->module[1]);
	KUNIT_EXPECT_EQ(test, sequence_end(s, 3), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, sequence_q(s), 0U);
	pb_device_abandon(s->f->module[3]);
	KUNIT_EXPECT_TRUE(test, sequence_is_free(s));
	sequence_finish(s);
}

static struct kunit_case irp_sequence_cases[] = {
	KUNIT_CASE(sequence_a),
	KUNIT_CASE(sequence_b),
	KUNIT_CASE(sequence_c),
	KUNIT_CASE(sequence_d),
	KUNIT_CASE(sequence_e),
	KUNIT_CASE(sequence_f_frees),
	KUNIT_CASE(sequence_f_closes),
	{}
};

struct kunit_suite irp_sequence_suite = {
	.name = "parbiter-wdk-sequence",
	.init = port_chain_test_init,
	.exit = port_test_exit,
	.test_cases = irp_sequence_cases,
};
