// SPDX-License-Identifier: GPL-2.0
/*
 * The port handling of a parallel-port class driver of Windows. It uses only names
 * that Windows has, as source that is ported without changes does.
 */
#include <parbiter/parallel.h>

#include "ported.h"

/* Handle the answer to IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO. */
NTSTATUS
PtdStartDevice(
    IN PDEVICE_EXTENSION Extension,
    IN PPARALLEL_PORT_INFORMATION PortInformation
    )
{
    if (PortInformation->TryAllocatePort == 0 ||
        PortInformation->FreePort == 0 ||
        PortInformation->QueryNumWaiters == 0) {
        return STATUS_INVALID_PARAMETER;
    }

    Extension->OriginalController = PortInformation->OriginalController;
    Extension->Controller         = PortInformation->Controller;
    Extension->SpanOfController   = PortInformation->SpanOfController;
    Extension->FreePort           = PortInformation->FreePort;
    Extension->TryAllocatePort    = PortInformation->TryAllocatePort;
    Extension->QueryNumWaiters    = PortInformation->QueryNumWaiters;
    Extension->PortContext        = PortInformation->Context;
    Extension->BusyCount          = 0;

    return STATUS_SUCCESS;
}

BOOLEAN
PtdAcquirePort(
    IN PDEVICE_EXTENSION Extension
    )
{
    if (!Extension->TryAllocatePort(Extension->PortContext)) {
        Extension->BusyCount += 1;
        return FALSE;
    }

    return TRUE;
}

VOID
PtdReleasePort(
    IN PDEVICE_EXTENSION Extension
    )
{
    Extension->FreePort(Extension->PortContext);
}

ULONG
PtdQueryWaiters(
    IN PDEVICE_EXTENSION Extension
    )
{
    return Extension->QueryNumWaiters(Extension->PortContext);
}

/* Free the port if another client waits, as drivers that keep the port do. */
VOID
PtdBePolite(
    IN PDEVICE_EXTENSION Extension
    )
{
    if (Extension->QueryNumWaiters(Extension->PortContext) != 0) {
        Extension->FreePort(Extension->PortContext);
    }
}
