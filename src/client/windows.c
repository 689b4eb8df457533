// SPDX-License-Identifier: GPL-2.0
/*
 * The Windows face: the callbacks of the parallel-port function driver. The
 * semantics are those of the published parallel.h documentation; where that
 * forgets who owns, Context says who calls.
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
 * parbiter_get_parallel_port_info() - fill in what a Windows driver expects
 * @client: the client for which the callbacks will act
 * @info: where to put it; used no more after return
 *
 * Stands for IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO. The port need not be
 * owned. The callbacks and Context are valid until parbiter_close(). The
 * controller's address is the port's until the removed callback returns, and
 * as long as the owner is between parbiter_enter() and parbiter_leave().
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
