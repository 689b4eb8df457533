/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The port in the hands of the file that owns it: registers, IEEE 1284 mode,
 * transfers.
 *
 * A file keeps registers and mode of its own. They are brought to the port
 * with the first use after a grant, and taken from it when the file gives the
 * port up. The registers are not touched if nobody else has used the port in
 * between.
 */
#ifndef _PB_IO_H
#define _PB_IO_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/parport.h>
#include <linux/types.h>

#include "arbiter/own.h"
#include "client/client.h"

/**
 * struct pb_io - a file's use of its port
 * @client: the file's client
 * @lock: held while the port is used, and while the client gives it up if
 *	it may be used: so nobody uses a port that is another's already. Never
 *	held while waiting for the port or touching user memory, because
 *	removal waits for it.
 *	Guards what follows but for @interrupts and @response; the last
 *	close, beside which nobody writes, reads without it. Outside of
 *	arbiter.lock
 * @entered: a thread is using the port or about to, or @active. Written under
 *	@lock; who frees reads it without
 * @active: registers and mode have been brought to the port since the client
 *	became owner. Written under @lock, read in the interrupt
 * @dirty: the registers may differ from @state
 * @used: @state is valid; it was active before
 * @responds: @response has been set before
 * @state: the registers, while it is not active
 * @mode: IEEE1284_MODE_*, while it is not active
 * @phase: IEEE1284_PH_*, as @mode
 * @outer_mode: what @mode was before, while it is active
 * @outer_phase: as @outer_mode
 * @turn: changes when the client gives up the port that it has used
 * @mode_leaver: pb_port.mode_leavers when the client last gave the port up in a
 *	negotiated mode; 0: never
 * @flags: PP_* flags
 * @timeout: how long a transfer may stand still, in jiffies; also read
 *	without @lock
 * @interrupts: port interrupts not yet reported
 * @response: what the next interrupt writes to the control register, or -1
 */
struct pb_io {
	struct pb_client *client;
	struct mutex lock; /* see above */
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
};

void pb_io_init(struct pb_io *io, struct pb_client *client);

int pb_io_check(const struct pb_io *io);
int pb_io_enter(struct pb_io *io);
void pb_io_leave(struct pb_io *io);
struct parport *pb_io_parport(struct pb_io *io);
struct ieee1284_info *pb_io_info_locked(struct pb_io *io);

void pb_io_load(struct pb_io *io);
int pb_io_free_slow(struct pb_io *io);
void pb_io_close(struct pb_io *io);
void pb_io_drain(struct pb_io *io);

void pb_io_interrupt(struct pb_io *io);
int pb_io_negotiate(struct parport *parport, int mode);
void pb_io_write_control(struct parport *parport, unsigned char value);
void pb_io_frob_control(struct parport *parport, unsigned char mask,
			unsigned char value);

/**
 * pb_io_free() - give the port up, as arbiter_free()
 * @io: a file's
 *
 * Context: process, may sleep while another thread uses the port.
 * Return: as arbiter_free().
 */
static inline int pb_io_free(struct pb_io *io)
{
	struct arbiter_client *client = &io->client->arb;

	if (unlikely(!arbiter_resign(client)))
		return arbiter_refuse_free(client);
	/* See io.c. */
	if (READ_ONCE(io->entered))
		return pb_io_free_slow(io);
	return arbiter_pass_on(client);
}

#endif /* _PB_IO_H */
