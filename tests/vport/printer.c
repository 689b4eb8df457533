// SPDX-License-Identifier: GPL-2.0
/*
 * A printer, and compatibility mode for the peripherals that have other modes,
 * too: the host puts a byte on the data lines and pulses nStrobe; the peripheral
 * is busy meanwhile, and pulses nAck once it has taken the byte.
 */
#include <linux/lockdep.h>

#include "peripheral.h"

/**
 * parbiter_vport_busy - check whether the peripheral is busy
 * @vport: a port with a peripheral; its lock is held
 *
 * Return: true if it would take no byte in compatibility mode.
 */
bool parbiter_vport_busy(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	return peripheral->strobed || peripheral->stalled ||
	       !(vport->status & PARPORT_STATUS_BUSY);
}

/**
 * parbiter_vport_at_rest - drive the status lines of compatibility mode
 * @vport: the port; its lock is held
 *
 * Those are the lines that parbiter_vport_set_status() has set; if the peripheral is
 * busy, Busy is set, too.
 */
void parbiter_vport_at_rest(struct vport *vport)
{
	u8 status = vport->status;

	lockdep_assert_held(&vport->lock);

	if (vport->peripheral && parbiter_vport_busy(vport))
		status &= ~PARPORT_STATUS_BUSY;
	WRITE_ONCE(vport->regs[VPORT_STATUS], status);
}

/**
 * parbiter_vport_end_stall - end a peripheral's stall
 * @vport: a port with a peripheral; its lock is held
 *
 * In compatibility mode a pulse of nAck tells the host.
 */
void parbiter_vport_end_stall(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	peripheral->stalled = false;
	peripheral->since = 0;
	if (peripheral->state != VPORT_COMPAT)
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
	if (parbiter_vport_busy(vport) || (to & VPORT_CONTROL_REVERSE)) {
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
