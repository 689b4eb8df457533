// SPDX-License-Identifier: GPL-2.0
/*
 * The requests that describe a port, and the callbacks that they give out. The
 * argument of all callbacks is the client, so parbiter knows who calls.
 */
#include <linux/export.h>
#include <linux/parbiter.h>
#include <linux/string.h>

#include "port/port.h"
#include "windows.h"

static BOOLEAN info_try_allocate(PVOID context)
{
	return parbiter_try_allocate(context) ? FALSE : TRUE;
}

static VOID info_free(PVOID context)
{
	parbiter_free(context);
}

static ULONG info_query_waiters(PVOID context)
{
	return parbiter_query_waiters(context);
}

static NTSTATUS info_fill_port(struct parbiter_client *client,
			       PARALLEL_PORT_INFORMATION *info)
{
	struct parbiter_port_info port;

	if (pb_port_info(client->base.port, &port))
		return STATUS_DELETE_PENDING;
	memset(info, 0, sizeof(*info));
	info->OriginalController.QuadPart = port.base;
	info->Controller = (PUCHAR)(unsigned long)port.base;
	info->SpanOfController = port.span;
	info->TryAllocatePort = info_try_allocate;
	info->FreePort = info_free;
	info->QueryNumWaiters = info_query_waiters;
	info->Context = client;
	return STATUS_SUCCESS;
}

/**
 * pb_windows_port_info() - IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO
 * @client: the client
 * @control: the request, with room for a PARALLEL_PORT_INFORMATION
 *
 * Context: process, may sleep.
 * Return: STATUS_SUCCESS; STATUS_DELETE_PENDING: the port is gone.
 */
NTSTATUS pb_windows_port_info(struct parbiter_client *client,
			      struct parbiter_control *control)
{
	NTSTATUS status = info_fill_port(client, control->buffer);

	if (status == STATUS_SUCCESS)
		control->information = sizeof(PARALLEL_PORT_INFORMATION);
	return status;
}

/**
 * parbiter_get_parallel_port_info() - describe a port as Windows does
 * @client: the client on whose behalf the callbacks act
 * @info: where to put the description; not used after return
 *
 * This is the request IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO. @client need not own
 * the port. The callbacks and Context are valid until parbiter_close(). The
 * address of the controller is valid until the removed callback returns, and while
 * the owner is between parbiter_enter() and parbiter_leave().
 *
 * Context: process, may sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER: @client or @info is NULL;
 * STATUS_DELETE_PENDING: the port is gone.
 */
NTSTATUS parbiter_get_parallel_port_info(struct parbiter_client *client,
					 PARALLEL_PORT_INFORMATION *info)
{
	struct parbiter_control control = {
		.code = IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO,
		.buffer = info,
		.output_length = sizeof(*info),
	};

	return parbiter_submit_control(client, &control);
}
EXPORT_SYMBOL_GPL(parbiter_get_parallel_port_info);

/**
 * pb_windows_release_info() - IOCTL_INTERNAL_RELEASE_PARALLEL_PORT_INFO
 * @client: the client
 * @control: the request
 *
 * Context: any.
 * Return: STATUS_SUCCESS; there is nothing to release.
 */
NTSTATUS pb_windows_release_info(struct parbiter_client *client,
				 struct parbiter_control *control)
{
	return STATUS_SUCCESS;
}

/**
 * pb_windows_more_info() - IOCTL_INTERNAL_GET_MORE_PARALLEL_PORT_INFO
 * @client: the client
 * @control: the request, with room for a MORE_PARALLEL_PORT_INFORMATION
 *
 * The interrupt's members are 0 if the port has no interrupt line. The line of a
 * port on the ISA bus, and of any other that is not on the PCI bus, is
 * edge-triggered.
 *
 * Context: process, may sleep.
 * Return: STATUS_SUCCESS; STATUS_DELETE_PENDING: the port is gone.
 */
NTSTATUS pb_windows_more_info(struct parbiter_client *client,
			      struct parbiter_control *control)
{
	MORE_PARALLEL_PORT_INFORMATION *info = control->buffer;
	struct parbiter_port_info port;
	int pci_bus;

	if (pb_port_info(client->base.port, &port))
		return STATUS_DELETE_PENDING;
	pci_bus = pb_port_pci_bus(client->base.port);
	memset(info, 0, sizeof(*info));
	info->InterfaceType = pci_bus < 0 ? Isa : PCIBus;
	info->BusNumber = pci_bus < 0 ? 0 : pci_bus;
	if (port.irq >= 0) {
		info->InterruptLevel = port.irq;
		info->InterruptVector = port.irq;
		info->InterruptAffinity = ~(KAFFINITY)0;
		info->InterruptMode = pci_bus < 0 ? Latched : LevelSensitive;
	}
	control->information = sizeof(*info);
	return STATUS_SUCCESS;
}
