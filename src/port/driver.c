// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter as a driver of the parport core. The core reports which ports appear
 * and disappear, and the core's bus reports which other drivers register.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/notifier.h>
#include <linux/parport.h>
#include <linux/pm.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>

#include "driver.h"
#include "port.h"
#include "trace.h"
#include "waitlist.h"

static const struct pb_driver_hooks *driver_hooks;

/*
 * A device was added to, or removed from, the core's bus.
 *
 * The device of a native driver is added to the bus before it can claim. See
 * pb_devices_count_natives() for what changes at that moment. If a second
 * native driver comes while a client owns, the client's Free gives the claim
 * back.
 *
 * A device that was removed is freed soon after this function has returned. It
 * must not be left on the core's wait list, nor as the owner of the port, and
 * no parport_release() of parbiter's may still use it. The list is looked at
 * again after such a call: a call that has found the device on the list may
 * claim for it, and so take it off the list once more, or put it back on the
 * list, where a further call finds it. If the list had to be repaired, other
 * waiters may have been missing from it, so the owner is notified.
 */
static int driver_bus_notify(struct notifier_block *nb, unsigned long action,
			     void *data)
{
	struct parport *parport = pb_devices_parport(data);
	struct pardevice *gone = NULL;
	struct pb_port *port;
	bool mended;

	if (!parport || (action != BUS_NOTIFY_ADD_DEVICE &&
			 action != BUS_NOTIFY_REMOVED_DEVICE))
		return NOTIFY_DONE;

	if (action == BUS_NOTIFY_REMOVED_DEVICE)
		gone = to_pardevice(data);
	mended = gone && pb_waitlist_mend(parport, gone);
	port = pb_port_get_parport(parport);
	if (!port)
		return NOTIFY_OK;
	pb_devices_count_natives(port, parport);
	if (gone) {
		pb_claim_wait_released(port);
		while (pb_waitlist_mend(parport, gone)) {
			mended = true;
			pb_claim_wait_released(port);
		}
		pb_claim_take_back(port, gone);
	}
	if (mended)
		arbiter_notify_owner(&port->arb);
	pb_port_put(port);
	return NOTIFY_OK;
}

static struct notifier_block driver_bus_notifier = {
	.notifier_call = driver_bus_notify,
};

/*
 * The core has a port. The core may say so twice for one port, if the port is
 * announced while this driver registers. It holds its registration lock both
 * times, so the second call finds what the first one has made.
 */
static void driver_match(struct parport *parport)
{
	struct pb_port *port;

	/* A multiplexed clone is the same physical port. */
	if (parport->physport != parport)
		return;

	port = pb_port_get_parport(parport);
	if (port) {
		pb_port_put(port);
		return;
	}
	port = pb_port_create(parport);
	if (!port) {
		pr_err("%s: out of memory, not shared; unload parbiter and load it again\n",
		       parport->name);
		return;
	}
	pb_devices_init(port);
	pb_port_list(port);
	driver_hooks->added(port);
}

/*
 * The core's port disappears, or parbiter is unloaded. The core may call this
 * for a port that it never announced.
 *
 * Everything that refers to the core's port is undone before this returns. The
 * core frees the port's operations next, and it leaks a reference on the
 * low-level driver for every device that is unregistered later. This waits for
 * nothing in user space. The struct pb_port lives on, dead, until its last
 * close.
 */
static void driver_detach(struct parport *parport)
{
	struct pb_port *port = pb_port_get_parport(parport);

	if (!port)
		return;

	/*
	 * a) Every request ends, and nobody can become owner. As long as an idle
	 *    claim may be handed over, the port must be listed: native drivers
	 *    that are not counted must neither come nor go.
	 */
	mutex_lock(&port->lock);
	port->gone = true;
	trace_parbiter_removed(port->number, arbiter_waiters(&port->arb));
	if (port->claim.claimer)
		pb_devices_stop_locked(port);
	mutex_unlock(&port->lock);
	/* It finds @gone set, and does nothing; nobody queues it again. */
	cancel_delayed_work_sync(&port->devices.linger);

	/* b) Nobody opens the port any more; since a) this fails. */
	pb_port_unlist(port);
	driver_hooks->removing(port);

	/*
	 * c) Clients stop using the hardware. The core claim is still held: an
	 *    owner may be inside one of the core's transfers, which would not
	 *    survive without it.
	 */
	driver_hooks->removed(port);

	/* d) The claim and the devices are given up, then the core's port. */
	mutex_lock(&port->lock);
	if (port->claim.claimer)
		pb_devices_unregister_locked(port);
	WRITE_ONCE(port->parport, NULL);
	mutex_unlock(&port->lock);
	synchronize_rcu();
	/* After this, no parport_release() of parbiter's masks the interrupt line. */
	pb_claim_wait_released(port);
	parport_put_port(parport);
	/* One reference was the list's, the other one is this function's. */
	pb_port_put(port);
	pb_port_put(port);
}

static struct parport_driver driver = {
	.name = "parbiter",
	.match_port = driver_match,
	.detach = driver_detach,
	.driver.pm = pm_sleep_ptr(&pb_pm_ops),
};

static void driver_count_natives(struct pb_port *port)
{
	pb_devices_count_natives(port, port->parport);
}

/**
 * pb_driver_init() - begin to serve ports
 * @hooks: what the layers above do about ports
 *
 * Context: process, may sleep.
 * Return: 0; -ENOMEM: out of memory; an error of the parport core's.
 */
int pb_driver_init(const struct pb_driver_hooks *hooks)
{
	int ret;

	driver_hooks = hooks;
	ret = pb_claim_create_wq();
	if (ret)
		return ret;
	ret = parport_register_driver(&driver);
	if (ret)
		goto err_destroy_wq;
	/* The bus is not known before the driver is registered. */
	ret = bus_register_notifier(driver.driver.bus, &driver_bus_notifier);
	if (ret)
		goto err_unregister_driver;
	pb_devices_begin_to_count();
	/* Count the native drivers that were registered in between. */
	pb_port_for_each(driver_count_natives);
	return 0;

err_unregister_driver:
	parport_unregister_driver(&driver);
err_destroy_wq:
	pb_claim_destroy_wq();
	return ret;
}

/**
 * pb_driver_exit() - stop serving ports
 *
 * Context: process, may sleep. No client is left.
 */
void pb_driver_exit(void)
{
	/* Native drivers are counted until no claim is left to be handed over. */
	parport_unregister_driver(&driver);
	bus_unregister_notifier(driver.driver.bus, &driver_bus_notifier);
	pb_claim_destroy_wq();
	/* Devices are freed after one grace period, ports after another one. */
	if (IS_ENABLED(CONFIG_TASKS_RCU))
		rcu_barrier_tasks();
	rcu_barrier();
}
