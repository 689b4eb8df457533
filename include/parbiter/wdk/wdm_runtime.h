/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What drivers use beside the port: lists, spin locks, counters that several threads
 * change, times, memory, counted strings. To be included by wdm.h. As there, each
 * function is one of Linux under the name of Windows.
 */
#ifndef _PARBITER_WDK_WDM_RUNTIME_H
#define _PARBITER_WDK_WDM_RUNTIME_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/ctype.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

typedef int INT, *PINT, BOOL, *PBOOL;
typedef unsigned int UINT, *PUINT;
typedef u8 BYTE, *PBYTE;
typedef u16 WORD, *PWORD;
typedef u32 DWORD, *PDWORD;
typedef void *LPVOID;
typedef char *PSTR;
typedef const char *PCSTR;

/* As on Windows, ASSERT() is nothing unless DBG is defined as 1. */
#ifndef ASSERT
#if defined(DBG) && DBG
#define ASSERT(expression)	((void)WARN_ON(!(expression)))
#else
#define ASSERT(expression)	((void)0)
#endif
#define NT_ASSERT		ASSERT
#endif

#ifndef CONTAINING_RECORD
#define CONTAINING_RECORD(address, type, field) \
	((type *)((unsigned long)(address) - offsetof(type, field)))
#endif
#ifndef FIELD_OFFSET
#define FIELD_OFFSET(type, field)	((LONG)offsetof(type, field))
#endif
#ifndef ARRAYSIZE
#define ARRAYSIZE			ARRAY_SIZE
#define RTL_NUMBER_OF			ARRAY_SIZE
#endif
#ifndef MAXULONG
#define MAXULONG			0xffffffffU
#endif
#ifndef UNICODE_NULL
#define UNICODE_NULL			((WCHAR)0)
#endif

/*
 * Lists
 */

typedef struct _LIST_ENTRY {
	struct _LIST_ENTRY *Flink;
	struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY;

static inline VOID InitializeListHead(PLIST_ENTRY ListHead)
{
	ListHead->Flink = ListHead;
	ListHead->Blink = ListHead;
}

static inline BOOLEAN IsListEmpty(const LIST_ENTRY *ListHead)
{
	return ListHead->Flink == ListHead;
}

static inline VOID InsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
	Entry->Flink = ListHead->Flink;
	Entry->Blink = ListHead;
	Entry->Flink->Blink = Entry;
	ListHead->Flink = Entry;
}

static inline VOID InsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
	InsertHeadList(ListHead->Blink, Entry);
}

/* Return whether the list is empty now. */
static inline BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
	Entry->Blink->Flink = Entry->Flink;
	Entry->Flink->Blink = Entry->Blink;
	return Entry->Flink == Entry->Blink;
}

static inline PLIST_ENTRY RemoveHeadList(PLIST_ENTRY ListHead)
{
	PLIST_ENTRY entry = ListHead->Flink;

	RemoveEntryList(entry);
	return entry;
}

static inline PLIST_ENTRY RemoveTailList(PLIST_ENTRY ListHead)
{
	PLIST_ENTRY entry = ListHead->Blink;

	RemoveEntryList(entry);
	return entry;
}

/*
 * Spin locks. Interrupts are off while one is held, so a service routine may take it,
 * too. With PREEMPT_RT it is a lock that sleeps, and interrupts stay on: that is right
 * for threads and service routines, which are threads there.
 */

typedef struct _KSPIN_LOCK {
	spinlock_t lock;	/* the driver says what it guards; also flags */
	unsigned long flags;	/* the holder's, as they were before */
} KSPIN_LOCK, *PKSPIN_LOCK;

/* A macro, so that lockdep tells locks apart that are initialised at two places */
#define KeInitializeSpinLock(SpinLock)	spin_lock_init(&(SpinLock)->lock)

static inline KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
	__acquires(&SpinLock->lock)
{
	unsigned long flags;

	spin_lock_irqsave(&SpinLock->lock, flags);
	SpinLock->flags = flags;
	return PASSIVE_LEVEL;
}

#define KeAcquireSpinLock(SpinLock, OldIrql) \
	(*(OldIrql) = KeAcquireSpinLockRaiseToDpc(SpinLock))
#define KeAcquireSpinLockAtDpcLevel(SpinLock) \
	((void)KeAcquireSpinLockRaiseToDpc(SpinLock))

/* What is brought back is the state of interrupts, whatever the level is. */
static inline VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
	__releases(&SpinLock->lock)
{
	spin_unlock_irqrestore(&SpinLock->lock, SpinLock->flags);
}

#define KeReleaseSpinLockFromDpcLevel(SpinLock) \
	KeReleaseSpinLock(SpinLock, DISPATCH_LEVEL)

/*
 * Objects that drivers have in their structures. Nothing can be done with them: use
 * timers, work items and mutexes of Linux.
 */
typedef struct _KDPC {
	PVOID unused;
} KDPC, *PKDPC;

typedef struct _KTIMER {
	PVOID unused;
} KTIMER, *PKTIMER;

typedef struct _KMUTEX {
	PVOID unused;
} KMUTEX, *PKMUTEX;

typedef struct _DRIVER_OBJECT DRIVER_OBJECT, *PDRIVER_OBJECT;

/*
 * Counters. LONG has the size of an atomic_t, which all are ordered fully.
 */

static inline LONG InterlockedIncrement(volatile LONG *Addend)
{
	return atomic_inc_return((atomic_t *)Addend);
}

static inline LONG InterlockedDecrement(volatile LONG *Addend)
{
	return atomic_dec_return((atomic_t *)Addend);
}

/* These return what was there before. */
static inline LONG InterlockedExchange(volatile LONG *Target, LONG Value)
{
	return atomic_xchg((atomic_t *)Target, Value);
}

static inline LONG InterlockedExchangeAdd(volatile LONG *Addend, LONG Value)
{
	return atomic_fetch_add(Value, (atomic_t *)Addend);
}

static inline LONG InterlockedCompareExchange(volatile LONG *Destination,
					      LONG Exchange, LONG Comparand)
{
	return atomic_cmpxchg((atomic_t *)Destination, Comparand, Exchange);
}

/*
 * Times
 */

/* Times of Windows count 100 ns from 1601; those of Linux begin in 1970. */
#define PARBITER_TICK_NS	100
#define PARBITER_TICKS_TO_1970	116444736000000000LL

static inline VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
	CurrentTime->QuadPart = PARBITER_TICKS_TO_1970 +
				div_s64(ktime_get_real_ns(), PARBITER_TICK_NS);
}

/* Like on Windows, this is for some 50 microseconds at most. */
static inline VOID KeStallExecutionProcessor(ULONG MicroSeconds)
{
	mdelay(MicroSeconds / 1000);
	udelay(MicroSeconds % 1000);
}

/*
 * Memory
 */

#define RtlZeroMemory(Destination, Length)	memset(Destination, 0, Length)
#define RtlCopyMemory(Destination, Source, Length) \
	memcpy(Destination, Source, Length)
#define RtlCopyBytes				RtlCopyMemory
#define RtlMoveMemory(Destination, Source, Length) \
	memmove(Destination, Source, Length)
#define RtlFillMemory(Destination, Length, Fill) \
	memset(Destination, Fill, Length)
#define RtlEqualMemory(Source1, Source2, Length) \
	(!memcmp(Source1, Source2, Length))

/* Return the number of bytes that are the same, from the first one on. */
static inline SIZE_T RtlCompareMemory(const VOID *Source1, const VOID *Source2,
				      SIZE_T Length)
{
	const u8 *a = Source1, *b = Source2;
	SIZE_T n = 0;

	while (n < Length && a[n] == b[n])
		n++;
	return n;
}

/*
 * Strings
 */

static inline size_t wcslen(const WCHAR *string)
{
	size_t n = 0;

	while (string[n])
		n++;
	return n;
}

/* The string is not copied. NULL makes an empty string. */
static inline VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString,
					PCWSTR SourceString)
{
	size_t size = SourceString ? wcslen(SourceString) * sizeof(WCHAR) : 0;

	size = size < 0xfffc ? size : 0xfffc;
	DestinationString->Length = size;
	DestinationString->MaximumLength = SourceString ?
					   size + sizeof(WCHAR) : 0;
	DestinationString->Buffer = (PWSTR)SourceString;
}

/* What does not fit is left out. NULL is an empty string. */
static inline VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString,
					PCUNICODE_STRING SourceString)
{
	USHORT size = 0;

	if (SourceString)
		size = min(SourceString->Length,
			   DestinationString->MaximumLength);
	if (size)
		memmove(DestinationString->Buffer, SourceString->Buffer, size);
	DestinationString->Length = size;
	if (size + sizeof(WCHAR) <= DestinationString->MaximumLength)
		DestinationString->Buffer[size / sizeof(WCHAR)] = UNICODE_NULL;
}

/* Small and capital letters are told apart, or not, in ASCII only. */
static inline BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1,
					    PCUNICODE_STRING String2,
					    BOOLEAN CaseInSensitive)
{
	USHORT i;
	WCHAR a, b;

	if (String1->Length != String2->Length)
		return FALSE;
	for (i = 0; i < String1->Length / sizeof(WCHAR); i++) {
		a = String1->Buffer[i];
		b = String2->Buffer[i];
		if (a == b)
			continue;
		if (!CaseInSensitive || a > 0x7f || b > 0x7f ||
		    tolower(a) != tolower(b))
			return FALSE;
	}
	return TRUE;
}

#endif /* _PARBITER_WDK_WDM_RUNTIME_H */
