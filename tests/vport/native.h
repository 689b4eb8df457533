/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A native driver of the virtual port's tests: shared by native.c, which has its
 * registration, and native_claim.c, which has its claims.
 */
#ifndef _PARBITER_VPORT_NATIVE_H
#define _PARBITER_VPORT_NATIVE_H

#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/parport.h>
#include <linux/spinlock.h>

#include "vport.h"

struct task_struct;

/**
 * struct vport_native - one native driver on one port
 * @ref: references
 * @lock: guards @pardev and @thread; serialises what the driver is told to do
 * @pardev: NULL once unregistered
 * @config: how it behaves
 * @name: its name
 * @number: of its port
 * @thread: inside parport_claim_or_block(), or just out of it
 * @started: @thread can be signalled
 * @finished: @thread knows its result
 * @stats_lock: guards @stats; taken in callbacks, with interrupts off
 * @stats: what happened
 */
struct vport_native {
	struct kref ref;
	struct mutex lock;		/* see above */
	struct pardevice *pardev;
	struct vport_native_config config;
	const char *name;
	int number;
	struct task_struct *thread;
	struct completion started;
	struct completion finished;
	raw_spinlock_t stats_lock;	/* see above */
	struct vport_native_stats stats;
};

bool parbiter_vport_native_owns(const struct pardevice *pardev);
void parbiter_vport_native_reap(struct vport_native *native, bool force);
void parbiter_vport_native_settle(struct vport_native *native, int ret);

#endif /* _PARBITER_VPORT_NATIVE_H */
