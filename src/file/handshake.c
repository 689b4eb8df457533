// SPDX-License-Identifier: GPL-2.0
/*
 * One call of the parport core for a transfer, with pb_io.lock held. It
 * transfers as much as is possible without a long wait.
 *
 * The core does the handshakes. Between the bytes of a block, if the peripheral
 * is slow, the core also gives the port up for a while, by parport_release()
 * and parport_claim_or_block(): parport_ieee1284_write_compat() does so on a
 * port without interrupt line, parport_ieee1284_ecp_read_data() on a port with
 * one. Bytes of another program could then come in between, and a signal would
 * leave parbiter without the claim that it relies on.
 *
 * Both functions first check whether the device's inactivity time is over. So
 * the claimer's inactivity time is negative (devices.c sets it): it is over
 * from the start. It is not 0, because 0 would make the core spin for 35 ms
 * instead of sleeping, and give the handshake up when another task needs the
 * CPU. With a negative value the core returns when the peripheral has not
 * answered for about 40 ms, during which it sleeps (4 s when writing in ECP
 * mode). The file's own inactivity time is kept by transfer.c, which also looks
 * for signals and removal.
 *
 * But the core waits that long for each byte of a block again, and nothing ends
 * the block in between, while removal and a thread that frees the port wait for
 * io->lock. A fast peripheral may become slow with any byte. So the core is
 * asked for a single byte wherever it may have to wait. In compatibility mode,
 * handshake_burst_write() sends further bytes without the core, as long as the
 * peripheral becomes ready for each of them within the port's spin time. In
 * nibble mode, handshake_burst_read() reads further bytes, as long as the
 * peripheral says that it has one. In the other modes the core is called for
 * each byte.
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

/* Longest duration of a burst */
#define HANDSHAKE_BURST		msecs_to_jiffies(50)

/*
 * Largest number of bytes that the core is asked for at once if the hardware
 * transfers blocks by itself (a FIFO, a USB adapter)
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

/*
 * Return whether a short write should be continued, because the peripheral may
 * just be slow.
 */
static bool handshake_write_may_continue(struct parport *parport)
{
	unsigned char status;

	switch (handshake_mode(parport)) {
	case IEEE1284_MODE_COMPAT:
		/*
		 * A peripheral that is out of paper, off-line or in error does
		 * not take further bytes.
		 */
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
 * Return how many bytes to ask the core for at once. An EPP block is not cut
 * into bytes: EPP is fast or fails, and its lines move at the beginning and at
 * the end of each call.
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
		/* To read, the core negotiates another mode. */
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

/*
 * Return whether the peripheral is ready for the next byte, or becomes ready
 * within the port's spin time.
 */
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
		/* As the core does: the first tries come without delay. */
		if (i >= 2)
			udelay(5);
	}
	return false;
}

/*
 * Return whether no further byte of a burst may be begun.
 *
 * A thread that frees the port stops being owner before it waits for io->lock,
 * and removal turns the arbiter off before it does. pb_io_check() sees both,
 * and ends the burst.
 */
static bool handshake_burst_ends(const struct pb_io *io, unsigned long end)
{
	return need_resched() || time_after(jiffies, end) || pb_io_check(io);
}

/*
 * Send further bytes in compatibility mode, after a call of the core that has
 * set the lines and the direction. Returns the number of bytes sent.
 */
static size_t handshake_burst_write(const struct pb_io *io,
				    struct parport *parport,
				    const char *buffer, size_t count)
{
	const unsigned char lines = PARPORT_CONTROL_SELECT |
				    PARPORT_CONTROL_INIT;
	const struct parport_operations *ops = parport->ops;
	unsigned long end = jiffies + HANDSHAKE_BURST;
	size_t done;

	for (done = 0; done < count; done++) {
		if (handshake_burst_ends(io, end) ||
		    !handshake_is_ready(parport, end))
			break;
		/*
		 * The data stay for 1 us each before, during and after the
		 * strobe.
		 */
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
 * pb_handshake_write() - send what can be sent without a long wait
 * @io: the file's use of the port, which is entered
 * @buffer: the data
 * @count: size of the data, in bytes
 * @more: set to true if bytes are left and the write should be continued
 *
 * Context: process, may sleep.
 * Return: the number of bytes sent, which may be 0; -ENOSYS: the mode cannot
 * write; -EIO: a fast EPP transfer failed.
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
		ret += handshake_burst_write(io, parport, buffer + 1,
					     count - 1);
	*more = ret >= 0 && ret < count &&
		(ret >= limit || handshake_write_may_continue(parport));
	return ret;
}

/*
 * Return the length of the run of equal bytes that the peripheral is sending; 0
 * if there is none. The core transfers a run as a whole. If there is no room
 * for it, the core leaves the run as it is: nAck is low, and Busy says that the
 * byte on the data lines is not data.
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
 * Read in ECP mode, with the port's interrupt disabled.
 *
 * In ECP mode nAck rises with each byte, which raises an interrupt. Between two
 * calls of the core, the core's own interrupt handler would take that for the
 * beginning of a transfer in reverse idle phase, and would move the lines.
 * These interrupts are not needed here, because the core waits for the falling
 * edge of nAck.
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

/* Wait until the line nAck is as in @ack. Returns false if the core gave up. */
static bool handshake_wait_ack(struct parport *parport, unsigned char ack)
{
	unsigned char status = parport->ops->read_status(parport);

	return likely((status & PARPORT_STATUS_ACK) == ack) ||
	       !parport_wait_peripheral(parport, PARPORT_STATUS_ACK, ack);
}

/*
 * Receive a nibble, as the core does. The numbers are those of IEEE 1284. The
 * lines are read again after nAck has changed, because they may change a little
 * later. Returns the nibble, or -EIO if the peripheral does not answer.
 */
static int handshake_read_nibble(struct parport *parport)
{
	const struct parport_operations *ops = parport->ops;
	unsigned char status;

	/* Event 7: set nAutoFd low; event 9: nAck goes low. */
	ops->frob_control(parport, PARPORT_CONTROL_AUTOFD,
			  PARPORT_CONTROL_AUTOFD);
	if (!handshake_wait_ack(parport, 0)) {
		ops->frob_control(parport, PARPORT_CONTROL_AUTOFD, 0);
		return -EIO;
	}
	status = ops->read_status(parport);
	/* Event 10: set nAutoFd high; event 11: nAck goes high. */
	ops->frob_control(parport, PARPORT_CONTROL_AUTOFD, 0);
	if (!handshake_wait_ack(parport, PARPORT_STATUS_ACK))
		return -EIO;
	/* The uppermost bit is on Busy, which the register inverts. */
	return (status >> 3 & 0x07) | (status & PARPORT_STATUS_BUSY ? 0 : 0x08);
}

/*
 * A byte has been received in nibble mode. Find out whether there is another;
 * otherwise go to reverse idle phase.
 */
static void handshake_next_nibbles(struct parport *parport)
{
	const struct parport_operations *ops = parport->ops;

	if (!(ops->read_status(parport) & PARPORT_STATUS_ERROR)) {
		parport->ieee1284.phase = IEEE1284_PH_HBUSY_DAVAIL;
		return;
	}
	ops->frob_control(parport, PARPORT_CONTROL_AUTOFD,
			  PARPORT_CONTROL_AUTOFD);
	parport->ieee1284.phase = IEEE1284_PH_REV_IDLE;
}

/*
 * Receive further bytes in nibble mode, after a call of the core, as the core
 * does. Returns the number of bytes received. As in the core, a byte that has
 * been begun is finished, or is lost if the peripheral does not answer or a
 * signal comes while it is slow.
 */
static size_t handshake_burst_read(const struct pb_io *io,
				   struct parport *parport, char *buffer,
				   size_t count)
{
	unsigned long end = jiffies + HANDSHAKE_BURST;
	int low, high;
	size_t done;

	for (done = 0; done < count; done++) {
		if (parport->ieee1284.phase != IEEE1284_PH_HBUSY_DAVAIL ||
		    signal_pending(current) || handshake_burst_ends(io, end))
			break;
		parport->ieee1284.phase = IEEE1284_PH_REV_DATA;
		low = handshake_read_nibble(parport);
		if (low < 0)
			break;
		high = handshake_read_nibble(parport);
		if (high < 0)
			break;
		buffer[done] = low | high << 4;
		handshake_next_nibbles(parport);
	}
	return done;
}

/**
 * pb_handshake_read() - receive what is there without a long wait
 * @io: the file's use of the port, which is entered
 * @buffer: where to put the data
 * @count: size of @buffer, in bytes
 * @more: set to true if there is room left and there may be more data
 *
 * Context: process, may sleep.
 * Return: the number of bytes received, which may be 0; -EIO, -ENOSYS: as
 * pb_transfer_read().
 */
ssize_t pb_handshake_read(struct pb_io *io, char *buffer,
			  size_t count, bool *more)
{
	struct parport *parport = pb_io_parport(io);
	size_t limit;
	ssize_t ret;

	if (handshake_is_ecp(parport)) {
		ret = handshake_read_ecp(parport, io->flags, buffer, count);
		/* Bytes that follow soon belong to the same block. */
		*more = ret > 0 && ret < count;
		return ret;
	}
	limit = handshake_limit(parport, true, count);
	ret = handshake_read_once(parport, io->flags, buffer, limit);
	if (ret == 1 && handshake_mode(parport) == IEEE1284_MODE_NIBBLE)
		ret += handshake_burst_read(io, parport, buffer + 1, count - 1);
	/* In other modes the peripheral shows whether it has more data. */
	*more = ret > 0 && ret >= limit && ret < count &&
		parport->ieee1284.phase == IEEE1284_PH_HBUSY_DAVAIL;
	return ret;
}
