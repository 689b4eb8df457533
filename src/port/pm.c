// SPDX-License-Identifier: GPL-2.0
/*
 * Suspend and resume: a port's registers lose their contents while the machine
 * sleeps, and parport_pc does not restore them.
 *
 * The parport core makes parbiter's driver the driver of the claimer, because
 * both have the same name. So the driver core calls these functions for the
 * claimer. It suspends the claimer after programs have been frozen, and before
 * the port's own device is suspended. On resume the order is reversed.
 *
 * If parbiter holds the core claim, the present registers are saved and
 * restored, whichever client owns, and the IEEE 1284.3 device that the owner has
 * selected is selected again. So files and drivers notice nothing, and
 * pb_port.registers stays true. If parbiter does not hold the core claim, the
 * registers belong to another driver or to nobody, and the core restores the
 * claimer's registers with the next claim.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/device.h>
#include <linux/parport.h>
#include <linux/pm.h>
#include <linux/printk.h>

#include "port.h"

/*
 * Return whether parbiter holds the core claim, which changes only with
 * cad_lock held for writing.
 *
 * The core, too, holds cad_lock when it saves and restores registers. A port on
 * USB sleeps when its data register is read or written, so these accesses are
 * made without the lock. Programs are frozen: only a driver's thread can claim
 * or release in the meantime.
 */
static bool pm_is_ours_locked(const struct pb_port *port)
{
	return port->parport->cad == port->claim.claimer;
}

static int pm_suspend(struct device *dev)
{
	struct pb_port *port = to_pardevice(dev)->private;
	struct parport *parport = port->parport;
	unsigned long flags;

	read_lock_irqsave(&parport->cad_lock, flags);
	port->pm.suspended = pm_is_ours_locked(port);
	if (port->pm.suspended)
		parport->ops->save_state(parport, &port->pm.state);
	read_unlock_irqrestore(&parport->cad_lock, flags);
	if (port->pm.suspended)
		port->pm.data = parport->ops->read_data(parport);
	return 0;
}

static int pm_resume(struct device *dev)
{
	struct pb_port *port = to_pardevice(dev)->private;
	struct parport *parport = port->parport;
	unsigned long flags;
	bool ours;

	read_lock_irqsave(&parport->cad_lock, flags);
	ours = port->pm.suspended && pm_is_ours_locked(port);
	read_unlock_irqrestore(&parport->cad_lock, flags);
	if (ours && pb_select_resume(port, to_pardevice(dev)))
		pr_warn("%s: the IEEE 1284.3 device that the owner had selected does not answer after sleep; the owner (\"parbiter list\" says who) must select it again\n",
			port->name);
	/* Write the data before the control lines say that they are valid. */
	if (ours)
		parport->ops->write_data(parport, port->pm.data);

	read_lock_irqsave(&parport->cad_lock, flags);
	if (ours && pm_is_ours_locked(port))
		parport->ops->restore_state(parport, &port->pm.state);
	port->pm.suspended = false;
	read_unlock_irqrestore(&parport->cad_lock, flags);
	return 0;
}

/* Hibernation uses these functions, too: the registers lose their contents. */
const struct dev_pm_ops pb_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(pm_suspend, pm_resume)
};
