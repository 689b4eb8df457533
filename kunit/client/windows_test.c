// SPDX-License-Identifier: GPL-2.0
/* The Windows names of the kernel API: values, layouts, and the callbacks. */
#include <linux/errno.h>
#include <linux/stddef.h>
#include <parbiter/parallel.h>

#include "client/kapi.h"
#include "client/windows.h"
#include "lib/port_fixture.h"

static PARALLEL_PORT_INFORMATION *info_of(struct kunit *test,
					  struct port_client *pc)
{
	PARALLEL_PORT_INFORMATION *info;

	info = kunit_kmalloc(test, sizeof(*info), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, info);
	memset(info, 0xa5, sizeof(*info));
	KUNIT_ASSERT_EQ(test, parbiter_get_parallel_port_info(pc->client, info),
			STATUS_SUCCESS);
	KUNIT_ASSERT_NOT_NULL(test, info->TryAllocatePort);
	KUNIT_ASSERT_NOT_NULL(test, info->FreePort);
	KUNIT_ASSERT_NOT_NULL(test, info->QueryNumWaiters);
	return info;
}

static int refused_frees(struct port_fixture *pf)
{
	return atomic64_read(&pf->port->arb.refused);
}

static void types_have_their_sizes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(BOOLEAN), (size_t)1);
	KUNIT_EXPECT_EQ(test, sizeof(UCHAR), (size_t)1);
	KUNIT_EXPECT_EQ(test, sizeof(ULONG), (size_t)4);
	KUNIT_EXPECT_EQ(test, sizeof(LONG), (size_t)4);
	KUNIT_EXPECT_EQ(test, sizeof(LONGLONG), (size_t)8);
	KUNIT_EXPECT_EQ(test, sizeof(NTSTATUS), (size_t)4);
	KUNIT_EXPECT_EQ(test, sizeof(PVOID), sizeof(void *));
	KUNIT_EXPECT_EQ(test, sizeof(PHYSICAL_ADDRESS), (size_t)8);
	KUNIT_EXPECT_EQ(test, offsetof(LARGE_INTEGER, LowPart), (size_t)0);
	KUNIT_EXPECT_EQ(test, offsetof(LARGE_INTEGER, HighPart), (size_t)4);
	KUNIT_EXPECT_EQ(test, offsetof(LARGE_INTEGER, QuadPart), (size_t)0);
	KUNIT_EXPECT_GT(test, (BOOLEAN)~0, 0);
	KUNIT_EXPECT_TRUE(test, __same_type(CHAR, signed char));
	KUNIT_EXPECT_EQ(test, TRUE, 1);
	KUNIT_EXPECT_EQ(test, FALSE, 0);
}

static void status_codes_have_their_values(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (u32)STATUS_SUCCESS, 0U);
	KUNIT_EXPECT_EQ(test, (u32)STATUS_INVALID_PARAMETER, 0xc000000dU);
	KUNIT_EXPECT_EQ(test, (u32)STATUS_DELETE_PENDING, 0xc0000056U);
	KUNIT_EXPECT_TRUE(test, NT_SUCCESS(STATUS_SUCCESS));
	KUNIT_EXPECT_FALSE(test, NT_SUCCESS(STATUS_DELETE_PENDING));
}

#define EXPECT_AT(test, member, at)					\
	KUNIT_EXPECT_EQ_MSG(test,					\
			    offsetof(PARALLEL_PORT_INFORMATION, member), \
			    (size_t)(at), #member)

/* The kernel API's errors that a request of Windows may end with */
static void errors_have_names_of_windows(struct kunit *test)
{
	static const struct {
		int error;
		NTSTATUS status;
	} names[] = {
		{ 0, STATUS_SUCCESS },
		{ -ECANCELED, STATUS_CANCELLED },
		{ -ENODEV, STATUS_DELETE_PENDING },
		{ -EDEADLK, STATUS_DEVICE_BUSY },
		{ -EALREADY, STATUS_DEVICE_BUSY },
		{ -EBUSY, STATUS_DEVICE_BUSY },
		{ -EUSERS, STATUS_INSUFFICIENT_RESOURCES },
		{ -ENOMEM, STATUS_INSUFFICIENT_RESOURCES },
		{ -EINVAL, STATUS_UNSUCCESSFUL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_EQ(test, pb_windows_status(names[i].error),
				names[i].status);
}

/* The hardware is the same, whoever names its bits. */
static void bits_of_registers_are_those_of_linux(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, DSR_NOT_BUSY, PARPORT_STATUS_BUSY);
	KUNIT_EXPECT_EQ(test, DSR_NOT_ACK, PARPORT_STATUS_ACK);
	KUNIT_EXPECT_EQ(test, DSR_PERROR, PARPORT_STATUS_PAPEROUT);
	KUNIT_EXPECT_EQ(test, DSR_SELECT, PARPORT_STATUS_SELECT);
	KUNIT_EXPECT_EQ(test, DSR_NOT_FAULT, PARPORT_STATUS_ERROR);
	KUNIT_EXPECT_EQ(test, DCR_STROBE, PARPORT_CONTROL_STROBE);
	KUNIT_EXPECT_EQ(test, DCR_AUTOFEED, PARPORT_CONTROL_AUTOFD);
	KUNIT_EXPECT_EQ(test, DCR_NOT_INIT, PARPORT_CONTROL_INIT);
	KUNIT_EXPECT_EQ(test, DCR_SELECT_IN, PARPORT_CONTROL_SELECT);
	KUNIT_EXPECT_EQ(test, DCR_ACKINT_ENABLED, 0x10);
	KUNIT_EXPECT_EQ(test, DCR_DIRECTION, 0x20);
	/* Inactive lines; then nStrobe active, and so on */
	KUNIT_EXPECT_EQ(test, SET_DCR(DIR_WRITE, IRQEN_DISABLE, INACTIVE,
				      INACTIVE, INACTIVE, INACTIVE),
			DCR_SELECT_IN | DCR_AUTOFEED | DCR_STROBE);
	KUNIT_EXPECT_EQ(test, SET_DCR(DIR_READ, IRQEN_ENABLE, ACTIVE, ACTIVE,
				      ACTIVE, ACTIVE),
			DCR_DIRECTION | DCR_ACKINT_ENABLED | DCR_NOT_INIT);
	/* As the core numbers the modes of the ECR */
	KUNIT_EXPECT_EQ(test, HW_MODE_PS2 << 5, ECR_BYTE_MODE);
	KUNIT_EXPECT_EQ(test, HW_MODE_FAST_CENTRONICS << 5, ECR_FASTCENT_MODE);
	KUNIT_EXPECT_EQ(test, HW_MODE_ECP << 5, ECR_ECP_MODE);
	KUNIT_EXPECT_EQ(test, HW_MODE_EPP << 5, ECR_EPP_MODE);
	KUNIT_EXPECT_EQ(test, HW_MODE_TEST << 5, ECR_TEST_MODE);
	KUNIT_EXPECT_EQ(test, HW_MODE_CONFIGURATION << 5, ECR_CONFIG_MODE);
	KUNIT_EXPECT_EQ(test, 1 << BIT_0, BIT_0_SET);
	KUNIT_EXPECT_EQ(test, 1 << BIT_7, BIT_7_SET);
}

static void port_information_has_its_layout(struct kunit *test)
{
	if (!IS_ENABLED(CONFIG_64BIT))
		kunit_skip(test, "the numbers are those of 64-bit machines");
	EXPECT_AT(test, OriginalController, 0);
	EXPECT_AT(test, Controller, 8);
	EXPECT_AT(test, SpanOfController, 16);
	EXPECT_AT(test, TryAllocatePort, 24);
	EXPECT_AT(test, FreePort, 32);
	EXPECT_AT(test, QueryNumWaiters, 40);
	EXPECT_AT(test, Context, 48);
	KUNIT_EXPECT_EQ(test, sizeof(PARALLEL_PORT_INFORMATION), (size_t)56);
}

static void the_controller_is_the_base_address(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	PARALLEL_PORT_INFORMATION *info = info_of(test, pc);

	KUNIT_EXPECT_EQ(test, info->OriginalController.QuadPart, 0x378LL);
	KUNIT_EXPECT_EQ(test, info->OriginalController.LowPart, 0x378U);
	KUNIT_EXPECT_EQ(test, (unsigned long)info->Controller, 0x378UL);
	KUNIT_EXPECT_EQ(test, info->SpanOfController, (ULONG)pf->parport->size);
}

static void the_context_selects_the_client(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	PARALLEL_PORT_INFORMATION *a = info_of(test, &pc[0]);
	PARALLEL_PORT_INFORMATION *b = info_of(test, &pc[1]);

	KUNIT_EXPECT_PTR_NE(test, a->Context, b->Context);
	KUNIT_EXPECT_PTR_EQ(test, a->Context,
			    info_of(test, &pc[0])->Context);
	KUNIT_EXPECT_EQ(test, a->TryAllocatePort(a->Context), TRUE);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[1]));
	/*
	 * All clients have the same callbacks; the argument selects the client.
	 */
	KUNIT_EXPECT_EQ(test, a->TryAllocatePort(b->Context), FALSE);
	a->FreePort(a->Context);
	KUNIT_EXPECT_EQ(test, a->TryAllocatePort(b->Context), TRUE);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
}

static void try_returns_true_once_and_false_while_owned(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	PARALLEL_PORT_INFORMATION *a = info_of(test, &pc[0]);
	PARALLEL_PORT_INFORMATION *b = info_of(test, &pc[1]);

	KUNIT_EXPECT_EQ(test, a->TryAllocatePort(a->Context), TRUE);
	KUNIT_EXPECT_EQ(test, a->TryAllocatePort(a->Context), FALSE);
	KUNIT_EXPECT_EQ(test, b->TryAllocatePort(b->Context), FALSE);
	/* A failed Try leaves no request in the queue. */
	KUNIT_EXPECT_EQ(test, a->QueryNumWaiters(a->Context), 0U);
	a->FreePort(a->Context);
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[1]));
	KUNIT_EXPECT_EQ(test, b->TryAllocatePort(b->Context), TRUE);
}

static void the_number_of_waiters_counts_requests_only(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 4);
	PARALLEL_PORT_INFORMATION *info = info_of(test, &pc[0]);

	KUNIT_EXPECT_EQ(test, info->QueryNumWaiters(info->Context), 0U);
	KUNIT_EXPECT_EQ(test, info->TryAllocatePort(info->Context), TRUE);
	KUNIT_EXPECT_EQ(test, info->QueryNumWaiters(info->Context), 0U);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[1]), 0);
	KUNIT_EXPECT_EQ(test, info->QueryNumWaiters(info->Context), 1U);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[3]), 0);
	KUNIT_EXPECT_EQ(test, info->QueryNumWaiters(info->Context), 3U);
	KUNIT_EXPECT_EQ(test, parbiter_cancel(pc[2].client), 0);
	KUNIT_EXPECT_EQ(test, info->QueryNumWaiters(info->Context), 2U);
	info->FreePort(info->Context);
	KUNIT_EXPECT_EQ(test, info->QueryNumWaiters(info->Context), 1U);
	port_await(test, &pc[1]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[1]));
}

/* On Windows one such call makes the port unusable for ever. */
static void a_foreign_free_is_refused_counted_and_harmless(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 3);
	PARALLEL_PORT_INFORMATION *a = info_of(test, &pc[0]);
	PARALLEL_PORT_INFORMATION *b = info_of(test, &pc[1]);
	u64 before;

	KUNIT_EXPECT_EQ(test, a->TryAllocatePort(a->Context), TRUE);
	KUNIT_EXPECT_EQ(test, port_ask(&pc[2]), 0);
	before = port_accesses(pf);
	b->FreePort(b->Context);
	b->FreePort(b->Context);
	KUNIT_EXPECT_EQ(test, refused_frees(pf), 2);
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[0]));
	KUNIT_EXPECT_FALSE(test, port_owns(&pc[2]));
	KUNIT_EXPECT_EQ(test, a->QueryNumWaiters(a->Context), 1U);
	/* The port still works. */
	a->FreePort(a->Context);
	port_await(test, &pc[2]);
	KUNIT_EXPECT_TRUE(test, port_owns(&pc[2]));
	KUNIT_EXPECT_EQ(test, refused_frees(pf), 2);
}

static void a_double_free_and_a_free_of_an_idle_port_are_harmless(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	PARALLEL_PORT_INFORMATION *info = info_of(test, pc);

	info->FreePort(info->Context);
	KUNIT_EXPECT_EQ(test, refused_frees(pf), 1);
	KUNIT_EXPECT_EQ(test, info->TryAllocatePort(info->Context), TRUE);
	info->FreePort(info->Context);
	info->FreePort(info->Context);
	KUNIT_EXPECT_EQ(test, refused_frees(pf), 2);
	KUNIT_EXPECT_EQ(test, info->TryAllocatePort(info->Context), TRUE);
}

static void a_refused_free_is_reported_once_per_client(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 2);
	PARALLEL_PORT_INFORMATION *info = info_of(test, &pc[0]);

	KUNIT_EXPECT_EQ(test, atomic_read(&pc[0].client->reported), 0);
	info->FreePort(info->Context);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[0].client->reported), 1);
	KUNIT_EXPECT_EQ(test, atomic_read(&pc[1].client->reported), 0);
}

static void port_information_needs_a_client_and_a_buffer(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	PARALLEL_PORT_INFORMATION *info = info_of(test, pc);

	KUNIT_EXPECT_EQ(test, parbiter_get_parallel_port_info(NULL, info),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, parbiter_get_parallel_port_info(pc->client, NULL),
			STATUS_INVALID_PARAMETER);
}

static void a_removed_port_refuses_information_and_tries(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	PARALLEL_PORT_INFORMATION *info = info_of(test, pc);
	PARALLEL_PORT_INFORMATION again;

	KUNIT_EXPECT_EQ(test, info->TryAllocatePort(info->Context), TRUE);
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_EQ(test, parbiter_get_parallel_port_info(pc->client, &again),
			STATUS_DELETE_PENDING);
	/* The callbacks can still be called, and refuse. */
	KUNIT_EXPECT_EQ(test, info->TryAllocatePort(info->Context), FALSE);
	KUNIT_EXPECT_EQ(test, info->QueryNumWaiters(info->Context), 0U);
	info->FreePort(info->Context);
	KUNIT_EXPECT_EQ(test, refused_frees(pf), 0);
}

static struct kunit_case windows_cases[] = {
	KUNIT_CASE(types_have_their_sizes),
	KUNIT_CASE(status_codes_have_their_values),
	KUNIT_CASE(errors_have_names_of_windows),
	KUNIT_CASE(bits_of_registers_are_those_of_linux),
	KUNIT_CASE(port_information_has_its_layout),
	KUNIT_CASE(the_controller_is_the_base_address),
	KUNIT_CASE(the_context_selects_the_client),
	KUNIT_CASE(try_returns_true_once_and_false_while_owned),
	KUNIT_CASE(the_number_of_waiters_counts_requests_only),
	KUNIT_CASE(a_foreign_free_is_refused_counted_and_harmless),
	KUNIT_CASE(a_double_free_and_a_free_of_an_idle_port_are_harmless),
	KUNIT_CASE(a_refused_free_is_reported_once_per_client),
	KUNIT_CASE(port_information_needs_a_client_and_a_buffer),
	KUNIT_CASE(a_removed_port_refuses_information_and_tries),
	{}
};

struct kunit_suite windows_suite = {
	.name = "parbiter-windows",
	.init = port_test_init,
	.exit = port_test_exit,
	.test_cases = windows_cases,
};
