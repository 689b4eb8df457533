/* SPDX-License-Identifier: GPL-2.0 */
/* The functions of the ported Windows source that kclient.c calls */
#ifndef PARBITER_KCLIENT_PORTED_H
#define PARBITER_KCLIENT_PORTED_H

#include <parbiter/parallel.h>

typedef struct _DEVICE_EXTENSION {
	PHYSICAL_ADDRESS OriginalController;
	PUCHAR Controller;
	ULONG SpanOfController;
	PPARALLEL_TRY_ALLOCATE_ROUTINE TryAllocatePort;
	PPARALLEL_FREE_ROUTINE FreePort;
	PPARALLEL_QUERY_WAITERS_ROUTINE QueryNumWaiters;
	PVOID PortContext;
	ULONG BusyCount;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

NTSTATUS PtdStartDevice(IN PDEVICE_EXTENSION Extension,
			IN PPARALLEL_PORT_INFORMATION PortInformation);
BOOLEAN PtdAcquirePort(IN PDEVICE_EXTENSION Extension);
VOID PtdReleasePort(IN PDEVICE_EXTENSION Extension);
ULONG PtdQueryWaiters(IN PDEVICE_EXTENSION Extension);
VOID PtdBePolite(IN PDEVICE_EXTENSION Extension);

#endif /* PARBITER_KCLIENT_PORTED_H */
