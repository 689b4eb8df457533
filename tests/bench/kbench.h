/* SPDX-License-Identifier: GPL-2.0 */
/*
 * parbiter_bench.ko: measurements inside the kernel, for bench.c.
 *
 * Writing "WHAT PORT [LENGTH]" to the module's parameter "measure" measures WHAT.
 * Reading the parameter then returns the median, the least and the greatest of
 * KBENCH_RUNS measurements, after KBENCH_WARM that do not count, in cycles of the
 * time stamp counter. With QEMU's option -icount shift=0 a cycle is an instruction.
 *
 *	empty		two readings of the counter with nothing in between
 *	loop		a loop of KBENCH_LOOP instructions
 *	cmpxchg		two compare-and-exchanges
 *	mutex		mutex_lock() and mutex_unlock()
 *	mask		disable_irq_nosync() and enable_irq() of the port's line
 *	parport		parport_claim() and parport_release()
 *	opened		the same while a client of parbiter has the port open
 *	armed		the same as parport by a driver with an interrupt handler
 *	try		parbiter_try_allocate(), claim kept
 *	free		parbiter_free(), claim kept
 *	parbiter	parbiter_try_allocate() and parbiter_free(), claim kept
 *	beside		the same with a native driver registered on the port
 *	shared		the same with two native drivers registered on the port
 *	handed		parport_claim() and parport_release() by the only native
 *			driver, while parbiter keeps the idle claim
 *
 * With "locked " before WHAT, locked operations are counted instead of cycles, with
 * "steps " instructions; neither counts those of interrupts. Only KBENCH_STEPPED
 * calls are measured then.
 *
 * With LENGTH requests queued behind an owner by parbiter_allocate_async():
 *
 *	enqueue		parbiter_allocate_async() of one more client
 *	cancel		parbiter_cancel() of the client in the middle
 *	handoff		parbiter_free() of the owner
 *	handoff_irq	the same, the callback runs in an irq_work
 *	callback	from parbiter_free() to the callback of the head
 *	callback_irq	the same, in an irq_work
 *	query		parbiter_query_waiters()
 */
#ifndef PARBITER_KBENCH_H
#define PARBITER_KBENCH_H

#define KBENCH_WARM	100
#define KBENCH_RUNS	1000
#define KBENCH_STEPPED	10
#define KBENCH_LOOP	2000	/* instructions */
#define KBENCH_LOCKED	"locked "
#define KBENCH_STEPS	"steps "

#endif /* PARBITER_KBENCH_H */
