// SPDX-License-Identifier: GPL-2.0
/* IEEE 1284.3 devices, by request and by callback. */
#include "lib/control_fixture.h"

/* The devices of the chain; their IDs do not matter */
#define DEVICES	2

static int chain_test_init(struct kunit *test)
{
	const struct vport_config config = {
		.base = 0x378,
		.ecp = true,
		.devices = DEVICES,
		.device = { "", "" },
	};

	test->priv = port_create_with(test, &config);
	return 0;
}

/* Return the number of the selected device; VPORT_END: none is. */
static int selected(struct port_fixture *pf)
{
	struct vport_chain_stats stats;

	return parbiter_vport_chain_stats(pf->vport, &stats) ? -ENODEV :
							       stats.selected;
}

static u64 packets(struct port_fixture *pf)
{
	struct vport_chain_stats stats;

	parbiter_vport_chain_stats(pf->vport, &stats);
	return stats.packets;
}

/**
 * struct chain_call - a request with its input
 * @call: the request
 * @command: its input
 */
struct chain_call {
	struct control_call *call;
	PARALLEL_1284_COMMAND command;
};

static NTSTATUS chain_submit(struct port_client *pc, struct chain_call *cc,
			     ULONG code, UCHAR id, ULONG flags)
{
	cc->command.ID = id;
	cc->command.CommandFlags = flags;
	cc->call->control.code = code;
	cc->call->control.buffer = &cc->command;
	cc->call->control.input_length = sizeof(cc->command);
	return control_submit(pc, cc->call);
}

static NTSTATUS chain_select(struct port_client *pc, struct chain_call *cc,
			     UCHAR id, ULONG flags)
{
	return chain_submit(pc, cc, IOCTL_INTERNAL_SELECT_DEVICE, id, flags);
}

static NTSTATUS chain_deselect(struct port_client *pc, struct chain_call *cc,
			       UCHAR id, ULONG flags)
{
	return chain_submit(pc, cc, IOCTL_INTERNAL_DESELECT_DEVICE, id, flags);
}

static struct chain_call *chain_calls(struct kunit *test, unsigned int count)
{
	struct control_call *call = control_calls(test, count);
	struct chain_call *cc;
	unsigned int i;

	cc = kunit_kcalloc(test, count, sizeof(*cc), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, cc);
	for (i = 0; i < count; i++)
		cc[i].call = &call[i];
	return cc;
}

static NTSTATUS chain_count(struct kunit *test, struct port_client *pc)
{
	return control_send(test, pc, IOCTL_INTERNAL_INIT_1284_3_BUS);
}

static void the_requests_demand_their_sizes(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	const ULONG size = sizeof(PARALLEL_1284_COMMAND);

	control_input_sizes(test, pc, IOCTL_INTERNAL_SELECT_DEVICE, size);
	control_input_sizes(test, pc, IOCTL_INTERNAL_DESELECT_DEVICE, size);
}

static void select_owns_and_deselect_frees(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct chain_call *cc = chain_calls(test, 1);

	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, 1, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, selected(pf), 1);
	KUNIT_EXPECT_EQ(test, chain_deselect(pc, cc, 1, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_FALSE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, selected(pf), VPORT_END);
	/* A free deselects, too. */
	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, 0, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, selected(pf), 0);
	KUNIT_EXPECT_EQ(test, control_free(test, pc), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, selected(pf), VPORT_END);
}

/* Sequence B of Documentation/windows.rst */
static void sequence_b(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 4);
	struct chain_call *cc = chain_calls(test, 4);

	KUNIT_EXPECT_EQ(test, control_allocate(&pc[0], cc[0].call),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], cc[1].call),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, chain_select(&pc[2], &cc[2], 0, 0),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[3], cc[3].call),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 3U);
	control_free(test, &pc[0]);
	control_await(test, cc[1].call);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, selected(pf), VPORT_END);
	control_free(test, &pc[1]);
	control_await(test, cc[2].call);
	KUNIT_EXPECT_EQ(test, cc[2].call->control.status, STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[2]));
	KUNIT_EXPECT_EQ(test, selected(pf), 0);
	/* On Windows the grant changes the flags in the buffer. */
	KUNIT_EXPECT_EQ(test, cc[2].command.CommandFlags, 0U);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
	control_free(test, &pc[2]);
	control_await(test, cc[3].call);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[3]));
	KUNIT_EXPECT_EQ(test, selected(pf), VPORT_END);
}

/* Sequence C of Documentation/windows.rst */
static void sequence_c(struct kunit *test)
{
	const ULONG keep = PAR_HAVE_PORT_KEEP_PORT;
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	struct chain_call *cc = chain_calls(test, 2);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[1], cc[1].call),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, chain_select(&pc[0], &cc[0], 1, keep),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, selected(pf), 1);
	KUNIT_EXPECT_EQ(test, chain_deselect(&pc[0], &cc[0], 1, keep),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, selected(pf), VPORT_END);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 1U);
	KUNIT_EXPECT_EQ(test, atomic_read(&cc[1].call->ended), 0);
	KUNIT_EXPECT_EQ(test, chain_select(&pc[0], &cc[0], 0, keep),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, chain_deselect(&pc[0], &cc[0], 0, 0),
			STATUS_SUCCESS);
	control_await(test, cc[1].call);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, selected(pf), VPORT_END);
}

/* On Windows the caller owns the port although the request has failed. */
static void a_failed_select_gives_the_port_back(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 3);
	struct chain_call *cc = chain_calls(test, 3);

	KUNIT_EXPECT_EQ(test, chain_select(&pc[0], &cc[0], DEVICES, 0),
			STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc[0].client));
	/* After a wait */
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, chain_select(&pc[1], &cc[1], DEVICES, 0),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, control_allocate(&pc[2], cc[2].call),
			STATUS_PENDING);
	control_free(test, &pc[0]);
	control_await(test, cc[1].call);
	KUNIT_EXPECT_EQ(test, cc[1].call->control.status, STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[1]));
	control_await(test, cc[2].call);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[2]));
	/* An owner keeps the port. */
	KUNIT_EXPECT_EQ(test, chain_select(&pc[2], &cc[2], DEVICES,
					   PAR_HAVE_PORT_KEEP_PORT),
			STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[2]));
}

static void what_cannot_be_is_refused(struct kunit *test)
{
	const ULONG keep = PAR_HAVE_PORT_KEEP_PORT;
	struct port_client *pc = port_open(test, test->priv, 1);
	struct chain_call *cc = chain_calls(test, 1);

	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, DOT3_LEGACY_ZIP_ID, 0),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, 0xff, 0),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, chain_deselect(pc, cc, 0xff, 0),
			STATUS_INVALID_PARAMETER);
	/* It does not have the port that it says to keep. */
	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, 0, keep),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, chain_deselect(pc, cc, 0, keep),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, chain_deselect(pc, cc, 0, 0),
			STATUS_INVALID_DEVICE_STATE);
	cc->call->control.done = NULL;
	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, 0, 0),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc->client));
}

static void the_end_of_the_chain_needs_no_packet(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct chain_call *cc = chain_calls(test, 1);
	u64 before = packets(pf);

	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, DOT3_END_OF_CHAIN_ID, 0),
			STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, chain_deselect(pc, cc, DOT3_END_OF_CHAIN_ID, 0),
			STATUS_SUCCESS);
	KUNIT_EXPECT_FALSE(test, port_owns(pc));
	/* The flag, whatever the number */
	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, 0xff,
					   PAR_END_OF_CHAIN_DEVICE),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, control_free(test, pc), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, packets(pf), before);
}

static void a_legacy_zip_drive_is_not_selected(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct chain_call *cc = chain_calls(test, 1);
	u64 before = packets(pf);

	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, 0, PAR_LEGACY_ZIP_DRIVE),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_FALSE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, packets(pf), before);
}

static void devices_are_counted(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	struct chain_call *cc = chain_calls(test, 1);
	u64 before;

	KUNIT_EXPECT_EQ(test, control_pnp_info(test, pc)->Ieee1284_3DeviceCount, 0U);
	/* Somebody else owns, so nothing is counted. */
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[1].client), 0);
	KUNIT_EXPECT_EQ(test, chain_count(test, pc), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, control_pnp_info(test, pc)->Ieee1284_3DeviceCount, 0U);
	KUNIT_EXPECT_EQ(test, chain_count(test, &pc[1]), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, control_pnp_info(test, pc)->Ieee1284_3DeviceCount,
			(ULONG)DEVICES);
	KUNIT_EXPECT_TRUE(test, control_pnp_info(test, pc)->HardwareCapabilities &
				PPT_1284_3_PRESENT);
	KUNIT_EXPECT_EQ(test, selected(pf), VPORT_END);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	KUNIT_EXPECT_EQ(test, chain_count(test, pc), STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc->client));
	/* The number after the last one is the end; there is no greater one. */
	before = packets(pf);
	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, DEVICES, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, chain_deselect(pc, cc, DEVICES, 0),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, DEVICES + 1, 0),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, packets(pf), before);
	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, DEVICES - 1, 0),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, selected(pf), DEVICES - 1);
}

/* On Windows, TrySelectDevice counts a waiter that nobody is. */
/* In ECP mode the FIFO takes what is written to the data lines. */
static void devices_are_not_counted_in_ecp_mode(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct chain_call *cc = chain_calls(test, 1);
	u64 before;

	KUNIT_EXPECT_EQ(test, chain_count(test, pc), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, control_pnp_info(test, pc)->Ieee1284_3DeviceCount,
			(ULONG)DEVICES);
	KUNIT_EXPECT_EQ(test, chain_select(pc, cc, 0, 0), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, pb_ecr_set(pf->port, &pc->client->base.arb,
					 PB_ECR_ECP), 0);
	before = packets(pf);
	KUNIT_EXPECT_EQ(test, chain_count(test, pc),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, packets(pf), before);
	KUNIT_EXPECT_EQ(test, selected(pf), 0);
	KUNIT_EXPECT_EQ(test, control_pnp_info(test, pc)->Ieee1284_3DeviceCount,
			(ULONG)DEVICES);
	KUNIT_EXPECT_EQ(test, pb_ecr_clear(pf->port, &pc->client->base.arb,
					   PB_ECR_ECP), 0);
	KUNIT_EXPECT_EQ(test, chain_count(test, pc), STATUS_SUCCESS);
}

static void the_callbacks_select_and_deselect(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	PARALLEL_PNP_INFORMATION *info = control_pnp_info(test, pc);
	PARALLEL_1284_COMMAND command = { .ID = 1 };

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[1].client), 0);
	KUNIT_EXPECT_EQ(test, info->TrySelectDevice(info->Context, &command),
			STATUS_DEVICE_BUSY);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc->client), 0U);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	KUNIT_EXPECT_EQ(test, info->TrySelectDevice(info->Context, &command),
			STATUS_SUCCESS);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, selected(pf), 1);
	KUNIT_EXPECT_EQ(test, info->DeselectDevice(info->Context, &command),
			STATUS_SUCCESS);
	KUNIT_EXPECT_FALSE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, selected(pf), VPORT_END);
	command.ID = DOT3_LEGACY_ZIP_ID;
	KUNIT_EXPECT_EQ(test, info->TrySelectDevice(info->Context, &command),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, info->TrySelectDevice(info->Context, NULL),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, info->DeselectDevice(NULL, &command),
			STATUS_INVALID_PARAMETER);
}

static void a_select_that_waits_is_cancelled(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	struct chain_call *cc = chain_calls(test, 2);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, chain_select(&pc[1], &cc[0], 0, 0),
			STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, chain_select(&pc[1], &cc[1], 0, 0),
			STATUS_DEVICE_BUSY);
	KUNIT_EXPECT_TRUE(test,
			  parbiter_cancel_control(&cc[0].call->control));
	control_await(test, cc[0].call);
	KUNIT_EXPECT_EQ(test, cc[0].call->control.status, STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, chain_select(&pc[1], &cc[0], 0, 0),
			STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc[0].client), 0U);
	KUNIT_EXPECT_EQ(test, chain_select(&pc[1], &cc[1], 0, 0),
			STATUS_PENDING);
	parbiter_vport_unplug(pf->vport);
	control_await(test, cc[1].call);
	KUNIT_EXPECT_EQ(test, cc[1].call->control.status, STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, chain_select(&pc[1], &cc[1], 0, 0),
			STATUS_DELETE_PENDING);
}

static struct kunit_case chain_cases[] = {
	KUNIT_CASE(the_requests_demand_their_sizes),
	KUNIT_CASE(select_owns_and_deselect_frees),
	KUNIT_CASE(sequence_b),
	KUNIT_CASE(sequence_c),
	KUNIT_CASE(a_failed_select_gives_the_port_back),
	KUNIT_CASE(what_cannot_be_is_refused),
	KUNIT_CASE(the_end_of_the_chain_needs_no_packet),
	KUNIT_CASE(a_legacy_zip_drive_is_not_selected),
	KUNIT_CASE(devices_are_counted),
	KUNIT_CASE(devices_are_not_counted_in_ecp_mode),
	KUNIT_CASE(the_callbacks_select_and_deselect),
	KUNIT_CASE(a_select_that_waits_is_cancelled),
	{}
};

struct kunit_suite chain_suite = {
	.name = "parbiter-chain",
	.init = chain_test_init,
	.exit = port_test_exit,
	.test_cases = chain_cases,
};
