/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The names by which a Windows kernel driver knows the parallel-port function
 * driver's arbitration (parallel.h of the Windows driver kit), over parbiter.
 *
 * A client fills a PARALLEL_PORT_INFORMATION once, with
 * parbiter_get_parallel_port_info(), where a Windows driver would send
 * IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO, and then uses the three callbacks as
 * it always did. Documentation/windows.rst maps every name and says where
 * parbiter differs on purpose.
 *
 * The layouts are those of the platform's C compiler for the Windows
 * structures; nothing here crosses to user space.
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
/* The driver kit's parameter and calling-convention marks mean nothing here. */
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
 * Each takes PARALLEL_PORT_INFORMATION.Context as its only argument, may be
 * called in any context (interrupt level too: there are no separate variants
 * for it) and never sleeps.
 */
typedef BOOLEAN (*PPARALLEL_TRY_ALLOCATE_ROUTINE)(IN PVOID TryAllocateContext);
typedef VOID (*PPARALLEL_FREE_ROUTINE)(IN PVOID FreeContext);
typedef ULONG (*PPARALLEL_QUERY_WAITERS_ROUTINE)(IN PVOID QueryAllocsContext);

/**
 * struct _PARALLEL_PORT_INFORMATION - a port, and how to arbitrate for it
 * @OriginalController: bus-relative base address of the port's registers
 * @Controller: the same as the CPU reaches it. On a PC these are I/O ports,
 *	not memory: use inb()/outb() on (unsigned long)Controller + offset,
 *	between parbiter_enter(Context) and parbiter_leave(Context) of
 *	linux/parbiter.h, so that the port is not unplugged meanwhile
 * @SpanOfController: size of the register block, in bytes
 * @TryAllocatePort: TRUE: the client owns the port now
 * @FreePort: gives the port up; by anyone but the owner: refused, counted
 *	(refused_frees of struct parbiter_status), reported once in the kernel
 *	log, and without effect on the port
 * @QueryNumWaiters: number of queued requests; 0 when the port is free, and
 *	when it is owned and nobody waits
 * @Context: what the three callbacks take; it stands for this client
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
