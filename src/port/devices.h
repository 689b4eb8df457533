/* SPDX-License-Identifier: GPL-2.0 */
/* What is registered with the parport core while a port has clients. */
#ifndef _PB_DEVICES_H
#define _PB_DEVICES_H

#include <linux/types.h>
#include <linux/workqueue.h>

struct parport;
struct pb_port;
struct pb_retired_devices;

/**
 * struct pb_devices - the devices that parbiter registers on a port
 * @users: number of clients
 * @interrupts: number of clients and of pb_port.services that get the port's
 *	interrupts; read without the lock by the context that claims for the
 *	arbiter
 * @retired: keeps the devices, once they are unregistered, from being freed
 *	while other drivers may still look at them; NULL: none are registered
 * @linger: unregisters the devices that a busy port keeps after its last close
 * @busy: the devices were registered soon after @unregistered
 * @unregistered: when devices were last unregistered, in jiffies; 0: never
 *
 * All members are written under pb_port.lock, and read under it if nothing else
 * is said.
 */
struct pb_devices {
	unsigned int users;
	unsigned int interrupts;
	struct pb_retired_devices *retired;
	struct delayed_work linger;
	bool busy;
	unsigned long unregistered;
};

void pb_devices_init(struct pb_port *port);
int pb_devices_use_locked(struct pb_port *port, bool interrupts);
void pb_devices_unuse_locked(struct pb_port *port, bool interrupts);
void pb_devices_want_interrupts_locked(struct pb_port *port);
void pb_devices_need_no_interrupts_locked(struct pb_port *port);
void pb_devices_stop_locked(struct pb_port *port);
void pb_devices_unregister_locked(struct pb_port *port);
void pb_devices_begin_to_count(void);
void pb_devices_count_natives(struct pb_port *port, struct parport *parport);
struct parport *pb_devices_parport(const struct device *dev);

#endif /* _PB_DEVICES_H */
