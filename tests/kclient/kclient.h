/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/parbiter_kclient: kernel clients of parbiter on command, for tests.
 *
 * Every open file is one kernel client. A command is one write(); it returns
 * the command's length, or fails with the error the kernel API returned. What
 * a command answers is then read().
 *
 *	open N			parbiter_open()
 *	openport N		the same by struct parport
 *	close
 *	try | allocate | killable | timeout NS | async
 *	free | cancel | yield
 *	query | isfree | isowner	answer: a number
 *	enter | leave		EINVAL: entering said NULL
 *	send			transfers blocks to the port's printer until the
 *				port is gone
 *	sent			answer: bytes sent
 *	result			answer: how the asynchronous request ended,
 *				-115 (EINPROGRESS) while it has not
 *	removed | contended	answer: how often that callback was called
 *	onremove close|keep	what the removed callback does
 *	ondone free|keep	what the asynchronous callback does with a grant
 *	info			answer: PARALLEL_PORT_INFORMATION as text
 *	wtry | wfree | wquery | wpolite	the Windows callbacks, by ported source
 *	hard CMD | off CMD	try, free, cancel, query, isfree, enter, leave,
 *				wtry, wfree, wquery from hard interrupt, or with interrupts
 *				off; of those that return nothing else, the
 *				error is the write's
 *	contend T S		T kernel threads with tickets and S without
 *				contend, until cell.stop
 *	storm N			N times from hard interrupt on any CPU: try,
 *				and free if granted; answer: grants
 *	join			waits for the threads; answer: their failures
 *	leak			loses some memory, without a client
 *
 * poll() says POLLIN once the asynchronous request ended, POLLHUP after
 * removed.
 *
 * mmap() maps struct cell, shared by everybody who contends, in the kernel
 * and outside.
 */
#ifndef PARBITER_KCLIENT_H
#define PARBITER_KCLIENT_H

#include <linux/types.h>

/**
 * struct cell - what the port's owner alone may touch, and who comes next
 * @lock: spin lock of @next_ticket: who holds it makes its request, then
 *	draws a ticket, so that tickets are numbered in order of request
 * @next_ticket: next ticket to draw
 * @stop: everybody stops asking
 * @served: next ticket to be granted; the owner's, as all that follows
 * @owner: who owns, 0: nobody
 * @count: incremented by every owner, without any atomic operation
 * @handoffs: grants that had been queued
 * @overlaps: an owner found another one
 * @disorders: a grant out of turn
 * @reserved: zero
 */
struct cell {
	__u32 lock;
	__u32 next_ticket;
	__u32 stop;
	__u32 served;
	__u32 owner;
	__u32 overlaps;
	__u32 disorders;
	__u32 reserved;
	__u64 count;
	__u64 handoffs;
};

#endif /* PARBITER_KCLIENT_H */
