/* SPDX-License-Identifier: GPL-2.0 */
/* The IEEE 1284.3 device that the owner of a port has selected. */
#ifndef _PB_SELECT_H
#define _PB_SELECT_H

#include <linux/compiler.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <uapi/linux/parbiter.h>

struct arbiter_client;
struct pardevice;
struct pb_port;

/**
 * struct pb_select - the device that the owner of a port has selected
 * @lock: Guards @device and @is_unsure, and is held while the port's lines are
 *	driven, with interrupts off. So a Free in whatever context finds a
 *	device selected, or not. It is raw because Free must work in hard
 *	interrupt context on PREEMPT_RT. Taken outside of arbiter.lock.
 * @device: the device that is selected, or PARBITER_DEVICE_END;
 *	PARBITER_DEVICE_NONE: the owner has selected nothing, or nobody owns.
 *	Also read without @lock, for information.
 * @is_unsure: the chain has not answered the last packet that deselects, so a
 *	device may still be selected (@lock)
 */
struct pb_select {
	raw_spinlock_t lock;
	int device;
	bool is_unsure;
};

void pb_select_init(struct pb_select *select);
int pb_select_check(struct pb_port *port, int device);
int pb_select(struct pb_port *port, struct arbiter_client *client, int device);
int pb_deselect(struct pb_port *port, struct arbiter_client *client);
void pb_select_undo(struct pb_port *port);
int pb_select_resume(struct pb_port *port, struct pardevice *claimer);

/* Return whether the owner has selected a device of the chain. Context: any. */
static inline bool pb_select_is_in_chain(const struct pb_select *select)
{
	int device = READ_ONCE(select->device);

	return device != PARBITER_DEVICE_NONE && device != PARBITER_DEVICE_END;
}

/*
 * A request carries its device as arbiter_request.tag. The tag of a request for
 * the port alone is 0. PB_SELECT_LATER is added to the tag if nobody sleeps until
 * the grant, so that the device is selected some time after it.
 */
#define PB_SELECT_LATER	0x100

static inline int pb_select_tag(int device)
{
	return device - PARBITER_DEVICE_NONE;
}

static inline int pb_select_tagged(int tag)
{
	return (tag & ~PB_SELECT_LATER) + PARBITER_DEVICE_NONE;
}

#endif /* _PB_SELECT_H */
