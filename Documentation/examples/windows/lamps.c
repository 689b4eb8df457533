// SPDX-License-Identifier: GPL-2.0
/*
 * Eight lamps at the data lines of a parallel port. This is source for Windows, which
 * is compiled for Linux without changes.
 */
#include <ntddk.h>
#include <parallel.h>

#include "lamps.h"

/* Send a request to the port, and wait for its end, at most for five seconds. */
static NTSTATUS
LampsRequest(
    IN  PLAMPS  Lamps,
    IN  ULONG   Code,
    OUT PVOID   Output,
    IN  ULONG   OutputLength
    )
{
    KEVENT          event;
    IO_STATUS_BLOCK ioStatus;
    LARGE_INTEGER   timeout;
    NTSTATUS        status;
    PIRP            irp;

    KeInitializeEvent(&event, NotificationEvent, FALSE);

    irp = IoBuildDeviceIoControlRequest(Code, Lamps->PortDeviceObject, NULL, 0,
                                        Output, OutputLength, TRUE, &event, &ioStatus);
    if (irp == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    status = IoCallDriver(Lamps->PortDeviceObject, irp);
    if (!NT_SUCCESS(status)) {
        return status;
    }

    timeout.QuadPart = -5 * 10 * 1000 * 1000;
    status = KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, &timeout);
    if (status == STATUS_TIMEOUT) {
        IoCancelIrp(irp);
        KeWaitForSingleObject(&event, Executive, KernelMode, FALSE, NULL);
    }

    return ioStatus.Status;
}

NTSTATUS
LampsOpen(
    IN PLAMPS Lamps,
    IN PCWSTR PortName
    )
{
    UNICODE_STRING  name;
    PFILE_OBJECT    fileObject;
    NTSTATUS        status;

    RtlInitUnicodeString(&name, PortName);
    status = IoGetDeviceObjectPointer(&name, FILE_READ_ATTRIBUTES, &fileObject,
                                      &Lamps->PortDeviceObject);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    ObDereferenceObject(fileObject);

    return LampsRequest(Lamps, IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO, &Lamps->Port,
                        sizeof(Lamps->Port));
}

NTSTATUS
LampsSet(
    IN PLAMPS   Lamps,
    IN UCHAR    Value
    )
{
    NTSTATUS status;

    status = LampsRequest(Lamps, IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE, NULL, 0);
    if (!NT_SUCCESS(status)) {
        DbgPrint("lamps: the port is not granted: %08lx\n", status);
        return status;
    }

    WRITE_PORT_UCHAR(Lamps->Port.Controller + DATA_OFFSET, Value);
    Lamps->Port.FreePort(Lamps->Port.Context);
    return STATUS_SUCCESS;
}
