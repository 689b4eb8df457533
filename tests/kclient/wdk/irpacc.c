// SPDX-License-Identifier: GPL-2.0
/*
 * The port access of another Windows driver, which handles IRPs itself: it stops
 * their completion, cancels them, and frees them.
 */
#include <wdm.h>

#define DVRH_USE_PARPORT_ECP_ADDR 1
#include <parallel.h>

#include "portacc.h"

/* Number of completed IRPs that PtiLeavePending() has left */
LONG PtiLeftCompleted;
static KEVENT PtiLeftEvent;

/* Stop the completion: the thread that waits for the event continues it. */
static NTSTATUS
PtiStop(
    IN PDEVICE_OBJECT   DeviceObject,
    IN PIRP             Irp,
    IN PVOID            Context
    )
{
    KeSetEvent((PKEVENT)Context, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

static VOID
PtiWait(
    IN PIRP     Irp,
    IN PKEVENT  Event,
    IN LONG     Milliseconds
    )
{
    LARGE_INTEGER timeout;

    timeout.QuadPart = -(LONGLONG)Milliseconds * 10 * 1000;
    if (KeWaitForSingleObject(Event, Executive, KernelMode, FALSE,
            Milliseconds == WAIT_FOREVER ? NULL : &timeout) == STATUS_TIMEOUT) {
        IoCancelIrp(Irp);
        KeWaitForSingleObject(Event, Executive, KernelMode, FALSE, NULL);
    }
}

/* The event is never cleared: the second wait for it ends at once. */
NTSTATUS
PtiAllocate(
    IN PPORT_ACCESS Access,
    IN LONG         Milliseconds
    )
{
    KEVENT          event;
    IO_STATUS_BLOCK ioStatus;
    PIRP            irp;
    NTSTATUS        status;

    KeInitializeEvent(&event, NotificationEvent, FALSE);
    irp = IoBuildDeviceIoControlRequest(IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE,
                                        Access->PortDeviceObject, NULL, 0, NULL, 0,
                                        TRUE, &event, &ioStatus);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    ioStatus.Status = STATUS_DEVICE_NOT_READY;
    IoSetCompletionRoutine(irp, PtiStop, &event, TRUE, TRUE, TRUE);

    status = IoCallDriver(Access->PortDeviceObject, irp);
    if (status == STATUS_PENDING) {
        PtiWait(irp, &event, Milliseconds);
    }
    if (ioStatus.Status != STATUS_DEVICE_NOT_READY) {
        /* The completion was not stopped. */
        return STATUS_INVALID_DEVICE_STATE;
    }
    status = irp->IoStatus.Status;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    if (NT_SUCCESS(status)) {
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
        status = ioStatus.Status;
        Access->Allocated = TRUE;
    }
    return status;
}

/* An IRP that has ended has forgotten what it was sent for. */
static VOID
PtiFillAllocate(
    IN PIRP Irp
    )
{
    PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);

    next->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    next->Parameters.DeviceIoControl.IoControlCode =
        IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE;
    next->Parameters.DeviceIoControl.InputBufferLength  = 0;
    next->Parameters.DeviceIoControl.OutputBufferLength = 0;
}

static PIRP
PtiMakeAllocate(
    IN PPORT_ACCESS Access
    )
{
    PIRP irp;

    irp = IoAllocateIrp(Access->PortDeviceObject->StackSize, FALSE);
    if (irp == NULL) {
        return NULL;
    }
    irp->AssociatedIrp.SystemBuffer = NULL;
    PtiFillAllocate(irp);
    return irp;
}

/* The same with an IRP of the driver's own, which is sent twice. */
NTSTATUS
PtiAllocateOwn(
    IN PPORT_ACCESS Access,
    IN LONG         Milliseconds
    )
{
    KEVENT      event;
    PIRP        irp;
    NTSTATUS    status;
    ULONG       i;

    irp = PtiMakeAllocate(Access);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    for (i = 0; i < 2; i++) {
        PtiFillAllocate(irp);
        IoSetCompletionRoutine(irp, PtiStop, &event, TRUE, TRUE, TRUE);
        status = IoCallDriver(Access->PortDeviceObject, irp);
        PtiWait(irp, &event, status == STATUS_PENDING ? Milliseconds : WAIT_FOREVER);
        status = irp->IoStatus.Status;
        if (NT_SUCCESS(status) && i == 0) {
            Access->PortInfo.FreePort(Access->PortInfo.Context);
        }
    }
    IoFreeIrp(irp);
    Access->Allocated = NT_SUCCESS(status) ? TRUE : FALSE;
    return status;
}

/* An IRP that is cancelled before it is sent does not wait. */
NTSTATUS
PtiCancelBefore(
    IN PPORT_ACCESS Access
    )
{
    PIRP        irp;
    NTSTATUS    status;

    irp = PtiMakeAllocate(Access);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    IoCancelIrp(irp);
    status = IoCallDriver(Access->PortDeviceObject, irp);
    IoFreeIrp(irp);
    return status;
}

static NTSTATUS
PtiCountLeft(
    IN PDEVICE_OBJECT   DeviceObject,
    IN PIRP             Irp,
    IN PVOID            Context
    )
{
    PtiLeftCompleted += 1;
    return STATUS_SUCCESS;
}

/* Send a request and forget it. A driver must not do this, but it may be unloaded. */
NTSTATUS
PtiLeavePending(
    IN PPORT_ACCESS Access
    )
{
    PIRP irp;

    KeInitializeEvent(&PtiLeftEvent, NotificationEvent, FALSE);
    irp = IoBuildDeviceIoControlRequest(IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE,
                                        Access->PortDeviceObject, NULL, 0, NULL, 0,
                                        TRUE, &PtiLeftEvent, NULL);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    IoSetCompletionRoutine(irp, PtiCountLeft, NULL, TRUE, TRUE, TRUE);
    return IoCallDriver(Access->PortDeviceObject, irp);
}

/* The request that PtiAllocateLater() has sent last */
static PIRP     PtiLaterIrp;
static KEVENT   PtiLaterEnded;
static NTSTATUS PtiLaterStatus;
static BOOLEAN  PtiLaterCareless;

/* A driver that looks at no status takes each end of its request for a grant. */
static NTSTATUS
PtiEndLater(
    IN PDEVICE_OBJECT   DeviceObject,
    IN PIRP             Irp,
    IN PVOID            Context
    )
{
    PPORT_ACCESS access = (PPORT_ACCESS)Context;

    PtiLaterStatus    = Irp->IoStatus.Status;
    access->Allocated = PtiLaterCareless || NT_SUCCESS(PtiLaterStatus) ? TRUE : FALSE;
    IoFreeIrp(Irp);
    KeSetEvent(&PtiLaterEnded, IO_NO_INCREMENT, FALSE);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

/* Ask for the port, and go on; the completion routine frees the IRP. */
NTSTATUS
PtiAllocateLater(
    IN PPORT_ACCESS Access,
    IN BOOLEAN      Careless
    )
{
    PIRP irp;

    irp = PtiMakeAllocate(Access);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    KeInitializeEvent(&PtiLaterEnded, NotificationEvent, FALSE);
    PtiLaterIrp      = irp;
    PtiLaterCareless = Careless;
    IoSetCompletionRoutine(irp, PtiEndLater, Access, TRUE, TRUE, TRUE);
    return IoCallDriver(Access->PortDeviceObject, irp);
}

/* The IRP may have ended, and be free, already. */
BOOLEAN
PtiCancelLater(
    VOID
    )
{
    return IoCancelIrp(PtiLaterIrp);
}

/* How it has ended; STATUS_PENDING: it has not. */
NTSTATUS
PtiHowLater(
    VOID
    )
{
    LARGE_INTEGER now;

    if (PtiLaterIrp == NULL) {
        return STATUS_INVALID_DEVICE_STATE;
    }
    now.QuadPart = 0;
    if (KeWaitForSingleObject(&PtiLaterEnded, Executive, KernelMode, FALSE, &now) ==
        STATUS_TIMEOUT) {
        return STATUS_PENDING;
    }
    return PtiLaterStatus;
}

/* Wait for a request that another thread has sent. */
NTSTATUS
PtiAwaitLater(
    VOID
    )
{
    return KeWaitForSingleObject(&PtiLaterEnded, Executive, KernelMode, FALSE, NULL);
}

/* This file has the ECR's offset from the ECP registers. */
PUCHAR
PtiEcr(
    IN PPORT_ACCESS Access
    )
{
    return Access->PnpInfo.EcpController + ECR_OFFSET;
}
