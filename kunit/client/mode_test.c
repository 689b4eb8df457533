// SPDX-License-Identifier: GPL-2.0
/* Chip modes, by request and by callback, and what the port says of itself. */
#include <linux/parport.h>
#include <linux/string.h>

#include "lib/control_fixture.h"

/* The ECR of a new virtual port: byte mode, no interrupts */
#define ECR_AT_REST	0x34

/* A port that can do ECP and EPP */
static int mode_test_init(struct kunit *test)
{
	const struct vport_config config = { .base = 0x378, .ecp = true };

	test->priv = port_create_with(test, &config);
	return 0;
}

static NTSTATUS mode_send(struct port_client *pc, ULONG code, UCHAR flags)
{
	PARALLEL_CHIP_MODE mode = { .ModeFlags = flags };
	struct parbiter_control control = {
		.code = code,
		.buffer = &mode,
		.input_length = sizeof(mode),
	};

	return parbiter_submit_control(pc->client, &control);
}

static NTSTATUS mode_set(struct port_client *pc, UCHAR flags)
{
	return mode_send(pc, IOCTL_INTERNAL_PARALLEL_SET_CHIP_MODE, flags);
}

static NTSTATUS mode_clear(struct port_client *pc, UCHAR flags)
{
	return mode_send(pc, IOCTL_INTERNAL_PARALLEL_CLEAR_CHIP_MODE, flags);
}

static u8 ecr(struct port_fixture *pf)
{
	return parbiter_vport_register(pf->vport, VPORT_ECR);
}

/* Return how often the ECR was written. */
static u64 ecr_writes(struct port_fixture *pf)
{
	struct vport_counters sum;

	parbiter_vport_counters(pf->vport, &sum);
	return sum.writes[VPORT_ECR];
}

static void the_requests_demand_their_sizes(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	const ULONG size = sizeof(PARALLEL_CHIP_MODE);

	control_input_sizes(test, pc, IOCTL_INTERNAL_PARALLEL_SET_CHIP_MODE,
			    size);
	control_input_sizes(test, pc, IOCTL_INTERNAL_PARALLEL_CLEAR_CHIP_MODE,
			    size);
	control_output_sizes(test, pc, IOCTL_INTERNAL_GET_PARALLEL_PNP_INFO,
			     sizeof(PARALLEL_PNP_INFORMATION));
}

static void a_port_tells_what_it_can_do(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	u64 before = port_accesses(pf);
	PARALLEL_PNP_INFORMATION *info = control_pnp_info(test, pc);
	char name[16], expected[16];
	unsigned int i;

	KUNIT_EXPECT_EQ(test, info->OriginalEcpController.QuadPart, 0x778LL);
	KUNIT_EXPECT_EQ(test, (unsigned long)info->EcpController, 0x778UL);
	KUNIT_EXPECT_EQ(test, info->SpanOfEcpController, 3U);
	KUNIT_EXPECT_EQ(test, info->HardwareCapabilities,
			(ULONG)(PPT_ECP_PRESENT | PPT_EPP_PRESENT |
				PPT_BYTE_PRESENT));
	/* A driver takes information without these for a failure. */
	KUNIT_EXPECT_NOT_NULL(test, info->TrySetChipMode);
	KUNIT_EXPECT_NOT_NULL(test, info->ClearChipMode);
	KUNIT_EXPECT_NOT_NULL(test, info->TrySelectDevice);
	KUNIT_EXPECT_NOT_NULL(test, info->DeselectDevice);
	KUNIT_EXPECT_PTR_EQ(test, info->Context, (void *)pc->client);
	KUNIT_EXPECT_EQ(test, info->CurrentMode, 0U);
	for (i = 0; i < sizeof(name) - 1 && info->PortName[i]; i++)
		name[i] = info->PortName[i];
	name[i] = '\0';
	snprintf(expected, sizeof(expected), "LPT%d",
		 parbiter_vport_number(pf->vport) + 1);
	KUNIT_EXPECT_STREQ(test, name, expected);
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
}

static void a_port_without_ecp_tells_no_ecp_registers(struct kunit *test)
{
	struct port_fixture *pf = port_create(test, false);
	PARALLEL_PNP_INFORMATION *info;

	info = control_pnp_info(test, port_open(test, pf, 1));
	KUNIT_EXPECT_EQ(test, info->OriginalEcpController.QuadPart, 0LL);
	KUNIT_EXPECT_NULL(test, info->EcpController);
	KUNIT_EXPECT_EQ(test, info->SpanOfEcpController, 0U);
	KUNIT_EXPECT_EQ(test, info->HardwareCapabilities,
			(ULONG)PPT_BYTE_PRESENT);
	port_destroy(test, pf);
}

static void a_mode_is_set_and_cleared(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_ECP_PIO_MODE), STATUS_SUCCESS);
	/* Only the mode bits change. */
	KUNIT_EXPECT_EQ(test, ecr(pf), (u8)(ECR_ECP_MODE | 0x14));
	KUNIT_EXPECT_EQ(test, control_pnp_info(test, pc)->CurrentMode,
			(ULONG)ECR_ECP_MODE);
	/* A second mode; and the end of a mode that is not set */
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_EPP_MODE),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_SPP_MODE),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_EPP_MODE),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_SPP_MODE),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, ecr(pf), (u8)(ECR_ECP_MODE | 0x14));
	/* The bits below the mode are ignored here, too. */
	KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_ECP_MODE | 0x1f),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ecr(pf), ECR_AT_REST);
	KUNIT_EXPECT_EQ(test, control_pnp_info(test, pc)->CurrentMode, 0U);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_EPP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ecr(pf), (u8)(ECR_EPP_MODE | 0x14));
}

/* A driver takes exactly this status to mean that no mode was set. */
static void clear_with_no_mode_set_is_unsuccessful(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	unsigned int owner;

	for (owner = 0; owner < 2; owner++) {
		KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_SPP_MODE),
				STATUS_UNSUCCESSFUL);
		/* A driver passes 4 by mistake. */
		KUNIT_EXPECT_EQ(test, mode_clear(pc, 4), STATUS_UNSUCCESSFUL);
		KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_BYTE_MODE),
				STATUS_INVALID_DEVICE_STATE);
		KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client),
				owner ? -EBUSY : 0);
	}
}

static void from_byte_mode_another_mode_may_be_set(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_BYTE_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_BYTE_PIO_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_EPP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ecr(pf), (u8)(ECR_EPP_MODE | 0x14));
	KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_EPP_MODE), STATUS_SUCCESS);
	/* What was there before the first mode, not before the last one */
	KUNIT_EXPECT_EQ(test, ecr(pf), ECR_AT_REST);
}

/* As on Windows, these modes are remembered, and the chip is left alone. */
static void other_modes_are_remembered_only(struct kunit *test)
{
	static const UCHAR modes[] = {
		ECR_FASTCENT_MODE, 0xa0, ECR_TEST_MODE, ECR_CONFIG_MODE,
	};
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	unsigned int i;
	u64 writes;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	writes = ecr_writes(pf);
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		KUNIT_EXPECT_EQ(test, mode_set(pc, modes[i]), STATUS_SUCCESS);
		KUNIT_EXPECT_EQ(test, control_pnp_info(test, pc)->CurrentMode,
				(ULONG)modes[i]);
		KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_BYTE_MODE),
				STATUS_INVALID_DEVICE_STATE);
		KUNIT_EXPECT_EQ(test, mode_clear(pc, modes[i]), STATUS_SUCCESS);
	}
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_SPP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_SPP_MODE),
			STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_EQ(test, ecr_writes(pf), writes);
}

/* On Windows anybody may. */
static void only_the_owner_sets_a_mode(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);

	KUNIT_EXPECT_EQ(test, mode_set(&pc[0], ECR_BYTE_MODE),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, mode_set(&pc[0], ECR_ECP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mode_set(&pc[1], ECR_BYTE_MODE),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, mode_clear(&pc[1], ECR_ECP_MODE),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, mode_clear(&pc[1], ECR_SPP_MODE),
			STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_EQ(test, control_pnp_info(test, &pc[1])->CurrentMode, 0U);
	KUNIT_EXPECT_EQ(test, ecr(pf), (u8)(ECR_ECP_MODE | 0x14));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[0].client), 0);
}

static void the_callbacks_do_what_the_requests_do(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	PARALLEL_PNP_INFORMATION *info = control_pnp_info(test, pc);

	KUNIT_EXPECT_EQ(test, info->TrySetChipMode(info->Context,
						   ECR_BYTE_MODE),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, info->ClearChipMode(info->Context, 0),
			STATUS_UNSUCCESSFUL);
	KUNIT_EXPECT_EQ(test, info->TrySetChipMode(info->Context,
						   ECR_ECP_PIO_MODE),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ecr(pf), (u8)(ECR_ECP_MODE | 0x14));
	KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_ECP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_EPP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, info->ClearChipMode(info->Context, ECR_EPP_MODE),
			STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ecr(pf), ECR_AT_REST);
}

static void a_port_that_lacks_a_mode_refuses_it(struct kunit *test)
{
	struct port_fixture *pf = port_create(test, false);
	struct port_client *pc = port_open(test, pf, 1);
	u64 writes;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	writes = ecr_writes(pf);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_ECP_MODE),
			STATUS_NO_SUCH_DEVICE);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_EPP_MODE),
			STATUS_NO_SUCH_DEVICE);
	KUNIT_EXPECT_EQ(test, control_pnp_info(test, pc)->CurrentMode, 0U);
	/* The lines can be turned around without an ECR. */
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_BYTE_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_BYTE_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, ecr_writes(pf), writes);
	port_destroy(test, pf);
}

/* parport_pc keeps the address of the ECP registers although it found no ECR. */
static void a_missing_ecr_is_not_written(struct kunit *test)
{
	const struct vport_config config = {
		.base = 0x378,
		.ecp = true,
		.no_ecr = true,
	};
	struct port_fixture *pf = port_create_with(test, &config);
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_counters sum;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	parbiter_vport_reset(pf->vport);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_EPP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_EPP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_EPP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	parbiter_vport_counters(pf->vport, &sum);
	KUNIT_EXPECT_EQ(test, sum.ops[VPORT_RESTORE_STATE], 0ULL);
	port_destroy(test, pf);
}

/* The registers but for the ECR stay as they are. */
static void a_mode_leaves_the_other_registers_alone(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct parport *parport;
	u8 control;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	parport = parbiter_enter(pc->client);
	KUNIT_ASSERT_NOT_NULL(test, parport);
	parport->ops->write_data(parport, 0x5a);
	parport->ops->write_control(parport, PARPORT_CONTROL_STROBE);
	parport->ops->data_reverse(parport);
	parbiter_leave(pc->client);
	control = parbiter_vport_register(pf->vport, VPORT_CONTROL);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_ECP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_ECP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport, VPORT_CONTROL),
			control);
	KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport, VPORT_DATA),
			0x5a);
}

static void free_ends_the_mode(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_ECP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, ecr(pf), ECR_AT_REST);
	KUNIT_EXPECT_TRUE(test, port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, control_pnp_info(test, pc)->CurrentMode, 0U);
	KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_ECP_MODE),
			STATUS_INVALID_DEVICE_STATE);
}

static void note_the_ecr(struct port_client *pc, int result)
{
	pc->result = ecr(pc->pf);
}

static void the_next_owner_finds_no_mode(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 3);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[0].client), 0);
	KUNIT_EXPECT_EQ(test, mode_set(&pc[0], ECR_ECP_MODE), STATUS_SUCCESS);
	pc[1].on_done = note_the_ecr;
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	/* By a close, not by a free */
	port_close(&pc[0]);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_EQ(test, pc[1].result, ECR_AT_REST);
	KUNIT_EXPECT_EQ(test, mode_set(&pc[1], ECR_EPP_MODE), STATUS_SUCCESS);
	pc[2].on_done = note_the_ecr;
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc[1].client), 0);
	port_await(test, &pc[2]);
	KUNIT_EXPECT_EQ(test, pc[2].result, ECR_AT_REST);
}

static void free_with_interrupts_off_ends_the_mode(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	unsigned long flags;
	u8 after;

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	local_irq_save(flags);
	mode_set(pc, ECR_ECP_MODE);
	parbiter_free(pc->client);
	after = ecr(pf);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, after, ECR_AT_REST);
}

static void a_native_driver_finds_no_mode(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native *native;

	native = port_sleeping_native(test, pf, "n0");
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_ECP_MODE), STATUS_SUCCESS);
	/* Asked for while owned, and taken over */
	port_native_blocks(test, native);
	KUNIT_EXPECT_EQ(test, ecr(pf), (u8)(ECR_ECP_MODE | 0x14));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_wait(native, 20000), 0);
	KUNIT_EXPECT_TRUE(test, port_native_owns(native));
	KUNIT_EXPECT_EQ(test, ecr(pf), ECR_AT_REST);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_ECP_MODE),
			STATUS_INVALID_DEVICE_STATE);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	/* Taken over while idle */
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_ECP_MODE), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	KUNIT_EXPECT_EQ(test, ecr(pf), ECR_AT_REST);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
}

/* A port whose driver is unloaded is still there for the next driver. */
static void removal_ends_the_mode(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_ECP_MODE), STATUS_SUCCESS);
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_EQ(test, ecr(pf), ECR_AT_REST);
	KUNIT_EXPECT_EQ(test, mode_set(pc, ECR_BYTE_MODE),
			STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, mode_clear(pc, ECR_ECP_MODE),
			STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), -ENODEV);
	/* port_destroy() checks that nobody has accessed the port since. */
}

static void a_callback_of_a_removed_port_says_so(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	PARALLEL_PNP_INFORMATION *info = control_pnp_info(test, pc);

	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_EQ(test, info->TrySetChipMode(info->Context,
						   ECR_BYTE_MODE),
			STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, info->ClearChipMode(info->Context, 0),
			STATUS_DELETE_PENDING);
}

#define ROUNDS	3000

static int set_modes(void *arg)
{
	struct port_client *pc = arg;
	unsigned int i;

	for (i = 0; i < ROUNDS; i++) {
		mode_set(pc, ECR_ECP_MODE);
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
		cond_resched();
	}
	return 0;
}

static int own_and_look(void *arg)
{
	struct port_client *pc = arg;
	unsigned int i;
	int wrong = 0;

	for (i = 0; i < ROUNDS; i++) {
		if (parbiter_allocate_killable(pc->client))
			return -EIO;
		wrong += ecr(pc->pf) != ECR_AT_REST;
		parbiter_free(pc->client);
		cond_resched();
	}
	return wrong;
}

/* One thread of a client sets modes while another one frees. */
static void a_mode_never_outlives_its_owner(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	struct actor actor[3];
	unsigned int i;

	actor_start(test, &actor[0], set_modes, &pc[0], ACTOR_ANY_CPU);
	actor_start(test, &actor[1], own_in_turn, &pc[0], ACTOR_ANY_CPU);
	actor_start(test, &actor[2], own_and_look, &pc[1], ACTOR_ANY_CPU);
	for (i = 0; i < ARRAY_SIZE(actor); i++)
		KUNIT_EXPECT_EQ(test, actor_join(test, &actor[i]), 0);
	KUNIT_EXPECT_EQ(test, ecr(test->priv), ECR_AT_REST);
}

static struct kunit_case mode_cases[] = {
	KUNIT_CASE(the_requests_demand_their_sizes),
	KUNIT_CASE(a_port_tells_what_it_can_do),
	KUNIT_CASE(a_port_without_ecp_tells_no_ecp_registers),
	KUNIT_CASE(a_mode_is_set_and_cleared),
	KUNIT_CASE(clear_with_no_mode_set_is_unsuccessful),
	KUNIT_CASE(from_byte_mode_another_mode_may_be_set),
	KUNIT_CASE(other_modes_are_remembered_only),
	KUNIT_CASE(only_the_owner_sets_a_mode),
	KUNIT_CASE(the_callbacks_do_what_the_requests_do),
	KUNIT_CASE(a_port_that_lacks_a_mode_refuses_it),
	KUNIT_CASE(a_missing_ecr_is_not_written),
	KUNIT_CASE(a_mode_leaves_the_other_registers_alone),
	KUNIT_CASE(free_ends_the_mode),
	KUNIT_CASE(the_next_owner_finds_no_mode),
	KUNIT_CASE(free_with_interrupts_off_ends_the_mode),
	KUNIT_CASE(a_native_driver_finds_no_mode),
	KUNIT_CASE(removal_ends_the_mode),
	KUNIT_CASE(a_callback_of_a_removed_port_says_so),
	KUNIT_CASE(a_mode_never_outlives_its_owner),
	{}
};

struct kunit_suite mode_suite = {
	.name = "parbiter-mode",
	.init = mode_test_init,
	.exit = port_test_exit,
	.test_cases = mode_cases,
};
