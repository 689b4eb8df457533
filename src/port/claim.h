/* SPDX-License-Identifier: GPL-2.0 */
/* The core claim of a port: the arbiter's backing, over the parport core. */
#ifndef _PB_CLAIM_H
#define _PB_CLAIM_H

#include <linux/atomic.h>
#include <linux/irq_work.h>
#include <linux/workqueue.h>

struct pardevice;
struct pb_port;

/**
 * struct pb_claim - how a port claims from the parport core
 * @claimer: The device that makes every core claim. It has no wakeup callback,
 *	so the core never puts it on its wait list, whose removal path can lock
 *	up a CPU. Written by devices.c under pb_port.lock; does not change while
 *	the arbiter is on.
 * @listener: The device that stands on the core's wait list while requests wait
 *	behind a native driver; its wakeup callback tries again. NULL if the
 *	port is registered exclusively. Written as @claimer is.
 * @native: The one native driver's device on the port, to which an idle claim is
 *	handed over; NULL if there is none, if there are several, or if @wakers
 *	is set. Written by devices.c; the device is there as long as @native is.
 * @wakers: A native driver's device on the port has a wakeup callback, so
 *	parport_release() must be called. Written by devices.c.
 * @work: does what could not be done in its caller's context, and asks again
 *	from time to time while requests wait behind a native driver
 * @backoff: jiffies until @work asks again; written while the arbiter is BUSY,
 *	and before it is turned on
 * @asked: notifies the owner after a native driver has asked for the port
 * @releasing: number of contexts inside parport_release() for parbiter
 */
struct pb_claim {
	struct pardevice *claimer;
	struct pardevice *listener;
	struct pardevice *native;
	bool wakers;
	struct delayed_work work;
	unsigned long backoff;
	struct irq_work asked;
	atomic_t releasing;
};

/*
 * The work items of all ports run on this queue. A callback of a driver that
 * needs the port to free memory may wait for them, so none may wait for memory.
 */
extern struct workqueue_struct *pb_claim_wq;

int pb_claim_create_wq(void);
void pb_claim_destroy_wq(void);
void pb_claim_init(struct pb_port *port);
void pb_claim_begin(struct pb_port *port);
void pb_claim_settle(struct pb_port *port);
void pb_claim_wait_released(struct pb_port *port);
void pb_claim_take_back(struct pb_port *port, struct pardevice *gone);

/* Return whether @dev is parbiter's. It is only compared. Context: any. */
static inline bool pb_claim_is_by(const struct pb_claim *claim,
				  const struct pardevice *dev)
{
	/* Both are written before the port can be claimed, and after it is gone. */
	return data_race(dev == claim->claimer || dev == claim->listener);
}

/* Callbacks of the claimer and of the listener; @private is the port. */
int pb_claim_preempt(void *private);
void pb_claim_wakeup(void *private);
void pb_claim_interrupt(void *private);

#endif /* _PB_CLAIM_H */
