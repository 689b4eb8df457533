// SPDX-License-Identifier: GPL-2.0
/*
 * How a Windows driver selects a device of an IEEE 1284.3 chain: by request, and by
 * the callbacks of PARALLEL_PNP_INFORMATION.
 */
#include <wdm.h>
#include <parallel.h>

#include "portacc.h"

static VOID
PtsCommand(
    OUT PPARALLEL_1284_COMMAND  Command,
    IN  UCHAR                   ID,
    IN  ULONG                   Flags
    )
{
    RtlZeroMemory(Command, sizeof(*Command));
    Command->ID           = ID;
    Command->CommandFlags = Flags;
}

/* Note what a select or a lock has changed, and return its result. */
static NTSTATUS
PtsSelected(
    IN PPORT_ACCESS Access,
    IN NTSTATUS     Status
    )
{
    if (NT_SUCCESS(Status)) {
        Access->Allocated = TRUE;
    }
    return Status;
}

static NTSTATUS
PtsDeselected(
    IN PPORT_ACCESS Access,
    IN ULONG        Flags,
    IN NTSTATUS     Status
    )
{
    if (NT_SUCCESS(Status) && !(Flags & PAR_HAVE_PORT_KEEP_PORT)) {
        Access->Allocated = FALSE;
    }
    return Status;
}

static NTSTATUS
PtsSend(
    IN PPORT_ACCESS Access,
    IN ULONG        Code,
    IN UCHAR        ID,
    IN ULONG        Flags,
    IN LONG         Milliseconds
    )
{
    PARALLEL_1284_COMMAND command;

    PtsCommand(&command, ID, Flags);
    return PtaControl(Access, Code, &command, sizeof(command), NULL, 0, Milliseconds,
                      NULL);
}

/*
 * Without PAR_HAVE_PORT_KEEP_PORT this waits for the port, and owns it if it
 * succeeds.
 */
NTSTATUS
PtsSelect(
    IN PPORT_ACCESS Access,
    IN UCHAR        ID,
    IN ULONG        Flags,
    IN LONG         Milliseconds
    )
{
    return PtsSelected(Access, PtsSend(Access, IOCTL_INTERNAL_SELECT_DEVICE, ID, Flags,
                                       Milliseconds));
}

NTSTATUS
PtsDeselect(
    IN PPORT_ACCESS Access,
    IN UCHAR        ID,
    IN ULONG        Flags
    )
{
    return PtsDeselected(Access, Flags,
                         PtsSend(Access, IOCTL_INTERNAL_DESELECT_DEVICE, ID, Flags,
                                 WAIT_FOREVER));
}

NTSTATUS
PtsTrySelect(
    IN PPORT_ACCESS Access,
    IN UCHAR        ID,
    IN ULONG        Flags
    )
{
    PARALLEL_1284_COMMAND command;

    PtsCommand(&command, ID, Flags);
    return PtsSelected(Access, Access->PnpInfo.TrySelectDevice(Access->PnpInfo.Context,
                                                               &command));
}

NTSTATUS
PtsDeselectNow(
    IN PPORT_ACCESS Access,
    IN UCHAR        ID,
    IN ULONG        Flags
    )
{
    PARALLEL_1284_COMMAND command;

    PtsCommand(&command, ID, Flags);
    return PtsDeselected(Access, Flags,
                         Access->PnpInfo.DeselectDevice(Access->PnpInfo.Context,
                                                        &command));
}

/* Lock the port without a selection, as the driver of a device at its end does. */
NTSTATUS
PtsLock(
    IN PPORT_ACCESS Access,
    IN LONG         Milliseconds
    )
{
    return PtsSelected(Access, PtaControl(Access, IOCTL_INTERNAL_LOCK_PORT_NO_SELECT,
                                          NULL, 0, NULL, 0, Milliseconds, NULL));
}

NTSTATUS
PtsUnlock(
    IN PPORT_ACCESS Access
    )
{
    Access->Allocated = FALSE;
    return PtaControl(Access, IOCTL_INTERNAL_UNLOCK_PORT_NO_DESELECT, NULL, 0, NULL,
                      0, WAIT_FOREVER, NULL);
}
