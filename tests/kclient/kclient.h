/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/parbiter_kclient: kernel clients of parbiter, which tests control.
 *
 * Each open file is one kernel client. A command is one write(), which returns the
 * command's length or fails with the error of the kernel API. The answer of a
 * command is what read() returns next.
 *
 *	open N			parbiter_open()
 *	openport N		the same by struct parport
 *	close
 *	try | allocate | killable | timeout NS | async
 *	free | cancel | yield
 *	select			parbiter_select() of the end of the chain
 *	query | isfree | isowner	answer: a number
 *	enter | leave		EINVAL if parbiter_enter() returned NULL
 *	send			transfers blocks to the port's printer until the
 *				port is gone
 *	sent			answer: bytes sent
 *	result			answer: the result of the asynchronous request,
 *				-115 (EINPROGRESS) until it has ended
 *	removed | contended	answer: how often that callback was called
 *	onremove close|keep	what the removed callback does
 *	ondone free|keep	what the asynchronous callback does with a grant
 *	donein irq|worker	where it is called, for the next "open"
 *	info			answer: PARALLEL_PORT_INFORMATION as text
 *	wtry | wfree | wquery | wpolite	the Windows callbacks, called by ported source
 *	ioctl CODE [XX]		parbiter_submit_control(); both are hexadecimal, XX is
 *				the first byte of the input; answer: status and
 *				information
 *	iostatus		answer: the status of the last one, 259
 *				(STATUS_PENDING) until it has ended, if it waited
 *	iocancel		answer: 1 if it was withdrawn
 *	connect | disconnect	an interrupt service routine and a deferred port check
 *				routine; answer as for ioctl
 *	interrupts | checks	answer: how often these were called
 *	hard CMD | off CMD	try, free, cancel, query, isfree, enter, leave,
 *				wtry, wfree, wquery from hard interrupt, or with
 *				interrupts off; the write() fails with the error
 *				of a command that returns one
 *	contend T S		T kernel threads with tickets and S without
 *				contend, until cell.stop
 *	storm N			N times from hard interrupt on any CPU: try,
 *				and free if granted; answer: grants
 *	join			wait for the threads; answer: number that failed
 *	careless CMD		with preemption off: close, allocate, killable, yield
 *				or select, which may sleep; the port must be free or,
 *				for yield, the client's
 *	leak			leak some memory; needs no client
 *	race			change memory without a lock; needs no client
 *	stale			answer: memory that was never written; needs no
 *				client
 *
 * poll() reports POLLIN once the asynchronous request has ended, and POLLHUP once
 * the removed callback has run.
 *
 * mmap() maps struct cell, which all contenders share, in the kernel and in user
 * space.
 */
#ifndef PARBITER_KCLIENT_H
#define PARBITER_KCLIENT_H

#include <linux/types.h>

/**
 * struct cell - memory that only the port's owner may change, and tickets
 * @lock: spin lock of @next_ticket; the holder makes its request and then draws a
 *	ticket, so that tickets are numbered in the order of the requests
 * @next_ticket: the next ticket to draw
 * @stop: all contenders stop
 * @served: the next ticket to be granted; only the owner of the port may access
 *	this member and those below
 * @owner: the id of the owner, or 0
 * @count: incremented by each owner, without any atomic operation
 * @handoffs: number of grants to requests that had been queued
 * @overlaps: how often an owner found another one
 * @disorders: number of grants out of order
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
