// SPDX-License-Identifier: GPL-2.0
/*
 * IEEE 1284.3 device selection: which of the devices in a daisy chain is
 * connected to the port.
 *
 * The host drives the chain with command packets (CPP): a fixed sequence of bytes
 * on the data lines, to which the first device of the chain answers on the status
 * lines; then a command byte, which a strobe makes valid. Devices that are not
 * selected see the packet, but no other transfer. Both the answers, and for
 * "select" also the line nFault during the strobe, say whether a device has
 * obeyed. (The core's parport_daisy_select() takes an error number for the status
 * lines, and so for success.)
 *
 * A grant does not touch the lines. The new owner selects afterwards, in its own
 * context, because that takes time and may fail. Nothing is selected while
 * nobody owns: whoever gives the port up deselects, which the arbiter makes sure
 * of (ops->restore). So native drivers, for which the core selects a device in
 * parport_claim(), and those that do not know about chains, find the chain
 * deselected, as the core leaves it. parport.daisy belongs to the core. It is
 * PARBITER_DEVICE_NONE for as long as the claimer has the port, because the
 * claimer's pardevice.daisy is.
 *
 * All lines are driven with @lock held and interrupts off. A thread that selects
 * and a thread or an interrupt that frees for the same client find each other:
 *
 *	select, with select.lock held	free
 *	set CHANGED in the state word	the client stops being owner
 *	full barrier			full barrier
 *	is the client the owner?	CHANGED? then take select.lock, and deselect
 *	drive the lines			the next client owns
 *
 * At least one of the two sees what the other one has written. If the client is
 * no longer owner, CHANGED may have been set for another owner, whose Free then
 * finds nothing to do here.
 *
 * Removal turns the arbiter off, and then waits for an RCU grace period
 * (pb_devices_stop_locked()). So who finds the arbiter on inside an RCU read-side
 * critical section may use the port until its end.
 */
#include <linux/delay.h>
#include <linux/lockdep.h>
#include <linux/parport.h>
#include <linux/rcupdate.h>

#include "arbiter/own.h"
#include "port.h"
#include "select.h"

/* The commands of a packet; a device is selected for compatibility mode. */
#define SELECT_DEVICE		0xe0
#define SELECT_NONE		0x30

/*
 * In microseconds: how long data must be stable until the next byte or a strobe,
 * how long a strobe lasts, and how long data is held after it.
 */
#define SELECT_SETUP		7
#define SELECT_STROBE		7
#define SELECT_HOLD		7

/*
 * How often a packet is sent until it is answered. A packet has ten of the delays
 * above, besides its accesses to registers. A select sends one packet if it goes
 * well, and nine at most: to deselect, to select, and to deselect again.
 */
#define SELECT_ATTEMPTS		3

/* The control lines at rest */
#define SELECT_CONTROL_MASK	(PARPORT_CONTROL_STROBE | \
				 PARPORT_CONTROL_AUTOFD | \
				 PARPORT_CONTROL_INIT | PARPORT_CONTROL_SELECT)
#define SELECT_CONTROL		(PARPORT_CONTROL_INIT | PARPORT_CONTROL_SELECT)

/* The status lines that the first device drives, and its two answers */
#define SELECT_STATUS_MASK	(PARPORT_STATUS_BUSY | \
				 PARPORT_STATUS_PAPEROUT | \
				 PARPORT_STATUS_SELECT | PARPORT_STATUS_ERROR)
#define SELECT_STATUS_FIRST	SELECT_STATUS_MASK
#define SELECT_STATUS_SECOND	(PARPORT_STATUS_SELECT | PARPORT_STATUS_ERROR)

static void select_write(struct parport *parport, unsigned char value)
{
	parport->ops->write_data(parport, value);
	udelay(SELECT_SETUP);
}

static bool select_is_answered(struct parport *parport, unsigned char answer)
{
	return (parport->ops->read_status(parport) & SELECT_STATUS_MASK) ==
	       answer;
}

/* Send the bytes before the command. Returns whether the chain has answered. */
static bool select_send_preamble(struct parport *parport)
{
	select_write(parport, 0xaa);
	select_write(parport, 0x55);
	select_write(parport, 0x00);
	select_write(parport, 0xff);
	if (!select_is_answered(parport, SELECT_STATUS_FIRST))
		return false;
	select_write(parport, 0x87);
	if (!select_is_answered(parport, SELECT_STATUS_SECOND))
		return false;
	select_write(parport, 0x78);
	return true;
}

/* Send the command. Returns the status lines during the strobe. */
static unsigned char select_send_command(struct parport *parport,
					 unsigned char command)
{
	unsigned char status;

	select_write(parport, command);
	parport->ops->frob_control(parport, PARPORT_CONTROL_STROBE,
				   PARPORT_CONTROL_STROBE);
	udelay(SELECT_STROBE);
	status = parport->ops->read_status(parport);
	parport->ops->frob_control(parport, PARPORT_CONTROL_STROBE, 0);
	udelay(SELECT_HOLD);
	select_write(parport, 0xff);
	return status;
}

/*
 * Send a packet. The registers but for the data register are as before on return.
 * The interrupt is off meanwhile: what the lines do is no event for the owner.
 */
static int select_send(struct parport *parport, unsigned char command,
		       bool is_obeyed_by_one)
{
	struct parport_state state;
	unsigned char status;
	int ret = -ENXIO;

	parport->ops->save_state(parport, &state);
	parport->ops->disable_irq(parport);
	parport->ops->data_forward(parport);
	parport->ops->frob_control(parport, SELECT_CONTROL_MASK,
				   SELECT_CONTROL);
	if (select_send_preamble(parport)) {
		status = select_send_command(parport, command);
		if (!is_obeyed_by_one || (status & PARPORT_STATUS_ERROR))
			ret = 0;
	}
	parport->ops->restore_state(parport, &state);
	return ret;
}

/* Send a packet until it is answered. */
static int select_insist(struct parport *parport, unsigned char command,
			 bool is_obeyed_by_one)
{
	unsigned int attempt;

	for (attempt = 0; attempt < SELECT_ATTEMPTS; attempt++) {
		if (!select_send(parport, command, is_obeyed_by_one))
			return 0;
	}
	return -ENXIO;
}

/* Deselect what is selected, so that the port can be given on. */
static int select_none_locked(struct pb_port *port)
{
	bool is_in_chain = pb_select_is_in_chain(&port->select);
	int ret;

	lockdep_assert_held(&port->select.lock);
	WRITE_ONCE(port->select.device, PARBITER_DEVICE_NONE);
	if (!is_in_chain)
		return 0;
	ret = select_insist(port->parport, SELECT_NONE, false);
	port->select.is_unsure = ret;
	return ret;
}

static int select_device_locked(struct pb_port *port, int device)
{
	struct parport *parport = port->parport;

	lockdep_assert_held(&port->select.lock);
	select_none_locked(port);
	if (device != PARBITER_DEVICE_END &&
	    select_insist(parport, SELECT_DEVICE | device, true)) {
		/* One device may have obeyed, and only its answer is lost. */
		port->select.is_unsure = select_insist(parport, SELECT_NONE,
						       false);
		return -ENXIO;
	}
	port->select.is_unsure = false;
	WRITE_ONCE(port->select.device, device);
	return 0;
}

/*
 * Find out whether the client may drive the lines. If so, it may until the lock
 * is dropped, and its Free comes to pb_select_undo(). See the top of this file.
 */
static int select_begin_locked(struct pb_port *port,
			       struct arbiter_client *client)
{
	lockdep_assert_held(&port->select.lock);
	if (!arbiter_is_on(&port->arb))
		return -ENODEV;
	/* A full barrier comes before the client's state is read. */
	if (!arbiter_note_change(client))
		return -EPERM;
	return arbiter_is_owner(client) ? 0 : -EPERM;
}

/**
 * pb_select_check() - find out whether a device can be selected on a port
 * @port: a port
 * @device: a number that a caller has given
 *
 * Context: any.
 * Return: 0, also if the port is gone; -EINVAL: @device is neither the number of
 * a device in a chain nor PARBITER_DEVICE_END; -EOPNOTSUPP: the registers cannot
 * be accessed in an interrupt (an adapter on USB), so a Free could not deselect
 * in every context.
 */
int pb_select_check(struct pb_port *port, int device)
{
	struct parport *parport;
	bool refuses;

	if (device < 0 || device > PARBITER_DEVICE_END)
		return -EINVAL;
	if (device == PARBITER_DEVICE_END)
		return 0;
	rcu_read_lock();
	parport = READ_ONCE(port->parport);
	refuses = parport && !(parport->modes & PARPORT_MODE_SAFEININT);
	rcu_read_unlock();
	return refuses ? -EOPNOTSUPP : 0;
}

/**
 * pb_select() - select a device for the owner
 * @port: a port
 * @client: a client that owns it
 * @device: a device for which pb_select_check() has returned 0
 *
 * What was selected before is deselected first. Nothing is selected if this
 * fails. The registers are as before, but for the data register.
 *
 * Context: any but NMI. Interrupts are off for one packet, or for up to nine if the
 * device does not answer, see SELECT_ATTEMPTS.
 * Return: 0; -ENXIO: the device does not answer; -EPERM: @client does not own
 * the port; -ENODEV: the port is gone.
 */
int pb_select(struct pb_port *port, struct arbiter_client *client, int device)
{
	unsigned long flags;
	int ret;

	raw_spin_lock_irqsave(&port->select.lock, flags);
	rcu_read_lock();
	ret = select_begin_locked(port, client);
	if (!ret)
		ret = select_device_locked(port, device);
	rcu_read_unlock();
	raw_spin_unlock_irqrestore(&port->select.lock, flags);
	return ret;
}

/**
 * pb_deselect() - deselect what the owner has selected
 * @port: a port
 * @client: a client that owns it
 *
 * Nothing is selected on return, as far as that can be done.
 *
 * Context: as pb_select().
 * Return: 0, also if nothing was selected; errors as pb_select().
 */
int pb_deselect(struct pb_port *port, struct arbiter_client *client)
{
	unsigned long flags;
	int ret;

	raw_spin_lock_irqsave(&port->select.lock, flags);
	rcu_read_lock();
	ret = select_begin_locked(port, client);
	if (!ret)
		ret = select_none_locked(port);
	rcu_read_unlock();
	raw_spin_unlock_irqrestore(&port->select.lock, flags);
	return ret;
}

/**
 * pb_select_undo() - deselect because the owner gives the port up
 * @port: a port; its owner has stopped being owner, and nobody else owns yet
 *
 * If the port is gone, this does not touch it.
 *
 * Context: any but NMI.
 */
void pb_select_undo(struct pb_port *port)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&port->select.lock, flags);
	rcu_read_lock();
	if (arbiter_is_on(&port->arb)) {
		select_none_locked(port);
		/* The chain may answer now that the ECR is as it was. */
		if (port->select.is_unsure)
			select_insist(port->parport, SELECT_NONE, false);
	} else {
		WRITE_ONCE(port->select.device, PARBITER_DEVICE_NONE);
	}
	port->select.is_unsure = false;
	rcu_read_unlock();
	raw_spin_unlock_irqrestore(&port->select.lock, flags);
}

/* Set the registers as a new port has them, with the interrupt disabled. */
static void select_set_initial_registers(struct pardevice *claimer)
{
	struct parport *parport = claimer->port;
	struct parport_state state = {};

	parport->ops->init_state(claimer, &state);
	parport->ops->restore_state(parport, &state);
	parport->ops->disable_irq(parport);
}

/**
 * pb_select_resume() - select the owner's device again after the machine has slept
 * @port: a port; the caller restores its registers afterwards
 * @claimer: its claimer, which has the core claim
 *
 * The port's lines had no power, so the chain does not know any more what was
 * selected. Its devices have power of their own, and keep their numbers. The owner
 * may have set a chip mode in which the chain hears nothing, so that the registers
 * become the initial ones before.
 *
 * Whoever gives the port up changes @port->select with its lock held, before the
 * claim goes. So as long as a device is found selected under the lock, the claim is
 * parbiter's. If the device does not answer, nothing is selected any more.
 *
 * Context: as pb_select().
 * Return: 0, also if no device of the chain was selected; -ENXIO: the device does not
 * answer.
 */
int pb_select_resume(struct pb_port *port, struct pardevice *claimer)
{
	unsigned long flags;
	int ret = 0;

	raw_spin_lock_irqsave(&port->select.lock, flags);
	rcu_read_lock();
	if (arbiter_is_on(&port->arb) && pb_select_is_in_chain(&port->select)) {
		select_set_initial_registers(claimer);
		ret = select_device_locked(port, port->select.device);
	}
	rcu_read_unlock();
	raw_spin_unlock_irqrestore(&port->select.lock, flags);
	return ret;
}

/**
 * pb_select_init() - initialize: nothing is selected
 * @select: a port's
 *
 * Context: any.
 */
void pb_select_init(struct pb_select *select)
{
	raw_spin_lock_init(&select->lock);
	select->device = PARBITER_DEVICE_NONE;
}
