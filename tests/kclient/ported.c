// SPDX-License-Identifier: GPL-2.0
/*
 * A parallel-port class driver's port handling, in the words a Windows driver
 * uses and no others: it stands for source that is ported unchanged.
 */
#include <parbiter/parallel.h>

#include "ported.h"

/* What the driver does with IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO's answer. */
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

/* The idiom of a driver that keeps the port until somebody wants it. */
VOID
PtdBePolite(
    IN PDEVICE_EXTENSION Extension
    )
{
    if (Extension->QueryNumWaiters(Extension->PortContext) != 0) {
        Extension->FreePort(Extension->PortContext);
    }
}
