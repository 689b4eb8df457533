// SPDX-License-Identifier: GPL-2.0
/*
 * A printer, and compatibility mode for the peripherals that have other modes,
 * too: the host puts a byte on the data lines and pulses nStrobe; the peripheral
 * is busy meanwhile, and pulses nAck once it has taken the byte.
 */
#include <linux/lockdep.h>

#include "peripheral.h"

/**
 * parbiter_vport_rest - return the status lines of a peripheral that is not busy
 * @vport: the port; its lock is held
 * @peripheral: a peripheral of the port, or NULL for its end
 *
 * Return: for the end, what parbiter_vport_set_status() has set; for a device of a
 * daisy chain, the lines of a printer that is ready.
 */
u8 parbiter_vport_rest(struct vport *vport,
		       const struct vport_peripheral *peripheral)
{
	lockdep_assert_held(&vport->lock);

	return peripheral == vport->end ? vport->status : VPORT_STATUS_READY;
}

/**
 * parbiter_vport_busy - check whether a peripheral is busy
 * @vport: the port; its lock is held
 * @peripheral: a peripheral of the port
 *
 * Return: true if it would take no byte in compatibility mode.
 */
bool parbiter_vport_busy(struct vport *vport,
			 const struct vport_peripheral *peripheral)
{
	lockdep_assert_held(&vport->lock);

	return peripheral->strobed || peripheral->stalled ||
	       !(parbiter_vport_rest(vport, peripheral) & PARPORT_STATUS_BUSY);
}

/**
 * parbiter_vport_at_rest - drive the status lines of compatibility mode
 * @vport: the port; its lock is held
 *
 * Those are the lines of parbiter_vport_rest(); if the peripheral is busy, Busy is set,
 * too. The devices of a daisy chain that answer a command packet go on doing so.
 */
void parbiter_vport_at_rest(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;
	u8 status = parbiter_vport_rest(vport, peripheral);

	lockdep_assert_held(&vport->lock);

	if (parbiter_vport_chain_drives(vport))
		return;
	if (peripheral && parbiter_vport_busy(vport, peripheral))
		status &= ~PARPORT_STATUS_BUSY;
	WRITE_ONCE(vport->regs[VPORT_STATUS], status);
}

/**
 * parbiter_vport_end_stall - end a peripheral's stall
 * @vport: the port; its lock is held
 * @peripheral: a peripheral of the port
 *
 * If it is connected to the host, in compatibility mode, a pulse of nAck tells the host.
 */
void parbiter_vport_end_stall(struct vport *vport,
			      struct vport_peripheral *peripheral)
{
	lockdep_assert_held(&vport->lock);

	peripheral->stalled = false;
	peripheral->since = 0;
	if (peripheral != vport->peripheral ||
	    peripheral->state != VPORT_COMPAT)
		return;
	parbiter_vport_at_rest(vport);
	parbiter_vport_acknowledge(vport);
}

/**
 * parbiter_vport_strobe - begin a byte, if nStrobe went low
 * @vport: a port with a peripheral; its lock is held
 * @to: the control register now
 *
 * In compatibility mode the data lines are valid then, and must not change.
 */
void parbiter_vport_strobe(struct vport *vport, u8 to)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	if (peripheral->state != VPORT_COMPAT ||
	    !(~peripheral->control & to & PARPORT_CONTROL_STROBE))
		return;
	if (parbiter_vport_busy(vport, peripheral) || (to & VPORT_CONTROL_REVERSE)) {
		parbiter_vport_violation(vport, to);
		return;
	}
	peripheral->strobed = true;
	peripheral->latch = vport->regs[VPORT_DATA];
	parbiter_vport_at_rest(vport);
}

/**
 * parbiter_vport_strobe_end - take the byte, if nStrobe went high
 * @vport: a port with a peripheral; its lock is held
 * @to: the control register now
 *
 * This has no effect outside of compatibility mode.
 */
void parbiter_vport_strobe_end(struct vport *vport, u8 to)
{
	struct vport_peripheral *peripheral = vport->peripheral;
	unsigned int stall = peripheral->config.stall;

	lockdep_assert_held(&vport->lock);

	if (peripheral->state != VPORT_COMPAT ||
	    !(peripheral->control & ~to & PARPORT_CONTROL_STROBE) ||
	    !peripheral->strobed)
		return;
	if (vport->regs[VPORT_DATA] != peripheral->latch)
		parbiter_vport_violation(vport, to);
	peripheral->strobed = false;
	parbiter_vport_take(vport, peripheral->latch);
	peripheral->stalled = stall && ++peripheral->since == stall;
	peripheral->polls = peripheral->config.polls;
	parbiter_vport_at_rest(vport);
	if (!peripheral->stalled)
		parbiter_vport_acknowledge(vport);
}

static void vport_printer_controlled(struct vport *vport, u8 to)
{
	parbiter_vport_strobe_end(vport, to);
	parbiter_vport_strobe(vport, to);
}

static const char *
vport_printer_state(const struct vport_peripheral *peripheral)
{
	return "compatibility";
}

const struct vport_peripheral_kind parbiter_vport_printer = {
	.name		= "printer",
	.controlled	= vport_printer_controlled,
	.state		= vport_printer_state,
};
