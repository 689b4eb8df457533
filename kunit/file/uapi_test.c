// SPDX-License-Identifier: GPL-2.0
/*
 * The user ABI: every number and every layout as a literal. A change that makes
 * one of these tests fail breaks programs that are already in use.
 */
#include <linux/stddef.h>
#include <uapi/linux/parbiter.h>

#include "lib/fixture.h"

static void requests_have_their_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, PARBITER_IOC_TYPE, 0xd7);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_REQUEST, 0x0000d700U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_ALLOCATE, 0x0000d701U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_ALLOCATE_TIMEOUT, 0x4008d702U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_TRY_ALLOCATE, 0x0000d703U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_FREE, 0x0000d704U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_CANCEL, 0x0000d705U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_YIELD, 0x0000d706U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_QUERY_WAITERS, 0x8004d707U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_IS_PORT_FREE, 0x8001d708U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_GET_PORT_INFO, 0x0000d709U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_GET_STATUS, 0x0000d70aU);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_GET_QUEUE, 0x0000d70bU);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_SELECT, 0x0000d70cU);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_DESELECT, 0x0000d70dU);
}

static void constants_have_their_values(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, PARBITER_NAME_LEN, 32);
	KUNIT_EXPECT_EQ(test, PARBITER_FEATURE_ARBITER, 0x1ULL);
	KUNIT_EXPECT_EQ(test, PARBITER_FEATURE_IO, 0x2ULL);
	KUNIT_EXPECT_EQ(test, PARBITER_FEATURE_SELECT, 0x4ULL);
	KUNIT_EXPECT_EQ(test, PARBITER_REQUEST_TRY, 0x1U);
	KUNIT_EXPECT_EQ(test, PARBITER_REQUEST_QUEUE, 0x2U);
	KUNIT_EXPECT_EQ(test, PARBITER_REQUEST_DEADLINE, 0x4U);
	KUNIT_EXPECT_EQ(test, PARBITER_DEVICE_NONE, -1);
	KUNIT_EXPECT_EQ(test, PARBITER_DEVICE_END, 4);
	KUNIT_EXPECT_EQ(test, PARBITER_SELECT_KEEP, 0x1U);
	KUNIT_EXPECT_EQ(test, PARBITER_STATE_FREE, 0);
	KUNIT_EXPECT_EQ(test, PARBITER_STATE_OWNED, 1);
	KUNIT_EXPECT_EQ(test, PARBITER_STATE_NATIVE, 2);
	KUNIT_EXPECT_EQ(test, PARBITER_KIND_NONE, 0);
	KUNIT_EXPECT_EQ(test, PARBITER_KIND_PROCESS, 1);
	KUNIT_EXPECT_EQ(test, PARBITER_KIND_DRIVER, 2);
	KUNIT_EXPECT_EQ(test, PARBITER_KIND_NATIVE, 3);
	KUNIT_EXPECT_EQ(test, PARBITER_CALLER_IDLE, 0);
	KUNIT_EXPECT_EQ(test, PARBITER_CALLER_QUEUED, 1);
	KUNIT_EXPECT_EQ(test, PARBITER_CALLER_OWNER, 2);
	KUNIT_EXPECT_EQ(test, PARBITER_QUEUE_MAX, 64);
}

/* The sizes by which the driver recognizes programs of the first version. */
static void first_versions_have_their_sizes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, PARBITER_REQUEST_SIZE_V1, 24);
	KUNIT_EXPECT_EQ(test, PARBITER_SELECT_SIZE_V1, 16);
	KUNIT_EXPECT_EQ(test, PARBITER_PORT_INFO_SIZE_V1, 80);
	KUNIT_EXPECT_EQ(test, PARBITER_STATUS_SIZE_V1, 136);
	KUNIT_EXPECT_EQ(test, PARBITER_WAITER_SIZE_V1, 56);
	KUNIT_EXPECT_EQ(test, PARBITER_QUEUE_SIZE_V1, 32);
}

/* Check the offset and the size of a member. */
#define EXPECT_MEMBER(test, type, member, at, bytes)			\
do {									\
	KUNIT_EXPECT_EQ(test, offsetof(struct type, member),		\
			(size_t)(at));					\
	KUNIT_EXPECT_EQ(test, sizeof_field(struct type, member),	\
			(size_t)(bytes));				\
} while (0)

static void request_has_its_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(struct parbiter_request), (size_t)24);
	EXPECT_MEMBER(test, parbiter_request, size, 0, 4);
	EXPECT_MEMBER(test, parbiter_request, flags, 4, 4);
	EXPECT_MEMBER(test, parbiter_request, device, 8, 4);
	EXPECT_MEMBER(test, parbiter_request, reserved, 12, 4);
	EXPECT_MEMBER(test, parbiter_request, deadline_ns, 16, 8);
}

static void select_has_its_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(struct parbiter_select), (size_t)16);
	EXPECT_MEMBER(test, parbiter_select, size, 0, 4);
	EXPECT_MEMBER(test, parbiter_select, flags, 4, 4);
	EXPECT_MEMBER(test, parbiter_select, device, 8, 4);
	EXPECT_MEMBER(test, parbiter_select, reserved, 12, 4);
}

static void port_info_has_its_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(struct parbiter_port_info), (size_t)80);
	EXPECT_MEMBER(test, parbiter_port_info, size, 0, 4);
	EXPECT_MEMBER(test, parbiter_port_info, number, 4, 4);
	EXPECT_MEMBER(test, parbiter_port_info, base, 8, 8);
	EXPECT_MEMBER(test, parbiter_port_info, base_hi, 16, 8);
	EXPECT_MEMBER(test, parbiter_port_info, span, 24, 4);
	EXPECT_MEMBER(test, parbiter_port_info, irq, 28, 4);
	EXPECT_MEMBER(test, parbiter_port_info, dma, 32, 4);
	EXPECT_MEMBER(test, parbiter_port_info, modes, 36, 4);
	EXPECT_MEMBER(test, parbiter_port_info, features, 40, 8);
	EXPECT_MEMBER(test, parbiter_port_info, name, 48, 32);
}

static void status_has_its_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(struct parbiter_status), (size_t)136);
	EXPECT_MEMBER(test, parbiter_status, size, 0, 4);
	EXPECT_MEMBER(test, parbiter_status, state, 4, 4);
	EXPECT_MEMBER(test, parbiter_status, owner_kind, 8, 4);
	EXPECT_MEMBER(test, parbiter_status, owner_pid, 12, 4);
	EXPECT_MEMBER(test, parbiter_status, waiters, 16, 4);
	EXPECT_MEMBER(test, parbiter_status, caller, 20, 4);
	EXPECT_MEMBER(test, parbiter_status, position, 24, 4);
	EXPECT_MEMBER(test, parbiter_status, device, 28, 4);
	EXPECT_MEMBER(test, parbiter_status, grants, 32, 8);
	EXPECT_MEMBER(test, parbiter_status, held_ns, 40, 8);
	EXPECT_MEMBER(test, parbiter_status, allocates, 48, 8);
	EXPECT_MEMBER(test, parbiter_status, frees, 56, 8);
	EXPECT_MEMBER(test, parbiter_status, cancels, 64, 8);
	EXPECT_MEMBER(test, parbiter_status, timeouts, 72, 8);
	EXPECT_MEMBER(test, parbiter_status, refused_frees, 80, 8);
	EXPECT_MEMBER(test, parbiter_status, longest_hold_ns, 88, 8);
	EXPECT_MEMBER(test, parbiter_status, longest_wait_ns, 96, 8);
	EXPECT_MEMBER(test, parbiter_status, owner, 104, 32);
}

static void waiter_has_its_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(struct parbiter_waiter), (size_t)56);
	EXPECT_MEMBER(test, parbiter_waiter, kind, 0, 4);
	EXPECT_MEMBER(test, parbiter_waiter, pid, 4, 4);
	EXPECT_MEMBER(test, parbiter_waiter, device, 8, 4);
	EXPECT_MEMBER(test, parbiter_waiter, position, 12, 4);
	EXPECT_MEMBER(test, parbiter_waiter, waiting_ns, 16, 8);
	EXPECT_MEMBER(test, parbiter_waiter, name, 24, 32);
}

static void queue_has_its_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(struct parbiter_queue), (size_t)32);
	EXPECT_MEMBER(test, parbiter_queue, size, 0, 4);
	EXPECT_MEMBER(test, parbiter_queue, waiter_size, 4, 4);
	EXPECT_MEMBER(test, parbiter_queue, first, 8, 4);
	EXPECT_MEMBER(test, parbiter_queue, count, 12, 4);
	EXPECT_MEMBER(test, parbiter_queue, length, 16, 4);
	EXPECT_MEMBER(test, parbiter_queue, reserved, 20, 4);
	EXPECT_MEMBER(test, parbiter_queue, waiters, 24, 8);
}

/* Members in which -1 means "none" are signed; the others are unsigned. */
static void members_have_their_sign(struct kunit *test)
{
	struct parbiter_request request = { .device = -1 };
	struct parbiter_port_info info = { .irq = -1, .dma = -1 };
	struct parbiter_select select = { .device = -1 };
	struct parbiter_status status = { .owner_pid = -1, .waiters = ~0U,
					  .device = -1 };
	struct parbiter_waiter waiter = { .pid = -1, .device = -1 };

	KUNIT_EXPECT_LT(test, request.device, 0);
	KUNIT_EXPECT_LT(test, info.irq, 0);
	KUNIT_EXPECT_LT(test, info.dma, 0);
	KUNIT_EXPECT_LT(test, select.device, 0);
	KUNIT_EXPECT_LT(test, status.owner_pid, 0);
	KUNIT_EXPECT_LT(test, status.device, 0);
	KUNIT_EXPECT_GT(test, (s64)status.waiters, 0LL);
	KUNIT_EXPECT_LT(test, waiter.pid, 0);
	KUNIT_EXPECT_LT(test, waiter.device, 0);
}

/* 32-bit programs must use the alignment of 64-bit machines. */
static void structures_are_aligned_the_same_everywhere(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, __alignof__(struct parbiter_request), (size_t)8);
	KUNIT_EXPECT_EQ(test, __alignof__(struct parbiter_select), (size_t)4);
	KUNIT_EXPECT_EQ(test, __alignof__(struct parbiter_port_info), (size_t)8);
	KUNIT_EXPECT_EQ(test, __alignof__(struct parbiter_status), (size_t)8);
	KUNIT_EXPECT_EQ(test, __alignof__(struct parbiter_waiter), (size_t)8);
	KUNIT_EXPECT_EQ(test, __alignof__(struct parbiter_queue), (size_t)8);
}

static struct kunit_case uapi_cases[] = {
	KUNIT_CASE(requests_have_their_numbers),
	KUNIT_CASE(constants_have_their_values),
	KUNIT_CASE(first_versions_have_their_sizes),
	KUNIT_CASE(request_has_its_layout),
	KUNIT_CASE(select_has_its_layout),
	KUNIT_CASE(port_info_has_its_layout),
	KUNIT_CASE(status_has_its_layout),
	KUNIT_CASE(waiter_has_its_layout),
	KUNIT_CASE(queue_has_its_layout),
	KUNIT_CASE(members_have_their_sign),
	KUNIT_CASE(structures_are_aligned_the_same_everywhere),
	{}
};

struct kunit_suite uapi_suite = {
	.name = "parbiter-uapi",
	.test_cases = uapi_cases,
};
