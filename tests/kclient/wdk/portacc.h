/* SPDX-License-Identifier: GPL-2.0 */
/* The port of a driver that is written in the driver kit's words */
#ifndef _PORTACC_H_
#define _PORTACC_H_

#define WAIT_FOREVER    (-1)

/* The bits of PtaImmediate()'s answer */
#define TOUCHED_EVENT   1
#define TOUCHED_IOSB    2

typedef struct _PORT_ACCESS {
    PDEVICE_OBJECT              PortDeviceObject;
    PARALLEL_PORT_INFORMATION   PortInfo;
    PARALLEL_PNP_INFORMATION    PnpInfo;
    BOOLEAN                     Allocated;
} PORT_ACCESS, *PPORT_ACCESS;

/* What the routines that PtnConnect() has connected have seen */
typedef struct _PTN_COUNTS {
    LONG    Interrupts;
    LONG    Raised;     /* above DISPATCH_LEVEL */
    LONG    Allocated;
    LONG    PortChecks;
} PTN_COUNTS, *PPTN_COUNTS;

/* portacc.c */
NTSTATUS PtaOpen(IN PPORT_ACCESS Access, IN PCWSTR Name);
NTSTATUS PtaControl(IN PPORT_ACCESS Access, IN ULONG Code, IN PVOID In, IN ULONG InLength,
                    OUT PVOID Out, IN ULONG OutLength, IN LONG Milliseconds,
                    OUT PULONG_PTR Information OPTIONAL);
NTSTATUS PtaGetPnpInfo(IN PPORT_ACCESS Access);
NTSTATUS PtaAllocate(IN PPORT_ACCESS Access, IN LONG Milliseconds);
VOID PtaAllocateCareless(IN PPORT_ACCESS Access, IN LONG Milliseconds);
BOOLEAN PtaTryAllocate(IN PPORT_ACCESS Access);
VOID PtaFree(IN PPORT_ACCESS Access);
NTSTATUS PtaChipMode(IN PPORT_ACCESS Access, IN ULONG Code, IN UCHAR Mode);
ULONG PtaImmediate(IN PPORT_ACCESS Access, IN ULONG OutLength, OUT NTSTATUS *Status);
NTSTATUS PtaReleaseInfo(IN PPORT_ACCESS Access);
BOOLEAN PtaSameAddresses(IN PPORT_ACCESS Access);
UCHAR PtaReadOriginal(IN PPORT_ACCESS Access);
PUCHAR PtaEcr(IN PPORT_ACCESS Access);
VOID PtaWriteData(IN PPORT_ACCESS Access, IN UCHAR Value);
UCHAR PtaReadData(IN PPORT_ACCESS Access);

/* irpacc.c */
NTSTATUS PtiAllocate(IN PPORT_ACCESS Access, IN LONG Milliseconds);
NTSTATUS PtiAllocateOwn(IN PPORT_ACCESS Access, IN LONG Milliseconds);
NTSTATUS PtiCancelBefore(IN PPORT_ACCESS Access);
NTSTATUS PtiLeavePending(IN PPORT_ACCESS Access);
NTSTATUS PtiAllocateLater(IN PPORT_ACCESS Access, IN BOOLEAN Careless);
BOOLEAN PtiCancelLater(VOID);
NTSTATUS PtiHowLater(VOID);
NTSTATUS PtiAwaitLater(VOID);
PUCHAR PtiEcr(IN PPORT_ACCESS Access);
extern LONG PtiLeftCompleted;

/* selacc.c */
NTSTATUS PtsSelect(IN PPORT_ACCESS Access, IN UCHAR ID, IN ULONG Flags,
                   IN LONG Milliseconds);
NTSTATUS PtsDeselect(IN PPORT_ACCESS Access, IN UCHAR ID, IN ULONG Flags);
NTSTATUS PtsTrySelect(IN PPORT_ACCESS Access, IN UCHAR ID, IN ULONG Flags);
NTSTATUS PtsDeselectNow(IN PPORT_ACCESS Access, IN UCHAR ID, IN ULONG Flags);
NTSTATUS PtsLock(IN PPORT_ACCESS Access, IN LONG Milliseconds);
NTSTATUS PtsUnlock(IN PPORT_ACCESS Access);

/* nameacc.c */
ULONG PtxCheck(IN PPORT_ACCESS Access);

/* intacc.c */
NTSTATUS PtnConnect(IN PPORT_ACCESS Access, IN BOOLEAN WithPortCheck);
NTSTATUS PtnDisconnect(IN PPORT_ACCESS Access);
extern PTN_COUNTS PtnCounts;

#endif
