// SPDX-License-Identifier: GPL-2.0
/*
 * Ports come and go: the parport core's callbacks, the list of ports, and
 * what registers a port with the core while clients have it open.
 *
 * Locks, outermost first: the core's registration lock (held around
 * port_match() and port_detach()), the misc device lock (held around open()),
 * parbiter_port.lock, the bus notifier's, ports_lock, arbiter.lock. A file's
 * parbiter_io.lock is taken under the first only, and outside of arbiter.lock.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/parport.h>
#include <linux/pm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "claim.h"
#include "port.h"
#include "waitlist.h"

static bool exclusive;
module_param(exclusive, bool, 0444);
MODULE_PARM_DESC(exclusive,
		 "Keep native drivers (lp, ppdev, ...) off a port while a client has it open (default: N)");

/* Guards ports, and makes counting native drivers and acting on it one. */
static DEFINE_MUTEX(ports_lock);
static LIST_HEAD(ports);
static const struct parbiter_port_hooks *port_hooks;

struct workqueue_struct *parbiter_port_wq;

static struct parbiter_port *port_find_locked(struct parport *parport)
{
	struct parbiter_port *port;

	lockdep_assert_held(&ports_lock);
	list_for_each_entry(port, &ports, node)
		if (port->parport == parport)
			return port;
	return NULL;
}

/**
 * parbiter_port_get() - take a reference
 * @port: a port
 */
void parbiter_port_get(struct parbiter_port *port)
{
	kref_get(&port->ref);
}

static void port_free(struct kref *ref)
{
	struct parbiter_port *port = container_of(ref, struct parbiter_port,
						  ref);

	mutex_destroy(&port->lock);
	kfree_rcu(port, rcu);
}

/**
 * parbiter_port_put() - drop a reference
 * @port: a port
 *
 * Context: any but NMI.
 */
void parbiter_port_put(struct parbiter_port *port)
{
	kref_put(&port->ref, port_free);
}

/**
 * parbiter_port_get_number() - find a port by number
 * @number: N of parportN
 *
 * Context: process, may sleep.
 * Return: the port with a reference taken, or NULL.
 */
struct parbiter_port *parbiter_port_get_number(unsigned int number)
{
	struct parbiter_port *port, *found = NULL;

	mutex_lock(&ports_lock);
	list_for_each_entry(port, &ports, node) {
		if (port->number == number) {
			found = port;
			parbiter_port_get(found);
			break;
		}
	}
	mutex_unlock(&ports_lock);
	return found;
}

/**
 * parbiter_port_get_parport() - find a port by the core's
 * @parport: the core's port, or a multiplexed clone of it
 *
 * Context: process, may sleep.
 * Return: the port with a reference taken, or NULL.
 */
struct parbiter_port *parbiter_port_get_parport(struct parport *parport)
{
	struct parbiter_port *port;

	mutex_lock(&ports_lock);
	port = port_find_locked(parport->physport);
	if (port)
		parbiter_port_get(port);
	mutex_unlock(&ports_lock);
	return port;
}

/* The physical port of a pardevice on the core's bus; NULL: not one. */
static struct parport *port_of_pardevice(const struct device *dev)
{
	if (!dev->parent || dev->parent->bus != dev->bus)
		return NULL;
	return to_parport_dev(dev->parent)->physport;
}

/* Stops the walk, with 1, at a native driver's device on the port. */
static int port_match_native(struct device *dev, void *data)
{
	struct parbiter_port *port = data;

	return port_of_pardevice(dev) == port->parport &&
	       to_pardevice(dev)->private != port;
}

/*
 * Are there native drivers on the port? Then its claim is not kept when
 * nobody owns it, and is let go here and now if it is idle.
 */
static void port_count_natives_locked(struct parbiter_port *port)
{
	lockdep_assert_held(&ports_lock);
	arbiter_set_shared(&port->arb,
			   bus_for_each_dev(port->parport->bus_dev.bus, NULL,
					    port, port_match_native));
}

/*
 * A device comes to or goes from the core's bus. A newcomer's device is added
 * to the bus before it can claim anything, so by then it finds the port
 * unclaimed and keeps the initial registers of its own; if a client owns just
 * then, its Free lets the claim go.
 *
 * What goes is freed soon after this has returned. It is not to be left on the
 * core's wait list; who comes to light there waits, and the owner must know.
 */
static int port_bus_notify(struct notifier_block *nb, unsigned long action,
			   void *data)
{
	struct parport *parport = port_of_pardevice(data);
	struct parbiter_port *port;
	bool mended;

	if (!parport || (action != BUS_NOTIFY_ADD_DEVICE &&
			 action != BUS_NOTIFY_REMOVED_DEVICE))
		return NOTIFY_DONE;

	mended = action == BUS_NOTIFY_REMOVED_DEVICE &&
		 parbiter_waitlist_mend(parport, to_pardevice(data));
	mutex_lock(&ports_lock);
	port = port_find_locked(parport);
	if (port)
		port_count_natives_locked(port);
	if (port && mended)
		arbiter_notify_owner(&port->arb);
	mutex_unlock(&ports_lock);
	return NOTIFY_OK;
}

static struct notifier_block port_bus_notifier = {
	.notifier_call = port_bus_notify,
};

/* Is a native driver in the way of registering with the core? */
static bool port_is_barred(const struct parport *parport)
{
	return (parport->flags & PARPORT_FLAG_EXCL) ||
	       (exclusive && parport->devices);
}

/* Says who it is. */
static int port_refused(struct parbiter_port *port)
{
	struct parport *parport = port->parport;
	char name[32] = "another driver";

	spin_lock(&parport->pardevice_lock);
	if (parport->devices)
		strscpy(name, parport->devices->name, sizeof(name));
	spin_unlock(&parport->pardevice_lock);

	pr_err_ratelimited("%s: cannot be opened%s: %s is registered on it%s\n",
			   port->name, exclusive ? " exclusively" : "", name,
			   exclusive ? "; unload it, or load parbiter without exclusive=1" :
			   " exclusively; close or unload it");
	return -EBUSY;
}

/**
 * struct port_devices - devices that the core may still be looking at
 * @port: whose; a reference
 * @claimer: the claimer; a reference once unregistered
 * @listener: the listener, or NULL; as @claimer
 * @rcu: ends it
 *
 * parport_release() walks the core's devices and its wait list, and calls the
 * listener's wakeup, without any lock. A native driver's may be preempted in
 * there while our last client closes. It does not sleep in there: once every
 * task has been seen to sleep, or to be elsewhere, nobody looks any more.
 */
struct port_devices {
	struct parbiter_port *port;
	struct pardevice *claimer;
	struct pardevice *listener;
	struct rcu_head rcu;
};

/*
 * A kernel without RCU tasks takes call_rcu() for call_rcu_tasks(). That is as
 * good where no task is preempted in the kernel: RCU, too, waits until each CPU
 * has left what it was running. Else a preempted walker would be missed.
 */
static_assert(IS_ENABLED(CONFIG_TASKS_RCU) || !IS_ENABLED(CONFIG_PREEMPTION),
	      "a preemptible kernel without TASKS_RCU: enable FTRACE, KPROBES or FORCE_TASKS_RCU");

static void port_devices_free(struct rcu_head *rcu)
{
	struct port_devices *devices = container_of(rcu, struct port_devices,
						    rcu);

	if (devices->listener)
		put_device(&devices->listener->dev);
	put_device(&devices->claimer->dev);
	parbiter_port_put(devices->port);
	kfree(devices);
}

/* The arbiter is off. */
static void port_unregister_devices(struct parbiter_port *port)
{
	struct port_devices *devices = port->devices;

	arbiter_abandon(&port->arb);
	parbiter_port_get(port);
	devices->port = port;
	if (port->listener) {
		devices->listener = port->listener;
		get_device(&port->listener->dev);
		parport_unregister_device(port->listener);
	}
	devices->claimer = port->claimer;
	get_device(&port->claimer->dev);
	parport_unregister_device(port->claimer);
	port->listener = NULL;
	port->claimer = NULL;
	port->devices = NULL;
	irq_work_sync(&port->tell_owner);
	call_rcu_tasks(&devices->rcu, port_devices_free);
}

static int port_register_devices(struct parbiter_port *port)
{
	const struct pardev_cb claimer = {
		.preempt = parbiter_claim_preempt,
		/* Without one, a port's "interrupts" may come anyhow. */
		.irq_func = port->parport->irq == PARPORT_IRQ_NONE ?
			    NULL : parbiter_claim_interrupt,
		.private = port,
		.flags = exclusive ? PARPORT_DEV_EXCL : 0,
	};
	const struct pardev_cb listener = {
		.wakeup = parbiter_claim_wakeup,
		.private = port,
	};
	struct parport *parport = port->parport;

	/* Asked first, because the core logs every refusal. */
	if (port_is_barred(parport))
		return port_refused(port);

	port->devices = kzalloc(sizeof(*port->devices), GFP_KERNEL);
	if (!port->devices)
		return -ENOMEM;
	port->claimer = parport_register_dev_model(parport, "parbiter",
						   &claimer, port->number);
	if (!port->claimer)
		goto err_free_devices;
	/*
	 * The core's block transfers yield to native drivers between bytes,
	 * in the owner's name and by sleeping on the core's wait list, once
	 * a time slice is over; and give the port up for a while when the
	 * peripheral is slow and their inactivity time is not over. Owners
	 * give way when they say so: see transfer.c.
	 */
	port->claimer->timeslice = ULONG_MAX;
	port->claimer->timeout = -1;
	if (exclusive)
		return 0;
	port->listener = parport_register_dev_model(parport,
						    "parbiter-listener",
						    &listener, port->number);
	if (port->listener)
		return 0;
	port_unregister_devices(port);
	goto out;

err_free_devices:
	kfree(port->devices);
	port->devices = NULL;
out:
	return port_is_barred(parport) ? port_refused(port) : -ENOMEM;
}

/*
 * A port that is opened again so soon after its devices were unregistered
 * keeps them for as long when it is closed once more, so that a program that
 * opens and closes in a loop does not make the core, udev and the memory that
 * awaits RCU tasks work for every round.
 */
#define PORT_LINGER	HZ

static int port_engage_locked(struct parbiter_port *port)
{
	int ret;

	ret = port_register_devices(port);
	if (ret)
		return ret;
	port->busy = port->disengaged &&
		     time_before(jiffies, port->disengaged + PORT_LINGER);

	mutex_lock(&ports_lock);
	port_count_natives_locked(port);
	mutex_unlock(&ports_lock);
	arbiter_start(&port->arb);
	return 0;
}

/* Ends whatever is queued and owned; nothing is under way afterwards. */
static void port_stop_locked(struct parbiter_port *port)
{
	lockdep_assert_held(&port->lock);
	arbiter_stop(&port->arb);
	/* It may queue the work item until it sees that the arbiter is off. */
	irq_work_sync(&port->tell_owner);
	cancel_delayed_work_sync(&port->work);
}

static void port_disengage_locked(struct parbiter_port *port)
{
	port_stop_locked(port);
	port_unregister_devices(port);
	port->disengaged = jiffies ?: 1;
}

static void port_linger(struct work_struct *work)
{
	struct parbiter_port *port = container_of(to_delayed_work(work),
						  struct parbiter_port, linger);

	mutex_lock(&port->lock);
	if (!port->users && port->claimer && !port->gone)
		port_disengage_locked(port);
	mutex_unlock(&port->lock);
}

/**
 * parbiter_port_use_locked() - one client more
 * @port: a port; its lock is held
 *
 * The first one registers the port's devices with the core, if they are not.
 *
 * Context: process, may sleep.
 * Return: 0, -ENODEV (gone), -EBUSY (a native driver is in the way; logged),
 * -ENOMEM.
 */
int parbiter_port_use_locked(struct parbiter_port *port)
{
	int ret;

	lockdep_assert_held(&port->lock);
	if (port->gone)
		return -ENODEV;
	if (!port->claimer) {
		ret = port_engage_locked(port);
		if (ret)
			return ret;
	}
	port->users++;
	return 0;
}

/**
 * parbiter_port_unuse_locked() - one client less
 * @port: a port; its lock is held
 *
 * With the last one the core forgets parbiter, so that the port's driver can
 * be unloaded and ppdev's PPEXCL works: at once, or, if the port is opened and
 * closed time and again, a moment later.
 *
 * Context: process, may sleep.
 */
void parbiter_port_unuse_locked(struct parbiter_port *port)
{
	lockdep_assert_held(&port->lock);
	if (--port->users || port->gone)
		return;
	if (port->busy)
		queue_delayed_work(parbiter_port_wq, &port->linger,
				   PORT_LINGER);
	else
		port_disengage_locked(port);
}

static struct parbiter_port *port_create(struct parport *parport)
{
	struct parbiter_port *port;

	port = kzalloc(sizeof(*port), GFP_KERNEL);
	if (!port)
		return NULL;
	parbiter_claim_init(port);
	kref_init(&port->ref);
	mutex_init(&port->lock);
	INIT_LIST_HEAD(&port->clients);
	init_waitqueue_head(&port->told);
	INIT_DELAYED_WORK(&port->linger, port_linger);
	port->number = parport->number;
	strscpy(port->name, parport->name, sizeof(port->name));
	port->parport = parport_get_port(parport);
	return port;
}

/*
 * The core has a port. It may say so twice: a port that is announced while
 * the driver registers is offered by both; the registration lock is held, so
 * one after the other.
 */
static void port_match(struct parport *parport)
{
	struct parbiter_port *port;

	/* A multiplexed clone is the same physical port. */
	if (parport->physport != parport)
		return;

	mutex_lock(&ports_lock);
	port = port_find_locked(parport);
	if (port) {
		mutex_unlock(&ports_lock);
		return;
	}
	port = port_create(parport);
	if (port)
		list_add_tail(&port->node, &ports);
	mutex_unlock(&ports_lock);

	if (port)
		port_hooks->added(port);
	else
		pr_err("%s: out of memory, not shared\n", parport->name);
}

/*
 * A port of the core's goes, or parbiter does. May be called for a port never
 * seen. Everything that refers to the core's port is undone before this
 * returns: the core frees its operations next, and leaks a reference on the
 * low-level driver for every device unregistered later. Waits for nobody in
 * user space. The port itself lives on, dead, until its last close.
 */
static void port_detach(struct parport *parport)
{
	struct parbiter_port *port;

	mutex_lock(&ports_lock);
	port = port_find_locked(parport);
	if (port)
		list_del(&port->node);
	mutex_unlock(&ports_lock);
	if (!port)
		return;

	/* a) Nobody new comes. */
	port_hooks->removing(port);

	/* b) Every request ends, and nobody can begin to own. */
	mutex_lock(&port->lock);
	port->gone = true;
	if (port->claimer)
		port_stop_locked(port);
	mutex_unlock(&port->lock);
	/* Not queued any more, and without effect. */
	cancel_delayed_work_sync(&port->linger);

	/*
	 * c) Clients let go of the hardware. The core's claim is still ours:
	 *    an owner may be inside one of the core's transfers, which would
	 *    not survive without it.
	 */
	port_hooks->removed(port);

	/* d) The claim is returned, the core forgets us, and we its port. */
	mutex_lock(&port->lock);
	if (port->claimer)
		port_unregister_devices(port);
	WRITE_ONCE(port->parport, NULL);
	mutex_unlock(&port->lock);
	synchronize_rcu();
	parport_put_port(parport);
	parbiter_port_put(port);
}

static struct parport_driver port_driver = {
	.name = "parbiter",
	.match_port = port_match,
	.detach = port_detach,
	.driver.pm = pm_sleep_ptr(&parbiter_pm_ops),
};

/**
 * parbiter_port_is_free() - does nobody own or wait for the port?
 * @port: a port
 *
 * Takes no lock and changes nothing.
 *
 * Context: any but NMI.
 * Return: as named, native drivers included; may be out of date on return.
 */
bool parbiter_port_is_free(struct parbiter_port *port)
{
	struct parport *parport;
	bool ret;

	if (!arbiter_is_free(&port->arb))
		return false;
	rcu_read_lock();
	parport = READ_ONCE(port->parport);
	ret = parport && (arbiter_is_held(&port->arb) ||
			  !READ_ONCE(parport->cad));
	rcu_read_unlock();
	return ret;
}

/**
 * parbiter_port_native_owner() - which native driver has the port?
 * @port: a port
 * @name: where to put its name
 * @size: size of @name, in bytes
 *
 * Context: process, may sleep.
 * Return: true if one does.
 */
bool parbiter_port_native_owner(struct parbiter_port *port, char *name,
				size_t size)
{
	struct pardevice *owner = NULL;
	unsigned long flags;

	mutex_lock(&port->lock);
	if (!port->gone) {
		/* cad_lock keeps the owner, and so its name, from going. */
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
 * parbiter_port_init() - begin to pick up ports
 * @hooks: of the layers above
 *
 * Context: process, may sleep.
 * Return: 0, -ENOMEM or the parport core's error.
 */
int parbiter_port_init(const struct parbiter_port_hooks *hooks)
{
	struct parbiter_port *port;
	int ret;

	port_hooks = hooks;
	parbiter_port_wq = alloc_workqueue("parbiter_port",
					   WQ_UNBOUND | WQ_HIGHPRI |
					   WQ_MEM_RECLAIM, 0);
	if (!parbiter_port_wq)
		return -ENOMEM;
	ret = parport_register_driver(&port_driver);
	if (ret)
		goto err_destroy_wq;
	/* The bus is known only now; who came meanwhile is counted here. */
	ret = bus_register_notifier(port_driver.driver.bus,
				    &port_bus_notifier);
	if (ret)
		goto err_unregister_driver;
	mutex_lock(&ports_lock);
	list_for_each_entry(port, &ports, node)
		port_count_natives_locked(port);
	mutex_unlock(&ports_lock);
	return 0;

err_unregister_driver:
	parport_unregister_driver(&port_driver);
err_destroy_wq:
	destroy_workqueue(parbiter_port_wq);
	return ret;
}

/**
 * parbiter_port_exit() - let every port go
 *
 * Context: process, may sleep. No client is left.
 */
void parbiter_port_exit(void)
{
	bus_unregister_notifier(port_driver.driver.bus, &port_bus_notifier);
	parport_unregister_driver(&port_driver);
	destroy_workqueue(parbiter_port_wq);
	/* Devices are freed after one grace period, ports after another. */
	if (IS_ENABLED(CONFIG_TASKS_RCU))
		rcu_barrier_tasks();
	rcu_barrier();
}
