// SPDX-License-Identifier: GPL-2.0
/*
 * The port in the hands of the file that owns it: its registers and mode. See
 * io.h; transfers are in transfer.c, the interface that programs use it by in
 * ppdev.c.
 *
 * What guards the port itself: only the owner uses it, and once it has entered
 * nobody else owns until it leaves. Who frees takes io->lock for that, but only
 * if the file uses the port at all, because most that own a port for a moment
 * do not use it by this file. Either one finds the other:
 *
 *	enter, with io->lock held	free
 *	entered = true			owner no more (arbiter_resign())
 *	full barrier			full barrier
 *	is the file owner?		entered? then take io->lock
 *					the next one owns (arbiter_pass_on())
 *
 * So everything below that reads or writes the port, its ieee1284 member or
 * pb_port.registers has it to itself, but for
 *
 * - the port's interrupt, which writes the control register when asked to;
 * - removal, which turns the arbiter off, then passes through every io->lock
 *   (pb_io_drain()), and only then gives the core's port up: who finds
 *   the arbiter on with io->lock held may use the port until the unlock.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "client/client.h"
#include "io.h"
#include "port/port.h"

/* How long a transfer may stand still unless the file says otherwise. */
#define IO_TIMEOUT		(5 * HZ)

/* The control register's direction bit, in no symbolic form in the core. */
#define IO_CONTROL_REVERSE	0x20

/**
 * pb_io_init() - prepare a file's use of its port
 * @io: zeroed
 * @client: the file's client
 */
void pb_io_init(struct pb_io *io, struct pb_client *client)
{
	io->client = client;
	mutex_init(&io->lock);
	io->mode = IEEE1284_MODE_COMPAT;
	io->phase = IEEE1284_PH_FWD_IDLE;
	io->timeout = IO_TIMEOUT;
	atomic_set(&io->response, -1);
}

/**
 * pb_io_parport() - the port that an entered file may use
 * @io: entered
 *
 * Return: as named.
 */
struct parport *pb_io_parport(struct pb_io *io)
{
	lockdep_assert_held(&io->lock);
	return io->client->port->parport;
}

/**
 * pb_io_info_locked() - where the file's mode and phase are now
 * @io: its lock is held
 *
 * Return: the port's, while the file is active; NULL: in @io.
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
 * The owner is about to give the port up. Registers are read only if the file
 * may have changed them, so that who just owns, or writes data, and frees
 * costs the port nothing.
 */
static void io_end_locked(struct pb_io *io)
{
	struct ieee1284_info *info = pb_io_info_locked(io);
	struct parport *parport;

	WRITE_ONCE(io->active, false);
	WRITE_ONCE(io->entered, false);
	io->turn++;
	if (!info)
		return;
	parport = pb_io_parport(io);
	/*
	 * In reverse idle phase the core answers an interrupt by itself, on
	 * the control lines and by changing the phase, without any lock: the
	 * phase is taken away first, and then the lines are what they are.
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
		/* Whoever found it active in the interrupt is done with it. */
		arbiter_synchronize(&io->client->port->arb);
		io->dirty = true;
	}
	if (io->dirty)
		parport->ops->save_state(parport, &io->state);
	io->dirty = false;
}

/**
 * pb_io_check() - could the port be entered?
 * @io: a file's
 *
 * Context: any.
 * Return: 0; -EINVAL: the file does not own the port; -ENODEV. May be out of
 * date on return, @io's lock held or not: see pb_io_enter().
 */
int pb_io_check(const struct pb_io *io)
{
	if (!arbiter_is_on(&io->client->port->arb))
		return -ENODEV;
	return arbiter_is_owner(&io->client->arb) ? 0 : -EINVAL;
}

static int io_enter_locked(struct pb_io *io)
{
	int ret;

	lockdep_assert_held(&io->lock);
	if (!io->entered) {
		WRITE_ONCE(io->entered, true);
		/* Pairs with arbiter_resign() in pb_io_free(). */
		smp_mb();
	}
	ret = pb_io_check(io);
	if (!ret && !io->active)
		io_begin_locked(io);
	else if (ret && !io->active)
		WRITE_ONCE(io->entered, false);
	return ret;
}

/**
 * pb_io_enter() - begin to use the port
 * @io: a file's
 *
 * On success nobody else owns, and the port stays, until
 * pb_io_leave(). Between the two user memory must not be touched and
 * nothing be waited for but the peripheral, for a bounded time.
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL: the file does not own the port; -ENODEV; -EINTR: killed
 * while another thread used the port.
 */
int pb_io_enter(struct pb_io *io)
{
	int ret;

	if (mutex_lock_killable(&io->lock))
		return -EINTR;
	ret = io_enter_locked(io);
	if (ret)
		mutex_unlock(&io->lock);
	return ret;
}

/**
 * pb_io_leave() - the reverse
 * @io: entered
 */
void pb_io_leave(struct pb_io *io)
{
	mutex_unlock(&io->lock);
}

/**
 * pb_io_load() - bring registers and mode to the port now
 * @io: a file's; nothing happens if it is not the owner
 *
 * Context: process, may sleep.
 */
void pb_io_load(struct pb_io *io)
{
	mutex_lock(&io->lock);
	io_enter_locked(io);
	mutex_unlock(&io->lock);
}

/**
 * pb_io_free_slow() - the rest of pb_io_free()
 * @io: a file's that has resigned, and may use the port
 *
 * Context: process, may sleep while another thread uses the port.
 * Return: as arbiter_free().
 */
int pb_io_free_slow(struct pb_io *io)
{
	mutex_lock(&io->lock);
	/* Whoever entered too late to own has left without. */
	if (io->active)
		io_end_locked(io);
	mutex_unlock(&io->lock);
	return arbiter_pass_on(&io->client->arb);
}

/**
 * pb_io_negotiate() - parport_negotiate(), mended
 * @parport: the port
 * @mode: IEEE1284_MODE_*
 *
 * The core ends a mode in which addresses are transferred as if it were none
 * that it knows: an EPP peripheral stays in EPP. Addresses or data makes no
 * difference to the peripheral, so make it data first.
 *
 * Context: process, may sleep.
 * Return: as parport_negotiate(): 0, -1 (no answer), 1 (refused), -ENOSYS.
 */
int pb_io_negotiate(struct parport *parport, int mode)
{
	struct ieee1284_info *info = &parport->ieee1284;

	if ((info->mode ^ mode) & ~IEEE1284_ADDR)
		info->mode &= ~IEEE1284_ADDR;
	return parport_negotiate(parport, mode);
}

/* Ends a negotiated mode, and the use of the port. Of an owner. */
static void io_close_locked(struct pb_io *io)
{
	struct parport *parport = io->client->port->parport;

	if (!io->active) {
		if (io->mode == IEEE1284_MODE_COMPAT)
			return;
		io_begin_locked(io);
	}
	if (parport->ieee1284.mode != IEEE1284_MODE_COMPAT) {
		pb_io_negotiate(parport, IEEE1284_MODE_COMPAT);
		io->dirty = true;
	}
	io_end_locked(io);
}

/**
 * pb_io_close() - leave port and peripheral as others expect them
 * @io: a file's whose last close has come, or whose process dies
 *
 * No other call for the file is under way. The port is used only by an owner,
 * who still owns afterwards. The registers are nobody's from then on.
 *
 * Context: process, may sleep for as long as the peripheral's answer may take
 * (about 0.1 s).
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
 * pb_io_drain() - wait until nobody is inside
 * @io: a file's, whose port's arbiter is off: nobody enters afterwards
 *
 * Context: process, may sleep, for as long as the peripheral's answers to one
 * call of the parport core may take.
 */
void pb_io_drain(struct pb_io *io)
{
	mutex_lock(&io->lock);
	mutex_unlock(&io->lock);
}

/**
 * pb_io_write_control() - write the control lines
 * @parport: the port
 * @value: as for PPWCONTROL
 *
 * The direction bit is taken care of here, as parport_pc would, because
 * parport_pc also writes to the log whenever it finds it.
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
 * @parport: the port
 * @mask: which, as for PPFCONTROL
 * @value: what is toggled in what @mask leaves
 *
 * See pb_io_write_control().
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
 * pb_io_interrupt() - the port's interrupt came, and the file owns
 * @io: a file's
 *
 * Context: the port's interrupt handler, with arbiter.lock held: the file
 * stays owner.
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
