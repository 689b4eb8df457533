// SPDX-License-Identifier: GPL-2.0
/* The requests of parbiter_submit_control() that describe a port. */
#include <linux/parport.h>

#include "lib/control_fixture.h"

/* Fill a structure by a request; it exists until the test ends. */
static void *info_get(struct kunit *test, struct port_client *pc, ULONG code,
		      ULONG size)
{
	struct parbiter_control control = { .code = code };

	control.buffer = kunit_kzalloc(test, size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, control.buffer);
	control.output_length = size;
	KUNIT_EXPECT_EQ(test, parbiter_submit_control(pc->client, &control),
			STATUS_SUCCESS);
	return control.buffer;
}

static void info_sizes(struct kunit *test, struct port_client *pc)
{
	control_output_sizes(test, pc, IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO,
			     sizeof(PARALLEL_PORT_INFORMATION));
	control_output_sizes(test, pc,
			     IOCTL_INTERNAL_GET_MORE_PARALLEL_PORT_INFO,
			     sizeof(MORE_PARALLEL_PORT_INFORMATION));
}

static void every_request_demands_its_size(struct kunit *test)
{
	info_sizes(test, port_open(test, test->priv, 1));
}

static void to_release_information_does_nothing(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);

	KUNIT_EXPECT_EQ(test,
			control_send(test, pc,
				     IOCTL_INTERNAL_RELEASE_PARALLEL_PORT_INFO),
			STATUS_SUCCESS);
}

static void the_request_and_the_function_tell_the_same(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	PARALLEL_PORT_INFORMATION *info = control_port_info(test, pc);
	void *same;

	same = info_get(test, pc, IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO,
			sizeof(*info));
	KUNIT_EXPECT_EQ(test, memcmp(info, same, sizeof(*info)), 0);
	KUNIT_EXPECT_PTR_EQ(test, info->Context, (void *)pc->client);
}

static void a_polled_port_has_no_interrupt(struct kunit *test)
{
	struct port_client *pc = port_open(test, test->priv, 1);
	MORE_PARALLEL_PORT_INFORMATION *more;

	more = info_get(test, pc, IOCTL_INTERNAL_GET_MORE_PARALLEL_PORT_INFO,
			sizeof(*more));
	KUNIT_EXPECT_EQ(test, (int)more->InterfaceType, (int)Isa);
	KUNIT_EXPECT_EQ(test, more->BusNumber, 0U);
	KUNIT_EXPECT_EQ(test, more->InterruptLevel, 0U);
	KUNIT_EXPECT_EQ(test, more->InterruptVector, 0U);
	KUNIT_EXPECT_EQ(test, more->InterruptAffinity, (KAFFINITY)0);
}

static void a_port_tells_its_interrupt(struct kunit *test)
{
	struct port_fixture *pf = port_create(test, true);
	struct port_client *pc = port_open(test, pf, 1);
	MORE_PARALLEL_PORT_INFORMATION *more;

	more = info_get(test, pc, IOCTL_INTERNAL_GET_MORE_PARALLEL_PORT_INFO,
			sizeof(*more));
	KUNIT_EXPECT_EQ(test, more->InterruptLevel, (ULONG)pf->parport->irq);
	KUNIT_EXPECT_EQ(test, more->InterruptVector, (ULONG)pf->parport->irq);
	KUNIT_EXPECT_NE(test, more->InterruptAffinity, (KAFFINITY)0);
	KUNIT_EXPECT_EQ(test, (int)more->InterruptMode, (int)Latched);
	port_destroy(test, pf);
}

static void information_does_not_touch_the_port(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	u64 before = port_accesses(pf);

	/* While nobody owns, and while another client does */
	info_sizes(test, &pc[0]);
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[1].client), 0);
	before = port_accesses(pf);
	info_get(test, &pc[0], IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO,
		 sizeof(PARALLEL_PORT_INFORMATION));
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
}

static struct kunit_case info_cases[] = {
	KUNIT_CASE(every_request_demands_its_size),
	KUNIT_CASE(to_release_information_does_nothing),
	KUNIT_CASE(the_request_and_the_function_tell_the_same),
	KUNIT_CASE(a_polled_port_has_no_interrupt),
	KUNIT_CASE(a_port_tells_its_interrupt),
	KUNIT_CASE(information_does_not_touch_the_port),
	{}
};

struct kunit_suite info_suite = {
	.name = "parbiter-info",
	.init = port_test_init,
	.exit = port_test_exit,
	.test_cases = info_cases,
};
