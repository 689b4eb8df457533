// SPDX-License-Identifier: GPL-2.0
/*
 * A Windows driver that uses what drivers use beside the port: lists, spin locks,
 * counters, times, strings, stack locations, annotations, rights, status codes. The
 * Kbuild file compiles it with the older annotations, too.
 */
#define DBG 1
#include <ntddk.h>
#include <parallel.h>

#include "portacc.h"

typedef struct _PTX_ITEM {
    ULONG       Number;
    LIST_ENTRY  Link;
} PTX_ITEM, *PPTX_ITEM;

/* What such drivers have in their device extension */
typedef struct _PTX_EXTENSION {
    PDRIVER_OBJECT  DriverObject;
    KSPIN_LOCK      Lock;
    LIST_ENTRY      Items;
    KDPC            Dpc;
    KTIMER          Timer;
    KMUTEX          Mutex;
    volatile LONG   OpenCount;
    DWORD           Dword;
    WORD            Word;
    BYTE            Byte;
    BOOL            Bool;
} PTX_EXTENSION, *PPTX_EXTENSION;

static PTX_EXTENSION PtxExtension;

IO_COMPLETION_ROUTINE PtxComplete;
KSERVICE_ROUTINE PtxService;

FORCEINLINE
BOOLEAN
PtxIsOdd(
    __in CONST ULONG Number
    )
{
    return (BOOLEAN)(Number & 1);
}

_Must_inspect_result_
_IRQL_requires_max_(DISPATCH_LEVEL)
static NTSTATUS
PtxAnnotated(
    __in_opt PVOID                          Nothing,
    __inout PULONG                          Count,
    __out PULONG                            Result,
    _In_reads_bytes_(Length) CONST UCHAR    *Bytes,
    _In_ SIZE_T                             Length,
    _Inout_opt_ PVOID                       More
    )
{
    UNREFERENCED_PARAMETER(Nothing);
    UNREFERENCED_PARAMETER(More);
    *Count += 1;
    *Result = Length != 0 ? Bytes[0] : 0;
    return STATUS_SUCCESS;
}

_Use_decl_annotations_
NTSTATUS
PtxComplete(
    PDEVICE_OBJECT  DeviceObject,
    PIRP            Irp,
    PVOID           Context
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    if (Irp->PendingReturned) {
        IoMarkIrpPending(Irp);
    }
    InterlockedIncrement((volatile LONG *)Context);
    return STATUS_MORE_PROCESSING_REQUIRED;
}

BOOLEAN
PtxService(
    IN PKINTERRUPT  Interrupt,
    IN PVOID        ServiceContext
    )
{
    UNREFERENCED_PARAMETER(Interrupt);
    UNREFERENCED_PARAMETER(ServiceContext);
    return FALSE;
}

static BOOLEAN
PtxLists(
    IN PPTX_EXTENSION Extension
    )
{
    PTX_ITEM    items[3];
    PLIST_ENTRY entry;
    ULONG       i;
    KIRQL       irql;
    BOOLEAN     ok = TRUE;

    KeInitializeSpinLock(&Extension->Lock);
    InitializeListHead(&Extension->Items);
    for (i = 0; i < ARRAYSIZE(items); i++) {
        items[i].Number = i;
        KeAcquireSpinLock(&Extension->Lock, &irql);
        if (PtxIsOdd(i)) {
            InsertHeadList(&Extension->Items, &items[i].Link);
        } else {
            InsertTailList(&Extension->Items, &items[i].Link);
        }
        KeReleaseSpinLock(&Extension->Lock, irql);
    }
    /* 1 0 2 */
    entry = RemoveTailList(&Extension->Items);
    ok = ok && CONTAINING_RECORD(entry, PTX_ITEM, Link)->Number == 2;
    ok = ok && !RemoveEntryList(&items[0].Link);
    entry = RemoveHeadList(&Extension->Items);
    ok = ok && CONTAINING_RECORD(entry, PTX_ITEM, Link) == &items[1];
    return ok && IsListEmpty(&Extension->Items) &&
           FIELD_OFFSET(PTX_ITEM, Link) == (LONG)sizeof(PVOID);
}

static BOOLEAN
PtxCounters(
    IN PPTX_EXTENSION Extension
    )
{
    volatile LONG *count = &Extension->OpenCount;

    *count = 0;
    return InterlockedIncrement(count) == 1 &&
           InterlockedExchangeAdd(count, 5) == 1 &&
           InterlockedDecrement(count) == 5 &&
           InterlockedCompareExchange(count, 7, 6) == 5 &&
           InterlockedCompareExchange(count, 7, 5) == 5 &&
           InterlockedExchange(count, -1) == 7 && *count == -1;
}

static BOOLEAN
PtxTimes(
    VOID
    )
{
    LARGE_INTEGER before, after, interval;

    KeQuerySystemTime(&before);
    interval.QuadPart = -2 * 10 * 1000;
    if (KeDelayExecutionThread(KernelMode, FALSE, &interval) != STATUS_SUCCESS) {
        return FALSE;
    }
    KeStallExecutionProcessor(1);
    KeQuerySystemTime(&after);
    /* The clock of the machine may be set meanwhile, but not by years. */
    return after.QuadPart - before.QuadPart < 864000000000LL &&
           before.QuadPart > 125911584000000000LL;
}

static BOOLEAN
PtxMemory(
    VOID
    )
{
    UCHAR a[8], b[8];
    ULONG count = 0, result;

    RtlFillMemory(a, sizeof(a), 0xa5);
    RtlMoveMemory(b, a, sizeof(a));
    b[5] = 0;
    return RtlCompareMemory(a, b, sizeof(a)) == 5 &&
           RtlCompareMemory(a, a, sizeof(a)) == sizeof(a) &&
           !RtlEqualMemory(a, b, sizeof(a)) &&
           NT_SUCCESS(PtxAnnotated(NULL, &count, &result, a, sizeof(a), NULL)) &&
           count == 1 && result == 0xa5;
}

static BOOLEAN
PtxStrings(
    VOID
    )
{
    WCHAR           buffer[4];
    UNICODE_STRING  copy, name, other;

    copy.Length        = 0;
    copy.MaximumLength = sizeof(buffer);
    copy.Buffer        = buffer;
    RtlInitUnicodeString(&name, L"Lpt");
    RtlInitUnicodeString(&other, L"LPT");
    RtlCopyUnicodeString(&copy, &name);
    if (!RtlEqualUnicodeString(&copy, &name, FALSE) || buffer[3] != UNICODE_NULL ||
        RtlEqualUnicodeString(&copy, &other, FALSE) ||
        !RtlEqualUnicodeString(&copy, &other, TRUE)) {
        return FALSE;
    }
    RtlInitUnicodeString(&name, L"LPT12");
    RtlCopyUnicodeString(&copy, &name);
    if (copy.Length != sizeof(buffer) || RtlEqualUnicodeString(&copy, &name, TRUE)) {
        return FALSE;
    }
    RtlCopyUnicodeString(&copy, NULL);
    return copy.Length == 0 && buffer[0] == UNICODE_NULL;
}

static BOOLEAN
PtxStatus(
    VOID
    )
{
    return NT_ERROR(STATUS_CANCELLED) && NT_WARNING(STATUS_DEVICE_BUSY) &&
           NT_INFORMATION(0x40000000) && !NT_ERROR(STATUS_TIMEOUT) &&
           STATUS_SHARING_VIOLATION == (NTSTATUS)0xc0000043 &&
           (FILE_ALL_ACCESS & (FILE_READ_DATA | SYNCHRONIZE)) != 0 &&
           GENERIC_READ != GENERIC_WRITE && IRP_MJ_PNP != IRP_MJ_CREATE;
}

static VOID
PtxFill(
    IN PIO_STACK_LOCATION Location
    )
{
    Location->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
    Location->Parameters.DeviceIoControl.IoControlCode =
        IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE;
}

/* An IRP that was cancelled is used again, from the location of the driver. */
static BOOLEAN
PtxReuse(
    IN PPORT_ACCESS Access
    )
{
    volatile LONG   completed = 0;
    PIRP            irp;
    NTSTATUS        cancelled, again, skipped;

    irp = IoAllocateIrp((CCHAR)(Access->PortDeviceObject->StackSize + 1), FALSE);
    if (irp == NULL) {
        return FALSE;
    }
    IoSetNextIrpStackLocation(irp);
    PtxFill(IoGetCurrentIrpStackLocation(irp));
    IoCopyCurrentIrpStackLocationToNext(irp);
    IoSetCompletionRoutine(irp, PtxComplete, (PVOID)&completed, TRUE, TRUE, TRUE);
    IoCancelIrp(irp);
    cancelled = IofCallDriver(Access->PortDeviceObject, irp);

    IoReuseIrp(irp, STATUS_SUCCESS);
    ASSERT(!irp->Cancel);
    PtxFill(IoGetNextIrpStackLocation(irp));
    IoSetCompletionRoutine(irp, PtxComplete, (PVOID)&completed, TRUE, TRUE, TRUE);
    again = IoCallDriver(Access->PortDeviceObject, irp);
    Access->PortInfo.FreePort(Access->PortInfo.Context);

    IoReuseIrp(irp, STATUS_SUCCESS);
    PtxFill(IoGetCurrentIrpStackLocation(irp));
    IoSkipCurrentIrpStackLocation(irp);
    skipped = IoCallDriver(Access->PortDeviceObject, irp);
    Access->PortInfo.FreePort(Access->PortInfo.Context);
    IoFreeIrp(irp);
    return cancelled == STATUS_CANCELLED && again == STATUS_SUCCESS &&
           skipped == STATUS_SUCCESS && completed == 2;
}

static BOOLEAN
PtxRegisters(
    IN PPORT_ACCESS Access
    )
{
    UCHAR out[2] = { 0x12, 0x34 }, in[2] = { 0, 0 };
    PUCHAR data = Access->PortInfo.Controller + DATA_OFFSET;

    if (!Access->PortInfo.TryAllocatePort(Access->PortInfo.Context)) {
        return FALSE;
    }
    WRITE_PORT_BUFFER_UCHAR(data, out, sizeof(out));
    READ_PORT_BUFFER_UCHAR(data, in, sizeof(in));
    Access->PortInfo.FreePort(Access->PortInfo.Context);
    return in[0] == 0x34 && in[1] == 0x34;
}

/* Return the bits of what does not do what it does on Windows. The port is free. */
ULONG
PtxCheck(
    IN PPORT_ACCESS Access
    )
{
    ULONG wrong = 0;

    wrong |= PtxLists(&PtxExtension)    ? 0 : 0x01;
    wrong |= PtxCounters(&PtxExtension) ? 0 : 0x02;
    wrong |= PtxTimes()                 ? 0 : 0x04;
    wrong |= PtxMemory()                ? 0 : 0x08;
    wrong |= PtxStrings()               ? 0 : 0x10;
    wrong |= PtxStatus()                ? 0 : 0x20;
    wrong |= PtxReuse(Access)           ? 0 : 0x40;
    wrong |= PtxRegisters(Access)       ? 0 : 0x80;
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_INFO_LEVEL, "nameacc: at %p\n",
               Access->PortInfo.Controller);
    KdPrintEx((DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "nameacc: wrong: %x\n", wrong));
    return wrong;
}
