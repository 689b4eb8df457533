/* SPDX-License-Identifier: GPL-2.0 */
/*
 * parbiter_bench.ko: measurements inside the kernel, for bench.c.
 *
 * What is written to its parameter "measure" is measured: "WHAT PORT [LENGTH]".
 * The parameter then reads as the median, the least and the greatest of
 * KBENCH_RUNS single measurements in cycles of the time stamp counter, after
 * KBENCH_WARM that do not count. Under QEMU's -icount shift=0 a cycle is an
 * instruction.
 *
 *	empty		two readings of the counter and nothing in between
 *	loop		a loop of KBENCH_LOOP instructions
 *	cmpxchg		two compare-and-exchanges
 *	mutex		mutex_lock() and mutex_unlock()
 *	mask		disable_irq_nosync() and enable_irq() of the port's line
 *	parport		parport_claim() and parport_release()
 *	opened		the same while a client of parbiter's has the port open
 *	armed		parport's by a driver that has an interrupt function
 *	try		parbiter_try_allocate(), claim kept
 *	free		parbiter_free(), claim kept
 *	parbiter	parbiter_try_allocate() and parbiter_free(), claim kept
 *	shared		the same with a native driver registered on the port
 *
 * With "locked " before WHAT, not cycles are counted but locked operations, with
 * "steps " instructions; not those of interrupts. Of KBENCH_STEPPED single calls.
 *
 * And with LENGTH requests queued behind an owner, by parbiter_allocate_async():
 *
 *	enqueue		parbiter_allocate_async() of one more
 *	cancel		parbiter_cancel() of the one in the middle
 *	handoff		parbiter_free() of the owner
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
