// SPDX-License-Identifier: GPL-2.0
/* Requests of parbiter_submit_control() that record how they end. */
#include <linux/string.h>

#include "control_fixture.h"

static void control_done(struct parbiter_control *control)
{
	struct control_call *call = container_of(control, struct control_call,
						 control);

	atomic_inc(&call->ended);
	if (call->again && control->status == STATUS_SUCCESS) {
		do {
			parbiter_free(call->client->client);
			WRITE_ONCE(call->again, call->again - 1);
		} while (call->again && !control_submit(call->client, call));
	}
	complete(&call->done);
}

/* Make requests to allocate the port, which exist until the test ends. */
struct control_call *control_calls(struct kunit *test, unsigned int count)
{
	struct control_call *call;
	unsigned int i;

	call = kunit_kcalloc(test, count, sizeof(*call), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, call);
	for (i = 0; i < count; i++) {
		init_completion(&call[i].done);
		call[i].control.code = IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE;
		call[i].control.done = control_done;
	}
	return call;
}

NTSTATUS control_submit(struct port_client *pc, struct control_call *call)
{
	return parbiter_submit_control(pc->client, &call->control);
}

NTSTATUS control_allocate(struct port_client *pc, struct control_call *call)
{
	call->control.code = IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE;
	return control_submit(pc, call);
}

/* Send a request without input and output that does not wait. */
NTSTATUS control_send(struct kunit *test, struct port_client *pc, ULONG code)
{
	struct parbiter_control control = {
		.code = code,
		.status = STATUS_PENDING,
		.information = 1,
	};
	NTSTATUS status = parbiter_submit_control(pc->client, &control);

	KUNIT_EXPECT_EQ(test, control.status, status);
	KUNIT_EXPECT_EQ(test, control.information, 0UL);
	return status;
}

NTSTATUS control_free(struct kunit *test, struct port_client *pc)
{
	return control_send(test, pc, IOCTL_INTERNAL_PARALLEL_PORT_FREE);
}

/* Wait until the request has ended once more. */
void control_await(struct kunit *test, struct control_call *call)
{
	KUNIT_EXPECT_TRUE_MSG(test,
			      wait_for_completion_timeout(&call->done,
							  FIXTURE_LIMIT),
			      "the request did not end within the limit");
}

PARALLEL_PORT_INFORMATION *control_port_info(struct kunit *test,
					     struct port_client *pc)
{
	PARALLEL_PORT_INFORMATION *info;

	info = kunit_kzalloc(test, sizeof(*info), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, info);
	KUNIT_EXPECT_EQ(test, parbiter_get_parallel_port_info(pc->client, info),
			STATUS_SUCCESS);
	return info;
}

static bool control_is_untouched(const u8 *buffer, ULONG from)
{
	return !memchr_inv(buffer + from, CONTROL_FILL, CONTROL_ROOM - from);
}

/* Submit a request that does not wait, once more. */
static NTSTATUS control_again(struct kunit *test, struct port_client *pc,
			      struct parbiter_control *control)
{
	NTSTATUS status;

	control->status = STATUS_PENDING;
	control->information = 1;
	status = parbiter_submit_control(pc->client, control);
	KUNIT_EXPECT_EQ(test, control->status, status);
	return status;
}

/*
 * Check that a request with output demands a buffer of the right size, tells how
 * much it has written, writes no more than that, and writes nothing if it fails.
 */
void control_output_sizes(struct kunit *test, struct port_client *pc,
			  ULONG code, ULONG size)
{
	struct parbiter_control control = { .code = code };
	const ULONG sizes[] = { 0, 1, size - 1, size, size + 1, CONTROL_ROOM };
	u8 *buffer = kunit_kmalloc(test, CONTROL_ROOM, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, buffer);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		bool enough = sizes[i] >= size;

		memset(buffer, CONTROL_FILL, CONTROL_ROOM);
		control.buffer = buffer;
		control.output_length = sizes[i];
		KUNIT_EXPECT_EQ_MSG(test,
				    control_again(test, pc, &control),
				    enough ? STATUS_SUCCESS :
					     STATUS_BUFFER_TOO_SMALL,
				    "room for %u bytes", sizes[i]);
		KUNIT_EXPECT_EQ(test, control.information,
				enough ? (ULONG_PTR)size : 0UL);
		KUNIT_EXPECT_TRUE(test, control_is_untouched(buffer, enough ?
							     size : 0));
		KUNIT_EXPECT_NE(test, enough,
				control_is_untouched(buffer, 0));
	}
	control.buffer = NULL;
	KUNIT_EXPECT_EQ(test, control_again(test, pc, &control),
			STATUS_INVALID_PARAMETER);
}

/* Check that a request with input demands all of it. */
void control_input_sizes(struct kunit *test, struct port_client *pc,
			 ULONG code, ULONG size)
{
	struct parbiter_control control = { .code = code };
	const ULONG sizes[] = { 0, 1, size - 1 };
	u8 *buffer = kunit_kmalloc(test, CONTROL_ROOM, GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, buffer);
	memset(buffer, CONTROL_FILL, CONTROL_ROOM);
	control.output_length = CONTROL_ROOM;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		control.buffer = buffer;
		control.input_length = sizes[i];
		KUNIT_EXPECT_EQ_MSG(test,
				    control_again(test, pc, &control),
				    STATUS_BUFFER_TOO_SMALL, "%u bytes",
				    sizes[i]);
		KUNIT_EXPECT_EQ(test, control.information, 0UL);
		KUNIT_EXPECT_TRUE(test, control_is_untouched(buffer, 0));
	}
	control.buffer = NULL;
	control.input_length = size;
	KUNIT_EXPECT_EQ(test, control_again(test, pc, &control),
			STATUS_INVALID_PARAMETER);
}

PARALLEL_PNP_INFORMATION *control_pnp_info(struct kunit *test,
					   struct port_client *pc)
{
	struct parbiter_control control = {
		.code = IOCTL_INTERNAL_GET_PARALLEL_PNP_INFO,
		.output_length = sizeof(PARALLEL_PNP_INFORMATION),
	};

	control.buffer = kunit_kzalloc(test, control.output_length, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, control.buffer);
	KUNIT_EXPECT_EQ(test, parbiter_submit_control(pc->client, &control),
			STATUS_SUCCESS);
	return control.buffer;
}
