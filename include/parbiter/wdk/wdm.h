/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of the driver kit's wdm.h that clients of the parallel port use, over
 * Linux: events, IRPs that go to a port, memory pools, strings, I/O ports. Names,
 * arguments and results are those of the driver kit. Documentation/windows.rst
 * tells how to port a driver, and which rules of Windows hold.
 *
 * What a function does is documented where it is defined, in src/client/wdk_*.c.
 * Functions of one or two lines are defined here.
 *
 * This header is for sources of Windows drivers, with -I include/parbiter/wdk. A
 * source for Linux has no use for it: see linux/parbiter.h.
 */
#ifndef _PARBITER_WDK_WDM_H
#define _PARBITER_WDK_WDM_H

#include <linux/export.h>
#include <linux/io.h>
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock_types.h>
#include <linux/string.h>
#include <parbiter/ntdef.h>
#include <parbiter/wdk/wdm_annotations.h>

typedef UCHAR KIRQL, *PKIRQL;
typedef CHAR CCHAR, KPROCESSOR_MODE;
typedef LONG KPRIORITY;
typedef ULONG ACCESS_MASK;
typedef struct task_struct *PETHREAD, *PKTHREAD;

#define PASSIVE_LEVEL		0
#define APC_LEVEL		1
#define DISPATCH_LEVEL		2
/* The level of an interrupt service routine; Windows has one for each interrupt. */
#define PARBITER_DEVICE_LEVEL	3

#include <parbiter/wdk/wdm_runtime.h>

/* Rights to a file. IoGetDeviceObjectPointer() gives all of them. */
#define FILE_READ_DATA		0x00000001
#define FILE_WRITE_DATA		0x00000002
#define FILE_READ_ATTRIBUTES	0x00000080
#define FILE_WRITE_ATTRIBUTES	0x00000100
#define STANDARD_RIGHTS_REQUIRED	0x000f0000
#define SYNCHRONIZE		0x00100000
#define STANDARD_RIGHTS_ALL	0x001f0000
#define FILE_ALL_ACCESS		0x001f01ff
#define GENERIC_ALL		0x10000000
#define GENERIC_EXECUTE		0x20000000
#define GENERIC_WRITE		0x40000000
#define GENERIC_READ		0x80000000

/* A port serves IRP_MJ_INTERNAL_DEVICE_CONTROL only. */
#define IRP_MJ_CREATE			0x00
#define IRP_MJ_CLOSE			0x02
#define IRP_MJ_READ			0x03
#define IRP_MJ_WRITE			0x04
#define IRP_MJ_QUERY_INFORMATION	0x05
#define IRP_MJ_SET_INFORMATION		0x06
#define IRP_MJ_FLUSH_BUFFERS		0x09
#define IRP_MJ_DEVICE_CONTROL		0x0e
#define IRP_MJ_INTERNAL_DEVICE_CONTROL	0x0f
#define IRP_MJ_SHUTDOWN			0x10
#define IRP_MJ_CLEANUP			0x12
#define IRP_MJ_POWER			0x16
#define IRP_MJ_SYSTEM_CONTROL		0x17
#define IRP_MJ_PNP			0x1b

#define IO_NO_INCREMENT		0
#define EVENT_INCREMENT		1
#define IO_PARALLEL_INCREMENT	1

/*
 * Events
 */

typedef enum _EVENT_TYPE {
	NotificationEvent,
	SynchronizationEvent,
} EVENT_TYPE;

typedef enum _KWAIT_REASON {
	Executive,
	UserRequest = 6,
} KWAIT_REASON;

enum {
	KernelMode,
	UserMode,
};

/* The members are for parbiter only, and guarded by lock. */
typedef struct _KEVENT {
	raw_spinlock_t lock;
	struct list_head waiters;
	EVENT_TYPE type;
	LONG state;
} KEVENT;

VOID parbiter_init_event(PKEVENT event, EVENT_TYPE type, BOOLEAN state);
LONG parbiter_set_event(PKEVENT event, LONG state);
struct module;
NTSTATUS parbiter_wait_event(struct module *owner, PKEVENT event,
			     PLARGE_INTEGER timeout);

static inline VOID KeInitializeEvent(PKEVENT Event, EVENT_TYPE Type,
				     BOOLEAN State)
{
	parbiter_init_event(Event, Type, State);
}

static inline LONG KeSetEvent(PKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
	return parbiter_set_event(Event, 1);
}

static inline LONG KeResetEvent(PKEVENT Event)
{
	return parbiter_set_event(Event, 0);
}

static inline VOID KeClearEvent(PKEVENT Event)
{
	parbiter_set_event(Event, 0);
}

static inline LONG KeReadStateEvent(PKEVENT Event)
{
	return READ_ONCE(Event->state);
}

/*
 * The object can only be an event. A caller at PASSIVE_LEVEL holds no lock of Linux
 * that may be held while sleeping, such as a mutex: the task may be frozen for
 * suspend while it waits, see parbiter_wait_event().
 */
static inline NTSTATUS KeWaitForSingleObject(PVOID Object,
					     KWAIT_REASON WaitReason,
					     KPROCESSOR_MODE WaitMode,
					     BOOLEAN Alertable,
					     PLARGE_INTEGER Timeout)
{
	return parbiter_wait_event(THIS_MODULE, (PKEVENT)Object, Timeout);
}

/*
 * Sleep. Like KeWaitForSingleObject() this cancels the requests of a thread that is
 * killed, and the sleep of a driver that is unloaded ends with STATUS_CANCELLED.
 */
static inline NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode,
					      BOOLEAN Alertable,
					      PLARGE_INTEGER Interval)
{
	KEVENT never;
	NTSTATUS status;

	if (!Interval)
		return STATUS_INVALID_PARAMETER;
	parbiter_init_event(&never, NotificationEvent, FALSE);
	status = parbiter_wait_event(THIS_MODULE, &never, Interval);
	return status == STATUS_TIMEOUT ? STATUS_SUCCESS : status;
}

/*
 * Devices
 */

typedef struct _DEVICE_OBJECT {
	PVOID DeviceExtension;	/* the Context of the port's callbacks */
	CCHAR StackSize;
} DEVICE_OBJECT;

typedef struct _FILE_OBJECT {
	PDEVICE_OBJECT DeviceObject;
} FILE_OBJECT, *PFILE_OBJECT;

NTSTATUS parbiter_get_device(struct module *owner, PUNICODE_STRING name,
			     PFILE_OBJECT *file, PDEVICE_OBJECT *device);

static inline NTSTATUS IoGetDeviceObjectPointer(PUNICODE_STRING ObjectName,
						ACCESS_MASK DesiredAccess,
						PFILE_OBJECT *FileObject,
						PDEVICE_OBJECT *DeviceObject)
{
	return parbiter_get_device(THIS_MODULE, ObjectName, FileObject,
				   DeviceObject);
}

/*
 * Device and file objects exist until the module is unloaded, see
 * parbiter_get_device(). So references on them are not counted.
 */
static inline VOID ObReferenceObject(PVOID Object)
{
}

static inline VOID ObDereferenceObject(PVOID Object)
{
}

/*
 * IRPs
 */

typedef struct _IO_STATUS_BLOCK {
	union {
		NTSTATUS Status;
		PVOID Pointer;
	};
	ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

struct _IRP;

typedef NTSTATUS IO_COMPLETION_ROUTINE(PDEVICE_OBJECT DeviceObject,
				       struct _IRP *Irp, PVOID Context);
typedef IO_COMPLETION_ROUTINE *PIO_COMPLETION_ROUTINE;

#define SL_PENDING_RETURNED	0x01
/* SL_INVOKE_ON_*: when a completion routine is called */
#define SL_INVOKE_ON_CANCEL	0x20
#define SL_INVOKE_ON_SUCCESS	0x40
#define SL_INVOKE_ON_ERROR	0x80

typedef struct _IO_STACK_LOCATION {
	UCHAR MajorFunction;
	UCHAR MinorFunction;
	UCHAR Flags;
	UCHAR Control;
	union {
		struct {
			ULONG OutputBufferLength;
			ULONG InputBufferLength;
			ULONG IoControlCode;
			PVOID Type3InputBuffer;
		} DeviceIoControl;
	} Parameters;
	PDEVICE_OBJECT DeviceObject;
	PFILE_OBJECT FileObject;
	PIO_COMPLETION_ROUTINE CompletionRoutine;
	PVOID Context;
} IO_STACK_LOCATION, *PIO_STACK_LOCATION;

typedef struct _IRP {
	union {
		PVOID SystemBuffer;
	} AssociatedIrp;
	IO_STATUS_BLOCK IoStatus;
	BOOLEAN PendingReturned;
	BOOLEAN Cancel;
	PIO_STATUS_BLOCK UserIosb;
	PKEVENT UserEvent;
	PVOID UserBuffer;
	union {
		struct {
			PETHREAD Thread;
			PIO_STACK_LOCATION CurrentStackLocation;
		} Overlay;
	} Tail;
} IRP, *PIRP;

PIRP parbiter_allocate_irp(struct module *owner);
PIRP parbiter_build_irp(struct module *owner, ULONG code, PVOID in,
			ULONG in_length, PVOID out, ULONG out_length,
			BOOLEAN internal, PKEVENT event, PIO_STATUS_BLOCK iosb);
VOID parbiter_free_irp(PIRP irp);
NTSTATUS parbiter_call_irp(PDEVICE_OBJECT device, PIRP irp);
VOID parbiter_complete_irp(PIRP irp);
BOOLEAN parbiter_cancel_irp(PIRP irp);

/* The number of stack locations is that of a port, whatever StackSize is. */
static inline PIRP IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota)
{
	return parbiter_allocate_irp(THIS_MODULE);
}

static inline PIRP IoBuildDeviceIoControlRequest(ULONG IoControlCode,
						 PDEVICE_OBJECT DeviceObject,
						 PVOID InputBuffer,
						 ULONG InputBufferLength,
						 PVOID OutputBuffer,
						 ULONG OutputBufferLength,
						 BOOLEAN InternalDeviceIoControl,
						 PKEVENT Event,
						 PIO_STATUS_BLOCK IoStatusBlock)
{
	return parbiter_build_irp(THIS_MODULE, IoControlCode, InputBuffer,
				  InputBufferLength, OutputBuffer,
				  OutputBufferLength, InternalDeviceIoControl,
				  Event, IoStatusBlock);
}

static inline VOID IoFreeIrp(PIRP Irp)
{
	parbiter_free_irp(Irp);
}

static inline PIO_STACK_LOCATION IoGetNextIrpStackLocation(PIRP Irp)
{
	return Irp->Tail.Overlay.CurrentStackLocation - 1;
}

static inline VOID IoSetCompletionRoutine(PIRP Irp,
					  PIO_COMPLETION_ROUTINE CompletionRoutine,
					  PVOID Context,
					  BOOLEAN InvokeOnSuccess,
					  BOOLEAN InvokeOnError,
					  BOOLEAN InvokeOnCancel)
{
	PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);

	next->CompletionRoutine = CompletionRoutine;
	next->Context = Context;
	next->Control = (InvokeOnSuccess ? SL_INVOKE_ON_SUCCESS : 0) |
			(InvokeOnError ? SL_INVOKE_ON_ERROR : 0) |
			(InvokeOnCancel ? SL_INVOKE_ON_CANCEL : 0);
}

/*
 * The location of the driver itself. A port does not look at it; the driver may keep
 * there what it likes.
 */
static inline PIO_STACK_LOCATION IoGetCurrentIrpStackLocation(PIRP Irp)
{
	return Irp->Tail.Overlay.CurrentStackLocation;
}

/* On Windows this makes the location of the driver, which is always there here. */
static inline VOID IoSetNextIrpStackLocation(PIRP Irp)
{
}

static inline VOID IoMarkIrpPending(PIRP Irp)
{
	IoGetCurrentIrpStackLocation(Irp)->Control |= SL_PENDING_RETURNED;
}

static inline VOID IoCopyCurrentIrpStackLocationToNext(PIRP Irp)
{
	PIO_STACK_LOCATION next = IoGetNextIrpStackLocation(Irp);

	*next = *IoGetCurrentIrpStackLocation(Irp);
	next->Control = 0;
	next->CompletionRoutine = NULL;
	next->Context = NULL;
}

/* The port gets the same as by a copy, and there is no completion routine. */
static inline VOID IoSkipCurrentIrpStackLocation(PIRP Irp)
{
	IoCopyCurrentIrpStackLocationToNext(Irp);
}

/*
 * Make an IRP of IoAllocateIrp() as good as new, also if it was cancelled. It is with
 * its driver, that is, its request has ended.
 */
static inline VOID IoReuseIrp(PIRP Irp, NTSTATUS Iostatus)
{
	memset(IoGetNextIrpStackLocation(Irp), 0, sizeof(IO_STACK_LOCATION));
	memset(IoGetCurrentIrpStackLocation(Irp), 0, sizeof(IO_STACK_LOCATION));
	Irp->AssociatedIrp.SystemBuffer = NULL;
	Irp->IoStatus.Status = Iostatus;
	Irp->IoStatus.Information = 0;
	Irp->PendingReturned = FALSE;
	WRITE_ONCE(Irp->Cancel, FALSE);
}

static inline NTSTATUS IoCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
	return parbiter_call_irp(DeviceObject, Irp);
}

#define IofCallDriver		IoCallDriver
#define IofCompleteRequest	IoCompleteRequest

static inline VOID IoCompleteRequest(PIRP Irp, CCHAR PriorityBoost)
{
	parbiter_complete_irp(Irp);
}

static inline BOOLEAN IoCancelIrp(PIRP Irp)
{
	return parbiter_cancel_irp(Irp);
}

/*
 * Context of the caller
 */

static inline PETHREAD PsGetCurrentThread(VOID)
{
	return current;
}

/*
 * Above DISPATCH_LEVEL in a hard interrupt; DISPATCH_LEVEL where the caller must not
 * sleep: with interrupts or preemption off, as with a spin lock held, and in a soft
 * interrupt; else PASSIVE_LEVEL. APC_LEVEL does not exist.
 *
 * Some contexts do not show that: a kernel that does not count preemption does not
 * tell that a spin lock is held. With PREEMPT_RT, a spin lock turns nothing off, and
 * service routines run in a thread: that is PASSIVE_LEVEL, though what may not sleep
 * on other kernels should not do so there.
 */
static inline KIRQL KeGetCurrentIrql(VOID)
{
	if (in_hardirq())
		return PARBITER_DEVICE_LEVEL;
	if (preempt_count() || irqs_disabled())
		return DISPATCH_LEVEL;
	return PASSIVE_LEVEL;
}

/* On Windows this asserts that the caller may sleep. Linux' functions do so. */
#define PAGED_CODE()	do { } while (0)

/*
 * Memory and text
 */

typedef enum _POOL_TYPE {
	NonPagedPool,
	PagedPool,
	NonPagedPoolNx = 512,
} POOL_TYPE;

/*
 * Return memory, or NULL. Like Windows this may be called at DISPATCH_LEVEL, and
 * also in an interrupt, unless it is for the paged pool. With PREEMPT_RT it may be
 * called only where the caller can be preempted: neither in a hard interrupt nor
 * with interrupts off or a raw spin lock held. The same holds for ExFreePool().
 */
static inline PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType,
					  SIZE_T NumberOfBytes, ULONG Tag)
{
	return kmalloc(NumberOfBytes, (PoolType == PagedPool ? GFP_KERNEL :
							       GFP_ATOMIC) |
				      __GFP_NOWARN);
}

static inline PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
	return ExAllocatePoolWithTag(PoolType, NumberOfBytes, 0);
}

static inline VOID ExFreePool(PVOID P)
{
	kfree(P);
}

static inline VOID ExFreePoolWithTag(PVOID P, ULONG Tag)
{
	kfree(P);
}

ULONG parbiter_print(const char *format, ...);

#define DbgPrint	parbiter_print
/* As on Windows, KdPrint((...)) is nothing unless DBG is defined as 1. */
#if defined(DBG) && DBG
#define KdPrint(x)	parbiter_print x
#define KdPrintEx(x)	(DbgPrintEx x)
#else
#define KdPrint(x)	do { } while (0)
#define KdPrintEx(x)	do { } while (0)
#endif

/* Linux has one level for all of them. */
#define DbgPrintEx(ComponentId, Level, ...) \
	((void)(ComponentId), (void)(Level), parbiter_print(__VA_ARGS__))

#define DPFLTR_IHVDRIVER_ID	77
#define DPFLTR_ERROR_LEVEL	0
#define DPFLTR_WARNING_LEVEL	1
#define DPFLTR_TRACE_LEVEL	2
#define DPFLTR_INFO_LEVEL	3

/*
 * I/O ports
 */

static inline UCHAR READ_PORT_UCHAR(PUCHAR Port)
{
	return inb((unsigned long)Port);
}

static inline VOID WRITE_PORT_UCHAR(PUCHAR Port, UCHAR Value)
{
	outb(Value, (unsigned long)Port);
}

static inline VOID READ_PORT_BUFFER_UCHAR(PUCHAR Port, PUCHAR Buffer,
					  ULONG Count)
{
	insb((unsigned long)Port, Buffer, Count);
}

static inline VOID WRITE_PORT_BUFFER_UCHAR(PUCHAR Port, PUCHAR Buffer,
					   ULONG Count)
{
	outsb((unsigned long)Port, Buffer, Count);
}

PARBITER_HAS_SIZE(IO_STATUS_BLOCK, 8, 16);
PARBITER_HAS_AT(IO_STATUS_BLOCK, Information, 4, 8);

#endif /* _PARBITER_WDK_WDM_H */
