/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A native driver: declarations for native.c, which has the registration, and
 * native_claim.c, which has the claims.
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
 * struct vport_native - a native driver on a port
 * @ref: reference count
 * @lock: guards @pardev and @thread; serialises commands to the driver
 * @pardev: the driver's pardevice, NULL once it is unregistered
 * @config: how the driver behaves
 * @name: the driver's name
 * @number: the number of the port
 * @thread: the thread that is, or was, in parport_claim_or_block()
 * @started: completed when @thread can be signalled
 * @finished: completed when the result of @thread is in @stats
 * @stats_lock: guards @stats; taken in callbacks, with interrupts off
 * @stats: what happened to the driver
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
