// SPDX-License-Identifier: GPL-2.0
/* Windows drivers, as far as parbiter sees them. */
#include <linux/module.h>
#include <linux/mutex.h>

#include "client/wdk.h"
#include "irp_fixture.h"

/* Return what IoGetDeviceObjectPointer() of a driver returns for parportN. */
NTSTATUS irp_look_up(struct module *module, unsigned int number,
		     PDEVICE_OBJECT *device)
{
	WCHAR buffer[] = L"\\Device\\ParallelPort00";
	const size_t at = ARRAY_SIZE(buffer) - 3;
	UNICODE_STRING name;
	PFILE_OBJECT file;

	buffer[at] = '0' + number / 10;
	buffer[at + 1] = '0' + number % 10;
	RtlInitUnicodeString(&name, buffer);
	return parbiter_get_device(module, &name, &file, device);
}

/* Make a module, as far as parbiter looks at it. */
struct module *irp_module(struct kunit *test)
{
	struct module *module = kunit_kzalloc(test, sizeof(*module), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, module);
	mutex_init(&module->param_lock);
	strscpy(module->name, "windows driver", sizeof(module->name));
	return module;
}

/* Make the drivers. Each has looked up the port of the test. */
struct irp_fixture *irp_init(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct irp_fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	for (i = 0; i < IRP_MODULES; i++) {
		f->module[i] = irp_module(test);
		KUNIT_ASSERT_EQ(test, irp_look_up(f->module[i],
						  pf->port->number,
						  &f->device[i]),
				STATUS_SUCCESS);
	}
	return f;
}

/* The drivers are unloaded, one after the other. */
void irp_exit(struct irp_fixture *f)
{
	unsigned int i;

	for (i = 0; i < IRP_MODULES; i++)
		pb_device_abandon(f->module[i]);
}
