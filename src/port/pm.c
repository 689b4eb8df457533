// SPDX-License-Identifier: GPL-2.0
/*
 * The machine goes to sleep: a port's registers lose their contents then, and
 * parport_pc does not restore them.
 *
 * The parport core makes parbiter's driver the claimer's driver, because they
 * have the same name. So the driver core calls these functions for it, after
 * programs have been stopped and before the port's own device is put to sleep;
 * and, waking up, the other way round. If the claim is parbiter's, the
 * registers of the moment are saved and restored, whoever owns: to files and
 * drivers, and to what pb_port.registers says, nothing has happened. If
 * it is not, they are another driver's, or nobody's: the core restores the
 * claimer's with the next claim.
 */
#include <linux/device.h>
#include <linux/parport.h>
#include <linux/pm.h>

#include "port.h"

/*
 * Whose claim it is changes under cad_lock, held for writing. The core, too,
 * saves and restores states with it held; a port on USB sleeps when its data
 * register is read or written, so that is done without the lock. Programs have
 * been stopped: only a driver's thread can claim or release meanwhile.
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
	/* Before the control lines say that the data are valid. */
	if (ours)
		parport->ops->write_data(parport, port->pm.data);

	read_lock_irqsave(&parport->cad_lock, flags);
	if (ours && pm_is_ours_locked(port))
		parport->ops->restore_state(parport, &port->pm.state);
	port->pm.suspended = false;
	read_unlock_irqrestore(&parport->cad_lock, flags);
	return 0;
}

/* Hibernation is the same: it is one more time that the contents are lost. */
const struct dev_pm_ops pb_pm_ops = {
	SYSTEM_SLEEP_PM_OPS(pm_suspend, pm_resume)
};
