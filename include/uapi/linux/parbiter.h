/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * parbiter: share one PC-style parallel port safely.
 *
 * Every parallel port of the kernel, parportN, has a character device
 * /dev/parbiterN (mode 0660, group lp). Each open file description of that
 * device is one client of the port. A client has one of three states:
 *
 *   idle    it neither owns the port nor waits for it
 *   queued  it has a request in the port's queue; it is a waiter
 *   owner   it owns the port, and it alone may use the port
 *
 * At most one client owns the port. Requests are granted in the order in which
 * they joined the queue. The last close of a file description withdraws the
 * client's request or frees its port. A process that dies therefore never
 * keeps a port.
 *
 * Descriptors that are copies of each other (dup(), fork(), SCM_RIGHTS) share
 * one client: its request and its ownership.
 *
 * A native driver is a driver of the kernel that uses the port without
 * parbiter: lp, ppdev, or any other parport driver. While a native driver
 * holds the port, no client owns it.
 *
 * Errors that every request may return:
 *   ENODEV  the port is gone: it was unplugged, or its driver was unloaded.
 *           The descriptor never works again: close it
 *   EFAULT  the argument points to memory that cannot be read or written
 *   ENOTTY  this request does not exist
 *
 * Each structure begins with @size. The caller sets it to sizeof() of the
 * structure in the header that the caller was compiled with, so that later
 * versions can add members at the end. EINVAL: @size is smaller than the first
 * version's (PARBITER_*_SIZE_V1). E2BIG: @size is larger than a page of memory
 * (PAGE_SIZE of the kernel).
 *
 * In a structure that the caller fills, everything that this version of
 * parbiter does not know must be zero. EINVAL: a flag is unknown, or a reserved
 * member is not zero. E2BIG: the structure is longer than the one that this
 * version knows, and the additional bytes are not all zero.
 *
 * A structure that the kernel fills is cut to the caller's @size, or padded
 * with zeros up to it. On return, @size is the number of bytes that this
 * version of parbiter has filled. Because structures can grow, the numbers of
 * their requests do not contain a size.
 *
 * The owner uses the port with the requests of <linux/ppdev.h> on the same
 * descriptor, which have the numbers, arguments and results that ppdev gives
 * them, and with read() and write() in the IEEE 1284 mode that it negotiated:
 *
 *   PPCLAIM    is PARBITER_ALLOCATE, but waits even with O_NONBLOCK
 *   PPRELEASE  is PARBITER_FREE
 *   PPYIELD    is PARBITER_YIELD, but waits even with O_NONBLOCK
 *
 * As with ppdev, a request that uses the port fails with EINVAL if the client
 * does not own the port, and so do PPCLRIRQ, PPWCTLONIRQ, PPSETTIME and
 * PPGETTIME. PPEXCL, PPGETMODES and the requests that set or get the mode, the
 * phase or the flags do not need ownership. Documentation/uapi.rst lists every
 * difference from ppdev. Each client has a mode and control registers of its
 * own, which parbiter restores when the client owns the port again.
 *
 * poll() reports:
 *   POLLOUT           this client owns the port
 *   POLLIN            the port's interrupt arrived while this client owned the
 *                     port, and PPCLRIRQ has not read it yet
 *   POLLPRI           this client owns the port, and another client or a
 *                     native driver waits for it now: free it soon
 *   POLLERR|POLLHUP   the port is gone
 */
#ifndef _UAPI_LINUX_PARBITER_H
#define _UAPI_LINUX_PARBITER_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PARBITER_NAME_LEN	32	/* bytes, with the NUL at the end */

/* parbiter_port_info.features: what this version of parbiter provides */
#define PARBITER_FEATURE_ARBITER	(1ULL << 0)	/* the requests below */
#define PARBITER_FEATURE_IO		(1ULL << 1)	/* ppdev's; read() ... */
#define PARBITER_FEATURE_SELECT		(1ULL << 2)	/* devices of a chain */

/* parbiter_request.flags */
#define PARBITER_REQUEST_TRY		(1U << 0)	/* do not wait or queue */
#define PARBITER_REQUEST_QUEUE		(1U << 1)	/* queue, but do not wait */
#define PARBITER_REQUEST_DEADLINE	(1U << 2)	/* wait until deadline_ns */

/*
 * The IEEE 1284.3 devices of a daisy chain: 0 is the first one after the port, 3
 * the last one that there may be
 */
#define PARBITER_DEVICE_NONE		(-1)	/* the port alone */
#define PARBITER_DEVICE_END		4	/* what is behind the chain */

/**
 * struct parbiter_request - how to request the port (PARBITER_REQUEST)
 * @size: sizeof(struct parbiter_request)
 * @flags: 0, or one of PARBITER_REQUEST_TRY, PARBITER_REQUEST_QUEUE and
 *	PARBITER_REQUEST_DEADLINE
 * @device: PARBITER_DEVICE_NONE, which requests the port itself; 0 to 3 or
 *	PARBITER_DEVICE_END, to select that device once the port is granted
 * @reserved: zero
 * @deadline_ns: with PARBITER_REQUEST_DEADLINE: when the wait ends, as an
 *	absolute time of CLOCK_MONOTONIC in nanoseconds; otherwise zero
 */
struct parbiter_request {
	__u32 size;
	__u32 flags;
	__s32 device;
	__u32 reserved;
	__aligned_u64 deadline_ns;
};

#define PARBITER_REQUEST_SIZE_V1	24

/* parbiter_select.flags */
#define PARBITER_SELECT_KEEP		(1U << 0)	/* only the device */

/**
 * struct parbiter_select - a device to select (PARBITER_SELECT), or to deselect
 *	(PARBITER_DESELECT)
 * @size: sizeof(struct parbiter_select)
 * @flags: 0; or PARBITER_SELECT_KEEP: the client owns the port, and keeps it
 * @device: PARBITER_SELECT: 0 to 3 or PARBITER_DEVICE_END; PARBITER_DESELECT:
 *	PARBITER_DEVICE_NONE, what is selected is deselected
 * @reserved: zero
 */
struct parbiter_select {
	__u32 size;
	__u32 flags;
	__s32 device;
	__u32 reserved;
};

#define PARBITER_SELECT_SIZE_V1		16

/**
 * struct parbiter_port_info - the port's hardware (PARBITER_GET_PORT_INFO)
 * @size: sizeof(struct parbiter_port_info)
 * @number: N of parportN and of /dev/parbiterN
 * @base: address of the first I/O port of the data, status and control
 *	registers
 * @base_hi: address of the first I/O port of the extended (ECP) registers;
 *	0: the port has none
 * @span: number of I/O ports that begin at @base, one byte each
 * @irq: number of the interrupt line; -1: none (the port is polled)
 * @dma: number of the DMA channel; -1: none
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
#define PARBITER_STATE_FREE	0	/* nobody has the port */
#define PARBITER_STATE_OWNED	1	/* a client owns it */
#define PARBITER_STATE_NATIVE	2	/* a native driver holds it */

/* parbiter_status.owner_kind and parbiter_waiter.kind */
#define PARBITER_KIND_NONE	0	/* the port is free */
#define PARBITER_KIND_PROCESS	1	/* an open file description */
#define PARBITER_KIND_DRIVER	2	/* a kernel driver that uses parbiter,
					 * or parbiter itself: it owns the port
					 * to end the IEEE 1284 mode in which a
					 * client that was closed left it
					 */
#define PARBITER_KIND_NATIVE	3	/* a native driver */

/* parbiter_status.caller: the state of the client that calls */
#define PARBITER_CALLER_IDLE	0
#define PARBITER_CALLER_QUEUED	1
#define PARBITER_CALLER_OWNER	2

/**
 * struct parbiter_status - state and counters of the port (PARBITER_GET_STATUS)
 * @size: sizeof(struct parbiter_status)
 * @state: PARBITER_STATE_*
 * @owner_kind: PARBITER_KIND_* of the owner, or of the native driver that holds
 *	the port
 * @owner_pid: process that owns the port, as a number of the caller's pid
 *	namespace. 0: the port is free, or a driver has it; or the process is
 *	not visible in that namespace; or the process that requested the port
 *	has ended, and other processes still have the descriptor
 * @waiters: number of queued requests
 * @caller: PARBITER_CALLER_* of the client that calls
 * @position: place of the calling client's request in the queue; 1: it is
 *	granted next; 0: the client is not queued
 * @device: the device that the owner has selected, 0 to 3 or
 *	PARBITER_DEVICE_END; PARBITER_DEVICE_NONE: it has selected none, or no
 *	client owns the port
 * @grants: number that grows with every grant since the port appeared. If two
 *	calls return the same number, no client became owner between them
 * @held_ns: how long the owner has owned the port so far, in nanoseconds, with
 *	the resolution of the kernel's timer tick; 0 unless @state is
 *	PARBITER_STATE_OWNED
 * @allocates: how often a client became owner
 * @frees: how often an owner freed the port
 * @cancels: number of requests that PARBITER_CANCEL, a signal or a close
 *	withdrew
 * @timeouts: number of requests that were withdrawn at their deadline
 * @refused_frees: how often a client that did not own the port tried to free it
 * @longest_hold_ns: longest ownership that has ended, in nanoseconds, with the
 *	resolution of the kernel's timer tick
 * @longest_wait_ns: longest time that a request was queued before it was
 *	granted, in nanoseconds
 * @owner: command name of the owner's process, or name of the kernel driver or
 *	native driver; empty if the port is free. The command name is that of
 *	the time at which the process opened the device, or first made a request
 *	through a descriptor that it has inherited. It may be empty, too
 *
 * The counters count since the port appeared. The members are read one after
 * the other, without a lock around all of them, and may be out of date on
 * return. If another thread uses the same client meanwhile, @position may be
 * greater than @waiters.
 */
struct parbiter_status {
	__u32 size;
	__u32 state;
	__u32 owner_kind;
	__s32 owner_pid;
	__u32 waiters;
	__u32 caller;
	__u32 position;
	__s32 device;
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
 * struct parbiter_waiter - one queued request (PARBITER_GET_QUEUE)
 * @kind: PARBITER_KIND_PROCESS or PARBITER_KIND_DRIVER
 * @pid: the waiting process, with the meaning of parbiter_status.owner_pid
 * @device: the device that will be selected, as in struct parbiter_request
 * @position: place in the queue; 1: granted next
 * @waiting_ns: how long the request has been queued, in nanoseconds
 * @name: the waiter's name, with the meaning of parbiter_status.owner
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

/* Number of waiters that one PARBITER_GET_QUEUE returns at most */
#define PARBITER_QUEUE_MAX		64

/**
 * struct parbiter_queue - the waiters in their order (PARBITER_GET_QUEUE)
 * @size: sizeof(struct parbiter_queue)
 * @waiter_size: sizeof(struct parbiter_waiter). Each structure in the array is
 *	cut to this size, or padded with zeros up to it
 * @first: number of waiters to skip; 0 begins with the one granted next
 * @count: in: number of structures for which @waiters has room; 0: none, then
 *	@waiters is not used. out: number of structures that were filled, at
 *	most PARBITER_QUEUE_MAX
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

/*
 * No header and no list of Linux (up to 7.2) uses the ioctl type 0xd7; the
 * static check uapi_collisions verifies it.
 */
#define PARBITER_IOC_TYPE	0xd7

/*
 * PARBITER_REQUEST - request the port; the general form of the next three
 *
 * The argument points to a struct parbiter_request. Its flags are one of
 *
 *   0                           as PARBITER_ALLOCATE
 *   PARBITER_REQUEST_TRY        as PARBITER_TRY_ALLOCATE
 *   PARBITER_REQUEST_QUEUE      0 if the port is granted at once. Otherwise the
 *                               request is queued, and the call fails with
 *                               EINPROGRESS even without O_NONBLOCK. poll()
 *                               reports POLLOUT once the client owns the port
 *   PARBITER_REQUEST_DEADLINE   as PARBITER_ALLOCATE_TIMEOUT, but until
 *                               @deadline_ns
 *
 * With a @device, the call selects that device of an IEEE 1284.3 chain before it
 * returns 0. If the device does not answer, the port is given back, and the call
 * fails with ENXIO. A queued request is granted at a time when nobody can select:
 * then poll() reports POLLOUT, and the device is selected by the first of the
 * requests of <linux/ppdev.h>, read() or write() that uses the port. If the device
 * does not answer, that call fails with ENXIO, and the port is given back; but
 * PPNEGOT fails with EIO, because its ENXIO says that the peripheral has refused the
 * mode. A program that accesses the port by other means first calls PARBITER_SELECT with
 * PARBITER_SELECT_KEEP.
 *
 *   EINVAL      @size, @flags, @device or a reserved member is invalid, or
 *               @deadline_ns is not zero without PARBITER_REQUEST_DEADLINE
 *   E2BIG       see @size above
 *   EOPNOTSUPP  the port is an adapter that cannot select devices
 *   ENXIO       the device does not answer; the client does not own the port
 *   EPERM       with a @device only: another thread has freed the port before
 *               the device was selected
 *   and the errors of the form that the flags select
 */
#define PARBITER_REQUEST		_IO(PARBITER_IOC_TYPE, 0x00)

/*
 * PARBITER_ALLOCATE - wait in the queue for the port, then own it
 *
 * Returns 0 once the client owns the port. With O_NONBLOCK: 0 if the port is
 * granted at once; otherwise the request is queued and the call fails with
 * EINPROGRESS; poll() reports POLLOUT once the client owns the port.
 *
 * A signal whose handler was installed without SA_RESTART ends the wait with
 * EINTR. A signal that runs no handler (stop and continue) or whose handler has
 * SA_RESTART withdraws the request and restarts the call, which joins the tail
 * of the queue.
 *
 *   EDEADLK     this client already owns the port
 *   EALREADY    this client already has a queued request
 *   EUSERS      the queue is full: it has 4,194,303 requests
 *   EINPROGRESS the request is queued (with O_NONBLOCK only)
 *   EINTR       a signal was handled; the request is withdrawn
 *   ECANCELED   PARBITER_CANCEL withdrew the request
 */
#define PARBITER_ALLOCATE		_IO(PARBITER_IOC_TYPE, 0x01)

/*
 * PARBITER_ALLOCATE_TIMEOUT - PARBITER_ALLOCATE for a limited time
 *
 * The argument points to the longest time to wait, in nanoseconds of
 * CLOCK_MONOTONIC. 0 means not to wait. A value whose deadline would be beyond
 * the range of the clock means no limit. The call waits even with O_NONBLOCK.
 *
 * Any signal that runs a handler ends the wait with EINTR, also with
 * SA_RESTART. A signal that runs no handler (stop and continue) restarts the
 * call, which joins the tail of the queue; its deadline stays what it was when
 * the call began.
 *
 *   ETIMEDOUT   the time is over; the request is withdrawn
 *   and the errors of PARBITER_ALLOCATE except EINPROGRESS
 */
#define PARBITER_ALLOCATE_TIMEOUT	_IOW(PARBITER_IOC_TYPE, 0x02, __u64)

/*
 * PARBITER_TRY_ALLOCATE - own the port if it is free now
 *
 * Never queues, and never overtakes a queued request.
 *
 *   EBUSY       a client owns the port (also if it is this client), a request
 *               is queued, a native driver holds the port, or parbiter is just
 *               claiming the port from the parport core or giving it back
 */
#define PARBITER_TRY_ALLOCATE		_IO(PARBITER_IOC_TYPE, 0x03)

/*
 * PARBITER_FREE - free the port and grant it to the first request in the queue
 *
 * If a native driver waits, it gets the port before the queue does.
 *
 *   EPERM       this client does not own the port
 */
#define PARBITER_FREE			_IO(PARBITER_IOC_TYPE, 0x04)

/*
 * PARBITER_CANCEL - withdraw this client's queued request
 *
 * A thread that sleeps in the request gets ECANCELED. poll() reports no event.
 *
 *   ENOENT      this client has no queued request, perhaps because it has just
 *               been granted
 */
#define PARBITER_CANCEL			_IO(PARBITER_IOC_TYPE, 0x05)

/*
 * PARBITER_YIELD - let the waiters go first, and own the port again after them
 *
 * If a client or a native driver waits (then poll() reports POLLPRI): frees the
 * port, joins the tail of the queue and waits as PARBITER_ALLOCATE does, with
 * the same errors; with such an error the client does not own the port any
 * more. If nobody waits: returns 0 at once, and the client still owns the port.
 *
 * The call is never restarted: any signal during the wait is EINTR. The caller
 * continues with PARBITER_ALLOCATE.
 *
 *   EPERM       this client does not own the port
 */
#define PARBITER_YIELD			_IO(PARBITER_IOC_TYPE, 0x06)

/* PARBITER_QUERY_WAITERS - get the number of queued requests */
#define PARBITER_QUERY_WAITERS		_IOR(PARBITER_IOC_TYPE, 0x07, __u32)

/*
 * PARBITER_IS_PORT_FREE - get 1 if the port is free, else 0
 *
 * 0: a client owns the port or waits for it, or a native driver holds it. The
 * answer may be out of date on return.
 */
#define PARBITER_IS_PORT_FREE		_IOR(PARBITER_IOC_TYPE, 0x08, __u8)

/*
 * PARBITER_GET_PORT_INFO, PARBITER_GET_STATUS, PARBITER_GET_QUEUE - fill the
 * struct parbiter_port_info, parbiter_status or parbiter_queue to which the
 * argument points
 *
 *   EINVAL      @size is too small; PARBITER_GET_QUEUE also: @waiter_size is
 *               too small, or @reserved is not zero
 *   E2BIG       see @size above; PARBITER_GET_QUEUE also: @waiter_size is
 *               larger than a page of memory
 *   ENOMEM      PARBITER_GET_QUEUE only: no memory to collect the waiters
 */
#define PARBITER_GET_PORT_INFO		_IO(PARBITER_IOC_TYPE, 0x09)
#define PARBITER_GET_STATUS		_IO(PARBITER_IOC_TYPE, 0x0a)
#define PARBITER_GET_QUEUE		_IO(PARBITER_IOC_TYPE, 0x0b)

/*
 * PARBITER_SELECT - select an IEEE 1284.3 device
 *
 * The argument points to a struct parbiter_select. Without a flag this is
 * PARBITER_REQUEST without a flag, for @device: it waits for the port in the
 * queue, with O_NONBLOCK as described there, and selects the device.
 *
 * With PARBITER_SELECT_KEEP the client must own the port already. The call does
 * not wait. What was selected before is deselected. If it fails, nothing is
 * selected, and the client still owns the port. The negotiated IEEE 1284 mode
 * ends first.
 *
 *   EINVAL      @size, @flags, @device or @reserved is invalid
 *   E2BIG       see @size above
 *   EOPNOTSUPP  the port is an adapter that cannot select devices
 *   ENXIO       the device does not answer
 *   EPERM       this client does not own the port; without the flag: another
 *               thread has freed it before the device was selected
 *   EINTR       the process was killed
 *   and, without the flag, the errors of PARBITER_ALLOCATE
 */
#define PARBITER_SELECT			_IO(PARBITER_IOC_TYPE, 0x0c)

/*
 * PARBITER_DESELECT - deselect what is selected, and free the port
 *
 * The argument points to a struct parbiter_select. With PARBITER_SELECT_KEEP the
 * client keeps the port. PARBITER_FREE, PARBITER_YIELD, PPRELEASE, PPYIELD and
 * the last close deselect as well. The negotiated IEEE 1284 mode ends first.
 *
 *   EINVAL      @size, @flags, @device or @reserved is invalid
 *   E2BIG       see @size above
 *   EPERM       this client does not own the port
 *   ENXIO       the chain does not answer. Without the flag, the port is freed
 *               nevertheless
 *   EINTR       the process was killed
 */
#define PARBITER_DESELECT		_IO(PARBITER_IOC_TYPE, 0x0d)

#endif /* _UAPI_LINUX_PARBITER_H */
