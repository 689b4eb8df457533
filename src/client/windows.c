// SPDX-License-Identifier: GPL-2.0
/*
 * The parallel port function driver's callbacks, under their Windows names. The
 * semantics are those of the published parallel.h documentation. Windows' port
 * does not know its owner. Here the callbacks' Context says which client calls.
 */
#include <linux/build_bug.h>
#include <linux/export.h>
#include <linux/parbiter.h>
#include <linux/stddef.h>
#include <parbiter/parallel.h>

#include "kapi.h"
#include "port/port.h"

static BOOLEAN windows_try_allocate(PVOID context)
{
	return parbiter_try_allocate(context) ? FALSE : TRUE;
}

static VOID windows_free(PVOID context)
{
	parbiter_free(context);
}

static ULONG windows_query_waiters(PVOID context)
{
	return parbiter_query_waiters(context);
}

/**
 * parbiter_get_parallel_port_info() - describe a port as Windows does
 * @client: the client on whose behalf the callbacks act
 * @info: where to put the description; not used after return
 *
 * This replaces IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO. @client need not own the
 * port. The callbacks and Context are valid until parbiter_close(). The address
 * of the controller is valid until the removed callback returns, and while the
 * owner is between parbiter_enter() and parbiter_leave().
 *
 * Context: process, may sleep.
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER: @client or @info is NULL;
 * STATUS_DELETE_PENDING: the port is gone.
 */
NTSTATUS parbiter_get_parallel_port_info(struct parbiter_client *client,
					 PARALLEL_PORT_INFORMATION *info)
{
	struct parbiter_port_info port;

	if (!client || !info)
		return STATUS_INVALID_PARAMETER;

	memset(info, 0, sizeof(*info));
	if (pb_port_info(client->base.port, &port))
		return STATUS_DELETE_PENDING;
	info->OriginalController.QuadPart = port.base;
	info->Controller = (PUCHAR)(unsigned long)port.base;
	info->SpanOfController = port.span;
	info->TryAllocatePort = windows_try_allocate;
	info->FreePort = windows_free;
	info->QueryNumWaiters = windows_query_waiters;
	info->Context = client;
	return STATUS_SUCCESS;
}
EXPORT_SYMBOL_GPL(parbiter_get_parallel_port_info);

#ifdef CONFIG_64BIT
static_assert(sizeof(PARALLEL_PORT_INFORMATION) == 56);
#else
static_assert(sizeof(PARALLEL_PORT_INFORMATION) == 32);
#endif
