/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A port: one physical parallel port, and the arbiter that clients share it by.
 *
 * A port appears and disappears with the parport core's. While clients have it
 * open, two devices are registered with the core, see struct pb_claim.
 *
 * The files of this directory, each uses those before it only: waitlist
 * (the core's wait list), registers (whose settings they have), select (IEEE
 * 1284.3 devices), ecr (chip modes), service (who is called at interrupts), claim
 * (the arbiter's backing), port (the object and the list of ports), trace (the trace
 * events; claim and driver use its header), devices (what is registered with the
 * core), watch (who polls in sysfs), pm (suspend), driver (the core's
 * callbacks).
 */
#ifndef _PB_PORT_H
#define _PB_PORT_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/parport.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>

#include "arbiter/arbiter.h"
#include "claim.h"
#include "devices.h"
#include "ecr.h"
#include "pm.h"
#include "registers.h"
#include "select.h"
#include "service.h"
#include "watch.h"

struct parbiter_port_info;
struct pb_node;

#define PB_PORT_NAME_LEN	16

/**
 * struct pb_port - a port
 * @arb: its arbiter
 * @ref: one reference for being listed, one for each client, one for its
 *	devices
 * @node: in the list of ports (ports_lock of port.c)
 * @number: N of parportN
 * @name: "parportN"
 * @lock: Guards @clients, @devices, @services, @gone, and the pointers in @claim. Taken
 *	inside the core's registration lock and the misc device lock. The core
 *	may be called with it held, but for what takes the registration lock.
 * @gone: the port was unplugged, for good (@lock)
 * @parport: The core's port, NULL once the port is gone. It does not change
 *	while @lock is held, while @arb is on, or (with READ_ONCE()) in an RCU
 *	read-side critical section.
 * @claim: how @arb claims from the core
 * @registers: whose settings the registers have
 * @select: the IEEE 1284.3 device that the owner has selected
 * @chain_devices: number of IEEE 1284.3 devices that a client has counted; -1:
 *	none has. For information, written and read without a lock
 * @ecr: the chip mode that the owner has set
 * @devices: the devices that are registered with the core
 * @services: who is called at the port's interrupts
 * @pm: the registers while the machine sleeps
 * @traced: the last grant that was traced: its number in @arb.stats, and the time in
 *	nanoseconds of CLOCK_MONOTONIC (@arb.lock)
 * @clients: the list of clients (@lock), see client/client.h
 * @callback_ended: woken when a client's callback ends, see client/client.h
 * @mode_leavers: number of times that a file has given the port up in a
 *	negotiated IEEE 1284 mode, written by the owner, see file/closing.c
 * @watch: who polls the files of its device node in sysfs
 * @device_node: its device node, see file/node.c
 * @rcu: frees it
 */
struct pb_port {
	struct arbiter arb;
	struct kref ref;
	struct list_head node;
	unsigned int number;
	char name[PB_PORT_NAME_LEN];
	struct mutex lock; /* see above */
	bool gone;
	struct parport *parport;
	struct pb_claim claim;
	struct pb_registers registers;
	struct pb_select select;
	int chain_devices;
	struct pb_ecr ecr;
	struct pb_devices devices;
	struct pb_services services;
	struct pb_pm pm;
	struct {
		u64 grant;
		u64 since;
	} traced;
	struct list_head clients;
	wait_queue_head_t callback_ended;
	unsigned int mode_leavers;
	struct pb_watch watch;
	struct pb_node *device_node;
	struct rcu_head rcu;
};

struct pb_port *pb_port_create(struct parport *parport);
void pb_port_list(struct pb_port *port);
void pb_port_unlist(struct pb_port *port);
void pb_port_for_each(void (*call)(struct pb_port *port));
void pb_port_trace(bool on);

struct pb_port *pb_port_get_number(unsigned int number);
struct pb_port *pb_port_get_parport(struct parport *parport);
void pb_port_get(struct pb_port *port);
void pb_port_put(struct pb_port *port);

bool pb_port_is_free(struct pb_port *port);
bool pb_port_native_owner(struct pb_port *port, char *name, size_t size);
int pb_port_info(struct pb_port *port, struct parbiter_port_info *info);
int pb_port_pci_bus(struct pb_port *port);

#endif /* _PB_PORT_H */
