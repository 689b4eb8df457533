// SPDX-License-Identifier: GPL-2.0
/*
 * Device objects of the driver kit: how the source of a Windows driver names a
 * port.
 *
 * Such a source looks a port up by its name. It then may drop the reference on the
 * file object and go on to use the device object, the port's callbacks and the
 * DeviceExtension until it is unloaded, and it may look the port up again and
 * expect to be the same client: it allocates by a request and frees by a callback.
 * So there is one client for each module and port, and it is closed when the module
 * is unloaded.
 *
 * The client must not hold a reference on the driver's module, which then could
 * never be unloaded. And nothing in the driver would close the client: its exit
 * function is not the source for Windows. So parbiter listens to the unloading of
 * modules. The notifier is called after the module's exit function, when the
 * module's code still exists, and also if the module's init function has failed.
 * The module uses symbols of parbiter, so parbiter cannot be unloaded before it.
 *
 * When the notifier is called, the module may have freed what its IRPs refer to.
 * So first pb_irp_abandon() sees to it that no IRP of the module sets an event,
 * writes to memory of the module, or calls it; then the clients are closed, which
 * ends their requests and waits for a completion routine that is under way.
 *
 * One thread may still be inside the module at that time, rightly so for Linux: one
 * that reads or writes a parameter of the module. The unloading waits for it only after
 * the notifier. If that thread waits for a request, nobody would ever wake it. It holds
 * the module's parameter lock. So the notifier ends the waits of the module, and then
 * takes that lock, before it forgets the IRPs: what the thread has sent ends in order,
 * and no further thread comes in before all clients are closed.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <parbiter/parallel.h>
#include <parbiter/wdk/wdm.h>

#include "arbiter/arbiter.h"
#include "kapi.h"
#include "port/port.h"
#include "wdk.h"

#define NAME_PREFIX	L"\\Device\\" DD_PARALLEL_PORT_BASE_NAME_U

/**
 * struct wdk_device - a port, as one module sees it
 * @node: in devices (devices_lock)
 * @owner: the module
 * @number: the port's number
 * @client: the module's client of the port
 * @object: what the module gets
 * @file: what the module gets, too, and has no use for
 */
struct wdk_device {
	struct list_head node;
	struct module *owner;
	unsigned int number;
	struct parbiter_client *client;
	DEVICE_OBJECT object;
	FILE_OBJECT file;
};

/*
 * All devices. devices_lock guards the list, and serialises the opening of clients,
 * so that a module has one for each port. It is not held while clients are closed.
 */
static LIST_HEAD(devices);
static DEFINE_MUTEX(devices_lock);

/* Small and capital letters are the same in the names of objects. */
static bool device_name_begins(const WCHAR *name, const WCHAR *prefix,
			       size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		if (name[i] > 0x7f || tolower(name[i]) != tolower(prefix[i]))
			return false;
	return true;
}

/* Return N of the name \Device\ParallelPortN; negative: it is another name. */
static int device_number(PUNICODE_STRING name)
{
	const size_t prefix = ARRAY_SIZE(NAME_PREFIX) - 1;
	size_t i, len = name->Length / sizeof(WCHAR);
	int number = 0;

	if (len <= prefix || len > prefix + 5 ||
	    !device_name_begins(name->Buffer, NAME_PREFIX, prefix))
		return -ENODEV;
	for (i = prefix; i < len; i++) {
		if (name->Buffer[i] < '0' || name->Buffer[i] > '9')
			return -ENODEV;
		number = 10 * number + name->Buffer[i] - '0';
	}
	return number;
}

/*
 * Find the module's device. One whose port is gone does not count: a port that
 * comes back is another one.
 */
static struct wdk_device *device_find_locked(struct module *owner,
					     unsigned int number)
{
	struct wdk_device *device;

	lockdep_assert_held(&devices_lock);

	list_for_each_entry(device, &devices, node)
		if (device->owner == owner && device->number == number &&
		    arbiter_is_on(&device->client->base.port->arb))
			return device;
	return NULL;
}

/*
 * Open a client, unless the port has no I/O ports, as an adapter on USB: the driver
 * would take the address 0 for that of its registers.
 */
static struct parbiter_client *device_open(struct module *owner,
					   unsigned int number)
{
	struct parbiter_client *client;
	struct parbiter_port_info port;
	int ret;

	client = parbiter_open(number, module_name(owner), NULL, NULL);
	if (IS_ERR(client))
		return client;
	ret = pb_port_info(client->base.port, &port);
	if (!ret && !port.base) {
		pr_err_ratelimited("parport%u: %s cannot use it: it has no I/O ports, which drivers written for Windows access (an adapter on USB?); use a port on the mainboard or on a PCI card\n",
				   number, module_name(owner));
		ret = -EOPNOTSUPP;
	}
	if (ret) {
		parbiter_close(client);
		return ERR_PTR(ret);
	}
	return client;
}

static struct wdk_device *device_make_locked(struct module *owner,
					     unsigned int number)
{
	struct parbiter_client *client;
	struct wdk_device *device;

	lockdep_assert_held(&devices_lock);

	/* Nobody would close the client: pb_device_abandon() may have been here. */
	if (READ_ONCE(owner->state) == MODULE_STATE_GOING)
		return ERR_PTR(-ESHUTDOWN);
	device = kzalloc(sizeof(*device), GFP_KERNEL);
	if (!device)
		return ERR_PTR(-ENOMEM);
	client = device_open(owner, number);
	if (IS_ERR(client)) {
		kfree(device);
		return ERR_CAST(client);
	}
	device->owner = owner;
	device->number = number;
	device->client = client;
	device->object.DeviceExtension = client;
	device->object.StackSize = 1;
	device->file.DeviceObject = &device->object;
	list_add(&device->node, &devices);
	return device;
}

static NTSTATUS device_status(int error)
{
	switch (error) {
	case -EOPNOTSUPP:
		return STATUS_NOT_SUPPORTED;
	case -EBUSY:
		return STATUS_DEVICE_BUSY;
	case -ENOMEM:
		return STATUS_INSUFFICIENT_RESOURCES;
	case -ESHUTDOWN:
		return STATUS_DELETE_PENDING;
	default:
		return STATUS_OBJECT_NAME_NOT_FOUND;
	}
}

/**
 * parbiter_get_device() - IoGetDeviceObjectPointer()
 * @owner: the calling driver, THIS_MODULE
 * @name: L"\\Device\\ParallelPortN" for parportN, in small or capital letters
 * @file: for a file object, which needs no reference
 * @device: for the device object; its DeviceExtension is the Context of the
 *	callbacks, and the struct parbiter_client
 *
 * The first call of a module for a port opens a client, further calls return the
 * same device object. Both objects are valid until the module is unloaded; then
 * the client is closed. Requests that are still pending at that time are withdrawn,
 * without a call of their completion routines.
 *
 * If the port was unplugged and has come back, a further call returns a new device
 * object.
 *
 * Context: process, may sleep.
 * Return: STATUS_SUCCESS; STATUS_OBJECT_NAME_NOT_FOUND: there is no such port;
 * STATUS_NOT_SUPPORTED: the port has no I/O ports, which is logged;
 * STATUS_DEVICE_BUSY: parbiter_open() returned -EBUSY;
 * STATUS_INSUFFICIENT_RESOURCES: out of memory; STATUS_DELETE_PENDING: the driver is
 * being unloaded, and has not opened this port before; STATUS_INVALID_PARAMETER: an
 * argument is NULL.
 */
NTSTATUS parbiter_get_device(struct module *owner, PUNICODE_STRING name,
			     PFILE_OBJECT *file, PDEVICE_OBJECT *device)
{
	struct wdk_device *found;
	int number;

	if (!owner || !name || !name->Buffer || !file || !device)
		return STATUS_INVALID_PARAMETER;
	number = device_number(name);
	if (number < 0)
		return STATUS_OBJECT_NAME_NOT_FOUND;
	mutex_lock(&devices_lock);
	found = device_find_locked(owner, number) ?:
		device_make_locked(owner, number);
	mutex_unlock(&devices_lock);
	if (IS_ERR(found))
		return device_status(PTR_ERR(found));
	*file = &found->file;
	*device = &found->object;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(parbiter_get_device);

static bool device_is_open(struct module *owner)
{
	struct wdk_device *device;
	bool found = false;

	mutex_lock(&devices_lock);
	list_for_each_entry(device, &devices, node)
		if (device->owner == owner)
			found = true;
	mutex_unlock(&devices_lock);
	return found;
}

static void device_close_all(struct module *owner)
{
	struct wdk_device *device, *next;
	LIST_HEAD(mine);

	mutex_lock(&devices_lock);
	list_for_each_entry_safe(device, next, &devices, node)
		if (device->owner == owner)
			list_move(&device->node, &mine);
	mutex_unlock(&devices_lock);
	list_for_each_entry_safe(device, next, &mine, node) {
		parbiter_close(device->client);
		kfree(device);
	}
}

/**
 * pb_device_abandon() - forget a module's devices
 * @owner: the module, of which no thread uses them any more, except perhaps in the
 *	middle of an access to a parameter of the module
 *
 * Context: process, may sleep; the caller does not have the module's parameter lock.
 */
void pb_device_abandon(struct module *owner)
{
	/* Without a device, the module has not sent any IRP, and cannot do so. */
	bool is_open = device_is_open(owner);
	struct pb_event_going going;

	if (is_open) {
		pb_event_begin_going(&going, owner);
		kernel_param_lock(owner);
	}
	pb_irp_abandon(owner);
	device_close_all(owner);
	if (is_open) {
		kernel_param_unlock(owner);
		pb_event_end_going(&going);
	}
}

static int device_notify(struct notifier_block *nb, unsigned long state,
			 void *module)
{
	if (state == MODULE_STATE_GOING)
		pb_device_abandon(module);
	return NOTIFY_DONE;
}

static struct notifier_block device_notifier = {
	.notifier_call = device_notify,
};

/**
 * pb_device_init() - listen to the unloading of modules
 *
 * Context: process, may sleep.
 * Return: 0, or an error of register_module_notifier().
 */
int pb_device_init(void)
{
	return register_module_notifier(&device_notifier);
}

/**
 * pb_device_exit() - stop listening
 *
 * Context: process, may sleep. No other module uses parbiter.
 */
void pb_device_exit(void)
{
	unregister_module_notifier(&device_notifier);
}
