// SPDX-License-Identifier: GPL-2.0
/*
 * What is registered with the parport core while clients have a port open: the
 * claimer and the listener (see struct pb_claim), when they are registered and
 * unregistered, and how many native drivers there are beside them.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/parport.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "claim.h"
#include "devices.h"
#include "port.h"

static bool exclusive;
module_param(exclusive, bool, 0444);
MODULE_PARM_DESC(exclusive,
		 "Keep native drivers (lp, ppdev, ...) off a port while a client has it open (default: N)");

/*
 * Makes counting native drivers and passing the result to the arbiter one step:
 * of two counts that race, the result of the later one is also passed on later.
 * Taken inside pb_port.lock and the bus notifier's lock, and outside of
 * arbiter.lock.
 */
static DEFINE_MUTEX(devices_count_lock);

/*
 * The notifier of the core's bus is registered, so that the number of native
 * drivers is known at any time (devices_count_lock)
 */
static bool devices_are_counted;

/**
 * pb_devices_parport() - find the physical port of a device on the core's bus
 * @dev: a device on that bus
 *
 * Context: any.
 * Return: the core's port; NULL: the device is not one of a driver on a port.
 */
struct parport *pb_devices_parport(const struct device *dev)
{
	if (!dev->parent || dev->parent->bus != dev->bus)
		return NULL;
	return to_parport_dev(dev->parent)->physport;
}

/**
 * struct devices_count - the native drivers' devices on a port
 * @port: the port, whose own devices are not counted
 * @parport: the core's port
 * @native: one of the devices
 * @natives: number of devices
 * @wakers: one of them has a wakeup callback
 */
struct devices_count {
	struct pb_port *port;
	struct parport *parport;
	struct pardevice *native;
	unsigned int natives;
	bool wakers;
};

/* Count a device. Returns 0, so that the search goes on. */
static int devices_count_native(struct device *dev, void *data)
{
	struct devices_count *count = data;

	if (pb_devices_parport(dev) != count->parport ||
	    to_pardevice(dev)->private == count->port)
		return 0;
	count->native = to_pardevice(dev);
	count->natives++;
	count->wakers |= !!count->native->wakeup;
	return 0;
}

/**
 * pb_devices_begin_to_count() - say that pb_devices_count_natives() is called
 *	whenever a native driver registers or unregisters
 *
 * The caller counts the natives of each port afterwards. Before this is called,
 * no idle claim is kept.
 *
 * Context: process, may sleep.
 */
void pb_devices_begin_to_count(void)
{
	mutex_lock(&devices_count_lock);
	devices_are_counted = true;
	mutex_unlock(&devices_count_lock);
}

/**
 * pb_devices_count_natives() - find out which native drivers share the port
 * @port: a port
 * @parport: its core port, which stays until this returns
 *
 * If there is one native driver, an idle claim is kept, and handed over when
 * that driver claims. If there are several, it is not known which of them
 * claims. A driver with a wakeup callback may rely on being told that the port
 * is free, although it does not wait: plip lets others preempt it, and claims
 * again in that callback. In both cases an idle claim is not kept, and is given
 * back before this returns, unless another context is inside the core for the
 * arbiter at this moment; that context gives it back.
 *
 * A driver that registers is counted before it can claim, and a driver that
 * unregisters is counted until its device has left the bus, after its last
 * claim. (The core may claim for it later still, see pb_claim_take_back().)
 *
 * The order of the two writes is such that the arbiter is always SHARED, or the
 * one driver known.
 *
 * Context: process, may sleep.
 */
void pb_devices_count_natives(struct pb_port *port, struct parport *parport)
{
	struct devices_count count = { .port = port, .parport = parport };

	mutex_lock(&devices_count_lock);
	bus_for_each_dev(parport->bus_dev.bus, NULL, &count,
			 devices_count_native);
	WRITE_ONCE(port->claim.wakers, count.wakers);
	if (count.natives > 1 || count.wakers || !devices_are_counted) {
		arbiter_set_shared(&port->arb, true);
		WRITE_ONCE(port->claim.native, NULL);
	} else {
		WRITE_ONCE(port->claim.native, count.native);
		arbiter_set_shared(&port->arb, false);
	}
	mutex_unlock(&devices_count_lock);
}

/* Return whether a native driver keeps parbiter from registering. */
static bool devices_are_barred(const struct parport *parport)
{
	return (parport->flags & PARPORT_FLAG_EXCL) ||
	       (exclusive && parport->devices);
}

/* Log which driver blocks the registration. */
static int devices_refused(struct pb_port *port)
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
 * struct pb_retired_devices - devices that the core may still be looking at
 * @port: their port; a reference
 * @claimer: the claimer; a reference once it is unregistered
 * @listener: the listener, or NULL; a reference once it is unregistered
 * @rcu: drops the references
 *
 * parport_release() walks the core's devices and its wait list, and calls the
 * listener's wakeup, without any lock. A native driver may be preempted inside
 * it while our last client closes. It does not sleep inside it. So once every
 * task has been seen to sleep voluntarily, or to run elsewhere, no task looks
 * at the devices any more.
 */
struct pb_retired_devices {
	struct pb_port *port;
	struct pardevice *claimer;
	struct pardevice *listener;
	struct rcu_head rcu;
};

/*
 * In a kernel without RCU tasks, call_rcu_tasks() is call_rcu(). That is enough
 * if no task is preempted in the kernel, because RCU, too, waits until each CPU
 * has left what it was running. In a preemptible kernel a preempted walker
 * would be missed.
 */
static_assert(IS_ENABLED(CONFIG_TASKS_RCU) || !IS_ENABLED(CONFIG_PREEMPTION),
	      "a preemptible kernel without TASKS_RCU: enable FTRACE, KPROBES or FORCE_TASKS_RCU");

static void devices_free(struct rcu_head *rcu)
{
	struct pb_retired_devices *retired =
		container_of(rcu, struct pb_retired_devices, rcu);

	if (retired->listener)
		put_device(&retired->listener->dev);
	put_device(&retired->claimer->dev);
	pb_port_put(retired->port);
	kfree(retired);
}

/**
 * pb_devices_unregister_locked() - give the claim and the devices up
 * @port: a port with registered devices, whose arbiter is off; it is locked
 *
 * Context: process, may sleep.
 */
void pb_devices_unregister_locked(struct pb_port *port)
{
	struct pb_retired_devices *retired = port->devices.retired;
	struct pb_claim *claim = &port->claim;

	arbiter_abandon(&port->arb);
	pb_port_get(port);
	retired->port = port;
	if (claim->listener) {
		retired->listener = claim->listener;
		get_device(&claim->listener->dev);
		parport_unregister_device(claim->listener);
	}
	retired->claimer = claim->claimer;
	get_device(&claim->claimer->dev);
	parport_unregister_device(claim->claimer);
	claim->listener = NULL;
	claim->claimer = NULL;
	port->devices.retired = NULL;
	irq_work_sync(&claim->asked);
	call_rcu_tasks(&retired->rcu, devices_free);
}

static struct pardevice *devices_register_claimer(struct pb_port *port)
{
	const struct pardev_cb callbacks = {
		.preempt = pb_claim_preempt,
		/*
		 * A port without interrupt line may report interrupts anyway.
		 */
		.irq_func = port->parport->irq == PARPORT_IRQ_NONE ?
			    NULL : pb_claim_interrupt,
		.private = port,
		.flags = exclusive ? PARPORT_DEV_EXCL : 0,
	};
	struct pardevice *claimer;

	claimer = parport_register_dev_model(port->parport, "parbiter",
					     &callbacks, port->number);
	if (!claimer)
		return NULL;
	/*
	 * Between the bytes of a block, the core's transfers give the port to
	 * native drivers once the owner's time slice is over, and give it up
	 * for a while if the peripheral is slow and the inactivity time is not
	 * over. Both happen in the owner's name and make it sleep on the core's
	 * wait list. parbiter's owners give the port up when they say so, so
	 * these values switch both off, see file/handshake.c.
	 */
	claimer->timeslice = ULONG_MAX;
	claimer->timeout = -1;
	return claimer;
}

static struct pardevice *devices_register_listener(struct pb_port *port)
{
	const struct pardev_cb callbacks = {
		.wakeup = pb_claim_wakeup,
		.private = port,
	};

	return parport_register_dev_model(port->parport, "parbiter-listener",
					  &callbacks, port->number);
}

/* Return why the core has refused a registration; it does not say. */
static int devices_error(struct pb_port *port)
{
	struct module *driver = port->parport->ops->owner;

	/* The port's driver is being unloaded, and is about to remove the port. */
	if (driver && !module_is_live(driver))
		return -ENODEV;
	return devices_are_barred(port->parport) ? devices_refused(port) :
						   -ENOMEM;
}

static int devices_register_locked(struct pb_port *port)
{
	struct pb_claim *claim = &port->claim;

	/*
	 * Find out before the core does, because the core logs every refusal.
	 */
	if (devices_are_barred(port->parport))
		return devices_refused(port);

	port->devices.retired = kzalloc(sizeof(*port->devices.retired),
					GFP_KERNEL);
	if (!port->devices.retired)
		return -ENOMEM;
	claim->claimer = devices_register_claimer(port);
	if (!claim->claimer)
		goto err_free_retired;
	if (exclusive)
		return 0;
	claim->listener = devices_register_listener(port);
	if (!claim->listener)
		goto err_unregister;
	return 0;

err_unregister:
	pb_devices_unregister_locked(port);
	goto out;
err_free_retired:
	kfree(port->devices.retired);
	port->devices.retired = NULL;
out:
	return devices_error(port);
}

/*
 * If a port is opened this soon after its devices were unregistered, the
 * devices stay registered this long after the next last close. So a program
 * that opens and closes in a loop does not make the core, udev, and the memory
 * that waits for RCU tasks work in every round.
 */
#define DEVICES_LINGER	HZ

/* Register the devices and turn the arbiter on. */
static int devices_engage_locked(struct pb_port *port)
{
	struct pb_devices *devices = &port->devices;
	int ret;

	ret = devices_register_locked(port);
	if (ret)
		return ret;
	devices->busy = devices->unregistered &&
			time_before(jiffies,
				    devices->unregistered + DEVICES_LINGER);
	pb_devices_count_natives(port, port->parport);
	pb_claim_begin(port);
	arbiter_start(&port->arb);
	return 0;
}

/**
 * pb_devices_stop_locked() - end all requests, and what is under way for them
 * @port: a port whose arbiter is on; it is locked
 *
 * Context: process, may sleep.
 */
void pb_devices_stop_locked(struct pb_port *port)
{
	lockdep_assert_held(&port->lock);
	arbiter_stop(&port->arb);
	pb_claim_settle(port);
	/*
	 * The irq_work may queue the work item until it sees that the arbiter
	 * is off. It may run on two CPUs at once: irq_work_sync() waits for one
	 * of them, and synchronize_rcu() for the other, because the irq_work is
	 * an RCU read-side critical section.
	 */
	irq_work_sync(&port->claim.asked);
	synchronize_rcu();
	cancel_delayed_work_sync(&port->claim.work);
}

/* Turn the arbiter off and unregister the devices. */
static void devices_disengage_locked(struct pb_port *port)
{
	pb_devices_stop_locked(port);
	pb_devices_unregister_locked(port);
	port->devices.unregistered = jiffies ?: 1;
}

static void devices_linger(struct work_struct *work)
{
	struct pb_port *port = container_of(to_delayed_work(work),
					    struct pb_port, devices.linger);

	mutex_lock(&port->lock);
	if (!port->devices.users && port->claim.claimer && !port->gone)
		devices_disengage_locked(port);
	mutex_unlock(&port->lock);
}

/**
 * pb_devices_init() - initialize the work item of a port's devices
 * @port: a new port
 *
 * Context: any.
 */
void pb_devices_init(struct pb_port *port)
{
	INIT_DELAYED_WORK(&port->devices.linger, devices_linger);
}

/**
 * pb_devices_want_interrupts_locked() - count somebody who gets the interrupts
 * @port: a port; it is locked
 *
 * A claim that was made before the first one came may have the interrupt disabled,
 * so it must be made anew. A claim that is being made meanwhile either begins after
 * the critical section in arbiter_renew(), and sees the new count, or is made a
 * second time.
 *
 * Context: process, may sleep.
 */
void pb_devices_want_interrupts_locked(struct pb_port *port)
{
	lockdep_assert_held(&port->lock);
	WRITE_ONCE(port->devices.interrupts, port->devices.interrupts + 1);
	if (port->devices.interrupts == 1)
		arbiter_renew(&port->arb);
}

/**
 * pb_devices_need_no_interrupts_locked() - undo
 *	pb_devices_want_interrupts_locked()
 * @port: a port; it is locked
 *
 * Context: process, may sleep.
 */
void pb_devices_need_no_interrupts_locked(struct pb_port *port)
{
	lockdep_assert_held(&port->lock);
	WRITE_ONCE(port->devices.interrupts, port->devices.interrupts - 1);
}

/**
 * pb_devices_use_locked() - count a new client of the port
 * @port: a port; it is locked
 * @interrupts: the client gets the port's interrupts
 *
 * The devices are registered with the core, if they are not yet.
 *
 * Context: process, may sleep.
 * Return: 0; -ENODEV: the port is gone, or its driver is being unloaded; -EBUSY: a
 * native driver keeps parbiter from registering, which is logged; -ENOMEM: out of memory.
 */
int pb_devices_use_locked(struct pb_port *port, bool interrupts)
{
	int ret;

	lockdep_assert_held(&port->lock);
	if (port->gone)
		return -ENODEV;
	if (!port->claim.claimer) {
		ret = devices_engage_locked(port);
		if (ret)
			return ret;
	}
	port->devices.users++;
	if (interrupts)
		pb_devices_want_interrupts_locked(port);
	return 0;
}

/**
 * pb_devices_unuse_locked() - count a client that leaves the port
 * @port: a port; it is locked
 * @interrupts: as in pb_devices_use_locked()
 *
 * With the last client the devices are unregistered, so that the port's driver
 * can be unloaded, and that ppdev's PPEXCL works. That happens at once, or
 * DEVICES_LINGER later if the port is opened and closed time and again.
 *
 * Context: process, may sleep.
 */
void pb_devices_unuse_locked(struct pb_port *port, bool interrupts)
{
	lockdep_assert_held(&port->lock);
	if (interrupts)
		pb_devices_need_no_interrupts_locked(port);
	if (--port->devices.users || port->gone)
		return;
	if (port->devices.busy)
		queue_delayed_work(pb_claim_wq, &port->devices.linger,
				   DEVICES_LINGER);
	else
		devices_disengage_locked(port);
}
