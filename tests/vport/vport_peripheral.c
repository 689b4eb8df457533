// SPDX-License-Identifier: GPL-2.0
/*
 * The peripheral at a virtual port's connector.
 *
 * It reacts to the host's writes of the control register, and to reads of the
 * status register where told, at once and in the same context: under
 * vport->lock, interrupts off. So whatever it does is seen by the very next
 * access, and a run can be repeated. Here: a printer in compatibility mode,
 * and what both kinds share; vport_ieee1284.c has the other modes.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "vport_peripheral.h"

static const char *const vport_mode_names[VPORT_NR_MODES] = {
	[VPORT_MODE_COMPAT] = "compat",
	[VPORT_MODE_NIBBLE] = "nibble",
	[VPORT_MODE_BYTE] = "byte",
	[VPORT_MODE_ECP] = "ecp",
	[VPORT_MODE_EPP] = "epp",
};

/**
 * parbiter_vport_mode_name - a mode's name
 * @mode: the mode
 *
 * Return: "compat", "nibble", "byte", "ecp" or "epp".
 */
const char *parbiter_vport_mode_name(enum vport_mode mode)
{
	return vport_mode_names[mode];
}

/**
 * parbiter_vport_busy - is the forward channel busy?
 * @vport: a port with a peripheral; its lock is held
 *
 * Return: true if a byte in compatibility mode would not be taken.
 */
bool parbiter_vport_busy(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	return peripheral->strobed || peripheral->stalled ||
	       !(vport->status & PARPORT_STATUS_BUSY);
}

/* nAck went high: the port's interrupt, if it is wired */
static void vport_acknowledge(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	peripheral->stats.acks++;
	if (peripheral->config.ack_irq)
		parbiter_vport_raise_irq_locked(vport, false);
}

/**
 * parbiter_vport_lines - drive status lines
 * @vport: a port with a peripheral; its lock is held
 * @mask: which ones
 * @value: their levels, as in the status register
 */
void parbiter_vport_lines(struct vport *vport, u8 mask, u8 value)
{
	u8 from = vport->regs[VPORT_STATUS];
	u8 to = (from & ~mask) | value;

	lockdep_assert_held(&vport->lock);

	WRITE_ONCE(vport->regs[VPORT_STATUS], to);
	if (~from & to & PARPORT_STATUS_ACK)
		vport_acknowledge(vport);
}

/**
 * parbiter_vport_at_rest - drive the status lines of compatibility mode
 * @vport: the port; its lock is held
 *
 * That is what parbiter_vport_set_status() said; a peripheral adds that it is
 * busy.
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
 * parbiter_vport_take - take a byte from the host
 * @vport: a port with a peripheral; its lock is held
 * @byte: the byte
 */
void parbiter_vport_take(struct vport *vport, u8 byte)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	if (peripheral->stats.received < VPORT_RECEIVED_BYTES)
		peripheral->received[peripheral->stats.received] = byte;
	else
		peripheral->stats.lost++;
	peripheral->stats.received++;
}

/**
 * parbiter_vport_peek - the next byte for the host
 * @vport: a port with a peripheral that has one; its lock is held
 *
 * Return: the byte, which stays the next one; with VPORT_RUN, a run's length.
 */
u16 parbiter_vport_peek(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	return peripheral->queue[peripheral->first];
}

/**
 * parbiter_vport_sent - the host has the next byte
 * @vport: a port with a peripheral that has one; its lock is held
 */
void parbiter_vport_sent(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	peripheral->first = (peripheral->first + 1) % VPORT_QUEUE_BYTES;
	peripheral->stats.queued--;
	peripheral->stats.sent++;
}

/**
 * parbiter_vport_violation - the host did what it must not
 * @vport: a port with a peripheral; its lock is held
 * @to: the control register now
 *
 * The first one is remembered: the others may follow from it.
 */
void parbiter_vport_violation(struct vport *vport, u8 to)
{
	struct vport_peripheral *peripheral = vport->peripheral;
	struct vport_peripheral_stats *stats = &peripheral->stats;

	lockdep_assert_held(&vport->lock);

	if (stats->violations++)
		return;
	stats->violated = parbiter_vport_1284_state(peripheral->state);
	stats->violated_from = peripheral->control;
	stats->violated_to = to;
}

/* Not busy any more. In compatibility mode nAck says so with a pulse. */
static void vport_end_stall(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	peripheral->stalled = false;
	peripheral->since = 0;
	if (peripheral->state != VPORT_COMPAT)
		return;
	parbiter_vport_at_rest(vport);
	vport_acknowledge(vport);
}

/* nStrobe goes low: the data lines are valid, and stay so. */
static void vport_strobe(struct vport *vport, u8 control)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	if (parbiter_vport_busy(vport) || (control & VPORT_CONTROL_REVERSE)) {
		parbiter_vport_violation(vport, control);
		return;
	}
	peripheral->strobed = true;
	peripheral->latch = vport->regs[VPORT_DATA];
	parbiter_vport_at_rest(vport);
}

/* nStrobe goes high: the byte is taken. */
static void vport_strobe_end(struct vport *vport, u8 control)
{
	struct vport_peripheral *peripheral = vport->peripheral;
	unsigned int stall = peripheral->config.stall;

	if (!peripheral->strobed)
		return;
	if (vport->regs[VPORT_DATA] != peripheral->latch)
		parbiter_vport_violation(vport, control);
	peripheral->strobed = false;
	parbiter_vport_take(vport, peripheral->latch);
	peripheral->stalled = stall && ++peripheral->since == stall;
	peripheral->polls = peripheral->config.polls;
	parbiter_vport_at_rest(vport);
	if (!peripheral->stalled)
		vport_acknowledge(vport);
}

/**
 * parbiter_vport_controlled - the control register was written
 * @vport: the port
 *
 * Context: any; not with the port's lock held.
 */
void parbiter_vport_controlled(struct vport *vport)
{
	struct vport_peripheral *peripheral;
	unsigned long flags;
	u8 from, to;

	raw_spin_lock_irqsave(&vport->lock, flags);
	peripheral = vport->peripheral;
	if (!peripheral)
		goto unlock;
	from = peripheral->control;
	to = vport->regs[VPORT_CONTROL];
	if (peripheral->state == VPORT_COMPAT &&
	    (from & ~to & PARPORT_CONTROL_STROBE))
		vport_strobe_end(vport, to);
	if (peripheral->config.kind == VPORT_IEEE1284)
		parbiter_vport_1284_step(vport, to);
	if (peripheral->state == VPORT_COMPAT &&
	    (~from & to & PARPORT_CONTROL_STROBE))
		vport_strobe(vport, to);
	peripheral->control = to;
unlock:
	raw_spin_unlock_irqrestore(&vport->lock, flags);
}

static bool vport_is_slow(const struct vport_peripheral *peripheral)
{
	return peripheral->stats.received + peripheral->stats.sent >=
	       peripheral->config.after;
}

/**
 * parbiter_vport_polled - the status register was read
 * @vport: the port
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
		vport_end_stall(vport);
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
	kfree(peripheral);
}

static struct vport_peripheral *
vport_peripheral_alloc(const struct vport_peripheral_config *config)
{
	struct vport_peripheral *peripheral;

	if (config->polls && !config->stall)
		return ERR_PTR(-EINVAL);
	if ((config->after && !config->slow) ||
	    config->slow > VPORT_SLOW_MAX)
		return ERR_PTR(-EINVAL);
	if (config->accept & ~VPORT_ACCEPT_ALL)
		return ERR_PTR(-EINVAL);
	peripheral = kzalloc(sizeof(*peripheral), GFP_KERNEL);
	if (!peripheral)
		return ERR_PTR(-ENOMEM);
	peripheral->config = *config;
	peripheral->received = kvmalloc(VPORT_RECEIVED_BYTES, GFP_KERNEL);
	peripheral->queue = kvmalloc_array(VPORT_QUEUE_BYTES,
					   sizeof(*peripheral->queue),
					   GFP_KERNEL);
	if (!peripheral->received || !peripheral->queue) {
		vport_peripheral_free(peripheral);
		return ERR_PTR(-ENOMEM);
	}
	return peripheral;
}

/**
 * parbiter_vport_peripheral_destroy - take a port's peripheral away
 * @vport: the port, used by nobody any more
 */
void parbiter_vport_peripheral_destroy(struct vport *vport)
{
	vport_peripheral_free(vport->peripheral);
}

/**
 * parbiter_vport_set_peripheral - connect a peripheral
 * @vport: the port
 * @config: what kind of peripheral; NULL for none
 *
 * What was there before is gone, and what it had received with it. The new
 * one starts in compatibility mode.
 *
 * Context: process; may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int parbiter_vport_set_peripheral(struct vport *vport,
				  const struct vport_peripheral_config *config)
{
	struct vport_peripheral *peripheral = NULL, *old;
	unsigned long flags;

	if (config)
		peripheral = vport_peripheral_alloc(config);
	if (IS_ERR(peripheral))
		return PTR_ERR(peripheral);

	mutex_lock(&vport->fit);
	raw_spin_lock_irqsave(&vport->lock, flags);
	old = vport->peripheral;
	if (peripheral)
		peripheral->control = vport->regs[VPORT_CONTROL];
	WRITE_ONCE(vport->peripheral, peripheral);
	parbiter_vport_at_rest(vport);
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	vport_peripheral_free(old);
	mutex_unlock(&vport->fit);
	return 0;
}

/**
 * parbiter_vport_set_status - drive the status lines
 * @vport: the port
 * @status: the status register's value; a peripheral adds that it is busy,
 *	and drives the lines itself in other modes than compatibility mode
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
 *
 * Context: any.
 * Return: 0; -EALREADY if it was not stalled; -ENXIO without a peripheral.
 */
int parbiter_vport_ready(struct vport *vport)
{
	unsigned long flags;
	int ret = 0;

	raw_spin_lock_irqsave(&vport->lock, flags);
	if (!vport->peripheral)
		ret = -ENXIO;
	else if (!vport->peripheral->stalled)
		ret = -EALREADY;
	else
		vport_end_stall(vport);
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return ret;
}

static int vport_room(struct vport *vport, size_t len)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	if (!peripheral || peripheral->config.kind != VPORT_IEEE1284)
		return -ENXIO;
	if (len > VPORT_QUEUE_BYTES - peripheral->stats.queued)
		return -ENOSPC;
	return 0;
}

static void vport_queue(struct vport *vport, u16 byte)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	peripheral->queue[(peripheral->first + peripheral->stats.queued++) %
			  VPORT_QUEUE_BYTES] = byte;
}

/**
 * parbiter_vport_send_run - give a peripheral a run of equal bytes to send
 * @vport: the port
 * @count: how many, up to VPORT_RUN_BYTES
 * @byte: the byte
 *
 * Only ECP mode has runs: the peripheral must not be in another one when it
 * sends it.
 *
 * Context: any.
 * Return: as parbiter_vport_send(); -EINVAL.
 */
int parbiter_vport_send_run(struct vport *vport, unsigned int count, u8 byte)
{
	unsigned long flags;
	int ret;

	if (!count || count > VPORT_RUN_BYTES)
		return -EINVAL;
	raw_spin_lock_irqsave(&vport->lock, flags);
	ret = vport_room(vport, 2);
	if (!ret) {
		vport_queue(vport, VPORT_RUN | (count - 1));
		vport_queue(vport, byte);
		parbiter_vport_1284_offer(vport);
	}
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return ret;
}

/**
 * parbiter_vport_send - give a peripheral bytes to send to the host
 * @vport: the port
 * @data: the bytes
 * @len: how many, all or nothing
 *
 * Context: any.
 * Return: 0; -ENOSPC if there is no room; -ENXIO if the peripheral is none
 * that sends.
 */
int parbiter_vport_send(struct vport *vport, const void *data, size_t len)
{
	const u8 *bytes = data;
	unsigned long flags;
	int ret;
	size_t i;

	raw_spin_lock_irqsave(&vport->lock, flags);
	ret = vport_room(vport, len);
	if (!ret) {
		for (i = 0; i < len; i++)
			vport_queue(vport, bytes[i]);
		parbiter_vport_1284_offer(vport);
	}
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return ret;
}

/**
 * parbiter_vport_received - read what a peripheral has taken
 * @vport: the port
 * @pos: from which byte on
 * @buf: where to; NULL: only count
 * @len: up to how many bytes
 *
 * Context: process; may sleep.
 * Return: how many bytes there are from @pos on, up to @len; -ENXIO without a
 * peripheral.
 */
ssize_t parbiter_vport_received(struct vport *vport, u64 pos, void *buf,
				size_t len)
{
	struct vport_peripheral_stats stats;
	ssize_t ret;
	u64 end;

	mutex_lock(&vport->fit);
	ret = parbiter_vport_peripheral_stats(vport, &stats);
	if (!ret) {
		end = stats.received - stats.lost;
		ret = pos < end ? min_t(u64, len, end - pos) : 0;
		if (buf)
			memcpy(buf, vport->peripheral->received + pos, ret);
	}
	mutex_unlock(&vport->fit);
	return ret;
}

/**
 * parbiter_vport_peripheral_stats - what a peripheral knows
 * @vport: the port
 * @stats: where to copy it to
 *
 * Context: any.
 * Return: 0; -ENXIO without a peripheral.
 */
int parbiter_vport_peripheral_stats(struct vport *vport,
				    struct vport_peripheral_stats *stats)
{
	struct vport_peripheral *peripheral;
	unsigned long flags;
	int ret = -ENXIO;

	raw_spin_lock_irqsave(&vport->lock, flags);
	peripheral = vport->peripheral;
	if (peripheral) {
		*stats = peripheral->stats;
		stats->kind = peripheral->config.kind;
		stats->state = parbiter_vport_1284_state(peripheral->state);
		stats->busy = parbiter_vport_busy(vport);
		ret = 0;
	}
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return ret;
}
