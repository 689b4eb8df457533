// SPDX-License-Identifier: GPL-2.0
/*
 * The use of the port by the file that owns it: registers and mode. See io.h.
 * Transfers are in transfer.c, the requests of programs in ppdev.c.
 *
 * Only the owner uses the port, and once the owner has entered the port, no
 * other client becomes owner until it has left. For this purpose a thread that
 * frees the port takes io->lock, but only if the file may use the port, because
 * most files that own a port for a moment make no accesses through parbiter. A
 * thread that enters and a thread that frees find each other:
 *
 *	enter, with io->lock held	free
 *	entered = true			stop being owner (arbiter_resign())
 *	full barrier			full barrier
 *	is the file owner?		entered? then take io->lock
 *					the next client owns (arbiter_pass_on())
 *
 * At least one of the two sees what the other has written. So the functions
 * below that access the port, its ieee1284 member or pb_port.registers are the
 * only ones that do so at that time, except for
 *
 * - the port's interrupt, which writes the control register if a program has
 *   asked for it;
 * - removal, which turns the arbiter off, then takes every io->lock and ends the
 *   file's use of the port (pb_io_drain()), and only then gives up the core's
 *   port. So a thread that, with io->lock held, finds the arbiter on or @active
 *   set may use the port until it drops the lock.
 */
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>

#include "client/client.h"
#include "io.h"
#include "port/port.h"

/* Inactivity time of a transfer, unless the program has set another one */
#define IO_TIMEOUT		(5 * HZ)

/* The direction bit of the control register, for which the core has no name */
#define IO_CONTROL_REVERSE	0x20

/**
 * pb_io_init() - initialize a file's use of its port
 * @io: the file's use of the port, zeroed
 * @client: the file's client
 *
 * Context: process.
 */
void pb_io_init(struct pb_io *io, struct pb_client *client)
{
	io->client = client;
	mutex_init(&io->lock);
	io->mode = IEEE1284_MODE_COMPAT;
	io->phase = IEEE1284_PH_FWD_IDLE;
	io->timeout = IO_TIMEOUT;
	atomic_set(&io->response, -1);
	io->wish = PARBITER_DEVICE_NONE;
}

/**
 * pb_io_info_locked() - find out where the file's mode and phase are
 * @io: the file's use of the port, with its lock held
 *
 * Context: process.
 * Return: the port's struct ieee1284_info, which contains them while the file
 * is active; NULL: they are in @io.
 */
struct ieee1284_info *pb_io_info_locked(struct pb_io *io)
{
	lockdep_assert_held(&io->lock);
	if (!io->active || !arbiter_is_on(&io->client->port->arb))
		return NULL;
	return &pb_io_parport(io)->ieee1284;
}

/* Bring the file's registers to the port. */
static void io_restore_registers_locked(struct pb_io *io)
{
	struct pb_port *port = io->client->port;

	if (!io->used) {
		port->parport->ops->init_state(port->claim.claimer, &io->state);
		io->used = true;
	}
	pb_registers_load(&port->registers, port->claim.claimer, &io->state);
}

/* Bring the file's registers and mode to the port. */
static void io_begin_locked(struct pb_io *io)
{
	struct ieee1284_info *info = &io->client->port->parport->ieee1284;

	io_restore_registers_locked(io);
	io->outer_mode = info->mode;
	io->outer_phase = info->phase;
	info->mode = io->mode;
	info->phase = io->phase;
	WRITE_ONCE(io->active, true);
}

/*
 * Take the file's mode and registers from the port, before the client gives the
 * port up. The registers are read only if the file may have changed them. So
 * for a file that owns the port and at most writes data, the port is not
 * touched here.
 */
static void io_end_locked(struct pb_io *io)
{
	struct ieee1284_info *info = pb_io_info_locked(io);
	struct parport *parport;

	WRITE_ONCE(io->active, false);
	WRITE_ONCE(io->entered, io->wish != PARBITER_DEVICE_NONE);
	WRITE_ONCE(io->turn, io->turn + 1);
	if (!info)
		return;
	parport = pb_io_parport(io);
	/*
	 * In reverse idle phase the core's interrupt handler answers an
	 * interrupt by itself, without any lock: it changes the control lines
	 * and the phase. So the phase is changed first; after that the handler
	 * leaves the lines alone, and they can be saved.
	 */
	io->mode = info->mode;
	io->phase = info->phase;
	info->mode = io->outer_mode;
	info->phase = io->outer_phase;
	if (io->mode != IEEE1284_MODE_COMPAT) {
		io->dirty = true;
		io->mode_leaver = io->client->port->mode_leavers + 1;
		WRITE_ONCE(io->client->port->mode_leavers, io->mode_leaver);
	}
	if (io->responds) {
		/*
		 * Wait until no interrupt that has read @active as true is
		 * still writing the control register.
		 */
		arbiter_synchronize(&io->client->port->arb);
		io->dirty = true;
	}
	if (io->dirty)
		parport->ops->save_state(parport, &io->state);
	io->dirty = false;
}

/**
 * pb_io_enter_locked() - begin to use the port, with nothing selected
 * @io: the file's use of the port, with its lock held
 *
 * Context: process.
 * Return: 0: the port is entered; -EINVAL, -ENODEV as pb_io_enter().
 */
int pb_io_enter_locked(struct pb_io *io)
{
	int ret;

	lockdep_assert_held(&io->lock);
	if (!io->entered) {
		WRITE_ONCE(io->entered, true);
		/*
		 * Full barrier: write @entered, then read whether the file
		 * owns. Pairs with arbiter_resign() in pb_io_free(), after
		 * which that function reads @entered.
		 */
		smp_mb();
	}
	ret = pb_io_check(io);
	if (!ret && !io->active)
		io_begin_locked(io);
	else if (ret && !io->active)
		WRITE_ONCE(io->entered, io->wish != PARBITER_DEVICE_NONE);
	return ret;
}

/**
 * pb_io_negotiate() - parport_negotiate(), with a bug of the core avoided
 * @parport: the core's port
 * @mode: IEEE1284_MODE_*
 *
 * When the core ends a mode in which addresses are transferred, it does not
 * recognize the mode, so an EPP peripheral stays in EPP. To the peripheral,
 * addresses and data are the same mode. So this changes the mode to data first.
 *
 * Context: process, may sleep.
 * Return: as parport_negotiate(): 0: the mode is negotiated; -1: the peripheral
 * does not answer; 1: the peripheral refuses the mode; -ENOSYS: the core does
 * not implement the mode.
 */
int pb_io_negotiate(struct parport *parport, int mode)
{
	struct ieee1284_info *info = &parport->ieee1284;

	if ((info->mode ^ mode) & ~IEEE1284_ADDR)
		info->mode &= ~IEEE1284_ADDR;
	return parport_negotiate(parport, mode);
}

/**
 * pb_io_end_mode_locked() - end the negotiated IEEE 1284 mode
 * @io: the file's use of the port, with its lock held; @io->active is set
 *
 * Context: process, may sleep for as long as the peripheral's answer may take
 * (about 0.1 s).
 */
void pb_io_end_mode_locked(struct pb_io *io)
{
	struct parport *parport = pb_io_parport(io);

	if (parport->ieee1284.mode == IEEE1284_MODE_COMPAT)
		return;
	pb_io_negotiate(parport, IEEE1284_MODE_COMPAT);
	io->dirty = true;
}

/*
 * Select the device that the granted request asked for. If that fails, the file
 * does not own any more; the caller passes the port on when it has dropped the
 * lock. Returns -EINVAL if another thread is just freeing the port.
 */
static int io_grant_wish_locked(struct pb_io *io, bool *pass_on)
{
	struct arbiter_client *client = &io->client->arb;
	int ret;

	pb_io_end_mode_locked(io);
	ret = pb_select(io->client->port, client, io->wish);
	WRITE_ONCE(io->wish, PARBITER_DEVICE_NONE);
	if (ret != -ENXIO)
		return ret == -EPERM ? -EINVAL : ret;
	*pass_on = arbiter_resign(client);
	if (*pass_on)
		io_end_locked(io);
	return ret;
}

/**
 * pb_io_enter_slow() - the rest of pb_io_enter()
 * @io: the file's use of the port, with its lock held
 *
 * Drops the lock if it fails.
 *
 * Context: process, may sleep.
 * Return: as pb_io_enter().
 */
int pb_io_enter_slow(struct pb_io *io)
{
	int ret = pb_io_enter_locked(io);
	bool pass_on = false;

	if (!ret && unlikely(io->wish != PARBITER_DEVICE_NONE))
		ret = io_grant_wish_locked(io, &pass_on);
	if (ret)
		mutex_unlock(&io->lock);
	if (pass_on)
		arbiter_pass_on(&io->client->arb);
	return ret;
}

/**
 * pb_io_load() - bring registers and mode to the port now
 * @io: the file's use of the port
 *
 * Does nothing if the file does not own the port.
 *
 * Context: process, may sleep.
 * Return: 0; -ENXIO: the device that was to be selected does not answer, and the
 * file has given the port up.
 */
int pb_io_load(struct pb_io *io)
{
	int ret;

	mutex_lock(&io->lock);
	ret = pb_io_enter_slow(io);
	if (!ret)
		mutex_unlock(&io->lock);
	return ret == -ENXIO ? ret : 0;
}

/*
 * If the peripheral is a selected device, end its mode before the device is
 * deselected: the file could not do so later.
 */
static void io_end_selected_mode_locked(struct pb_io *io)
{
	struct pb_port *port = io->client->port;

	if (arbiter_is_on(&port->arb) && pb_select_is_in_chain(&port->select))
		pb_io_end_mode_locked(io);
}

/**
 * pb_io_wish_is_queued_locked() - find out whether a request with a wish is queued
 * @io: the file's use of the port, with its lock held
 *
 * A request that sleeps in the queue has no wish, also if it names a device.
 *
 * Context: process.
 * Return: whether the file's request is queued whose device is @wish.
 */
bool pb_io_wish_is_queued_locked(struct pb_io *io)
{
	lockdep_assert_held(&io->lock);
	return arbiter_queued_tag(&io->client->arb) & PB_SELECT_LATER;
}

/**
 * pb_io_forget_wish_locked() - forget the wish of a request that has ended
 * @io: the file's use of the port, with its lock held
 *
 * Context: process.
 */
void pb_io_forget_wish_locked(struct pb_io *io)
{
	lockdep_assert_held(&io->lock);
	WRITE_ONCE(io->wish, PARBITER_DEVICE_NONE);
	if (!io->active)
		WRITE_ONCE(io->entered, false);
}

/**
 * pb_io_free_slow() - the rest of pb_io_free(), if the file may use the port
 * @io: the file's use of the port, for which arbiter_resign() has returned true
 *
 * Context: process, may sleep while another thread uses the port.
 * Return: 0; -ENODEV: the port is gone.
 */
int pb_io_free_slow(struct pb_io *io)
{
	mutex_lock(&io->lock);
	/*
	 * A thread that entered after arbiter_resign() has found that the file
	 * does not own, and has not set @active.
	 */
	if (io->active) {
		io_end_selected_mode_locked(io);
		io_end_locked(io);
	}
	/*
	 * The file does not own before arbiter_pass_on(). So a wish is that of the
	 * grant that ends here, or of a request that another thread has queued since
	 * arbiter_resign().
	 */
	if (io->wish != PARBITER_DEVICE_NONE && !pb_io_wish_is_queued_locked(io))
		pb_io_forget_wish_locked(io);
	mutex_unlock(&io->lock);
	return arbiter_pass_on(&io->client->arb);
}

/*
 * End the negotiated mode, and take the registers from the port. The file owns
 * the port.
 */
static void io_close_locked(struct pb_io *io)
{
	if (!io->active) {
		if (io->mode == IEEE1284_MODE_COMPAT)
			return;
		io_begin_locked(io);
	}
	pb_io_end_mode_locked(io);
	io_end_locked(io);
}

/**
 * pb_io_close() - leave port and peripheral as other drivers expect them
 * @io: the use of the port by a file that is closed for the last time, or whose
 *	process dies
 *
 * No other call for the file may be under way. The port is used only if the
 * file owns it, and the file still owns it on return. Afterwards
 * pb_port.registers no longer refers to the file.
 *
 * Context: process, may sleep for as long as the peripheral's answer may take
 * (about 0.3 s).
 */
void pb_io_close(struct pb_io *io)
{
	mutex_lock(&io->lock);
	if (io->used && !pb_io_check(io))
		io_close_locked(io);
	mutex_unlock(&io->lock);
	pb_registers_drop(&io->client->port->registers, &io->state);
}

/**
 * pb_io_drain() - end the use of the port by this file
 * @io: a file's use of a port whose arbiter is off, so that no thread enters
 *	afterwards
 *
 * Context: process, may sleep for as long as the peripheral's answers to one
 * call of the parport core may take.
 */
void pb_io_drain(struct pb_io *io)
{
	mutex_lock(&io->lock);
	/* As the arbiter is off, this does not touch the port. */
	if (io->active)
		io_end_locked(io);
	mutex_unlock(&io->lock);
}

/**
 * pb_io_write_control() - write the control lines
 * @parport: the core's port
 * @value: as for PPWCONTROL
 *
 * This does what parport_pc does about the direction bit, because parport_pc
 * also writes to the log whenever it finds that bit set.
 *
 * Context: any that the port's driver allows.
 */
void pb_io_write_control(struct parport *parport, unsigned char value)
{
	if (value & IO_CONTROL_REVERSE)
		parport->ops->data_reverse(parport);
	parport->ops->write_control(parport, value & ~IO_CONTROL_REVERSE);
}

/**
 * pb_io_frob_control() - change some of the control lines
 * @parport: the core's port
 * @mask: which lines are cleared, as for PPFCONTROL
 * @value: which lines are toggled after that
 *
 * For the direction bit see pb_io_write_control().
 *
 * Context: any that the port's driver allows.
 */
void pb_io_frob_control(struct parport *parport, unsigned char mask,
			unsigned char value)
{
	if (mask & IO_CONTROL_REVERSE) {
		if (value & IO_CONTROL_REVERSE)
			parport->ops->data_reverse(parport);
		else
			parport->ops->data_forward(parport);
	}
	parport->ops->frob_control(parport, mask & ~IO_CONTROL_REVERSE,
				   value & ~IO_CONTROL_REVERSE);
}

/**
 * pb_io_interrupt() - handle the port's interrupt for the file that owns
 * @io: the file's use of the port
 *
 * Context: the port's interrupt handler, with arbiter.lock held, so that the
 * file stays owner.
 */
void pb_io_interrupt(struct pb_io *io)
{
	int response;

	if (READ_ONCE(io->active)) {
		response = atomic_xchg(&io->response, -1);
		if (response >= 0)
			pb_io_write_control(io->client->port->parport,
					    response);
	}
	atomic_inc(&io->interrupts);
}
