/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arbitration part of the Windows driver kit's parallel.h, implemented by
 * parbiter. Names, arguments and results are those that Microsoft documents for
 * the parallel port function driver.
 *
 * A client fills a PARALLEL_PORT_INFORMATION once, with
 * parbiter_get_parallel_port_info(). A Windows driver sends
 * IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO instead. Afterwards, the three
 * callbacks in it work as on Windows. Documentation/windows.rst lists every
 * name, and every intended difference from Windows.
 *
 * The structures have the layout that the C compiler gives them on this
 * platform. They are used in the kernel only, and are no user ABI.
 */
#ifndef _PARBITER_PARALLEL_H
#define _PARBITER_PARALLEL_H

#include <linux/types.h>

struct parbiter_client;

#ifndef VOID
#define VOID	void
#endif
#ifndef TRUE
#define TRUE	1
#define FALSE	0
#endif
/* Annotations of the driver kit, which have no effect on Linux */
#ifndef IN
#define IN
#define OUT
#endif
#ifndef _In_
#define _In_
#define _Out_
#endif
#ifndef NTAPI
#define NTAPI
#endif

typedef unsigned char BOOLEAN;
typedef unsigned char UCHAR, *PUCHAR;
typedef u32 ULONG, *PULONG;
typedef s32 LONG;
typedef s64 LONGLONG;
typedef void *PVOID;
typedef s32 NTSTATUS;

typedef union _LARGE_INTEGER {
	struct {
		ULONG LowPart;
		LONG HighPart;
	};
	struct {
		ULONG LowPart;
		LONG HighPart;
	} u;
	LONGLONG QuadPart;
} LARGE_INTEGER;

typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

#define STATUS_SUCCESS			((NTSTATUS)0x00000000)
#define STATUS_INVALID_PARAMETER	((NTSTATUS)0xc000000d)
#define STATUS_DELETE_PENDING		((NTSTATUS)0xc0000056)

#ifndef NT_SUCCESS
#define NT_SUCCESS(status)	((NTSTATUS)(status) >= 0)
#endif

/*
 * The three callbacks take PARALLEL_PORT_INFORMATION.Context as their only
 * argument.
 *
 * Context: any but NMI; never sleep. Windows' separate variants for interrupt
 * level are therefore not needed.
 */
typedef BOOLEAN (*PPARALLEL_TRY_ALLOCATE_ROUTINE)(IN PVOID TryAllocateContext);
typedef VOID (*PPARALLEL_FREE_ROUTINE)(IN PVOID FreeContext);
typedef ULONG (*PPARALLEL_QUERY_WAITERS_ROUTINE)(IN PVOID QueryAllocsContext);

/**
 * struct _PARALLEL_PORT_INFORMATION - address of a port, and its arbitration
 * @OriginalController: bus-relative base address of the port's registers
 * @Controller: the same address as seen by the CPU. On a PC these are I/O ports,
 *	not memory: call inb() and outb() with (unsigned long)Controller plus
 *	the register's offset, between parbiter_enter(Context) and
 *	parbiter_leave(Context) of linux/parbiter.h, so that the port is not
 *	unplugged meanwhile
 * @SpanOfController: size of the register block in bytes
 * @TryAllocatePort: own the port if it is free now. TRUE: this client owns the
 *	port; FALSE: it does not, see parbiter_try_allocate()
 * @FreePort: free the port. If this client does not own the port, the call is
 *	refused: the port does not change, refused_frees of struct
 *	parbiter_status counts the call, and the kernel log reports it once for
 *	each client
 * @QueryNumWaiters: return the number of queued requests. It is 0 when the port
 *	is free, and when it is owned and nobody waits
 * @Context: argument of the three callbacks. It stands for this client, so it
 *	must not be passed on to another driver
 */
typedef struct _PARALLEL_PORT_INFORMATION {
	PHYSICAL_ADDRESS OriginalController;
	PUCHAR Controller;
	ULONG SpanOfController;
	PPARALLEL_TRY_ALLOCATE_ROUTINE TryAllocatePort;
	PPARALLEL_FREE_ROUTINE FreePort;
	PPARALLEL_QUERY_WAITERS_ROUTINE QueryNumWaiters;
	PVOID Context;
} PARALLEL_PORT_INFORMATION, *PPARALLEL_PORT_INFORMATION;

NTSTATUS parbiter_get_parallel_port_info(struct parbiter_client *client,
					 PARALLEL_PORT_INFORMATION *info);

#endif /* _PARBITER_PARALLEL_H */
