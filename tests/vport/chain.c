// SPDX-License-Identifier: GPL-2.0
/*
 * An IEEE 1284.3 daisy chain: the host's command packets.
 *
 * The host sends a packet on the data lines: six bytes without a strobe, which begin it
 * and which no transfer contains, then each command byte with a pulse of nStrobe, and
 * 0xff at the end. A change of the host's lines among the first six bytes is no packet.
 * From the fourth byte on the devices drive the status lines, and keep nStrobe from the
 * device that is connected to the host. The levels that they drive are those that
 * drivers/parport/daisy.c expects.
 */
#include <linux/kernel.h>
#include <linux/lockdep.h>

#include "chain.h"

/* The first and the second answer to the preamble come after so many bytes. */
#define VPORT_FIRST_ANSWER	4
#define VPORT_SECOND_ANSWER	5

#define VPORT_PACKET_END	0xff

/* The bits of the ECR that are the chip mode, and those of ECP mode */
#define VPORT_ECR_MODE		0xe0
#define VPORT_ECR_ECP		0x60

static const u8 vport_preamble[VPORT_PREAMBLE] = {
	0xaa, 0x55, 0x00, 0xff, 0x87, 0x78
};

static void vport_chain_lines(struct vport *vport, u8 lines)
{
	lockdep_assert_held(&vport->lock);

	WRITE_ONCE(vport->regs[VPORT_STATUS], PARPORT_STATUS_ACK | lines);
}

/**
 * parbiter_vport_chain_drives - check whether the devices drive the status lines
 * @vport: the port; its lock is held
 *
 * Return: true if they do, in answer to a command packet.
 */
bool parbiter_vport_chain_drives(struct vport *vport)
{
	lockdep_assert_held(&vport->lock);

	return vport->chain && vport->chain->heard >= VPORT_FIRST_ANSWER;
}

/*
 * Inside the packet, the next device without an address shows PError and Select, and
 * Busy if it is the last one. Behind the last one, the device at the end shows its own
 * lines. nFault is low until a device obeys a command.
 */
static void vport_chain_invite(struct vport *vport)
{
	struct vport_chain *chain = vport->chain;
	int next = parbiter_vport_chain_awake(chain, chain->next);
	u8 lines = PARPORT_STATUS_PAPEROUT | PARPORT_STATUS_SELECT;

	if (next == VPORT_NONE) {
		WRITE_ONCE(vport->regs[VPORT_STATUS],
			   parbiter_vport_rest(vport, vport->end));
		return;
	}
	if (parbiter_vport_chain_awake(chain, next + 1) != VPORT_NONE)
		lines |= PARPORT_STATUS_BUSY;
	vport_chain_lines(vport, lines);
}

/* The packet is at an end: the lines are those of who is connected to the host now. */
static void vport_chain_release(struct vport *vport)
{
	vport->chain->heard = 0;
	parbiter_vport_connect(vport);
}

/* A packet is heard in compatibility mode only, and if there is a device to hear it. */
static bool vport_chain_hears(struct vport *vport)
{
	struct vport_chain *chain = vport->chain;

	if (parbiter_vport_chain_awake(chain, 0) == VPORT_NONE)
		return false;
	if (vport->peripheral && vport->peripheral->state != VPORT_COMPAT) {
		chain->unheard++;
		return false;
	}
	return true;
}

/* The host has put another byte of the preamble on the data lines. */
static void vport_chain_listen(struct vport *vport)
{
	struct vport_chain *chain = vport->chain;

	chain->heard++;
	switch (chain->heard) {
	case VPORT_FIRST_ANSWER:
		if (!vport_chain_hears(vport)) {
			chain->heard = 0;
			break;
		}
		vport_chain_lines(vport, PARPORT_STATUS_BUSY |
				  PARPORT_STATUS_PAPEROUT |
				  PARPORT_STATUS_SELECT | PARPORT_STATUS_ERROR);
		break;
	case VPORT_SECOND_ANSWER:
		vport_chain_lines(vport, PARPORT_STATUS_SELECT |
				  PARPORT_STATUS_ERROR);
		break;
	case VPORT_PREAMBLE:
		chain->packets++;
		chain->next = 0;
		vport_chain_invite(vport);
		break;
	}
}

/* Forget what was heard; the byte on the data lines may be the first one of a packet. */
static void vport_chain_reset(struct vport *vport)
{
	struct vport_chain *chain = vport->chain;

	if (chain->heard >= VPORT_FIRST_ANSWER)
		vport_chain_release(vport);
	chain->heard = chain->data == vport_preamble[0] &&
		       !(chain->control & VPORT_CONTROL_REVERSE);
}

static void vport_chain_byte(struct vport *vport, u8 byte)
{
	struct vport_chain *chain = vport->chain;

	/* Nothing changes on the lines then. */
	if (byte == chain->data || chain->control & VPORT_CONTROL_REVERSE)
		return;
	chain->data = byte;
	if (chain->heard < VPORT_PREAMBLE) {
		if (byte == vport_preamble[chain->heard])
			vport_chain_listen(vport);
		else
			vport_chain_reset(vport);
	} else if (byte == VPORT_PACKET_END &&
		   !(chain->control & PARPORT_CONTROL_STROBE)) {
		vport_chain_release(vport);
	}
}

/* In ECP mode a FIFO takes what is written to the data register. */
static bool vport_chain_is_behind_fifo(const struct vport *vport)
{
	return (vport->regs[VPORT_ECR] & VPORT_ECR_MODE) == VPORT_ECR_ECP;
}

/* nStrobe goes low: the devices take the command, and tell whether one of them obeys. */
static void vport_chain_strobe(struct vport *vport)
{
	u8 lines = vport->regs[VPORT_STATUS] & ~PARPORT_STATUS_ERROR;

	if (parbiter_vport_chain_obey(vport, vport->chain->data))
		lines |= PARPORT_STATUS_ERROR;
	WRITE_ONCE(vport->regs[VPORT_STATUS], lines);
}

/* Return true if the devices keep the change from who is connected to the host. */
static bool vport_chain_control(struct vport *vport, u8 to)
{
	struct vport_chain *chain = vport->chain;
	u8 changed = (chain->control ^ to) &
		     (VPORT_HOST_LINES | VPORT_CONTROL_REVERSE);

	chain->control = to;
	if (!changed)
		return parbiter_vport_chain_drives(vport);
	if (chain->heard == VPORT_PREAMBLE && changed == PARPORT_CONTROL_STROBE) {
		if (to & PARPORT_CONTROL_STROBE)
			vport_chain_strobe(vport);
		else
			vport_chain_invite(vport);
		return true;
	}
	vport_chain_reset(vport);
	return false;
}

/**
 * parbiter_vport_chain_written - tell a chain about a write
 * @vport: a port with a chain
 * @reg: the register that was written
 *
 * Context: any; not with the port's lock held.
 */
void parbiter_vport_chain_written(struct vport *vport, enum vport_register reg)
{
	unsigned long flags;
	bool kept = true;

	raw_spin_lock_irqsave(&vport->lock, flags);
	if (reg == VPORT_DATA && !vport_chain_is_behind_fifo(vport))
		vport_chain_byte(vport, vport->regs[VPORT_DATA]);
	else if (reg == VPORT_CONTROL)
		kept = vport_chain_control(vport, vport->regs[VPORT_CONTROL]);
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	if (!kept && READ_ONCE(vport->peripheral))
		parbiter_vport_controlled(vport);
}
