// SPDX-License-Identifier: GPL-2.0
/*
 * The user ABI, frozen: every number and every layout as a literal. Whoever
 * must change a line here breaks programs that are already out there.
 */
#include <linux/stddef.h>
#include <uapi/linux/parbiter.h>

#include "fixture.h"

static void requests_have_their_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_ALLOCATE, 0x000070b0U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_ALLOCATE_TIMEOUT, 0x400870b1U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_TRY_ALLOCATE, 0x000070b2U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_FREE, 0x000070b3U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_CANCEL, 0x000070b4U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_YIELD, 0x000070b5U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_QUERY_WAITERS, 0x800470b6U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_IS_PORT_FREE, 0x800170b7U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_GET_PORT_INFO, 0x807070b8U);
	KUNIT_EXPECT_EQ(test, (u32)PARBITER_GET_STATUS, 0x809070b9U);
}

static void constants_have_their_values(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, PARBITER_NAME_LEN, 32);
	KUNIT_EXPECT_EQ(test, PARBITER_FEATURE_ARBITER, 0x1ULL);
	KUNIT_EXPECT_EQ(test, PARBITER_FEATURE_IO, 0x2ULL);
	KUNIT_EXPECT_EQ(test, PARBITER_STATE_FREE, 0);
	KUNIT_EXPECT_EQ(test, PARBITER_STATE_OWNED, 1);
	KUNIT_EXPECT_EQ(test, PARBITER_STATE_NATIVE, 2);
}

#define EXPECT_AT(test, type, member, at)				\
	KUNIT_EXPECT_EQ(test, offsetof(struct type, member), (size_t)(at))

#define EXPECT_SIZE(test, type, member, bytes)				\
	KUNIT_EXPECT_EQ(test, sizeof_field(struct type, member), (size_t)(bytes))

static void port_info_has_its_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(struct parbiter_port_info), (size_t)112);
	EXPECT_AT(test, parbiter_port_info, base, 0);
	EXPECT_SIZE(test, parbiter_port_info, base, 8);
	EXPECT_AT(test, parbiter_port_info, base_hi, 8);
	EXPECT_SIZE(test, parbiter_port_info, base_hi, 8);
	EXPECT_AT(test, parbiter_port_info, span, 16);
	EXPECT_SIZE(test, parbiter_port_info, span, 4);
	EXPECT_AT(test, parbiter_port_info, number, 20);
	EXPECT_SIZE(test, parbiter_port_info, number, 4);
	EXPECT_AT(test, parbiter_port_info, irq, 24);
	EXPECT_SIZE(test, parbiter_port_info, irq, 4);
	EXPECT_AT(test, parbiter_port_info, dma, 28);
	EXPECT_SIZE(test, parbiter_port_info, dma, 4);
	EXPECT_AT(test, parbiter_port_info, modes, 32);
	EXPECT_SIZE(test, parbiter_port_info, modes, 4);
	EXPECT_AT(test, parbiter_port_info, reserved0, 36);
	EXPECT_SIZE(test, parbiter_port_info, reserved0, 4);
	EXPECT_AT(test, parbiter_port_info, features, 40);
	EXPECT_SIZE(test, parbiter_port_info, features, 8);
	EXPECT_AT(test, parbiter_port_info, name, 48);
	EXPECT_SIZE(test, parbiter_port_info, name, 32);
	EXPECT_AT(test, parbiter_port_info, reserved, 80);
	EXPECT_SIZE(test, parbiter_port_info, reserved, 32);
}

static void status_has_its_layout(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, sizeof(struct parbiter_status), (size_t)144);
	EXPECT_AT(test, parbiter_status, state, 0);
	EXPECT_SIZE(test, parbiter_status, state, 4);
	EXPECT_AT(test, parbiter_status, owner_pid, 4);
	EXPECT_SIZE(test, parbiter_status, owner_pid, 4);
	EXPECT_AT(test, parbiter_status, waiters, 8);
	EXPECT_SIZE(test, parbiter_status, waiters, 4);
	EXPECT_AT(test, parbiter_status, reserved0, 12);
	EXPECT_SIZE(test, parbiter_status, reserved0, 4);
	EXPECT_AT(test, parbiter_status, held_ns, 16);
	EXPECT_SIZE(test, parbiter_status, held_ns, 8);
	EXPECT_AT(test, parbiter_status, allocates, 24);
	EXPECT_SIZE(test, parbiter_status, allocates, 8);
	EXPECT_AT(test, parbiter_status, frees, 32);
	EXPECT_SIZE(test, parbiter_status, frees, 8);
	EXPECT_AT(test, parbiter_status, cancels, 40);
	EXPECT_SIZE(test, parbiter_status, cancels, 8);
	EXPECT_AT(test, parbiter_status, timeouts, 48);
	EXPECT_SIZE(test, parbiter_status, timeouts, 8);
	EXPECT_AT(test, parbiter_status, refused_frees, 56);
	EXPECT_SIZE(test, parbiter_status, refused_frees, 8);
	EXPECT_AT(test, parbiter_status, longest_hold_ns, 64);
	EXPECT_SIZE(test, parbiter_status, longest_hold_ns, 8);
	EXPECT_AT(test, parbiter_status, longest_wait_ns, 72);
	EXPECT_SIZE(test, parbiter_status, longest_wait_ns, 8);
	EXPECT_AT(test, parbiter_status, owner, 80);
	EXPECT_SIZE(test, parbiter_status, owner, 32);
	EXPECT_AT(test, parbiter_status, reserved, 112);
	EXPECT_SIZE(test, parbiter_status, reserved, 32);
}

/* Signed where -1 means none, unsigned elsewhere. */
static void members_have_their_sign(struct kunit *test)
{
	struct parbiter_port_info info = { .irq = -1, .dma = -1 };
	struct parbiter_status status = { .owner_pid = -1, .waiters = ~0U };

	KUNIT_EXPECT_LT(test, info.irq, 0);
	KUNIT_EXPECT_LT(test, info.dma, 0);
	KUNIT_EXPECT_LT(test, status.owner_pid, 0);
	KUNIT_EXPECT_GT(test, (s64)status.waiters, 0LL);
}

/* The same for 32-bit callers: aligned as a 64-bit machine aligns. */
static void structures_are_aligned_the_same_everywhere(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, __alignof__(struct parbiter_port_info), (size_t)8);
	KUNIT_EXPECT_EQ(test, __alignof__(struct parbiter_status), (size_t)8);
	KUNIT_EXPECT_EQ(test, sizeof(struct parbiter_port_info) % 8, (size_t)0);
	KUNIT_EXPECT_EQ(test, sizeof(struct parbiter_status) % 8, (size_t)0);
}

static struct kunit_case uapi_cases[] = {
	KUNIT_CASE(requests_have_their_numbers),
	KUNIT_CASE(constants_have_their_values),
	KUNIT_CASE(port_info_has_its_layout),
	KUNIT_CASE(status_has_its_layout),
	KUNIT_CASE(members_have_their_sign),
	KUNIT_CASE(structures_are_aligned_the_same_everywhere),
	{}
};

struct kunit_suite uapi_suite = {
	.name = "parbiter-uapi",
	.test_cases = uapi_cases,
};
