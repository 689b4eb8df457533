// SPDX-License-Identifier: GPL-2.0
/*
 * A port as an object: its lifetime, the list of ports, and functions that
 * report the state of a port. Documentation/locking.rst has the lock order.
 */
#include <linux/errno.h>
#include <linux/parport.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <uapi/linux/parbiter.h>

#include "port.h"

/* Guards ports. */
static DEFINE_MUTEX(ports_lock);
static LIST_HEAD(ports);

/* Number of trace events that are on and concern clients (ports_lock) */
static unsigned int ports_traced;

/**
 * pb_port_create() - allocate and initialize a port
 * @parport: the core's port
 *
 * Context: process, may sleep.
 * Return: the port, which is not listed yet, with one reference; NULL: out of
 * memory.
 */
struct pb_port *pb_port_create(struct parport *parport)
{
	struct pb_port *port;

	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return NULL;
	pb_claim_init(port);
	pb_select_init(&port->select);
	port->chain_devices = -1;
	pb_ecr_init(&port->ecr);
	pb_service_init(&port->services);
	pb_watch_init(&port->watch);
	kref_init(&port->ref);
	mutex_init(&port->lock);
	INIT_LIST_HEAD(&port->clients);
	init_waitqueue_head(&port->callback_ended);
	port->number = parport->number;
	strscpy(port->name, parport->name, sizeof(port->name));
	port->parport = parport_get_port(parport);
	return port;
}

/**
 * pb_port_get() - take a reference on a port
 * @port: a port
 *
 * Context: any.
 */
void pb_port_get(struct pb_port *port)
{
	kref_get(&port->ref);
}

static void port_free(struct kref *ref)
{
	struct pb_port *port = container_of(ref, struct pb_port, ref);

	mutex_destroy(&port->lock);
	kfree_rcu(port, rcu);
}

/**
 * pb_port_put() - drop a reference on a port
 * @port: a port
 *
 * Context: any but NMI.
 */
void pb_port_put(struct pb_port *port)
{
	kref_put(&port->ref, port_free);
}

/**
 * pb_port_list() - add a port to the list of ports
 * @port: a port that is not listed; its first reference is the list's
 *
 * Context: process, may sleep.
 */
void pb_port_list(struct pb_port *port)
{
	mutex_lock(&ports_lock);
	list_add_tail(&port->node, &ports);
	if (ports_traced)
		pb_watch_set_events(port, true);
	mutex_unlock(&ports_lock);
}

/**
 * pb_port_unlist() - remove a port from the list of ports
 * @port: a listed port; the caller drops the list's reference
 *
 * Context: process, may sleep.
 */
void pb_port_unlist(struct pb_port *port)
{
	mutex_lock(&ports_lock);
	list_del(&port->node);
	mutex_unlock(&ports_lock);
}

/**
 * pb_port_for_each() - call a function for each listed port
 * @call: the function; called with the list locked
 *
 * Context: process, may sleep.
 */
void pb_port_for_each(void (*call)(struct pb_port *port))
{
	struct pb_port *port;

	mutex_lock(&ports_lock);
	list_for_each_entry(port, &ports, node)
		call(port);
	mutex_unlock(&ports_lock);
}

/**
 * pb_port_trace() - trace clients of all ports as long as an event is on
 * @on: whether one more event is on, or one less
 *
 * Context: process, may sleep.
 */
void pb_port_trace(bool on)
{
	struct pb_port *port;

	mutex_lock(&ports_lock);
	ports_traced += on ? 1 : -1;
	list_for_each_entry(port, &ports, node)
		pb_watch_set_events(port, ports_traced);
	mutex_unlock(&ports_lock);
}

/**
 * pb_port_get_number() - find a port by its number
 * @number: N of parportN
 *
 * Context: process, may sleep.
 * Return: the port, with a reference taken; NULL: there is none.
 */
struct pb_port *pb_port_get_number(unsigned int number)
{
	struct pb_port *port, *found = NULL;

	mutex_lock(&ports_lock);
	list_for_each_entry(port, &ports, node) {
		if (port->number == number) {
			found = port;
			pb_port_get(found);
			break;
		}
	}
	mutex_unlock(&ports_lock);
	return found;
}

/**
 * pb_port_get_parport() - find a port by the core's port
 * @parport: the core's port, or a multiplexed clone of it
 *
 * Context: process, may sleep.
 * Return: the port, with a reference taken; NULL: there is none.
 */
struct pb_port *pb_port_get_parport(struct parport *parport)
{
	struct pb_port *port, *found = NULL;

	mutex_lock(&ports_lock);
	list_for_each_entry(port, &ports, node) {
		if (port->parport == parport->physport) {
			found = port;
			pb_port_get(found);
			break;
		}
	}
	mutex_unlock(&ports_lock);
	return found;
}

/**
 * pb_port_is_free() - find out whether the port is free
 * @port: a port
 *
 * Takes no lock and changes nothing.
 *
 * Context: any but NMI.
 * Return: true if neither a client nor a native driver owns the port and no
 * request is queued; false otherwise, and once the port is gone. The answer
 * may be out of date on return.
 */
bool pb_port_is_free(struct pb_port *port)
{
	struct parport *parport;
	struct pardevice *cad;
	bool ret = false;

	if (!arbiter_is_free(&port->arb))
		return false;
	rcu_read_lock();
	parport = READ_ONCE(port->parport);
	if (parport) {
		/* The core writes cad, a word, without WRITE_ONCE(). */
		cad = data_race(READ_ONCE(parport->cad));
		/*
		 * HELD does not tell: when the claim is given back, the core may
		 * have given the port to a native driver already.
		 */
		ret = !cad || pb_claim_is_by(&port->claim, cad);
	}
	rcu_read_unlock();
	return ret;
}

/**
 * pb_port_native_owner() - find out which native driver owns the port
 * @port: a port
 * @name: where to put the driver's name
 * @size: size of @name, in bytes
 *
 * Context: process, may sleep.
 * Return: true if a native driver owns the port; else @name is not changed.
 */
bool pb_port_native_owner(struct pb_port *port, char *name, size_t size)
{
	struct pardevice *owner = NULL;
	unsigned long flags;

	mutex_lock(&port->lock);
	if (!port->gone) {
		/*
		 * cad_lock keeps the owner, and so its name, from going away.
		 */
		read_lock_irqsave(&port->parport->cad_lock, flags);
		owner = port->parport->cad;
		if (owner && owner->private == port)
			owner = NULL;
		if (owner)
			strscpy(name, owner->name, size);
		read_unlock_irqrestore(&port->parport->cad_lock, flags);
	}
	mutex_unlock(&port->lock);
	return owner;
}

/**
 * pb_port_info() - describe the hardware of a port
 * @port: a port
 * @info: where to put it; @info->size and @info->features are set to 0
 *
 * Context: process, may sleep.
 * Return: 0; -ENODEV: the port is gone.
 */
int pb_port_info(struct pb_port *port, struct parbiter_port_info *info)
{
	struct parport *parport;

	memset(info, 0, sizeof(*info));
	mutex_lock(&port->lock);
	parport = port->parport;
	if (port->gone || !parport) {
		mutex_unlock(&port->lock);
		return -ENODEV;
	}
	info->base = parport->base;
	info->base_hi = parport->base_hi;
	info->span = parport->size;
	info->irq = parport->irq < 0 ? -1 : parport->irq;
	info->dma = parport->dma < 0 ? -1 : parport->dma;
	info->modes = parport->modes;
	mutex_unlock(&port->lock);

	info->number = port->number;
	strscpy(info->name, port->name, sizeof(info->name));
	return 0;
}

/**
 * pb_port_pci_bus() - find out whether a port is on a PCI bus
 * @port: a port
 *
 * Context: process, may sleep.
 * Return: the number of the bus; -1: the port is on another bus, or gone.
 */
int pb_port_pci_bus(struct pb_port *port)
{
	struct device *dev = NULL;
	int bus = -1;

	mutex_lock(&port->lock);
	if (!port->gone)
		dev = port->parport->dev;
	if (dev && dev_is_pci(dev))
		bus = to_pci_dev(dev)->bus->number;
	mutex_unlock(&port->lock);
	return bus;
}
