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
 * Structures begin with @size, which the caller sets to sizeof() of the
 * structure as the caller knows it; that is how they can grow. A size that is
 * smaller than the first version (PARBITER_*_SIZE_V1) is EINVAL, one that is
 * larger than a page of memory is E2BIG. In a structure that the caller fills,
 * what this kernel does not know must be zero: an unknown flag or a reserved
 * member is EINVAL, a longer structure with anything but zeros behind what this
 * kernel knows is E2BIG. A structure that the kernel fills is cut to the
 * caller's size, or filled up with zeros; its @size then says how many bytes of
 * it this kernel knows. Because the structures can grow, the numbers of their
 * requests do not contain a size.
 *
 * The owner uses the port by the requests of <linux/ppdev.h> on the same
 * descriptor, with the numbers, arguments and results that ppdev gives them,
 * and by read() and write() in the IEEE 1284 mode that it negotiated:
 * PPCLAIM is PARBITER_ALLOCATE (but waits even with O_NONBLOCK), PPRELEASE is
 * PARBITER_FREE, PPYIELD is PARBITER_YIELD. What uses the port fails with
 * EINVAL without ownership, and so do PPCLRIRQ, PPSETTIME and PPGETTIME, as in
 * ppdev; PPEXCL, PPGETMODES and the mode, phase and flags do not need it. What
 * differs from ppdev: Documentation/uapi.rst. Each client has control registers
 * and a mode of its own, which it finds again when it owns again.
 *
 * poll() says:
 *   POLLOUT           this client owns the port
 *   POLLIN            an interrupt of the port came while this client owned
 *                     it, and PPCLRIRQ has not fetched it yet
 *   POLLPRI           it owns the port and somebody waits for it now, a
 *                     native driver included: finish and free it soon
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

/* parbiter_request.flags */
#define PARBITER_REQUEST_TRY		(1U << 0)	/* now or not at all */
#define PARBITER_REQUEST_QUEUE		(1U << 1)	/* queue, do not wait */
#define PARBITER_REQUEST_DEADLINE	(1U << 2)	/* wait so long at most */

#define PARBITER_DEVICE_NONE		(-1)	/* parbiter_request.device */

/**
 * struct parbiter_request - how to ask for the port (PARBITER_REQUEST)
 * @size: sizeof(struct parbiter_request)
 * @flags: PARBITER_REQUEST_* bits; _TRY, _QUEUE and _DEADLINE exclude each
 *	other. None of them: as PARBITER_ALLOCATE
 * @device: PARBITER_DEVICE_NONE: the port alone; everything else is EINVAL
 * @reserved: zero
 * @deadline_ns: with PARBITER_REQUEST_DEADLINE: until when to wait, an
 *	absolute time of CLOCK_MONOTONIC in nanoseconds; else zero
 */
struct parbiter_request {
	__u32 size;
	__u32 flags;
	__s32 device;
	__u32 reserved;
	__aligned_u64 deadline_ns;
};

#define PARBITER_REQUEST_SIZE_V1	24

/**
 * struct parbiter_port_info - what the port is (PARBITER_GET_PORT_INFO)
 * @size: sizeof(struct parbiter_port_info)
 * @number: N of parportN and of /dev/parbiterN
 * @base: first I/O port of the data, status and control registers
 * @base_hi: first I/O port of the extended (ECP) registers; 0: none
 * @span: number of I/O ports from @base, in bytes
 * @irq: interrupt line, -1: none (the port is polled)
 * @dma: DMA channel, -1: none
 * @modes: PARPORT_MODE_* bits of <linux/parport.h>
 * @features: PARBITER_FEATURE_* bits
 * @name: the port's name, "parportN"
 */
struct parbiter_port_info {
	__u32 size;
	__u32 number;
	__aligned_u64 base;
	__aligned_u64 base_hi;
	__u32 span;
	__s32 irq;
	__s32 dma;
	__u32 modes;
	__aligned_u64 features;
	char name[PARBITER_NAME_LEN];
};

#define PARBITER_PORT_INFO_SIZE_V1	80

/* parbiter_status.state */
#define PARBITER_STATE_FREE	0	/* nobody owns the port */
#define PARBITER_STATE_OWNED	1	/* a client of parbiter owns it */
#define PARBITER_STATE_NATIVE	2	/* a native driver (lp, ppdev, ...) does */

/* parbiter_status.owner_kind and parbiter_waiter.kind: who somebody is */
#define PARBITER_KIND_NONE	0	/* nobody */
#define PARBITER_KIND_PROCESS	1	/* an open file description */
#define PARBITER_KIND_DRIVER	2	/* a kernel driver, by parbiter's API, or
					 * parbiter itself, which ends the mode
					 * that a closed file left
					 */
#define PARBITER_KIND_NATIVE	3	/* a native driver: not by parbiter */

/* parbiter_status.caller: what the calling client is */
#define PARBITER_CALLER_IDLE	0
#define PARBITER_CALLER_QUEUED	1
#define PARBITER_CALLER_OWNER	2

/**
 * struct parbiter_status - how the port is doing (PARBITER_GET_STATUS)
 * @size: sizeof(struct parbiter_status)
 * @state: PARBITER_STATE_*
 * @owner_kind: PARBITER_KIND_* of the owner
 * @owner_pid: the owning process as the caller's pid namespace numbers it;
 *	0: no owner, not a process, not visible there, or the process that
 *	asked for the port is gone (others have inherited the descriptor)
 * @waiters: number of queued requests
 * @caller: PARBITER_CALLER_*
 * @position: the calling client's place in the queue, 1: next to be granted;
 *	0: not queued
 * @reserved: zero
 * @grants: grows with every grant since the port appeared: if it is the same
 *	twice, nobody became owner in between
 * @held_ns: how long the owner has owned so far, in nanoseconds, with the
 *	resolution of the kernel's tick; 0 unless PARBITER_STATE_OWNED
 * @allocates: times a client became owner
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
 *
 * The values are read one after the other and may be out of date on return: if
 * other threads use the same client meanwhile, @position may be beyond @waiters.
 */
struct parbiter_status {
	__u32 size;
	__u32 state;
	__u32 owner_kind;
	__s32 owner_pid;
	__u32 waiters;
	__u32 caller;
	__u32 position;
	__u32 reserved;
	__aligned_u64 grants;
	__aligned_u64 held_ns;
	__aligned_u64 allocates;
	__aligned_u64 frees;
	__aligned_u64 cancels;
	__aligned_u64 timeouts;
	__aligned_u64 refused_frees;
	__aligned_u64 longest_hold_ns;
	__aligned_u64 longest_wait_ns;
	char owner[PARBITER_NAME_LEN];
};

#define PARBITER_STATUS_SIZE_V1		136

/**
 * struct parbiter_waiter - a queued request (PARBITER_GET_QUEUE)
 * @kind: PARBITER_KIND_PROCESS or PARBITER_KIND_DRIVER
 * @pid: the process, as parbiter_status.owner_pid
 * @device: which device it wants to select; PARBITER_DEVICE_NONE
 * @position: its place in the queue, 1: next to be granted
 * @waiting_ns: how long it has been queued, in nanoseconds
 * @name: as parbiter_status.owner
 */
struct parbiter_waiter {
	__u32 kind;
	__s32 pid;
	__s32 device;
	__u32 position;
	__aligned_u64 waiting_ns;
	char name[PARBITER_NAME_LEN];
};

#define PARBITER_WAITER_SIZE_V1		56

/* What one PARBITER_GET_QUEUE tells at most */
#define PARBITER_QUEUE_MAX		64

/**
 * struct parbiter_queue - who waits, in order (PARBITER_GET_QUEUE)
 * @size: sizeof(struct parbiter_queue)
 * @waiter_size: sizeof(struct parbiter_waiter); each one is cut to it, or
 *	filled up with zeros
 * @first: how many waiters to leave out; 0 begins with the next to be granted
 * @count: in: room at @waiters, in structures (0: none is wanted); out: how
 *	many have been filled, PARBITER_QUEUE_MAX at most
 * @length: out: number of queued requests
 * @reserved: zero
 * @waiters: address of an array of struct parbiter_waiter
 */
struct parbiter_queue {
	__u32 size;
	__u32 waiter_size;
	__u32 first;
	__u32 count;
	__u32 length;
	__u32 reserved;
	__aligned_u64 waiters;
};

#define PARBITER_QUEUE_SIZE_V1		32

/* 0xd7 is in no list and no header of Linux' (up to 7.2). */
#define PARBITER_IOC_TYPE	0xd7

/*
 * PARBITER_REQUEST - ask for the port; the general form
 *
 * The argument points to a struct parbiter_request. PARBITER_ALLOCATE,
 * PARBITER_ALLOCATE_TIMEOUT and PARBITER_TRY_ALLOCATE are its short forms.
 *
 * Without a flag: as PARBITER_ALLOCATE.
 * PARBITER_REQUEST_TRY: as PARBITER_TRY_ALLOCATE.
 * PARBITER_REQUEST_QUEUE: 0 if granted at once; else the request is queued and
 *   the call fails with EINPROGRESS, whatever O_NONBLOCK says. poll() says
 *   POLLOUT once the client owns.
 * PARBITER_REQUEST_DEADLINE: as PARBITER_ALLOCATE_TIMEOUT, until @deadline_ns.
 *
 *   EINVAL      size, flags, device or a reserved member: see above
 *   E2BIG       likewise
 *   and those of the short forms
 */
#define PARBITER_REQUEST		_IO(PARBITER_IOC_TYPE, 0x00)

/*
 * PARBITER_ALLOCATE - wait in order for the port, then own it
 *
 * With O_NONBLOCK: 0 if granted at once; else the request is queued and the
 * call fails with EINPROGRESS: poll() says POLLOUT once the client owns.
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
#define PARBITER_ALLOCATE		_IO(PARBITER_IOC_TYPE, 0x01)

/*
 * PARBITER_ALLOCATE_TIMEOUT - the same, for a limited time
 *
 * The argument points to the limit in nanoseconds of CLOCK_MONOTONIC; what
 * is too large to count means for ever; 0 means now or not at all. Waits in
 * this call even with O_NONBLOCK. Any signal that is handled ends the wait
 * with EINTR, SA_RESTART or not; one without a handler (stop and continue)
 * restarts the call, at the tail of the queue; the deadline stays what it was
 * when the call began.
 *
 *   ETIMEDOUT   the time ran out; the request is withdrawn
 *   and those of PARBITER_ALLOCATE but EINPROGRESS
 */
#define PARBITER_ALLOCATE_TIMEOUT	_IOW(PARBITER_IOC_TYPE, 0x02, __u64)

/*
 * PARBITER_TRY_ALLOCATE - own the port now or not at all; never queues and
 * never overtakes a queued request
 *
 *   EBUSY       owned (by this client, too) or waited for, or held by a
 *               native driver
 */
#define PARBITER_TRY_ALLOCATE		_IO(PARBITER_IOC_TYPE, 0x03)

/*
 * PARBITER_FREE - give the port up; the longest queued request is granted
 *
 *   EPERM       this client does not own the port
 */
#define PARBITER_FREE			_IO(PARBITER_IOC_TYPE, 0x04)

/*
 * PARBITER_CANCEL - withdraw this client's queued request; a sleeper in
 * PARBITER_ALLOCATE gets ECANCELED, poll() gets no event
 *
 *   ENOENT      nothing is queued
 */
#define PARBITER_CANCEL			_IO(PARBITER_IOC_TYPE, 0x05)

/*
 * PARBITER_YIELD - if anybody waits, native drivers included: give the port
 * up, join the tail and wait as PARBITER_ALLOCATE does, with its errors (the
 * port is then given up); if nobody waits (POLLPRI says the same): 0 at once,
 * still owner. Never restarted: a signal during the wait is always EINTR, and
 * the caller, who is not the owner any more, goes on with PARBITER_ALLOCATE.
 *
 *   EPERM       this client does not own the port
 */
#define PARBITER_YIELD			_IO(PARBITER_IOC_TYPE, 0x06)

/* PARBITER_QUERY_WAITERS - the number of queued requests */
#define PARBITER_QUERY_WAITERS		_IOR(PARBITER_IOC_TYPE, 0x07, __u32)

/*
 * PARBITER_IS_PORT_FREE - 1: the port is free; 0: a client owns or waits for
 * it, or a native driver holds it. May be out of date on return.
 */
#define PARBITER_IS_PORT_FREE		_IOR(PARBITER_IOC_TYPE, 0x08, __u8)

/*
 * PARBITER_GET_PORT_INFO, PARBITER_GET_STATUS, PARBITER_GET_QUEUE - the
 * argument points to the structure above
 *
 *   EINVAL      size, or (PARBITER_GET_QUEUE) waiter_size or reserved: see above
 *   E2BIG       likewise
 *   ENOMEM      PARBITER_GET_QUEUE: no memory to write the waiters down
 */
#define PARBITER_GET_PORT_INFO		_IO(PARBITER_IOC_TYPE, 0x09)
#define PARBITER_GET_STATUS		_IO(PARBITER_IOC_TYPE, 0x0a)
#define PARBITER_GET_QUEUE		_IO(PARBITER_IOC_TYPE, 0x0b)

#endif /* _UAPI_LINUX_PARBITER_H */
