/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A port: one physical parallel port, as an arbiter's backing.
 *
 * A port appears and disappears with the parport core's. While clients have
 * it open it is "engaged": registered with the core as two devices,
 *
 *	the claimer	makes every core claim. It has no wakeup callback, so
 *			the core never puts it on its wait list, whose removal
 *			path can lock up a CPU
 *	the listener	stands on the core's wait list while requests wait
 *			behind a native driver, and is told when to try again
 */
#ifndef _PARBITER_PORT_H
#define _PARBITER_PORT_H

#include <linux/irq_work.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/parport.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "arbiter/arbiter.h"

struct parbiter_node;
struct port_devices;

#define PARBITER_PORT_NAME_LEN	16

/* Whose the registers of a port are, if not a file's: parbiter_port.registers */
#define PARBITER_REGISTERS_CLAIMED	NULL	/* as restored by the claim */
#define PARBITER_REGISTERS_UNKNOWN	((const void *)-1L)

/**
 * struct parbiter_port - a port
 * @arb: its arbiter
 * @ref: one for being listed, one for each client, one for its devices
 * @node: in the list of ports (ports_lock of port.c)
 * @number: N of parportN
 * @name: "parportN"
 * @lock: guards @clients, @users, @gone, @claimer and @listener. Taken under
 *	the core's registration lock and the misc device lock; the core may be
 *	called with it held, but for what takes the registration lock
 * @clients: its clients
 * @told: waits for a client's removed callback to return
 * @users: number of clients
 * @gone: unplugged; for ever
 * @parport: the core's port, NULL once gone. Stable under @lock, while
 *	@arb is on, and (with READ_ONCE()) in an RCU read-side section
 * @claimer: see above. Stable while @arb is on
 * @listener: see above, NULL: the port is registered exclusively. As @claimer
 * @devices: keeps both, once unregistered, from those who still look at them
 * @work: does what could not be done in its caller's context, and asks again
 *	while requests wait behind a native driver
 * @backoff: jiffies until @work asks again. Written while @arb is BUSY
 * @registers: whose settings the registers are: a file's (an address to
 *	compare, no reference), or see above. Written by whoever owns, or
 *	claims; a file that goes replaces itself by compare-and-exchange
 * @left: how often a file has given the port up in a negotiated IEEE 1284
 *	mode: the last one that did ends it. Written by whoever owns
 * @suspended: the registers below were saved, and the machine sleeps. Of the
 *	core's power management callbacks, which come one after the other; as
 *	@state and @data
 * @state: the registers meanwhile
 * @data: the data lines meanwhile
 * @tell_owner: tells the owner that a native driver waits
 * @linger: unregisters the devices that a busy port keeps after its last close
 * @busy: they were registered soon after @disengaged (@lock)
 * @disengaged: when devices were last unregistered, in jiffies; 0: never (@lock)
 * @cdev: its device node, cdev.c's
 * @rcu: frees it
 */
struct parbiter_port {
	struct arbiter arb;
	struct kref ref;
	struct list_head node;
	unsigned int number;
	char name[PARBITER_PORT_NAME_LEN];
	struct mutex lock; /* see above */
	struct list_head clients;
	wait_queue_head_t told;
	unsigned int users;
	bool gone;
	struct parport *parport;
	struct pardevice *claimer;
	struct pardevice *listener;
	struct port_devices *devices;
	struct delayed_work work;
	unsigned long backoff;
	const void *registers;
	unsigned int left;
	bool suspended;
	u8 data;
	struct parport_state state;
	struct irq_work tell_owner;
	struct delayed_work linger;
	bool busy;
	unsigned long disengaged;
	struct parbiter_node *cdev;
	struct rcu_head rcu;
};

/**
 * struct parbiter_port_hooks - what the layers above do about ports
 * @added: a port appeared
 * @removing: it is gone; nobody new may come
 * @removed: its requests have ended; tell its clients
 *
 * All in process context, under the core's registration lock.
 */
struct parbiter_port_hooks {
	void (*added)(struct parbiter_port *port);
	void (*removing)(struct parbiter_port *port);
	void (*removed)(struct parbiter_port *port);
};

/* For every port's work. As a driver's callbacks, it may not wait for memory. */
extern struct workqueue_struct *parbiter_port_wq;
extern const struct dev_pm_ops parbiter_pm_ops;

int parbiter_port_init(const struct parbiter_port_hooks *hooks);
void parbiter_port_exit(void);

struct parbiter_port *parbiter_port_get_number(unsigned int number);
struct parbiter_port *parbiter_port_get_parport(struct parport *parport);
void parbiter_port_get(struct parbiter_port *port);
void parbiter_port_put(struct parbiter_port *port);

int parbiter_port_use_locked(struct parbiter_port *port);
void parbiter_port_unuse_locked(struct parbiter_port *port);

bool parbiter_port_is_free(struct parbiter_port *port);
bool parbiter_port_native_owner(struct parbiter_port *port, char *name,
				size_t size);

/* The owner, who is no file, may do with the registers what it likes. */
static inline void parbiter_port_lose_registers(struct parbiter_port *port)
{
	WRITE_ONCE(port->registers, PARBITER_REGISTERS_UNKNOWN);
}

#endif /* _PARBITER_PORT_H */
