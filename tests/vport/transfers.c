// SPDX-License-Identifier: GPL-2.0
/*
 * The bytes that a peripheral has taken from the host, and those to send to it
 */
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "peripheral.h"

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
 * parbiter_vport_pending - return how many bytes there are for the host
 * @peripheral: the peripheral; its port's lock is held
 *
 * Return: the number of bytes in its queue, or of its device ID, if the host reads that.
 */
u64 parbiter_vport_pending(const struct vport_peripheral *peripheral)
{
	if (peripheral->identifying)
		return peripheral->id_len - peripheral->id_sent;
	return peripheral->stats.queued;
}

/**
 * parbiter_vport_peek - return the next byte for the host
 * @vport: a port with a peripheral that has a byte; its lock is held
 *
 * Return: the byte, which stays the next one; with VPORT_RUN, a run's length.
 */
u16 parbiter_vport_peek(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	if (peripheral->identifying)
		return peripheral->id[peripheral->id_sent];
	return peripheral->queue[peripheral->first];
}

/**
 * parbiter_vport_sent - remove the next byte, which the host has taken
 * @vport: a port with a peripheral that has a byte; its lock is held
 */
void parbiter_vport_sent(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	if (peripheral->identifying) {
		peripheral->id_sent++;
		return;
	}
	peripheral->first = (peripheral->first + 1) % VPORT_QUEUE_BYTES;
	peripheral->stats.queued--;
	peripheral->stats.sent++;
}

static int vport_room(const struct vport_peripheral *peripheral, size_t len)
{
	if (!peripheral || !peripheral->config.kind->offer)
		return -ENXIO;
	if (len > VPORT_QUEUE_BYTES - peripheral->stats.queued)
		return -ENOSPC;
	return 0;
}

static void vport_queue(struct vport_peripheral *peripheral, u16 byte)
{
	peripheral->queue[(peripheral->first + peripheral->stats.queued++) %
			  VPORT_QUEUE_BYTES] = byte;
}

/* The host sees that there is data only if the peripheral is connected to it. */
static void vport_offer(struct vport *vport,
			const struct vport_peripheral *peripheral)
{
	lockdep_assert_held(&vport->lock);

	if (peripheral == vport->peripheral)
		peripheral->config.kind->offer(vport);
}

/**
 * parbiter_vport_send_run - give a peripheral a run of equal bytes to send
 * @vport: the port
 * @place: the peripheral's place in a daisy chain, from 0, or VPORT_END
 * @count: length of the run, up to VPORT_RUN_BYTES
 * @byte: the byte
 *
 * Only ECP mode has runs: the peripheral must be in ECP mode when it sends one.
 *
 * Context: any.
 * Return: as parbiter_vport_send(); -EINVAL if @count is out of range.
 */
int parbiter_vport_send_run(struct vport *vport, int place, unsigned int count,
			    u8 byte)
{
	struct vport_peripheral *peripheral;
	unsigned long flags;
	int ret;

	if (!count || count > VPORT_RUN_BYTES)
		return -EINVAL;
	raw_spin_lock_irqsave(&vport->lock, flags);
	peripheral = parbiter_vport_peripheral_at(vport, place);
	ret = vport_room(peripheral, 2);
	if (!ret) {
		vport_queue(peripheral, VPORT_RUN | (count - 1));
		vport_queue(peripheral, byte);
		vport_offer(vport, peripheral);
	}
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return ret;
}

/**
 * parbiter_vport_send - give a peripheral bytes to send to the host
 * @vport: the port
 * @place: the peripheral's place in a daisy chain, from 0, or VPORT_END
 * @data: the bytes
 * @len: their number; all of them are queued, or none
 *
 * Context: any.
 * Return: 0; -ENOSPC if there is no room; -ENXIO if there is no peripheral that can
 * send.
 */
int parbiter_vport_send(struct vport *vport, int place, const void *data,
			size_t len)
{
	struct vport_peripheral *peripheral;
	const u8 *bytes = data;
	unsigned long flags;
	int ret;
	size_t i;

	raw_spin_lock_irqsave(&vport->lock, flags);
	peripheral = parbiter_vport_peripheral_at(vport, place);
	ret = vport_room(peripheral, len);
	if (!ret) {
		for (i = 0; i < len; i++)
			vport_queue(peripheral, bytes[i]);
		vport_offer(vport, peripheral);
	}
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return ret;
}

/**
 * parbiter_vport_received - read what a peripheral has taken
 * @vport: the port
 * @place: the peripheral's place in a daisy chain, from 0, or VPORT_END
 * @pos: number of the first byte to read
 * @buf: the buffer; NULL to count the bytes only
 * @len: greatest number of bytes to read
 *
 * Context: process; may sleep.
 * Return: the number of bytes from @pos on, up to @len; -ENXIO without a peripheral.
 */
ssize_t parbiter_vport_received(struct vport *vport, int place, u64 pos,
				void *buf, size_t len)
{
	struct vport_peripheral *peripheral;
	unsigned long flags;
	ssize_t ret = -ENXIO;
	u64 end = 0;

	mutex_lock(&vport->fit);
	raw_spin_lock_irqsave(&vport->lock, flags);
	peripheral = parbiter_vport_peripheral_at(vport, place);
	if (peripheral)
		end = peripheral->stats.received - peripheral->stats.lost;
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	if (peripheral) {
		ret = pos < end ? min_t(u64, len, end - pos) : 0;
		if (buf)
			memcpy(buf, peripheral->received + pos, ret);
	}
	mutex_unlock(&vport->fit);
	return ret;
}
