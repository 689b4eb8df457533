// SPDX-License-Identifier: GPL-2.0
/*
 * What one stay in the parport core transfers, with pb_io.lock held: as
 * much as may be without waiting long.
 *
 * The core does the handshakes. Between the bytes of a block, where the
 * peripheral takes its time, it also likes to give the port up for a while:
 * parport_ieee1284_write_compat() on a port without interrupt line,
 * parport_ieee1284_ecp_read_data() on one with, by parport_release() and
 * parport_claim_or_block(). Somebody else's bytes would come in between, and
 * a signal would leave parbiter without the claim that it believes it has.
 *
 * Both ask first whether the device's inactivity time is over. So the
 * claimer's is negative (port.c sets it): over from the start, but not 0,
 * which would mean "spin for 35 ms instead of sleeping, and give the handshake
 * up when another task wants the processor". The core then returns when the
 * peripheral has not answered for some 40 ms, which it sleeps (4 s when
 * writing in ECP mode), and the file's own inactivity time is kept here, where
 * also signals and removal have their say.
 *
 * But the core waits so long for each byte of a block again, and nothing ends
 * the block in between, while FREE by another thread and removal wait for
 * io->lock. A peripheral that was fast may become slow with any byte. So the
 * core is asked for a single byte where it may have to wait. That costs little
 * in the modes with a long handshake. In compatibility mode, where a byte is
 * three writes, further bytes are sent from here for as long as the peripheral
 * is ready for each within the port's spin time: handshake_burst().
 */
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "handshake.h"
#include "io.h"

/* How long a burst lasts at most. */
#define HANDSHAKE_BURST		msecs_to_jiffies(50)

/*
 * What hardware that transfers blocks by itself (a FIFO, an USB adapter) is
 * asked for at once, in bytes.
 */
#define HANDSHAKE_HARDWARE	64

static int handshake_mode(const struct parport *parport)
{
	return parport->ieee1284.mode & ~(IEEE1284_DEVICEID | IEEE1284_ADDR);
}

static bool handshake_to_address(const struct parport *parport)
{
	return parport->ieee1284.mode & IEEE1284_ADDR;
}

/* After a short write: may the peripheral just be slow? */
static bool handshake_write_may_continue(struct parport *parport)
{
	unsigned char status;

	switch (handshake_mode(parport)) {
	case IEEE1284_MODE_COMPAT:
		/* Out of paper, off-line or in error it will not go on. */
		status = parport->ops->read_status(parport) &
			 (PARPORT_STATUS_PAPEROUT | PARPORT_STATUS_SELECT |
			  PARPORT_STATUS_ERROR);
		return status == (PARPORT_STATUS_SELECT |
				  PARPORT_STATUS_ERROR);
	case IEEE1284_MODE_ECP:
	case IEEE1284_MODE_ECPRLE:
	case IEEE1284_MODE_ECPSWE:
		return true;
	}
	/* An EPP peripheral answers within microseconds or not at all. */
	return false;
}

static ssize_t handshake_write_once(struct parport *parport,
				    unsigned int flags, const char *buffer,
				    size_t count)
{
	if (!(flags & PP_FASTWRITE) ||
	    handshake_mode(parport) != IEEE1284_MODE_EPP)
		return parport_write(parport, buffer, count);
	if (handshake_to_address(parport))
		return parport->ops->epp_write_addr(parport, buffer, count,
						    PARPORT_EPP_FAST);
	return parport->ops->epp_write_data(parport, buffer, count,
					    PARPORT_EPP_FAST);
}

static ssize_t handshake_read_once(struct parport *parport, unsigned int flags,
				   char *buffer, size_t count)
{
	int epp_flags = 0;

	if (handshake_mode(parport) != IEEE1284_MODE_EPP)
		return parport_read(parport, buffer, count);
	if (flags & PP_W91284PIC)
		epp_flags |= PARPORT_W91284PIC;
	if (flags & PP_FASTREAD)
		epp_flags |= PARPORT_EPP_FAST;
	if (handshake_to_address(parport))
		return parport->ops->epp_read_addr(parport, buffer, count,
						   epp_flags);
	return parport->ops->epp_read_data(parport, buffer, count, epp_flags);
}

/*
 * What the core is asked for at once. EPP is not cut into bytes: it is fast or
 * fails, and its lines move at the beginning and the end of each call.
 */
static size_t handshake_limit(const struct parport *parport, bool reading,
			      size_t count)
{
	switch (handshake_mode(parport)) {
	case IEEE1284_MODE_ECP:
	case IEEE1284_MODE_ECPRLE:
		if (parport->modes & PARPORT_MODE_ECP)
			return min_t(size_t, count, HANDSHAKE_HARDWARE);
		return 1;
	case IEEE1284_MODE_COMPAT:
		/* Reading, the core negotiates another one. */
		if (!reading && (parport->modes & PARPORT_MODE_COMPAT))
			return min_t(size_t, count, HANDSHAKE_HARDWARE);
		return 1;
	case IEEE1284_MODE_NIBBLE:
	case IEEE1284_MODE_BYTE:
	case IEEE1284_MODE_ECPSWE:
		return 1;
	}
	return count;
}

/* Is the peripheral ready for the next byte, or within the port's spin time? */
static bool handshake_is_ready(struct parport *parport, unsigned long end)
{
	const unsigned char ready = PARPORT_STATUS_ERROR | PARPORT_STATUS_BUSY;
	int i, tries = parport->spintime / 5 + 2;

	for (i = 0; i < tries; i++) {
		if ((parport->ops->read_status(parport) & ready) == ready)
			return true;
		if (signal_pending(current) || need_resched() ||
		    time_after(jiffies, end))
			break;
		/* As the core: at first as often as can be. */
		if (i >= 2)
			udelay(5);
	}
	return false;
}

/*
 * Goes on in compatibility mode where a call of the core has ended, lines and
 * direction set. FREE by another thread has made the file owner no more before
 * it waits for io->lock, removal has turned the arbiter off: either ends this.
 */
static size_t handshake_burst(const struct pb_io *io,
			      struct parport *parport, const char *buffer,
			      size_t count)
{
	const unsigned char lines = PARPORT_CONTROL_SELECT |
				    PARPORT_CONTROL_INIT;
	const struct parport_operations *ops = parport->ops;
	unsigned long end = jiffies + HANDSHAKE_BURST;
	size_t done;

	for (done = 0; done < count; done++) {
		if (need_resched() || time_after(jiffies, end) ||
		    pb_io_check(io) ||
		    !handshake_is_ready(parport, end))
			break;
		/* Data before, during and after the strobe: 1 us each. */
		ops->write_data(parport, buffer[done]);
		udelay(1);
		ops->write_control(parport, lines | PARPORT_CONTROL_STROBE);
		udelay(1);
		ops->write_control(parport, lines);
		udelay(1);
	}
	return done;
}

/**
 * pb_handshake_write() - send what can be sent without waiting long
 * @io: entered
 * @buffer: the data
 * @count: how much, in bytes
 * @more: set to whether it makes sense to go on with the rest, if there is any
 *
 * Context: process, may sleep.
 * Return: the number of bytes sent, also 0; -ENOSYS: the mode cannot write;
 * -EIO: a fast EPP transfer failed.
 */
ssize_t pb_handshake_write(struct pb_io *io, const char *buffer,
			   size_t count, bool *more)
{
	struct parport *parport = pb_io_parport(io);
	size_t limit = handshake_limit(parport, false, count);
	ssize_t ret;

	ret = handshake_write_once(parport, io->flags, buffer, limit);
	if (ret == 1 && handshake_mode(parport) == IEEE1284_MODE_COMPAT &&
	    !(parport->modes & PARPORT_MODE_COMPAT))
		ret += handshake_burst(io, parport, buffer + 1, count - 1);
	*more = ret >= 0 && ret < count &&
		(ret >= limit || handshake_write_may_continue(parport));
	return ret;
}

/*
 * The core leaves a run of equal bytes, which it transfers as a whole, where
 * there is no room for it: nAck is low, Busy says that the byte is no data.
 */
static size_t handshake_run_length(struct parport *parport)
{
	unsigned char status = parport->ops->read_status(parport);
	unsigned char byte;

	if ((status & PARPORT_STATUS_ACK) || !(status & PARPORT_STATUS_BUSY))
		return 0;
	byte = parport->ops->read_data(parport);
	return byte & 0x80 ? 0 : byte + 1;
}

/*
 * In ECP mode nAck rises with each byte, which interrupts; and between its
 * calls the core's own interrupt handler would take that for the beginning of
 * a transfer in reverse idle phase, and move the lines. Nobody needs these
 * interrupts here: what the core waits for is that nAck falls.
 */
static ssize_t handshake_read_ecp(struct parport *parport, unsigned int flags,
				  char *buffer, size_t count)
{
	size_t limit = handshake_limit(parport, true, count);
	ssize_t ret;
	size_t run;

	parport->ops->disable_irq(parport);
	ret = handshake_read_once(parport, flags, buffer, limit);
	if (ret)
		return ret;
	run = handshake_run_length(parport);
	if (run > limit && run <= count)
		ret = handshake_read_once(parport, flags, buffer, run);
	return ret;
}

static bool handshake_is_ecp(const struct parport *parport)
{
	switch (handshake_mode(parport)) {
	case IEEE1284_MODE_ECP:
	case IEEE1284_MODE_ECPRLE:
	case IEEE1284_MODE_ECPSWE:
		return true;
	}
	return false;
}

/**
 * pb_handshake_read() - get what can be had without waiting long
 * @io: entered
 * @buffer: where to
 * @count: room, in bytes
 * @more: set to whether there may be more, and is room for it
 *
 * Context: process, may sleep.
 * Return: the number of bytes, also 0; -EIO, -ENOSYS: as pb_transfer_read().
 */
ssize_t pb_handshake_read(struct pb_io *io, char *buffer,
			  size_t count, bool *more)
{
	struct parport *parport = pb_io_parport(io);
	size_t limit;
	ssize_t ret;

	if (handshake_is_ecp(parport)) {
		ret = handshake_read_ecp(parport, io->flags, buffer, count);
		/* What comes soon belongs to the same block. */
		*more = ret > 0 && ret < count;
		return ret;
	}
	limit = handshake_limit(parport, true, count);
	ret = handshake_read_once(parport, io->flags, buffer, limit);
	/* Otherwise the peripheral says that there is more. */
	*more = ret == limit && ret < count &&
		parport->ieee1284.phase == IEEE1284_PH_HBUSY_DAVAIL;
	return ret;
}
