// SPDX-License-Identifier: GPL-2.0
/*
 * The peripheral at a virtual port's connector: code for all kinds.
 *
 * A peripheral reacts to each write of the control register and, if configured, to
 * reads of the status register. It reacts in the context of the access, under
 * vport->lock and with interrupts off. So the next access of the host sees the
 * reaction, and every run is the same.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "chain.h"

static const struct vport_peripheral_kind *const vport_kinds[] = {
	&parbiter_vport_printer,
	&parbiter_vport_ieee1284,
};

/**
 * parbiter_vport_find_kind - find a kind of peripheral
 * @name: its name
 *
 * Return: the kind; NULL if none has this name.
 */
const struct vport_peripheral_kind *parbiter_vport_find_kind(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(vport_kinds); i++)
		if (!strcmp(vport_kinds[i]->name, name))
			return vport_kinds[i];
	return NULL;
}

static const char *const vport_mode_names[VPORT_NR_MODES] = {
	[VPORT_MODE_COMPAT] = "compat",
	[VPORT_MODE_NIBBLE] = "nibble",
	[VPORT_MODE_BYTE] = "byte",
	[VPORT_MODE_ECP] = "ecp",
	[VPORT_MODE_EPP] = "epp",
};

/**
 * parbiter_vport_mode_name - return the name of a mode
 * @mode: the mode
 *
 * Return: "compat", "nibble", "byte", "ecp" or "epp".
 */
const char *parbiter_vport_mode_name(enum vport_mode mode)
{
	return vport_mode_names[mode];
}

/* A device of a daisy chain, or the one at its end, as it is when a port is made */
const struct vport_peripheral_config parbiter_vport_device_config = {
	.kind	= &parbiter_vport_ieee1284,
	.accept	= VPORT_ACCEPT_BYTE | VPORT_ACCEPT_ECP | VPORT_ACCEPT_EPP,
};

static const char *
vport_peripheral_state(const struct vport_peripheral *peripheral)
{
	return peripheral->config.kind->state(peripheral);
}

/**
 * parbiter_vport_acknowledge - handle that nAck went high
 * @vport: a port with a peripheral; its lock is held
 *
 * That raises the port's interrupt, if nAck is wired to it.
 */
void parbiter_vport_acknowledge(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	peripheral->stats.acks++;
	if (peripheral->config.ack_irq)
		parbiter_vport_raise_irq_locked(vport, false);
}

/**
 * parbiter_vport_lines - drive status lines
 * @vport: a port with a peripheral; its lock is held
 * @mask: the lines, as in the status register
 * @value: their levels
 */
void parbiter_vport_lines(struct vport *vport, u8 mask, u8 value)
{
	u8 from = vport->regs[VPORT_STATUS];
	u8 to = (from & ~mask) | value;

	lockdep_assert_held(&vport->lock);

	WRITE_ONCE(vport->regs[VPORT_STATUS], to);
	if (~from & to & PARPORT_STATUS_ACK)
		parbiter_vport_acknowledge(vport);
}

/**
 * parbiter_vport_violation - count a violation of the protocol by the host
 * @vport: a port with a peripheral; its lock is held
 * @to: the control register now
 *
 * Only the first violation is described, because others may follow from it.
 */
void parbiter_vport_violation(struct vport *vport, u8 to)
{
	struct vport_peripheral *peripheral = vport->peripheral;
	struct vport_peripheral_stats *stats = &peripheral->stats;

	lockdep_assert_held(&vport->lock);

	if (stats->violations++)
		return;
	stats->violated = vport_peripheral_state(peripheral);
	stats->violated_from = peripheral->control;
	stats->violated_to = to;
}

/**
 * parbiter_vport_controlled - tell the peripheral about a write
 * @vport: the port, whose control register was written
 *
 * Context: any; not with the port's lock held.
 */
void parbiter_vport_controlled(struct vport *vport)
{
	struct vport_peripheral *peripheral;
	unsigned long flags;
	u8 to;

	raw_spin_lock_irqsave(&vport->lock, flags);
	peripheral = vport->peripheral;
	if (peripheral) {
		to = vport->regs[VPORT_CONTROL];
		peripheral->config.kind->controlled(vport, to);
		peripheral->control = to;
	}
	raw_spin_unlock_irqrestore(&vport->lock, flags);
}

static bool vport_is_slow(const struct vport_peripheral *peripheral)
{
	return peripheral->stats.received + peripheral->stats.sent >=
	       peripheral->config.after;
}

/**
 * parbiter_vport_polled - tell the peripheral about a read
 * @vport: the port, whose status register was read
 *
 * Context: any; not with the port's lock held.
 */
void parbiter_vport_polled(struct vport *vport)
{
	struct vport_peripheral *peripheral;
	unsigned int slow = 0;
	unsigned long flags;

	raw_spin_lock_irqsave(&vport->lock, flags);
	peripheral = vport->peripheral;
	if (peripheral && peripheral->stalled && peripheral->polls &&
	    !--peripheral->polls)
		parbiter_vport_end_stall(vport, peripheral);
	if (peripheral && vport_is_slow(peripheral))
		slow = peripheral->config.slow;
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	mdelay(slow / 1000);
	udelay(slow % 1000);
}

static void vport_peripheral_free(struct vport_peripheral *peripheral)
{
	if (!peripheral)
		return;
	kvfree(peripheral->received);
	kvfree(peripheral->queue);
	kfree(peripheral->id);
	kfree(peripheral);
}

static struct vport_peripheral *
vport_peripheral_alloc(const struct vport_peripheral_config *config)
{
	struct vport_peripheral *peripheral;
	int ret;

	if (config->polls && !config->stall)
		return ERR_PTR(-EINVAL);
	if ((config->after && !config->slow) ||
	    config->slow > VPORT_SLOW_MAX)
		return ERR_PTR(-EINVAL);
	if (config->accept & ~config->kind->accept)
		return ERR_PTR(-EINVAL);
	peripheral = kzalloc(sizeof(*peripheral), GFP_KERNEL);
	if (!peripheral)
		return ERR_PTR(-ENOMEM);
	peripheral->config = *config;
	peripheral->received = kvmalloc(VPORT_RECEIVED_BYTES, GFP_KERNEL);
	peripheral->queue = kvmalloc_array(VPORT_QUEUE_BYTES,
					   sizeof(*peripheral->queue),
					   GFP_KERNEL);
	ret = -ENOMEM;
	if (peripheral->received && peripheral->queue)
		ret = parbiter_vport_set_id(peripheral, config->id);
	if (ret) {
		vport_peripheral_free(peripheral);
		return ERR_PTR(ret);
	}
	peripheral->config.id = NULL;
	return peripheral;
}

/**
 * parbiter_vport_peripheral_destroy - take a port's peripherals and its chain away
 * @vport: the port, which nothing else uses any more
 */
void parbiter_vport_peripheral_destroy(struct vport *vport)
{
	unsigned int i;

	vport_peripheral_free(vport->end);
	for (i = 0; vport->chain && i < vport->chain->devices; i++)
		vport_peripheral_free(vport->chain->device[i].peripheral);
	kfree(vport->chain);
}

/**
 * parbiter_vport_power_off - bring a peripheral into the state of a new one
 * @peripheral: the peripheral; its port's lock is held
 *
 * The bytes that it has received and those that it has to send stay.
 */
void parbiter_vport_power_off(struct vport_peripheral *peripheral)
{
	peripheral->state = VPORT_COMPAT;
	peripheral->stats.mode = VPORT_MODE_COMPAT;
	peripheral->identifying = false;
	peripheral->strobed = false;
	peripheral->stalled = false;
}

/**
 * parbiter_vport_connect - connect the host to the right peripheral
 * @vport: the port; its lock is held
 *
 * That is the device of a daisy chain that is selected, or the peripheral at the end. A
 * peripheral that is already connected goes on with what it does.
 */
void parbiter_vport_connect(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->end;
	struct vport_chain *chain = vport->chain;

	lockdep_assert_held(&vport->lock);

	if (chain && chain->selected != VPORT_NONE)
		peripheral = chain->device[chain->selected].peripheral;
	if (peripheral != vport->peripheral) {
		if (peripheral)
			peripheral->control = vport->regs[VPORT_CONTROL];
		WRITE_ONCE(vport->peripheral, peripheral);
	}
	if (!peripheral || peripheral->state == VPORT_COMPAT)
		parbiter_vport_at_rest(vport);
}

/* Return where the peripheral at @place is stored, or NULL if there is no such place. */
static struct vport_peripheral **vport_place(struct vport *vport, int place)
{
	if (place == VPORT_END)
		return &vport->end;
	if (!vport->chain || place < 0 || place >= vport->chain->devices)
		return NULL;
	return &vport->chain->device[place].peripheral;
}

/**
 * parbiter_vport_peripheral_at - find a peripheral
 * @vport: the port; its lock is held
 * @place: its place in a daisy chain, from 0, or VPORT_END
 *
 * Return: the peripheral; NULL if there is none at this place.
 */
struct vport_peripheral *parbiter_vport_peripheral_at(struct vport *vport,
						      int place)
{
	struct vport_peripheral **at = vport_place(vport, place);

	lockdep_assert_held(&vport->lock);

	return at ? *at : NULL;
}

/**
 * parbiter_vport_set_peripheral - connect a peripheral
 * @vport: the port
 * @place: the place in the port's daisy chain, from 0, or VPORT_END
 * @config: what kind of peripheral; NULL for none, which only VPORT_END can have
 *
 * The peripheral that was there before is freed, with the bytes it has received.
 * The new one starts in compatibility mode.
 *
 * Context: process; may sleep.
 * Return: 0, -EINVAL, -ENOMEM; -ENXIO if there is no such place.
 */
int parbiter_vport_set_peripheral(struct vport *vport, int place,
				  const struct vport_peripheral_config *config)
{
	struct vport_peripheral **at = vport_place(vport, place);
	struct vport_peripheral *peripheral = NULL, *old;
	unsigned long flags;

	if (!at)
		return -ENXIO;
	if (!config && place != VPORT_END)
		return -EINVAL;
	if (config)
		peripheral = vport_peripheral_alloc(config);
	if (IS_ERR(peripheral))
		return PTR_ERR(peripheral);

	mutex_lock(&vport->fit);
	raw_spin_lock_irqsave(&vport->lock, flags);
	old = *at;
	*at = peripheral;
	parbiter_vport_connect(vport);
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	vport_peripheral_free(old);
	mutex_unlock(&vport->fit);
	return 0;
}

/**
 * parbiter_vport_set_status - drive the status lines
 * @vport: the port
 * @status: the value of the status register; a peripheral that is busy clears
 *	the bit for Busy, and drives all lines itself outside of compatibility mode
 *
 * Context: any.
 */
void parbiter_vport_set_status(struct vport *vport, u8 status)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&vport->lock, flags);
	vport->status = status;
	if (!vport->peripheral || vport->peripheral->state == VPORT_COMPAT)
		parbiter_vport_at_rest(vport);
	raw_spin_unlock_irqrestore(&vport->lock, flags);
}

/**
 * parbiter_vport_ready - end a peripheral's stall
 * @vport: the port
 * @place: the peripheral's place in a daisy chain, from 0, or VPORT_END
 *
 * Context: any.
 * Return: 0; -EALREADY if it was not stalled; -ENXIO without a peripheral.
 */
int parbiter_vport_ready(struct vport *vport, int place)
{
	struct vport_peripheral *peripheral;
	unsigned long flags;
	int ret = 0;

	raw_spin_lock_irqsave(&vport->lock, flags);
	peripheral = parbiter_vport_peripheral_at(vport, place);
	if (!peripheral)
		ret = -ENXIO;
	else if (!peripheral->stalled)
		ret = -EALREADY;
	else
		parbiter_vport_end_stall(vport, peripheral);
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return ret;
}

/**
 * parbiter_vport_peripheral_stats - return the statistics of a peripheral
 * @vport: the port
 * @place: the peripheral's place in a daisy chain, from 0, or VPORT_END
 * @stats: where to copy it to
 *
 * Context: any.
 * Return: 0; -ENXIO without a peripheral.
 */
int parbiter_vport_peripheral_stats(struct vport *vport, int place,
				    struct vport_peripheral_stats *stats)
{
	struct vport_peripheral *peripheral;
	unsigned long flags;
	int ret = -ENXIO;

	raw_spin_lock_irqsave(&vport->lock, flags);
	peripheral = parbiter_vport_peripheral_at(vport, place);
	if (peripheral) {
		*stats = peripheral->stats;
		stats->kind = peripheral->config.kind->name;
		stats->state = vport_peripheral_state(peripheral);
		stats->busy = parbiter_vport_busy(vport, peripheral);
		ret = 0;
	}
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return ret;
}
