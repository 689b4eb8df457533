// SPDX-License-Identifier: GPL-2.0
/* The requests that connect and disconnect an interrupt service routine. */
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/parbiter.h>

#include "interrupt.h"
#include "port/port.h"
#include "windows.h"

bool pb_windows_interrupts;
module_param_named(connect_interrupt, pb_windows_interrupts, bool, 0444);
MODULE_PARM_DESC(connect_interrupt,
		 "Let ported Windows drivers connect interrupt service routines (default: N)");

static BOOLEAN interrupt_try_allocate(PVOID context)
{
	return parbiter_try_allocate(context) ? FALSE : TRUE;
}

static VOID interrupt_free(PVOID context)
{
	parbiter_free(context);
}

/**
 * pb_windows_connect() - IOCTL_INTERNAL_PARALLEL_CONNECT_INTERRUPT
 * @client: the client
 * @control: the request, with a PARALLEL_INTERRUPT_SERVICE_ROUTINE, and room for a
 *	PARALLEL_INTERRUPT_INFORMATION
 *
 * As on Windows, the request is refused unless the administrator allows it, whatever
 * the sizes are.
 *
 * Context: process, may sleep.
 * Return: STATUS_SUCCESS; STATUS_UNSUCCESSFUL: the module parameter
 * connect_interrupt is not set; STATUS_BUFFER_TOO_SMALL; STATUS_NOT_SUPPORTED: the
 * port has no interrupt line; STATUS_INSUFFICIENT_RESOURCES: out of memory;
 * STATUS_INVALID_PARAMETER: the buffer or the routine is NULL;
 * STATUS_DELETE_PENDING: the port is gone.
 */
NTSTATUS pb_windows_connect(struct parbiter_client *client,
			    struct parbiter_control *control)
{
	PARALLEL_INTERRUPT_INFORMATION *info = control->buffer;
	struct parbiter_port_info port;
	int ret;

	if (!pb_windows_interrupts)
		return STATUS_UNSUCCESSFUL;
	if (control->input_length < sizeof(PARALLEL_INTERRUPT_SERVICE_ROUTINE) ||
	    control->output_length < sizeof(*info))
		return STATUS_BUFFER_TOO_SMALL;
	if (!control->buffer)
		return STATUS_INVALID_PARAMETER;
	if (pb_port_info(client->base.port, &port))
		return STATUS_DELETE_PENDING;
	if (port.irq < 0)
		return STATUS_NOT_SUPPORTED;
	ret = pb_interrupt_connect(client, control->buffer);
	if (ret)
		return ret == -EINVAL ? STATUS_INVALID_PARAMETER :
					pb_windows_status(ret);
	/* The output replaces the input. */
	info->InterruptObject = pb_interrupt_object(client);
	info->TryAllocatePortAtInterruptLevel = interrupt_try_allocate;
	info->FreePortFromInterruptLevel = interrupt_free;
	info->Context = client;
	control->information = sizeof(*info);
	return STATUS_SUCCESS;
}

/**
 * pb_windows_disconnect() - IOCTL_INTERNAL_PARALLEL_DISCONNECT_INTERRUPT
 * @client: the client
 * @control: the request, with a PARALLEL_INTERRUPT_SERVICE_ROUTINE
 *
 * Waits until the routine does not run. So this is served on a port that is gone,
 * too: the port's interrupt may still come until the clients have been told.
 *
 * Context: process, may sleep; not from a routine.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER: @client has not connected this
 * routine with this context.
 */
NTSTATUS pb_windows_disconnect(struct parbiter_client *client,
			       struct parbiter_control *control)
{
	return pb_interrupt_disconnect(client, control->buffer) ?
	       STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}
