// SPDX-License-Identifier: GPL-2.0
/*
 * The port access of a Windows driver: it allocates by request, and frees by
 * callback. It uses the driver kit's headers only, as source does that is ported
 * without changes.
 */
#include <ntddk.h>
#include <initguid.h>
#include <ntddpar.h>
#include <parallel.h>
#include <ntstrsafe.h>

#include "portacc.h"

#define POOL_TAG    'aktP'

#pragma alloc_text(PAGE, PtaOpen)

/*
 * Send a request, and wait until it has ended, at most for a time; then cancel it,
 * and wait again.
 */
NTSTATUS
PtaControl(
    IN  PPORT_ACCESS    Access,
    IN  ULONG           Code,
    IN  PVOID           In,
    IN  ULONG           InLength,
    OUT PVOID           Out,
    IN  ULONG           OutLength,
    IN  LONG            Milliseconds,
    OUT PULONG_PTR      Information OPTIONAL
    )
{
    KEVENT          event;
    IO_STATUS_BLOCK ioStatus;
    PIRP            irp;
    NTSTATUS        status;
    LARGE_INTEGER   timeout;

    KeInitializeEvent(&event, NotificationEvent, FALSE);

    irp = IoBuildDeviceIoControlRequest(Code, Access->PortDeviceObject, In, InLength,
                                        Out, OutLength, TRUE, &event, &ioStatus);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    status = IoCallDriver(Access->PortDeviceObject, irp);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    timeout.QuadPart = -(LONGLONG)Milliseconds * 10 * 1000;
    status = KeWaitForSingleObject(&event, Executive, KernelMode, FALSE,
                                   Milliseconds == WAIT_FOREVER ? NULL : &timeout);
    if (status == STATUS_TIMEOUT) {
        IoCancelIrp(irp);
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    }

    if (Information != NULL) {
        *Information = ioStatus.Information;
    }
    return ioStatus.Status;
}

/*
 * Open the port, and drop the reference on the file object at once. The device
 * object is used until the driver is unloaded.
 */
NTSTATUS
PtaOpen(
    IN PPORT_ACCESS Access,
    IN PCWSTR       Name
    )
{
    UNICODE_STRING              name;
    PFILE_OBJECT                fileObject;
    PPARALLEL_PORT_INFORMATION  info;
    ULONG_PTR                   information = 0;
    NTSTATUS                    status;

    PAGED_CODE();

    RtlInitUnicodeString(&name, Name);
    status = IoGetDeviceObjectPointer(&name, FILE_READ_ATTRIBUTES, &fileObject,
                                      &Access->PortDeviceObject);
    if (!NT_SUCCESS(status)) {
        KdPrint(("portacc: %wZ: %08lx\n", &name, status));
        return status;
    }
    ObDereferenceObject(fileObject);

    info = (PPARALLEL_PORT_INFORMATION)
        ExAllocatePoolWithTag(NonPagedPool, sizeof(*info), POOL_TAG);
    if (info == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    RtlZeroMemory(info, sizeof(*info));
    status = PtaControl(Access, IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO, NULL, 0,
                        info, sizeof(*info), WAIT_FOREVER, &information);
    if (NT_SUCCESS(status) && information != sizeof(*info)) {
        status = STATUS_UNSUCCESSFUL;
    }
    if (NT_SUCCESS(status)) {
        RtlCopyBytes(&Access->PortInfo, info, sizeof(*info));
    }
    ExFreePool(info);
    return status;
}

NTSTATUS
PtaGetPnpInfo(
    IN PPORT_ACCESS Access
    )
{
    ULONG_PTR   information = 0;
    NTSTATUS    status;

    status = PtaControl(Access, IOCTL_INTERNAL_GET_PARALLEL_PNP_INFO, NULL, 0,
                        &Access->PnpInfo, sizeof(Access->PnpInfo), WAIT_FOREVER,
                        &information);
    if (NT_SUCCESS(status) && information != sizeof(Access->PnpInfo)) {
        status = STATUS_UNSUCCESSFUL;
    }
    return status;
}

NTSTATUS
PtaAllocate(
    IN PPORT_ACCESS Access,
    IN LONG         Milliseconds
    )
{
    NTSTATUS status;

    status = PtaControl(Access, IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE, NULL, 0,
                        NULL, 0, Milliseconds, NULL);
    if (NT_SUCCESS(status)) {
        Access->Allocated = TRUE;
    }
    return status;
}

/*
 * Allocate the port as drivers do that look at no IO_STATUS_BLOCK: a request that
 * was pending, and has ended, counts as granted.
 */
VOID
PtaAllocateCareless(
    IN PPORT_ACCESS Access,
    IN LONG         Milliseconds
    )
{
    PtaControl(Access, IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE, NULL, 0, NULL, 0,
               Milliseconds, NULL);
    Access->Allocated = TRUE;
}

/* Some drivers take the device extension of the port for the context. */
BOOLEAN
PtaTryAllocate(
    IN PPORT_ACCESS Access
    )
{
    Access->Allocated = Access->PortInfo.TryAllocatePort(
        Access->PortDeviceObject->DeviceExtension);
    return Access->Allocated;
}

VOID
PtaFree(
    IN PPORT_ACCESS Access
    )
{
    if (Access->Allocated) {
        Access->Allocated = FALSE;
        Access->PortInfo.FreePort(Access->PortInfo.Context);
    }
}

NTSTATUS
PtaChipMode(
    IN PPORT_ACCESS Access,
    IN ULONG        Code,
    IN UCHAR        Mode
    )
{
    PARALLEL_CHIP_MODE chipMode;

    chipMode.ModeFlags = Mode;
    chipMode.success   = FALSE;
    return PtaControl(Access, Code, &chipMode, sizeof(chipMode), NULL, 0,
                      WAIT_FOREVER, NULL);
}

/*
 * Ask for information with room for it, or without. Tell what the end of a request
 * has touched that did not have to wait.
 */
ULONG
PtaImmediate(
    IN  PPORT_ACCESS    Access,
    IN  ULONG           OutLength,
    OUT NTSTATUS        *Status
    )
{
    PARALLEL_PORT_INFORMATION   info;
    KEVENT                      event;
    IO_STATUS_BLOCK             ioStatus;
    PIRP                        irp;
    ULONG                       touched = 0;

    KeInitializeEvent(&event, SynchronizationEvent, FALSE);
    ioStatus.Status      = STATUS_DEVICE_NOT_READY;
    ioStatus.Information = 77;
    irp = IoBuildDeviceIoControlRequest(IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO,
                                        Access->PortDeviceObject, NULL, 0, &info,
                                        OutLength, TRUE, &event, &ioStatus);
    if (irp == NULL) {
        *Status = STATUS_INSUFFICIENT_RESOURCES;
        return 0;
    }
    *Status = IoCallDriver(Access->PortDeviceObject, irp);
    if (ioStatus.Status != STATUS_DEVICE_NOT_READY || ioStatus.Information != 77) {
        touched |= TOUCHED_IOSB;
    }
    if (KeSetEvent(&event, IO_NO_INCREMENT, FALSE) != 0) {
        touched |= TOUCHED_EVENT;
    }
    return touched;
}

/* A driver that asks for it says that it uses the port's addresses no more. */
NTSTATUS
PtaReleaseInfo(
    IN PPORT_ACCESS Access
    )
{
    return PtaControl(Access, IOCTL_INTERNAL_RELEASE_PARALLEL_PORT_INFO, NULL, 0,
                      NULL, 0, WAIT_FOREVER, NULL);
}

/* Some drivers use the addresses on the bus. */
BOOLEAN
PtaSameAddresses(
    IN PPORT_ACCESS Access
    )
{
    return Access->PortInfo.OriginalController.QuadPart ==
               (LONGLONG)(ULONG_PTR)Access->PortInfo.Controller &&
           Access->PnpInfo.OriginalEcpController.QuadPart ==
               (LONGLONG)(ULONG_PTR)Access->PnpInfo.EcpController;
}

UCHAR
PtaReadOriginal(
    IN PPORT_ACCESS Access
    )
{
    PUCHAR base = (PUCHAR)(ULONG_PTR)Access->PortInfo.OriginalController.LowPart;

    return READ_PORT_UCHAR(base + DATA_OFFSET);
}

/* This file has the ECR's offset from the port's base address. */
PUCHAR
PtaEcr(
    IN PPORT_ACCESS Access
    )
{
    return Access->PortInfo.Controller + ECR_OFFSET;
}

VOID
PtaWriteData(
    IN PPORT_ACCESS Access,
    IN UCHAR        Value
    )
{
    WRITE_PORT_UCHAR(Access->PortInfo.Controller + DATA_OFFSET, Value);
}

UCHAR
PtaReadData(
    IN PPORT_ACCESS Access
    )
{
    return READ_PORT_UCHAR(Access->PortInfo.Controller + DATA_OFFSET);
}
