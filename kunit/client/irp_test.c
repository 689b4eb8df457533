// SPDX-License-Identifier: GPL-2.0
/* Devices and IRPs of the driver kit, used as drivers must not use them, too. */
#include <linux/module.h>
#include <linux/sched.h>

#include "client/wdk.h"
#include "lib/irp_fixture.h"

static PIRP irp_build(struct irp_fixture *f, ULONG code, PKEVENT event,
		      PIO_STATUS_BLOCK iosb)
{
	return parbiter_build_irp(f->module[0], code, NULL, 0, NULL, 0, TRUE,
				  event, iosb);
}

static NTSTATUS irp_completed(PDEVICE_OBJECT device, PIRP irp, PVOID context)
{
	struct irp_fixture *f = context;

	f->completed++;
	return f->answer;
}

static void a_module_has_one_device_of_a_port(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct irp_fixture *f = irp_init(test);
	PDEVICE_OBJECT again;

	KUNIT_EXPECT_PTR_NE(test, f->device[0], f->device[1]);
	KUNIT_EXPECT_EQ(test, irp_look_up(f->module[0], pf->port->number,
					  &again), STATUS_SUCCESS);
	KUNIT_EXPECT_PTR_EQ(test, again, f->device[0]);
	irp_exit(f);
}

static void names_that_are_no_ports(struct kunit *test)
{
	static const WCHAR * const names[] = {
		L"", L"\\Device\\ParallelPort", L"\\Device\\ParallelPortX",
		L"\\Device\\ParallelPort0x", L"\\Device\\ParallelPort98",
		L"\\Device\\ParallelPort999999", L"\\Device\\Parallel0",
	};
	struct irp_fixture *f = irp_init(test);
	UNICODE_STRING name;
	PDEVICE_OBJECT device;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		RtlInitUnicodeString(&name, names[i]);
		KUNIT_EXPECT_EQ(test, parbiter_get_device(f->module[0], &name,
							  &f->file, &device),
				STATUS_OBJECT_NAME_NOT_FOUND);
	}
	RtlInitUnicodeString(&name, NULL);
	KUNIT_EXPECT_EQ(test, parbiter_get_device(f->module[0], &name, &f->file,
						  &device),
			STATUS_INVALID_PARAMETER);
	irp_exit(f);
}

static void names_have_small_and_capital_letters(struct kunit *test)
{
	static const WCHAR * const forms[] = {
		L"\\device\\parallelport", L"\\DEVICE\\PARALLELPORT",
		L"\\dEVICE\\Parallelport",
	};
	struct port_fixture *pf = test->priv;
	struct irp_fixture *f = irp_init(test);
	UNICODE_STRING name;
	PDEVICE_OBJECT device;
	WCHAR buffer[32];
	unsigned int i;
	size_t len;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		len = wcslen(forms[i]);
		memcpy(buffer, forms[i], len * sizeof(WCHAR));
		buffer[len] = '0' + pf->port->number / 10;
		buffer[len + 1] = '0' + pf->port->number % 10;
		buffer[len + 2] = 0;
		RtlInitUnicodeString(&name, buffer);
		KUNIT_EXPECT_EQ(test, parbiter_get_device(f->module[0], &name,
							  &f->file, &device),
				STATUS_SUCCESS);
		KUNIT_EXPECT_PTR_EQ(test, device, f->device[0]);
		/* U+0144 is no letter of the name, though 0x44 is. */
		buffer[1] = 0x0144;
		KUNIT_EXPECT_EQ(test, parbiter_get_device(f->module[0], &name,
							  &f->file, &device),
				STATUS_OBJECT_NAME_NOT_FOUND);
	}
	irp_exit(f);
}

/* A driver would access I/O ports from 0 on, so it does not get such a port. */
static void a_port_without_io_ports_is_refused(struct kunit *test)
{
	const struct vport_config config = {};
	struct irp_fixture *f = irp_init(test);
	struct port_fixture *usb = port_create_with(test, &config);
	PDEVICE_OBJECT device;

	KUNIT_EXPECT_EQ(test, irp_look_up(f->module[0], usb->port->number,
					  &device), STATUS_NOT_SUPPORTED);
	/* No client is left. */
	KUNIT_EXPECT_EQ(test, port_devices(usb->parport), 0U);
	port_destroy(test, usb);
	irp_exit(f);
}

/* A port that was unplugged and has come back is another device. */
static void a_device_of_a_port_that_is_gone(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct irp_fixture *f = irp_init(test);
	unsigned int number = pf->port->number;
	PDEVICE_OBJECT device;
	PIRP irp = irp_build(f, IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE, NULL,
			     NULL);

	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp),
			STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, irp_look_up(f->module[0], number, &device),
			STATUS_OBJECT_NAME_NOT_FOUND);
	irp_exit(f);
}

/* An IRP that has completed does not exist any more; drivers may be late. */
static void an_irp_that_is_gone_is_left_alone(struct kunit *test)
{
	struct irp_fixture *f = irp_init(test);
	PIRP irp = irp_build(f, IOCTL_INTERNAL_PARALLEL_PORT_FREE, NULL, NULL);

	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, IoCancelIrp(irp), FALSE);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	IoFreeIrp(irp);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, IoCallDriver(NULL, NULL),
			STATUS_INVALID_PARAMETER);
	irp_exit(f);
}

static void only_internal_requests_are_served(struct kunit *test)
{
	struct irp_fixture *f = irp_init(test);
	PIRP irp = parbiter_build_irp(f->module[0],
				      IOCTL_INTERNAL_PARALLEL_PORT_FREE, NULL, 0,
				      NULL, 0, FALSE, NULL, NULL);

	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp),
			STATUS_NOT_SUPPORTED);
	irp_exit(f);
}

/* The routine is called once; the driver completes the IRP, or frees it. */
static void completion_that_is_stopped(struct kunit *test)
{
	struct irp_fixture *f = irp_init(test);
	IO_STATUS_BLOCK iosb = { .Status = STATUS_PENDING };
	KEVENT event;
	PIRP irp;

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	f->answer = STATUS_MORE_PROCESSING_REQUIRED;
	irp = irp_build(f, IOCTL_INTERNAL_PARALLEL_PORT_FREE, &event, &iosb);
	IoSetCompletionRoutine(irp, irp_completed, f, TRUE, TRUE, TRUE);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, f->completed, 1U);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 0);
	KUNIT_EXPECT_EQ(test, iosb.Status, STATUS_PENDING);
	IoCompleteRequest(irp, IO_NO_INCREMENT);
	KUNIT_EXPECT_EQ(test, f->completed, 1U);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 1);
	KUNIT_EXPECT_EQ(test, iosb.Status, STATUS_SUCCESS);
	irp_exit(f);
}

/*
 * The stack location is empty once the IRP has ended: a driver that sends the IRP
 * again fills it again, and the routine of the first time is not called again.
 */
static void an_irp_that_is_sent_again(struct kunit *test)
{
	struct irp_fixture *f = irp_init(test);
	PIO_STACK_LOCATION next;
	PIRP irp;

	f->answer = STATUS_MORE_PROCESSING_REQUIRED;
	irp = irp_build(f, IOCTL_INTERNAL_PARALLEL_PORT_FREE, NULL, NULL);
	next = IoGetNextIrpStackLocation(irp);
	next->Parameters.DeviceIoControl.InputBufferLength = 8;
	next->Parameters.DeviceIoControl.OutputBufferLength = 8;
	next->Parameters.DeviceIoControl.Type3InputBuffer = f;
	IoSetCompletionRoutine(irp, irp_completed, f, TRUE, TRUE, TRUE);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, f->completed, 1U);
	KUNIT_EXPECT_EQ(test, next->Control, 0);
	KUNIT_EXPECT_EQ(test, next->Parameters.DeviceIoControl.InputBufferLength, 0U);
	KUNIT_EXPECT_EQ(test, next->Parameters.DeviceIoControl.OutputBufferLength, 0U);
	KUNIT_EXPECT_EQ(test, next->Parameters.DeviceIoControl.IoControlCode, 0U);

	/* Filled again */
	next->Parameters.DeviceIoControl.IoControlCode =
		IOCTL_INTERNAL_PARALLEL_PORT_FREE;
	IoSetCompletionRoutine(irp, irp_completed, f, TRUE, TRUE, TRUE);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, f->completed, 2U);

	/* As it is, it asks for nothing, and tells nobody. */
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, f->completed, 2U);
	irp_exit(f);
}

/* A routine is called for the results that it was set for. */
static void completion_routines_choose(struct kunit *test)
{
	struct irp_fixture *f = irp_init(test);
	PIRP irp;

	irp = irp_build(f, IOCTL_INTERNAL_PARALLEL_PORT_FREE, NULL, NULL);
	IoSetCompletionRoutine(irp, irp_completed, f, FALSE, TRUE, TRUE);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, f->completed, 0U);
	irp = irp_build(f, IOCTL_INTERNAL_PARCLASS_CONNECT, NULL, NULL);
	IoSetCompletionRoutine(irp, irp_completed, f, TRUE, FALSE, FALSE);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp),
			STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, f->completed, 0U);
	irp = irp_build(f, IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE, NULL, NULL);
	IoSetCompletionRoutine(irp, irp_completed, f, FALSE, FALSE, TRUE);
	IoCancelIrp(irp);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp), STATUS_CANCELLED);
	KUNIT_EXPECT_EQ(test, f->completed, 1U);
	irp_exit(f);
}

/* An IRP that is freed while it waits is cancelled, and tells nobody. */
static void freed_while_it_waits(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct irp_fixture *f = irp_init(test);
	struct port_client *pc = port_open(test, pf, 1);
	PIRP irp = parbiter_allocate_irp(f->module[0]);

	KUNIT_ASSERT_NOT_NULL(test, irp);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	IoGetNextIrpStackLocation(irp)->MajorFunction =
		IRP_MJ_INTERNAL_DEVICE_CONTROL;
	IoGetNextIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode =
		IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE;
	IoSetCompletionRoutine(irp, irp_completed, f, TRUE, TRUE, TRUE);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp), STATUS_PENDING);
	/* It must not be sent twice. */
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp),
			STATUS_INVALID_PARAMETER);
	IoFreeIrp(irp);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc->client), 0U);
	irp_exit(f);
	KUNIT_EXPECT_EQ(test, f->completed, 0U);
}

/* An IRP that another thread sends */
struct irp_sender {
	PDEVICE_OBJECT device;
	PIRP irp;
	NTSTATUS status;
};

static int irp_send_elsewhere(void *data)
{
	struct irp_sender *sender = data;

	sender->status = IoCallDriver(sender->device, sender->irp);
	return 0;
}

/*
 * A thread that is killed cancels the IRPs that it has sent, and not those of a
 * thread that has ended and whose task_struct it has got.
 */
static void a_thread_cancels_its_own_irps_only(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct irp_fixture *f = irp_init(test);
	struct port_client *pc = port_open(test, pf, 1);
	struct irp_sender sender = { .device = f->device[1] };
	struct actor actor;
	PIRP own;

	own = irp_build(f, IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE, NULL, NULL);
	sender.irp = parbiter_build_irp(f->module[1],
					IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE,
					NULL, 0, NULL, 0, TRUE, NULL, NULL);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	actor_start(test, &actor, irp_send_elsewhere, &sender, ACTOR_ANY_CPU);
	KUNIT_ASSERT_EQ(test, actor_join(test, &actor), 0);
	KUNIT_ASSERT_EQ(test, sender.status, STATUS_PENDING);
	KUNIT_ASSERT_EQ(test, IoCallDriver(f->device[0], own), STATUS_PENDING);

	/* As if this thread had got the other one's task_struct */
	sender.irp->Tail.Overlay.Thread = current;
	pb_irp_cancel_own();
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc->client), 1U);
	KUNIT_EXPECT_EQ(test, IoCancelIrp(sender.irp), TRUE);
	irp_exit(f);
}

/* Nothing of a module is called or written to when it has gone. */
static void a_module_that_goes_while_its_irp_waits(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct irp_fixture *f = irp_init(test);
	struct port_client *pc = port_open(test, pf, 1);
	IO_STATUS_BLOCK iosb = { .Information = 77 };
	KEVENT event;
	PIRP irp;

	KeInitializeEvent(&event, NotificationEvent, FALSE);
	irp = irp_build(f, IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE, &event, &iosb);
	IoSetCompletionRoutine(irp, irp_completed, f, TRUE, TRUE, TRUE);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp), STATUS_PENDING);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc->client), 1U);
	irp_exit(f);
	KUNIT_EXPECT_EQ(test, parbiter_query_waiters(pc->client), 0U);
	KUNIT_EXPECT_EQ(test, f->completed, 0U);
	KUNIT_EXPECT_EQ(test, KeReadStateEvent(&event), 0);
	KUNIT_EXPECT_EQ(test, iosb.Information, (ULONG_PTR)77);
}

/* Nobody would close what a module opens when its exit function has run. */
static void a_module_that_goes_looks_nothing_up(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct module *module = irp_module(test);
	PDEVICE_OBJECT device;

	module->state = MODULE_STATE_GOING;
	KUNIT_EXPECT_EQ(test, irp_look_up(module, pf->port->number, &device),
			STATUS_DELETE_PENDING);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 0U);
}

static void a_port_that_a_native_has_for_itself(struct kunit *test)
{
	const struct vport_native_config config = {
		.name = "kunit-exclusive",
		.exclusive = true,
	};
	struct port_fixture *pf = test->priv;
	PDEVICE_OBJECT device;

	port_native(test, pf, &config);
	KUNIT_EXPECT_EQ(test, irp_look_up(irp_module(test), pf->port->number,
					  &device), STATUS_DEVICE_BUSY);
}

/* The output is copied only if the request has succeeded. */
static void the_output_of_a_request(struct kunit *test)
{
	struct irp_fixture *f = irp_init(test);
	PARALLEL_PORT_INFORMATION info;
	IO_STATUS_BLOCK iosb = {};
	PIRP irp;

	memset(&info, 0xa5, sizeof(info));
	irp = parbiter_build_irp(f->module[0],
				 IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO, NULL, 0,
				 &info, sizeof(info), TRUE, NULL, &iosb);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp), STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, iosb.Information, (ULONG_PTR)sizeof(info));
	KUNIT_EXPECT_PTR_EQ(test, info.Context, f->device[0]->DeviceExtension);
	memset(&info, 0xa5, sizeof(info));
	irp = parbiter_build_irp(f->module[0],
				 IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO, NULL, 0,
				 &info, sizeof(info) - 1, TRUE, NULL, NULL);
	KUNIT_EXPECT_EQ(test, IoCallDriver(f->device[0], irp),
			STATUS_BUFFER_TOO_SMALL);
	KUNIT_EXPECT_EQ(test, *(u8 *)&info, 0xa5);
	irp_exit(f);
}

static struct kunit_case irp_cases[] = {
	KUNIT_CASE(a_module_has_one_device_of_a_port),
	KUNIT_CASE(names_that_are_no_ports),
	KUNIT_CASE(names_have_small_and_capital_letters),
	KUNIT_CASE(a_port_without_io_ports_is_refused),
	KUNIT_CASE(a_device_of_a_port_that_is_gone),
	KUNIT_CASE(an_irp_that_is_gone_is_left_alone),
	KUNIT_CASE(only_internal_requests_are_served),
	KUNIT_CASE(completion_that_is_stopped),
	KUNIT_CASE(an_irp_that_is_sent_again),
	KUNIT_CASE(completion_routines_choose),
	KUNIT_CASE(freed_while_it_waits),
	KUNIT_CASE(a_thread_cancels_its_own_irps_only),
	KUNIT_CASE(a_module_that_goes_while_its_irp_waits),
	KUNIT_CASE(a_module_that_goes_looks_nothing_up),
	KUNIT_CASE(a_port_that_a_native_has_for_itself),
	KUNIT_CASE(the_output_of_a_request),
	{}
};

struct kunit_suite irp_suite = {
	.name = "parbiter-wdk-irp",
	.init = port_test_init,
	.exit = port_test_exit,
	.test_cases = irp_cases,
};
