/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * parbiter: share one PC-style parallel port safely.
 *
 * Every port parportN has a character device /dev/parbiterN (0660, group lp).
 * Each open file description of it is one client of the port. A client is
 * idle, queued (it has a request in the port's queue) or owner. At most one
 * client owns the port; requests are granted in the order in which they came.
 * The last close of a file description withdraws its request or frees its
 * port, so a dead process never keeps a port.
 *
 * Descriptors may be shared between threads and processes (dup(), fork()):
 * they then share one client, its request and its ownership.
 *
 * Errors common to all requests:
 *   ENODEV  the port is gone (unplugged, or its driver was unloaded); the
 *           descriptor stays dead for ever: close it
 *   EFAULT  the argument points to memory that cannot be used
 *   ENOTTY  unknown request
 *
 * The owner uses the port by the requests of <linux/ppdev.h> on the same
 * descriptor, with the numbers, arguments and results that ppdev gives them,
 * and by read() and write() in the IEEE 1284 mode that it negotiated:
 * PPCLAIM is PARBITER_ALLOCATE (but waits even with O_NONBLOCK), PPRELEASE is
 * PARBITER_FREE, PPYIELD is PARBITER_YIELD. What uses the port fails with
 * EINVAL without ownership; settings (PPEXCL, PPSETMODE, PPGETMODE and the
 * like) do not need it. What differs from ppdev: Documentation/uapi.rst. Each client has
 * control registers and a mode of its own, which it finds again when it owns
 * again.
 *
 * poll() says:
 *   POLLIN            this client owns the port; if it asked by PPCLAIM last:
 *                     a port interrupt arrived
 *   POLLPRI           it owns the port and somebody waits for it, a native
 *                     driver included: finish and free it soon
 *   POLLERR|POLLHUP   the port is gone
 */
#ifndef _UAPI_LINUX_PARBITER_H
#define _UAPI_LINUX_PARBITER_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PARBITER_NAME_LEN	32	/* bytes, always NUL-terminated */

/* parbiter_port_info.features: what this kernel's parbiter can do */
#define PARBITER_FEATURE_ARBITER	(1ULL << 0)	/* PARBITER_* below */
#define PARBITER_FEATURE_IO		(1ULL << 1)	/* ppdev's; read, write */

/**
 * struct parbiter_port_info - what the port is (PARBITER_GET_PORT_INFO)
 * @base: first I/O port of the data, status and control registers
 * @base_hi: first I/O port of the extended (ECP) registers; 0: none
 * @span: number of I/O ports from @base, in bytes
 * @number: N of parportN and of /dev/parbiterN
 * @irq: interrupt line, -1: none (the port is polled)
 * @dma: DMA channel, -1: none
 * @modes: PARPORT_MODE_* bits of <linux/parport.h>
 * @reserved0: zero
 * @features: PARBITER_FEATURE_* bits
 * @name: the port's name, "parportN"
 * @reserved: zero
 */
struct parbiter_port_info {
	__aligned_u64 base;
	__aligned_u64 base_hi;
	__u32 span;
	__u32 number;
	__s32 irq;
	__s32 dma;
	__u32 modes;
	__u32 reserved0;
	__aligned_u64 features;
	char name[PARBITER_NAME_LEN];
	__aligned_u64 reserved[4];
};

/* parbiter_status.state */
#define PARBITER_STATE_FREE	0	/* nobody owns the port */
#define PARBITER_STATE_OWNED	1	/* a client of parbiter owns it */
#define PARBITER_STATE_NATIVE	2	/* a native driver (lp, ppdev, ...) does */

/**
 * struct parbiter_status - how the port is doing (PARBITER_GET_STATUS)
 * @state: PARBITER_STATE_*
 * @owner_pid: the owning process as the caller's pid namespace numbers it;
 *	0: no owner, a kernel client, a native driver, or not visible there
 * @waiters: number of queued requests
 * @reserved0: zero
 * @held_ns: how long the owner has owned so far, in nanoseconds, with the
 *	resolution of the kernel's tick; 0 unless PARBITER_STATE_OWNED
 * @allocates: grants since the port appeared
 * @frees: times an owner gave the port up
 * @cancels: requests withdrawn by PARBITER_CANCEL, a signal or a close
 * @timeouts: requests withdrawn because their time ran out
 * @refused_frees: frees refused because the caller did not own the port
 * @longest_hold_ns: longest time a client owned the port (finished ones),
 *	in nanoseconds, with the resolution of the kernel's tick
 * @longest_wait_ns: longest time a granted request had been queued, in
 *	nanoseconds
 * @owner: the owner's command name, a kernel client's name, or the native
 *	driver's name; empty when the port is free
 * @reserved: zero
 *
 * The values are a snapshot and may be out of date on return.
 */
struct parbiter_status {
	__u32 state;
	__s32 owner_pid;
	__u32 waiters;
	__u32 reserved0;
	__aligned_u64 held_ns;
	__aligned_u64 allocates;
	__aligned_u64 frees;
	__aligned_u64 cancels;
	__aligned_u64 timeouts;
	__aligned_u64 refused_frees;
	__aligned_u64 longest_hold_ns;
	__aligned_u64 longest_wait_ns;
	char owner[PARBITER_NAME_LEN];
	__aligned_u64 reserved[4];
};

/* The range 0xb0-0xbf of 'p' is parbiter's; ppdev has 0x80-0x9f. */

/*
 * PARBITER_ALLOCATE - wait in order for the port, then own it
 *
 * With O_NONBLOCK: 0 if granted at once; else the request is queued and the
 * call fails with EINPROGRESS: poll() says POLLIN once the client owns.
 * A signal handled without SA_RESTART ends the wait with EINTR; one without
 * a handler (stop and continue) or with SA_RESTART restarts the call, at the
 * tail of the queue.
 *
 *   EDEADLK     this client owns the port already
 *   EALREADY    this client has a request queued already
 *   EUSERS      the queue is full: 16,777,215 requests
 *   EINPROGRESS queued (O_NONBLOCK)
 *   EINTR       a signal came; the request is withdrawn
 *   ECANCELED   PARBITER_CANCEL withdrew the request
 */
#define PARBITER_ALLOCATE		_IO('p', 0xb0)

/*
 * PARBITER_ALLOCATE_TIMEOUT - the same, for a limited time
 *
 * The argument points to the limit in nanoseconds of CLOCK_MONOTONIC; what
 * is too large to count means for ever; 0 means now or not at all. Waits in
 * this call even with O_NONBLOCK. Any signal that is handled ends the wait
 * with EINTR, SA_RESTART or not; one without a handler (stop and continue)
 * restarts the call, at the tail of the queue and with the whole limit.
 *
 *   ETIMEDOUT   the time ran out; the request is withdrawn
 *   and those of PARBITER_ALLOCATE but EINPROGRESS
 */
#define PARBITER_ALLOCATE_TIMEOUT	_IOW('p', 0xb1, __u64)

/*
 * PARBITER_TRY_ALLOCATE - own the port now or not at all; never queues and
 * never overtakes a queued request
 *
 *   EBUSY       owned (by this client, too) or waited for, or held by a
 *               native driver
 */
#define PARBITER_TRY_ALLOCATE		_IO('p', 0xb2)

/*
 * PARBITER_FREE - give the port up; the longest queued request is granted
 *
 *   EPERM       this client does not own the port
 */
#define PARBITER_FREE			_IO('p', 0xb3)

/*
 * PARBITER_CANCEL - withdraw this client's queued request; a sleeper in
 * PARBITER_ALLOCATE gets ECANCELED, poll() gets no event
 *
 *   ENOENT      nothing is queued
 */
#define PARBITER_CANCEL			_IO('p', 0xb4)

/*
 * PARBITER_YIELD - if anybody waits, native drivers included: give the port
 * up, join the tail and wait as PARBITER_ALLOCATE does, with its errors (the
 * port is then given up); if nobody waits: 0 at once, still owner. Never
 * restarted: a signal during the wait is always EINTR, and the caller, who is
 * not the owner any more, goes on with PARBITER_ALLOCATE.
 *
 *   EPERM       this client does not own the port
 */
#define PARBITER_YIELD			_IO('p', 0xb5)

/* PARBITER_QUERY_WAITERS - the number of queued requests */
#define PARBITER_QUERY_WAITERS		_IOR('p', 0xb6, __u32)

/*
 * PARBITER_IS_PORT_FREE - 1: the port is free; 0: a client owns or waits for
 * it, or a native driver holds it. May be out of date on return.
 */
#define PARBITER_IS_PORT_FREE		_IOR('p', 0xb7, __u8)

/* PARBITER_GET_PORT_INFO, PARBITER_GET_STATUS - see the structures above */
#define PARBITER_GET_PORT_INFO		_IOR('p', 0xb8, struct parbiter_port_info)
#define PARBITER_GET_STATUS		_IOR('p', 0xb9, struct parbiter_status)

#endif /* _UAPI_LINUX_PARBITER_H */
