/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver kit's basic types, status codes and control codes, as far as
 * parbiter's other headers with Windows' names use them. ULONG and LONG have
 * 32 bits, WCHAR has 16.
 *
 * A file that uses L"..." for WCHAR is compiled with -fshort-wchar, which the
 * kernel does for all its files. CHAR is signed; for char to be so, too, as on
 * Windows, a file is compiled with -fsigned-char.
 */
#ifndef _PARBITER_NTDEF_H
#define _PARBITER_NTDEF_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/stddef.h>
#include <linux/types.h>

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
#ifndef OPTIONAL
#define OPTIONAL
#endif
#ifndef _In_
#define _In_
#define _Out_
#endif
#ifndef NTAPI
#define NTAPI
#endif

typedef signed char CHAR, *PCHAR;
typedef unsigned char UCHAR, *PUCHAR;
typedef unsigned char BOOLEAN, *PBOOLEAN;
typedef s16 SHORT, *PSHORT;
typedef u16 USHORT, *PUSHORT;
typedef s32 LONG, *PLONG;
typedef u32 ULONG, *PULONG;
/* Windows aligns it to 8 bytes on 32-bit machines, too. */
typedef s64 LONGLONG __aligned(8);
typedef u64 ULONGLONG __aligned(8);
typedef long LONG_PTR, *PLONG_PTR;
typedef unsigned long ULONG_PTR, *PULONG_PTR;
typedef ULONG_PTR SIZE_T, *PSIZE_T;
typedef ULONG_PTR KAFFINITY;
typedef u16 WCHAR, *PWCHAR, *PWSTR;
typedef const WCHAR *PCWSTR, *LPCWSTR;
typedef void *PVOID;
typedef PVOID HANDLE, *PHANDLE;
typedef s32 NTSTATUS, *PNTSTATUS;

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
} LARGE_INTEGER, *PLARGE_INTEGER;

typedef LARGE_INTEGER PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef struct _UNICODE_STRING {
	USHORT Length;		/* in bytes, without a final zero */
	USHORT MaximumLength;	/* in bytes */
	PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;

typedef const UNICODE_STRING *PCUNICODE_STRING;

typedef struct _STRING {
	USHORT Length;		/* in bytes, without a final zero */
	USHORT MaximumLength;	/* in bytes */
	PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING;

typedef struct _GUID {
	ULONG Data1;
	USHORT Data2;
	USHORT Data3;
	UCHAR Data4[8];
} GUID, *LPGUID;

/*
 * Windows declares a GUID, and defines it in the one file that includes
 * initguid.h first. Here each file that uses one has its own copy, with or
 * without initguid.h.
 */
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)	\
	static const GUID name __maybe_unused = {			\
		l, w1, w2, { b1, b2, b3, b4, b5, b6, b7, b8 }		\
	}

typedef enum _INTERFACE_TYPE {
	InterfaceTypeUndefined = -1,
	Internal,
	Isa,
	Eisa,
	MicroChannel,
	TurboChannel,
	PCIBus,
	VMEBus,
	NuBus,
	PCMCIABus,
	CBus,
	MPIBus,
	MPSABus,
	ProcessorInternal,
	InternalPowerBus,
	PNPISABus,
	PNPBus,
	Vmcs,
	MaximumInterfaceType,
} INTERFACE_TYPE, *PINTERFACE_TYPE;

typedef enum _KINTERRUPT_MODE {
	LevelSensitive,
	Latched,
} KINTERRUPT_MODE;

/* What these point to is not for drivers, or is in wdk/wdm.h. */
typedef struct _DEVICE_OBJECT *PDEVICE_OBJECT;
typedef struct _KEVENT *PKEVENT;
typedef struct _KINTERRUPT *PKINTERRUPT;

/* An interrupt service routine: TRUE means that the interrupt was its own. */
typedef BOOLEAN KSERVICE_ROUTINE(PKINTERRUPT Interrupt, PVOID ServiceContext);
typedef KSERVICE_ROUTINE *PKSERVICE_ROUTINE;

#include <parbiter/ntstatus.h>

#define METHOD_BUFFERED			0
#define FILE_ANY_ACCESS			0
#define FILE_DEVICE_PARALLEL_PORT	0x16

/* A control code: bits 31 to 16, 15 to 14, 13 to 2, and 1 to 0 */
#define CTL_CODE(device, function, method, access) \
	(((device) << 16) | ((access) << 14) | ((function) << 2) | (method))

/*
 * The control code with the number @function of the parallel port. Internal
 * requests (parallel.h) and the requests of programs (ntddpar.h) share numbers.
 */
#define PARBITER_CTL_CODE(function)					\
	((ULONG)CTL_CODE(FILE_DEVICE_PARALLEL_PORT, function,		\
			 METHOD_BUFFERED, FILE_ANY_ACCESS))

/*
 * Assert the layout of a structure, as Windows has it: @size32 and @at32 with
 * 32-bit pointers, @size64 and @at64 with 64-bit pointers.
 */
#define PARBITER_HAS_SIZE(type, size32, size64)				\
	static_assert(sizeof(type) ==					\
		      (sizeof(void *) == 8 ? (size64) : (size32)))
#define PARBITER_HAS_AT(type, member, at32, at64)			\
	static_assert(offsetof(type, member) ==				\
		      (sizeof(void *) == 8 ? (at64) : (at32)))

static_assert((CHAR)-1 < 0, "CHAR is signed, whatever char is");

PARBITER_HAS_SIZE(BOOLEAN, 1, 1);
PARBITER_HAS_SIZE(UCHAR, 1, 1);
PARBITER_HAS_SIZE(USHORT, 2, 2);
PARBITER_HAS_SIZE(WCHAR, 2, 2);
PARBITER_HAS_SIZE(ULONG, 4, 4);
PARBITER_HAS_SIZE(NTSTATUS, 4, 4);
PARBITER_HAS_SIZE(ULONG_PTR, 4, 8);
PARBITER_HAS_SIZE(LARGE_INTEGER, 8, 8);
PARBITER_HAS_AT(LARGE_INTEGER, HighPart, 4, 4);
PARBITER_HAS_SIZE(UNICODE_STRING, 8, 16);
PARBITER_HAS_AT(UNICODE_STRING, Buffer, 4, 8);
PARBITER_HAS_SIZE(GUID, 16, 16);

#endif /* _PARBITER_NTDEF_H */
