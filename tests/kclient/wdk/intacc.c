// SPDX-License-Identifier: GPL-2.0
/* How a Windows driver connects a service routine to the interrupt of the port */
#include <ntddk.h>
#include <parallel.h>

#include "portacc.h"

/*
 * Only the service routine writes the first three, and only the deferred port
 * check writes the last one.
 */
PTN_COUNTS PtnCounts;

static PARALLEL_INTERRUPT_INFORMATION PtnInfo;

/* A port that nobody owns is this driver's for the time of the routine. */
static BOOLEAN
PtnService(
    IN PKINTERRUPT  Interrupt,
    IN PVOID        Context
    )
{
    PPTN_COUNTS counts = (PPTN_COUNTS)Context;

    if (Interrupt != PtnInfo.InterruptObject) {
        return FALSE;
    }
    if (KeGetCurrentIrql() > DISPATCH_LEVEL) {
        counts->Raised += 1;
    }
    if (PtnInfo.TryAllocatePortAtInterruptLevel(PtnInfo.Context)) {
        counts->Allocated += 1;
        PtnInfo.FreePortFromInterruptLevel(PtnInfo.Context);
    }
    counts->Interrupts += 1;
    return TRUE;
}

static VOID
PtnPortIsFree(
    IN PVOID Context
    )
{
    ((PPTN_COUNTS)Context)->PortChecks += 1;
}

static VOID
PtnRoutines(
    IN  BOOLEAN                             WithPortCheck,
    OUT PPARALLEL_INTERRUPT_SERVICE_ROUTINE Routines
    )
{
    RtlZeroMemory(Routines, sizeof(*Routines));
    Routines->InterruptServiceRoutine = PtnService;
    Routines->InterruptServiceContext = &PtnCounts;
    if (WithPortCheck) {
        Routines->DeferredPortCheckRoutine = PtnPortIsFree;
        Routines->DeferredPortCheckContext = &PtnCounts;
    }
}

/* Drivers live without an interrupt if this ends with STATUS_UNSUCCESSFUL. */
NTSTATUS
PtnConnect(
    IN PPORT_ACCESS Access,
    IN BOOLEAN      WithPortCheck
    )
{
    PARALLEL_INTERRUPT_SERVICE_ROUTINE  routines;
    PARALLEL_INTERRUPT_INFORMATION      info;
    ULONG_PTR                           information = 0;
    NTSTATUS                            status;

    PtnRoutines(WithPortCheck, &routines);
    RtlZeroMemory(&info, sizeof(info));
    status = PtaControl(Access, IOCTL_INTERNAL_PARALLEL_CONNECT_INTERRUPT, &routines,
                        sizeof(routines), &info, sizeof(info), WAIT_FOREVER,
                        &information);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    if (information != sizeof(info) || info.InterruptObject == NULL) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    /* An interrupt that came before this does not know the object. */
    PtnInfo = info;
    return status;
}

NTSTATUS
PtnDisconnect(
    IN PPORT_ACCESS Access
    )
{
    PARALLEL_INTERRUPT_SERVICE_ROUTINE routines;

    PtnRoutines(FALSE, &routines);
    return PtaControl(Access, IOCTL_INTERNAL_PARALLEL_DISCONNECT_INTERRUPT, &routines,
                      sizeof(routines), NULL, 0, WAIT_FOREVER, NULL);
}
