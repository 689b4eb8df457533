/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The use of the port by the file that owns it: registers, IEEE 1284 mode, and
 * transfers.
 *
 * A file has registers and a mode of its own. They are brought to the port when
 * the file uses the port for the first time after a grant, and are taken from
 * the port when the file gives the port up. The registers are not touched if
 * nobody else has used the port in between.
 */
#ifndef _PB_IO_H
#define _PB_IO_H

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/parport.h>
#include <linux/types.h>

#include "arbiter/own.h"
#include "client/client.h"
#include "port/port.h"

/**
 * struct pb_io - a file's use of its port
 * @lock: Held while the port is used, and while the client gives the port up
 *	after it may have used the port, so that no file uses a port that
 *	another client owns already. Never held while waiting for the port or
 *	while touching user memory, because removal waits for it. Guards the
 *	members below except @interrupts and @response; the last close reads
 *	them without it, because nobody writes them at that time. Taken outside
 *	of arbiter.lock.
 * @client: the file's client
 * @entered: a thread uses the port or is about to, or @active is set, or there
 *	is a @wish. Written under @lock; a thread that frees the port reads it without
 * @active: registers and mode have been brought to the port since the client
 *	became owner, and the client has not given the port up, which ends with
 *	@lock held. Written under @lock; read in the port's interrupt
 * @dirty: the registers may differ from @state
 * @used: @state is valid, because @active has been set before
 * @responds: @response has been set before
 * @state: the registers, while @active is not set
 * @mode: IEEE1284_MODE_*, while @active is not set
 * @phase: IEEE1284_PH_*, as @mode
 * @outer_mode: the port's mode before @mode was brought to it, while @active is
 *	set
 * @outer_phase: as @outer_mode
 * @turn: changes when the client gives up the port after it has used it;
 *	also read without @lock
 * @mode_leaver: the value of pb_port.mode_leavers when the client last gave the
 *	port up in a negotiated mode; 0: it never did
 * @flags: PP_* flags
 * @timeout: the inactivity time: how long a transfer may make no progress, in
 *	jiffies; also read without @lock
 * @interrupts: number of port interrupts that have not been reported yet
 * @response: what the next interrupt writes to the control register, or -1
 * @wish: the IEEE 1284.3 device that a queued request asks for, or asked for
 *	before it was granted, and that is not selected yet;
 *	PARBITER_DEVICE_NONE: none. See select.c. Also read without @lock
 */
struct pb_io {
	struct mutex lock; /* see above */
	struct pb_client *client;
	bool entered;
	bool active;
	bool dirty;
	bool used;
	bool responds;
	struct parport_state state;
	int mode;
	int phase;
	int outer_mode;
	int outer_phase;
	unsigned int turn;
	unsigned int mode_leaver;
	unsigned int flags;
	long timeout;
	atomic_t interrupts;
	atomic_t response;
	int wish;
};

void pb_io_init(struct pb_io *io, struct pb_client *client);

int pb_io_enter_locked(struct pb_io *io);
int pb_io_enter_slow(struct pb_io *io);
void pb_io_end_mode_locked(struct pb_io *io);
struct ieee1284_info *pb_io_info_locked(struct pb_io *io);

int pb_io_load(struct pb_io *io);
bool pb_io_wish_is_queued_locked(struct pb_io *io);
void pb_io_forget_wish_locked(struct pb_io *io);
int pb_io_free_slow(struct pb_io *io);
void pb_io_close(struct pb_io *io);
void pb_io_drain(struct pb_io *io);

void pb_io_interrupt(struct pb_io *io);
int pb_io_negotiate(struct parport *parport, int mode);
void pb_io_write_control(struct parport *parport, unsigned char value);
void pb_io_frob_control(struct parport *parport, unsigned char mask,
			unsigned char value);

/**
 * pb_io_check() - find out whether the file may enter the port
 * @io: the file's use of the port
 *
 * Context: any.
 * Return: 0: the file owns the port; -EINVAL: the file does not own the port;
 * -ENODEV: the port is gone. The answer may be out of date on return, also with
 * @io's lock held: see pb_io_enter().
 */
static inline int pb_io_check(const struct pb_io *io)
{
	const struct arbiter_client *client = &io->client->arb;

	if (unlikely(!arbiter_is_on(client->arb)))
		return -ENODEV;
	return likely(arbiter_is_owner(client)) ? 0 : -EINVAL;
}

/**
 * pb_io_enter() - begin to use the port, for a moment
 * @io: the file's use of the port
 *
 * If this succeeds, no other client becomes owner, and the core's port exists,
 * until pb_io_leave() is called. Until then the caller must not touch user
 * memory, and may not wait.
 *
 * @active alone is enough. It is set by a thread that holds @lock and has found
 * that the file owns and the arbiter is on, and whoever ends one of the two
 * takes @lock and clears @active before anybody else uses the port: a thread
 * that frees the port, because @entered is set as well, and removal in any case.
 * One of these may wait for @lock already when this returns.
 *
 * Context: process, may sleep.
 * Return: 0: the port is entered; -EINVAL: the file does not own the port;
 * -ENODEV: the port is gone; -EINTR: the task was killed while another thread
 * used the port; -ENXIO: the device that the file's queued request asked for
 * does not answer, and the file does not own the port any more.
 */
static inline int pb_io_enter(struct pb_io *io)
{
	if (unlikely(mutex_lock_killable(&io->lock)))
		return -EINTR;
	return likely(io->active) ? 0 : pb_io_enter_slow(io);
}

/**
 * pb_io_leave() - end the use of the port
 * @io: the file's use of the port, for which pb_io_enter() has returned 0
 *
 * Context: process.
 */
static inline void pb_io_leave(struct pb_io *io)
{
	mutex_unlock(&io->lock);
}

/**
 * pb_io_enter_long() - begin to use the port, perhaps for long
 * @io: the file's use of the port
 *
 * As pb_io_enter(), but the caller may wait for the peripheral, for a bounded
 * time. So this fails if the file is being freed or removed: many threads may
 * have come to @io's lock before the one that frees or removes, which would have
 * to wait for all of them.
 *
 * Context: process, may sleep.
 * Return: as pb_io_enter().
 */
static inline int pb_io_enter_long(struct pb_io *io)
{
	int ret = pb_io_enter(io);

	if (likely(!ret)) {
		ret = pb_io_check(io);
		if (unlikely(ret))
			pb_io_leave(io);
	}
	return ret;
}

/**
 * pb_io_parport() - return the core's port of a file
 * @io: the file's use of the port, with its lock held
 *
 * Context: process.
 * Return: the core's port. It stays until the lock is dropped if the arbiter is
 * on.
 */
static inline struct parport *pb_io_parport(struct pb_io *io)
{
	lockdep_assert_held(&io->lock);
	return io->client->port->parport;
}

/**
 * pb_io_free() - give the port up, as arbiter_free() does
 * @io: the file's use of the port
 *
 * Context: process, may sleep while another thread uses the port.
 * Return: 0; -EPERM: the file does not own the port, which is counted; -ENODEV:
 * the port is gone.
 */
static inline int pb_io_free(struct pb_io *io)
{
	struct arbiter_client *client = &io->client->arb;

	if (unlikely(!arbiter_resign(client)))
		return arbiter_refuse_free(client);
	/* Ordered after arbiter_resign(), see io.c. */
	if (READ_ONCE(io->entered))
		return pb_io_free_slow(io);
	return arbiter_pass_on(client);
}

#endif /* _PB_IO_H */
