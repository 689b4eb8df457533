// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual port's interrupt: an edge-triggered line of its own, with a
 * number that disable_irq() and enable_irq() know.
 *
 * An edge is a hard irq_work that hands the line to the interrupt core, so
 * that handlers run in a real hard interrupt (forced into a thread on
 * PREEMPT_RT, like any driver's). An edge that meets a masked line stays
 * pending, and the interrupt core retriggers it when the line is unmasked.
 */
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/lockdep.h>

#include "internal.h"

static void vport_chip_nop(struct irq_data *data)
{
}

static int vport_chip_retrigger(struct irq_data *data)
{
	struct vport *vport = irq_data_get_irq_chip_data(data);

	irq_work_queue(&vport->irq_work);
	return 1;
}

static const struct irq_chip vport_chip = {
	.name		= "vport",
	.irq_ack	= vport_chip_nop,
	.irq_mask	= vport_chip_nop,
	.irq_unmask	= vport_chip_nop,
	.irq_retrigger	= vport_chip_retrigger,
};

static void vport_edge(struct irq_work *work)
{
	struct vport *vport = container_of(work, struct vport, irq_work);

	parbiter_vport_note(vport, VPORT_KIND_IRQ, VPORT_IRQ, 0);
	parbiter_vport_run_hook(vport, VPORT_IRQ);
	generic_handle_irq(vport->irq);
}

static irqreturn_t vport_handler(int irq, void *context)
{
	struct vport *vport = context;
	unsigned long flags;

	raw_spin_lock_irqsave(&vport->lock, flags);
	vport->sum.handled++;
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return parport_irq_handler(irq, vport->port);
}

/**
 * parbiter_vport_irq_create - give a port a line, and listen to it
 * @vport: the port
 *
 * Return: 0 or a negative error code.
 */
int parbiter_vport_irq_create(struct vport *vport)
{
	int irq, ret;

	/* No owner: a requested line would hold a reference to this module. */
	irq = __irq_alloc_descs(-1, 1, 1, NUMA_NO_NODE, NULL, NULL);
	if (irq < 0)
		return irq;
	vport->irq_work = IRQ_WORK_INIT_HARD(vport_edge);
	irq_set_chip_data(irq, vport);
	irq_set_chip_and_handler_name(irq, &vport_chip, handle_edge_irq,
				      "edge");
	irq_modify_status(irq, IRQ_NOREQUEST | IRQ_NOAUTOEN, IRQ_NOPROBE);
	ret = request_irq(irq, vport_handler, 0, "parbiter_vport", vport);
	if (ret) {
		irq_free_descs(irq, 1);
		return ret;
	}
	vport->irq = irq;
	return 0;
}

static bool vport_line_disabled(struct vport *vport)
{
	struct irq_data *data = irq_get_irq_data(vport->irq);

	return data && irqd_irq_disabled(data);
}

/**
 * parbiter_vport_irq_stop - stop listening to a port's line
 * @vport: the port, or one without a line
 *
 * The line stays: others may have masked it and still have to unmask it.
 */
void parbiter_vport_irq_stop(struct vport *vport)
{
	if (vport->irq == PARPORT_IRQ_NONE)
		return;
	irq_work_sync(&vport->irq_work);
	vport->masked = vport_line_disabled(vport);
	free_irq(vport->irq, vport);
}

/**
 * parbiter_vport_irq_destroy - take a port's line away
 * @vport: the port, or one without a line
 */
void parbiter_vport_irq_destroy(struct vport *vport)
{
	if (vport->irq == PARPORT_IRQ_NONE)
		return;
	irq_free_descs(vport->irq, 1);
	irq_work_sync(&vport->irq_work);
}

/**
 * parbiter_vport_raise_irq_locked - put an edge on a port's line
 * @vport: the port; its lock is held
 * @force: even if the control register's enable bit is off
 *
 * Return: as parbiter_vport_raise_irq().
 */
int parbiter_vport_raise_irq_locked(struct vport *vport, bool force)
{
	lockdep_assert_held(&vport->lock);

	if (vport->irq == PARPORT_IRQ_NONE)
		return -ENXIO;
	if (vport->dead)
		return -ENODEV;
	if (!force &&
	    !(READ_ONCE(vport->regs[VPORT_CONTROL]) & VPORT_CONTROL_IRQ)) {
		vport->sum.suppressed++;
		return 0;
	}
	vport->sum.raised++;
	if (!irq_work_queue(&vport->irq_work))
		vport->sum.merged++;
	return 1;
}

/**
 * parbiter_vport_raise_irq - put an edge on a port's line
 * @vport: the port
 * @force: even if the control register's enable bit is off
 *
 * The interrupt comes at once on this CPU, or as soon as interrupts are on.
 *
 * Context: any.
 * Return: 1 if raised, 0 if suppressed by the enable bit, -ENXIO if the port
 * is polled, -ENODEV if it is unplugged.
 */
int parbiter_vport_raise_irq(struct vport *vport, bool force)
{
	unsigned long flags;
	int ret;

	raw_spin_lock_irqsave(&vport->lock, flags);
	ret = parbiter_vport_raise_irq_locked(vport, force);
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return ret;
}

/**
 * parbiter_vport_sync_irq - wait until no edge is on its way
 * @vport: the port
 *
 * An edge that a mask holds back is not waited for.
 *
 * Context: process, interrupts on.
 */
void parbiter_vport_sync_irq(struct vport *vport)
{
	if (vport->irq == PARPORT_IRQ_NONE)
		return;
	irq_work_sync(&vport->irq_work);
	synchronize_irq(vport->irq);
}

/**
 * parbiter_vport_irq - the number of a port's line
 * @vport: the port
 *
 * Return: the number, or PARPORT_IRQ_NONE.
 */
int parbiter_vport_irq(struct vport *vport)
{
	return vport->irq;
}

/**
 * parbiter_vport_irq_masked - has anybody disabled a port's line?
 * @vport: the port
 *
 * Return: true while disable_irq() has not been met by enable_irq(); for an
 * unplugged port, whether that was so when it was unplugged.
 */
bool parbiter_vport_irq_masked(struct vport *vport)
{
	if (vport->irq == PARPORT_IRQ_NONE)
		return false;
	if (READ_ONCE(vport->dead))
		return READ_ONCE(vport->masked);
	return vport_line_disabled(vport);
}
