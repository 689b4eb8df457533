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
#ifndef _PARBITER_IO_H
#define _PARBITER_IO_H

#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/parport.h>
#include <linux/timer.h>
#include <linux/types.h>

#include "arbiter/own.h"
#include "client/client.h"

/**
 * struct parbiter_io - a file's use of its port
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
 * @left: parbiter_port.left when the client last gave the port up in a
 *	negotiated mode; 0: never. Written under @lock
 * @closing: how far the last close is, see closing.c
 * @expiry: how long that may take
 * @flags: PP_* flags
 * @timeout: how long a transfer may stand still, in jiffies; also read
 *	without @lock
 * @interrupts: port interrupts not yet reported
 * @response: what the next interrupt writes to the control register, or -1
 */
struct parbiter_io {
	struct parbiter_client *client;
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
	unsigned int left;
	atomic_t closing;
	struct timer_list expiry;
	unsigned int flags;
	long timeout;
	atomic_t interrupts;
	atomic_t response;
};

void parbiter_io_init(struct parbiter_io *io, struct parbiter_client *client);

int parbiter_io_check(const struct parbiter_io *io);
int parbiter_io_enter(struct parbiter_io *io);
void parbiter_io_leave(struct parbiter_io *io);
struct parport *parbiter_io_parport(struct parbiter_io *io);
struct ieee1284_info *parbiter_io_info_locked(struct parbiter_io *io);

void parbiter_io_load(struct parbiter_io *io);
int parbiter_io_free_slow(struct parbiter_io *io);
void parbiter_io_close(struct parbiter_io *io);
void parbiter_io_drain(struct parbiter_io *io);

int parbiter_closing_init(void);
void parbiter_closing_exit(void);
void parbiter_closing(struct parbiter_io *io);
bool parbiter_closing_ended(struct parbiter_io *io);

void parbiter_io_interrupt(struct parbiter_io *io);
int parbiter_io_negotiate(struct parport *parport, int mode);
void parbiter_io_write_control(struct parport *parport, unsigned char value);
void parbiter_io_frob_control(struct parport *parport, unsigned char mask,
			      unsigned char value);

ssize_t parbiter_handshake_read(struct parbiter_io *io, char *buffer,
				size_t count, bool *more);
ssize_t parbiter_handshake_write(struct parbiter_io *io, const char *buffer,
				 size_t count, bool *more);

ssize_t parbiter_io_read(struct parbiter_io *io, char __user *buf,
			 size_t count, bool nonblock);
ssize_t parbiter_io_write(struct parbiter_io *io, const char __user *buf,
			  size_t count, bool nonblock);

/**
 * parbiter_io_free() - give the port up, as arbiter_free()
 * @io: a file's
 *
 * Context: process, may sleep while another thread uses the port.
 * Return: as arbiter_free().
 */
static inline int parbiter_io_free(struct parbiter_io *io)
{
	struct arbiter_client *client = &io->client->arb;

	if (unlikely(!arbiter_resign(client)))
		return arbiter_refuse_free(client);
	/* See io.c. */
	if (READ_ONCE(io->entered))
		return parbiter_io_free_slow(io);
	return arbiter_pass_on(client);
}

#endif /* _PARBITER_IO_H */
