// SPDX-License-Identifier: GPL-2.0
/*
 * The mode bits of a port's extended control register (ECR). An owner sets a mode
 * for as long as it owns; its Free brings back what was there before.
 *
 * Only the port's driver knows for certain whether a port has an ECR: parport.modes
 * says what the chip can do, and parport.base_hi is set for many ports without an
 * ECR, too. So the driver is asked. With save_state() it stores the value of an ECR
 * if there is one, and stores nothing otherwise. Only PC-style ports have a
 * base_hi, and their drivers keep the ECR in parport_state.u.pc; of any other port
 * the ECR is not looked for.
 *
 * A Free in whatever context and a thread that sets a mode for the same client find
 * each other:
 *
 *	set a mode, with ecr.lock held	free
 *	set CHANGED in the state word	the client stops being owner
 *	full barrier			full barrier
 *	is the client the owner?	CHANGED? then take ecr.lock, and undo
 *	write the ECR			the next client owns
 *
 * At least one of the two sees what the other one has written. If the client is no
 * longer owner, CHANGED may have been set for another owner, whose Free then finds
 * nothing to undo.
 */
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/parport.h>
#include <linux/rcupdate.h>
#include <linux/string.h>

#include "arbiter/own.h"
#include "ecr.h"
#include "port.h"

/* The offset of the ECR in the registers at parport.base_hi */
#define ECR_OFFSET	2

/* Not a value of the register, which has eight bits */
#define ECR_NONE	0x100

/* Return the value of the ECR; ECR_NONE if there is no ECR. */
static unsigned int ecr_read(struct parport *parport)
{
	struct parport_state state = { .u.pc.ecr = ECR_NONE };

	if (!parport->base_hi)
		return ECR_NONE;
	parport->ops->save_state(parport, &state);
	return state.u.pc.ecr;
}

/*
 * Return whether the ECR is an I/O port: whether the port's driver is parport_pc,
 * which also serves the ports that parport_serial and parport_cs find. If it is
 * built into the kernel, it is no module. Of the drivers that may be built in with it,
 * only parport_ip32 sets base_hi, to an address of memory.
 */
static bool ecr_is_io(struct parport *parport)
{
	const struct module *owner = parport->ops->owner;

	if (IS_BUILTIN(CONFIG_PARPORT_PC))
		return !owner && parport->base_hi <= IO_SPACE_LIMIT;
	return IS_MODULE(CONFIG_PARPORT_PC) && owner &&
	       !strcmp(owner->name, "parport_pc");
}

/*
 * Write the ECR of a port that has one. restore_state() of the port's driver would
 * also write the control register, with the value that the driver has written
 * last; a client that uses I/O ports may have written another one since then.
 */
static void ecr_write(struct parport *parport, u8 value)
{
	struct parport_state state;

	if (ecr_is_io(parport)) {
		outb(value, parport->base_hi + ECR_OFFSET);
		return;
	}
	parport->ops->save_state(parport, &state);
	state.u.pc.ecr = value;
	parport->ops->restore_state(parport, &state);
}

/*
 * Find out whether the client may set a mode. If so, it may until the lock is
 * dropped, and its Free comes to pb_ecr_undo(). See the top of this file.
 */
static int ecr_begin_locked(struct pb_port *port, struct arbiter_client *client)
{
	lockdep_assert_held(&port->ecr.lock);
	if (!arbiter_is_on(&port->arb))
		return -ENODEV;
	/* A full barrier comes before the client's state is read. */
	if (!arbiter_note_change(client))
		return -EPERM;
	return arbiter_is_owner(client) ? 0 : -EPERM;
}

/* Return which capability of a port a mode needs; 0: none. */
static unsigned int ecr_needs(u8 mode)
{
	switch (mode) {
	case PB_ECR_BYTE:
		return PARPORT_MODE_TRISTATE;
	case PB_ECR_ECP:
		return PARPORT_MODE_ECP;
	case PB_ECR_EPP:
		return PARPORT_MODE_EPP;
	}
	return 0;
}

static int ecr_set_locked(struct pb_port *port, u8 mode)
{
	struct parport *parport = port->parport;
	struct pb_ecr *ecr = &port->ecr;
	unsigned int needs = ecr_needs(mode);
	unsigned int value;

	lockdep_assert_held(&ecr->lock);
	if (ecr->mode != PB_ECR_SPP && ecr->mode != PB_ECR_BYTE)
		return -EBUSY;
	if (needs && !(parport->modes & needs))
		return -ENXIO;
	value = needs ? ecr_read(parport) : ECR_NONE;
	if (value != ECR_NONE) {
		if (!ecr->changed)
			ecr->saved = value;
		ecr->changed = true;
		ecr_write(parport, (value & ~PB_ECR_MODE) | mode);
	}
	ecr->mode = mode;
	return 0;
}

/* Bring the ECR back to what it was before the owner changed it. */
static void ecr_undo_locked(struct pb_port *port, struct parport *parport)
{
	struct pb_ecr *ecr = &port->ecr;

	lockdep_assert_held(&ecr->lock);
	if (ecr->changed && parport)
		ecr_write(parport, ecr->saved);
	ecr->changed = false;
	ecr->mode = PB_ECR_SPP;
}

/**
 * pb_ecr_set() - set a mode for the owner
 * @port: a port
 * @client: a client that owns it
 * @mode: the mode, as in the ECR; its other bits are 0
 *
 * For PB_ECR_BYTE, PB_ECR_ECP and PB_ECR_EPP the ECR is written, if the port has
 * one; its other bits stay as they are. All other modes are only remembered.
 *
 * Context: any but NMI.
 * Return: 0; -EPERM: @client does not own the port; -EBUSY: another mode than
 * PB_ECR_BYTE is set; -ENXIO: the port does not have this mode; -ENODEV: the port
 * is gone.
 */
int pb_ecr_set(struct pb_port *port, struct arbiter_client *client, u8 mode)
{
	unsigned long flags;
	int ret;

	raw_spin_lock_irqsave(&port->ecr.lock, flags);
	rcu_read_lock();
	ret = ecr_begin_locked(port, client);
	if (!ret)
		ret = ecr_set_locked(port, mode);
	rcu_read_unlock();
	raw_spin_unlock_irqrestore(&port->ecr.lock, flags);
	return ret;
}

/**
 * pb_ecr_clear() - end the mode that the owner has set
 * @port: a port
 * @client: a client that owns it
 * @mode: the mode that is set
 *
 * Context: any but NMI.
 * Return: 0; -EPERM: @client does not own the port; -EBUSY: another mode is set;
 * -ENOENT: @mode is PB_ECR_SPP, and no mode is set; -ENODEV: the port is gone.
 */
int pb_ecr_clear(struct pb_port *port, struct arbiter_client *client, u8 mode)
{
	unsigned long flags;
	int ret;

	raw_spin_lock_irqsave(&port->ecr.lock, flags);
	rcu_read_lock();
	ret = ecr_begin_locked(port, client);
	if (!ret && mode != port->ecr.mode)
		ret = -EBUSY;
	else if (!ret && mode == PB_ECR_SPP)
		ret = -ENOENT;
	else if (!ret)
		ecr_undo_locked(port, port->parport);
	rcu_read_unlock();
	raw_spin_unlock_irqrestore(&port->ecr.lock, flags);
	return ret;
}

/**
 * pb_ecr_mode() - return the mode that a client has set
 * @port: a port
 * @client: a client of the port
 *
 * Context: any but NMI.
 * Return: the mode; PB_ECR_SPP: @client does not own the port, or has set none.
 */
u8 pb_ecr_mode(struct pb_port *port, struct arbiter_client *client)
{
	unsigned long flags;
	u8 mode;

	raw_spin_lock_irqsave(&port->ecr.lock, flags);
	mode = arbiter_is_owner(client) ? port->ecr.mode : PB_ECR_SPP;
	raw_spin_unlock_irqrestore(&port->ecr.lock, flags);
	return mode;
}

/**
 * pb_ecr_undo() - end the owner's mode because it gives the port up
 * @port: a port; its owner has stopped being owner, and nobody else owns yet
 *
 * A port whose driver goes may stay, so the ECR is brought back at removal, too,
 * until port->parport is cleared. After that there is an RCU grace period before
 * the core's port goes.
 *
 * Context: any but NMI.
 */
void pb_ecr_undo(struct pb_port *port)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&port->ecr.lock, flags);
	rcu_read_lock();
	ecr_undo_locked(port, READ_ONCE(port->parport));
	rcu_read_unlock();
	raw_spin_unlock_irqrestore(&port->ecr.lock, flags);
}

/**
 * pb_ecr_init() - initialize: no mode is set
 * @ecr: a port's
 *
 * Context: any.
 */
void pb_ecr_init(struct pb_ecr *ecr)
{
	raw_spin_lock_init(&ecr->lock);
	ecr->mode = PB_ECR_SPP;
	ecr->changed = false;
}
