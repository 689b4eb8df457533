// SPDX-License-Identifier: GPL-2.0
/*
 * read() and write(): blocks of data, by the negotiated IEEE 1284 mode.
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
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/ppdev.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "client.h"
#include "io.h"

/* What one call of the core transfers at most, in bytes; as ppdev's. */
#define TRANSFER_BLOCK		1024

/* After how long a call of the core the next one transfers one byte. */
#define TRANSFER_LONG		msecs_to_jiffies(50)

/* How often to ask a peripheral that has nothing to say. */
#define TRANSFER_POLL		msecs_to_jiffies(10)

static int transfer_mode(const struct parport *parport)
{
	return parport->ieee1284.mode & ~(IEEE1284_DEVICEID | IEEE1284_ADDR);
}

static bool transfer_to_address(const struct parport *parport)
{
	return parport->ieee1284.mode & IEEE1284_ADDR;
}

/* After a short write: may the peripheral just be slow? */
static bool transfer_write_may_continue(struct parport *parport)
{
	unsigned char status;

	switch (transfer_mode(parport)) {
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

static ssize_t transfer_write_once(struct parport *parport,
				   unsigned int flags, const char *buffer,
				   size_t count)
{
	if (!(flags & PP_FASTWRITE) ||
	    transfer_mode(parport) != IEEE1284_MODE_EPP)
		return parport_write(parport, buffer, count);
	if (transfer_to_address(parport))
		return parport->ops->epp_write_addr(parport, buffer, count,
						    PARPORT_EPP_FAST);
	return parport->ops->epp_write_data(parport, buffer, count,
					    PARPORT_EPP_FAST);
}

static ssize_t transfer_read_once(struct parport *parport, unsigned int flags,
				  char *buffer, size_t count)
{
	int epp_flags = 0;

	if (transfer_mode(parport) != IEEE1284_MODE_EPP)
		return parport_read(parport, buffer, count);
	if (flags & PP_W91284PIC)
		epp_flags |= PARPORT_W91284PIC;
	if (flags & PP_FASTREAD)
		epp_flags |= PARPORT_EPP_FAST;
	if (transfer_to_address(parport))
		return parport->ops->epp_read_addr(parport, buffer, count,
						   epp_flags);
	return parport->ops->epp_read_data(parport, buffer, count, epp_flags);
}

/**
 * struct transfer - one read() or write()
 * @io: the file's
 * @turn: the ownership in which it began, and in which it ends
 * @reading: it is a read()
 * @nonblock: do not wait for the peripheral
 * @step: what one call of the core transfers at most, in bytes: one, and
 *	twice as many after each call that did not take long. For removal, and
 *	for other threads, waits for the call; and a peripheral may take tens of
 *	milliseconds for each byte, seconds in ECP mode
 */
struct transfer {
	struct parbiter_io *io;
	unsigned int turn;
	bool reading;
	bool nonblock;
	size_t step;
};

static int transfer_begin(struct transfer *transfer, struct parbiter_io *io,
			  bool reading, bool nonblock)
{
	int ret;

	ret = parbiter_io_enter(io);
	if (ret)
		return ret;
	transfer->io = io;
	transfer->turn = io->turn;
	transfer->reading = reading;
	transfer->nonblock = nonblock;
	transfer->step = 1;
	parbiter_io_leave(io);
	return 0;
}

static int transfer_enter(struct transfer *transfer)
{
	int ret;

	ret = parbiter_io_enter(transfer->io);
	if (ret || transfer->io->turn == transfer->turn)
		return ret;
	/* Owner again, after others were. */
	parbiter_io_leave(transfer->io);
	return -EINVAL;
}

/*
 * Not cut into steps: EPP, which is fast or fails, and whose lines move at the
 * beginning and the end of each call; and reading in ECP mode, where a run of
 * equal bytes is transferred whole or not at all.
 */
static size_t transfer_limit(const struct transfer *transfer,
			     const struct parport *parport, size_t count)
{
	switch (transfer_mode(parport)) {
	case IEEE1284_MODE_ECP:
	case IEEE1284_MODE_ECPRLE:
	case IEEE1284_MODE_ECPSWE:
		if (transfer->reading)
			return count;
		fallthrough;
	case IEEE1284_MODE_COMPAT:
	case IEEE1284_MODE_NIBBLE:
	case IEEE1284_MODE_BYTE:
		return min(count, transfer->step);
	}
	return count;
}

static void transfer_adapt(struct transfer *transfer, unsigned long began)
{
	if (time_after(jiffies, began + TRANSFER_LONG))
		transfer->step = 1;
	else
		transfer->step = min_t(size_t, 2 * transfer->step,
				       TRANSFER_BLOCK);
}

/* Does it make sense to go on after a call of the core that returned @ret? */
static bool transfer_may_continue(const struct transfer *transfer,
				  struct parport *parport, size_t count,
				  ssize_t ret)
{
	/* The peripheral has to say that there is more. */
	if (transfer->reading)
		return ret == count &&
		       parport->ieee1284.phase == IEEE1284_PH_HBUSY_DAVAIL;
	return ret == count ||
	       (ret >= 0 && transfer_write_may_continue(parport));
}

/* One call of the core */
static ssize_t transfer_part(struct transfer *transfer, char *buffer,
			     size_t count, bool *more)
{
	struct parbiter_io *io = transfer->io;
	unsigned long began = jiffies;
	struct parport *parport;
	ssize_t ret;

	ret = transfer_enter(transfer);
	if (ret)
		return ret;
	parport = parbiter_io_parport(io);
	io->dirty = true;
	count = transfer_limit(transfer, parport, count);
	if (transfer->reading)
		ret = transfer_read_once(parport, io->flags, buffer, count);
	else
		ret = transfer_write_once(parport, io->flags, buffer, count);
	*more = transfer_may_continue(transfer, parport, count, ret);
	parport->ops->enable_irq(parport);
	parbiter_io_leave(io);
	transfer_adapt(transfer, began);
	return ret;
}

/* Writes a block, for as long as the peripheral takes bytes now and then. */
static ssize_t transfer_write_block(struct transfer *transfer,
				    char *buffer, size_t count)
{
	const struct parbiter_io *io = transfer->io;
	unsigned long last = jiffies;
	size_t done = 0;
	ssize_t ret;
	bool more;

	do {
		more = false;
		ret = transfer_part(transfer, buffer + done, count - done,
				    &more);
		if (ret < 0)
			break;
		if (ret > 0)
			last = jiffies;
		done += ret;
		if (signal_pending(current)) {
			ret = -ERESTARTSYS;
			break;
		}
		cond_resched();
		if (!ret && transfer->nonblock)
			break;
		/* A part of a tick is not a tick: late, never early. */
	} while (more && done < count &&
		 time_before_eq(jiffies, last + READ_ONCE(io->timeout)));

	if (done || ret < 0)
		return done ?: ret;
	return transfer->nonblock ? -EAGAIN : 0;
}

/**
 * parbiter_io_write() - send data to the peripheral
 * @io: a file's
 * @buf: the data, user memory
 * @count: how much, in bytes
 * @nonblock: do not wait for a peripheral that is busy, and send no more than
 *	TRANSFER_BLOCK bytes
 *
 * Context: process, may sleep.
 * Return: the number of bytes that the peripheral has taken, fewer than
 * @count if it took no more for the file's inactivity time, is off-line, out
 * of paper or in error, or if a signal came or the port went; 0 if it has not
 * taken any for the first of these reasons. -EINVAL: the file does not own
 * the port; -ENODEV; -EAGAIN: nothing taken (@nonblock); -ERESTARTSYS: a
 * signal, nothing taken; -EFAULT; -ENOMEM; -ENOSYS: the mode cannot write;
 * -EIO: a fast EPP transfer failed.
 */
ssize_t parbiter_io_write(struct parbiter_io *io, const char __user *buf,
			  size_t count, bool nonblock)
{
	struct transfer transfer;
	size_t done = 0, part;
	ssize_t ret;
	char *buffer;

	ret = transfer_begin(&transfer, io, false, nonblock);
	if (ret)
		return ret;

	buffer = kmalloc(min_t(size_t, count, TRANSFER_BLOCK), GFP_KERNEL);
	if (!buffer)
		return -ENOMEM;
	while (done < count) {
		part = min_t(size_t, count - done, TRANSFER_BLOCK);
		ret = -EFAULT;
		if (copy_from_user(buffer, buf + done, part))
			break;
		ret = transfer_write_block(&transfer, buffer, part);
		if (ret > 0)
			done += ret;
		if (ret < (ssize_t)part || nonblock || signal_pending(current))
			break;
	}
	kfree(buffer);
	return done ?: ret;
}

/* Reads what the peripheral has to send now; 0: nothing. */
static ssize_t transfer_read_block(struct transfer *transfer, char *buffer,
				   size_t count)
{
	size_t done = 0;
	ssize_t ret;
	bool more;

	do {
		more = false;
		ret = transfer_part(transfer, buffer + done, count - done,
				    &more);
		if (ret > 0)
			done += ret;
		if (signal_pending(current))
			break;
	} while (more && done < count);

	/* The core takes a signal for a peripheral that does not answer. */
	if (!done && ret == -EIO && signal_pending(current))
		return -ERESTARTSYS;
	return done ?: ret;
}

static ssize_t transfer_read_wait(struct transfer *transfer, char *buffer,
				  size_t count)
{
	ssize_t ret;

	for (;;) {
		ret = transfer_read_block(transfer, buffer, count);
		if (ret)
			return ret;
		if (transfer->nonblock)
			return -EAGAIN;
		/* The core may say "nothing" without having slept. */
		schedule_timeout_interruptible(TRANSFER_POLL);
		if (signal_pending(current))
			return -ERESTARTSYS;
	}
}

/**
 * parbiter_io_read() - get data from the peripheral
 * @io: a file's
 * @buf: where to, user memory
 * @count: room, in bytes
 * @nonblock: do not wait for a peripheral that has nothing to send
 *
 * Context: process, may sleep.
 * Return: the number of bytes, at least 1 and at most TRANSFER_BLOCK; 0 if
 * @count is; -EINVAL: the file does not own the port; -ENODEV; -EAGAIN:
 * nothing there (@nonblock); -ERESTARTSYS: a signal; -EFAULT: the bytes are
 * lost; -ENOMEM; -EIO: in compatibility mode: the peripheral does not answer
 * to nibble mode, or a fast EPP transfer failed; -ENOSYS: the mode cannot
 * read.
 */
ssize_t parbiter_io_read(struct parbiter_io *io, char __user *buf,
			 size_t count, bool nonblock)
{
	struct transfer transfer;
	ssize_t ret;
	char *buffer;

	ret = transfer_begin(&transfer, io, true, nonblock);
	if (ret)
		return ret;
	if (!count)
		return 0;

	count = min_t(size_t, count, TRANSFER_BLOCK);
	buffer = kmalloc(count, GFP_KERNEL);
	if (!buffer)
		return -ENOMEM;
	ret = transfer_read_wait(&transfer, buffer, count);
	if (ret > 0 && copy_to_user(buf, buffer, ret))
		ret = -EFAULT;
	kfree(buffer);
	return ret;
}
