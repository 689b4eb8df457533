// SPDX-License-Identifier: GPL-2.0
/*
 * read() and write(): transfer blocks of data in the negotiated IEEE 1284 mode.
 *
 * A transfer consists of several calls of the parport core, which handshake.c
 * keeps short. Between the calls, this file looks for signals, for removal and
 * at the file's inactivity time, and other threads may use the port.
 */
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "client/client.h"
#include "handshake.h"
#include "io.h"
#include "transfer.h"

/* Largest block, in bytes; ppdev's is as large. */
#define TRANSFER_BLOCK		1024

/*
 * So many bytes are transferred without memory from the allocator, if the
 * port's driver accesses registers for each of them.
 */
#define TRANSFER_FEW		16

/* How long a transfer with O_NONBLOCK continues */
#define TRANSFER_LONG		msecs_to_jiffies(50)

/* How often to try again if the peripheral has no data to send */
#define TRANSFER_POLL		msecs_to_jiffies(10)

/**
 * struct transfer - one read() or write()
 * @io: the file's use of the port
 * @turn: io->turn at the beginning; if it changes, the transfer ends
 * @began: when the transfer began, in jiffies
 * @reading: it is a read()
 * @nonblock: do not wait for the peripheral
 */
struct transfer {
	struct pb_io *io;
	unsigned int turn;
	unsigned long began;
	bool reading;
	bool nonblock;
};

/*
 * Nothing is transferred here, so io->lock is not needed: if the file gives the
 * port up meanwhile, the transfer fails, or is one of a later turn altogether.
 */
static int transfer_begin(struct transfer *transfer, struct pb_io *io,
			  bool reading, bool nonblock)
{
	transfer->io = io;
	transfer->turn = READ_ONCE(io->turn);
	transfer->reading = reading;
	transfer->nonblock = nonblock;
	transfer->began = jiffies;
	return pb_io_check(io);
}

/* Enter the port. Fails if the file has given the port up in the meantime. */
static int transfer_enter(const struct transfer *transfer)
{
	int ret;

	ret = pb_io_enter_long(transfer->io);
	if (ret || transfer->io->turn == transfer->turn)
		return ret;
	/* The file owns again, after other clients may have owned. */
	pb_io_leave(transfer->io);
	return -EINVAL;
}

/* Enter the port, call the core once for a part of the block, and leave. */
static ssize_t transfer_part(const struct transfer *transfer, char *buffer,
			     size_t count, bool *more)
{
	struct pb_io *io = transfer->io;
	struct parport *parport;
	ssize_t ret;

	ret = transfer_enter(transfer);
	if (ret)
		return ret;
	io->dirty = true;
	if (transfer->reading)
		ret = pb_handshake_read(io, buffer, count, more);
	else
		ret = pb_handshake_write(io, buffer, count, more);
	parport = pb_io_parport(io);
	parport->ops->enable_irq(parport);
	pb_io_leave(io);
	return ret;
}

/*
 * Return whether the port's driver may pass a buffer on to hardware that reads
 * or writes memory by itself, which must not be done with memory on the stack.
 * uss720 does so. Such drivers transfer blocks in compatibility mode, too.
 */
static bool transfer_needs_dma(const struct pb_io *io)
{
	const struct parport *parport;
	bool ret;

	rcu_read_lock();
	parport = READ_ONCE(io->client->port->parport);
	ret = parport && (parport->modes & PARPORT_MODE_COMPAT);
	rcu_read_unlock();
	return ret;
}

/*
 * Return room for @size bytes; NULL: no memory. It is @few, which is on the
 * stack, if that is enough, and allowed.
 */
static char *transfer_get_buffer(const struct pb_io *io, char *few, size_t size)
{
	if (size <= TRANSFER_FEW && !transfer_needs_dma(io))
		return few;
	return kmalloc(size, GFP_KERNEL);
}

static void transfer_put_buffer(const char *few, char *buffer)
{
	if (buffer != few)
		kfree(buffer);
}

/* Return whether a transfer with O_NONBLOCK has taken long enough. */
static bool transfer_is_over(const struct transfer *transfer)
{
	return transfer->nonblock &&
	       time_after(jiffies, transfer->began + TRANSFER_LONG);
}

/*
 * Write a block. Stops if the peripheral takes no byte for the inactivity time.
 */
static ssize_t transfer_write_block(const struct transfer *transfer,
				    char *buffer, size_t count)
{
	const struct pb_io *io = transfer->io;
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
		if ((!ret && transfer->nonblock) || transfer_is_over(transfer))
			break;
		/*
		 * If the times are equal, continue: the first tick was only a
		 * part of one, and the time may end late, but not early.
		 */
	} while (more &&
		 time_before_eq(jiffies, last + READ_ONCE(io->timeout)));

	if (done || ret < 0)
		return done ?: ret;
	return transfer->nonblock ? -EAGAIN : 0;
}

/**
 * pb_transfer_write() - send data to the peripheral
 * @io: the file's use of the port
 * @buf: the data, in user memory
 * @count: size of the data, in bytes
 * @nonblock: do not wait for a peripheral that is busy, and send no more than
 *	TRANSFER_BLOCK bytes
 *
 * Context: process, may sleep.
 * Return: the number of bytes that the peripheral has taken. It is less than
 * @count if the peripheral took no more for the file's inactivity time, or is
 * off-line, out of paper or in error, or if a signal came or the port is gone.
 * It is 0 if the peripheral took no byte for one of the first two reasons.
 * -EINVAL: the file does not own the port; -ENODEV: the port is gone; -EAGAIN:
 * no byte was taken (@nonblock); -ERESTARTSYS: a signal came, and no byte was
 * taken; -EINTR: the task was killed while another thread used the port;
 * -EFAULT: @buf cannot be read; -ENOMEM: out of memory; -ENOSYS: the mode
 * cannot write; -EIO: a fast EPP transfer failed.
 */
ssize_t pb_transfer_write(struct pb_io *io, const char __user *buf,
			  size_t count, bool nonblock)
{
	struct transfer transfer;
	size_t done = 0, part;
	char few[TRANSFER_FEW];
	ssize_t ret;
	char *buffer;

	ret = transfer_begin(&transfer, io, false, nonblock);
	if (ret)
		return ret;

	buffer = transfer_get_buffer(io, few,
				     min_t(size_t, count, TRANSFER_BLOCK));
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
	transfer_put_buffer(few, buffer);
	return done ?: ret;
}

/*
 * Read what the peripheral has to send now. Returns 0 if it has nothing to
 * send.
 */
static ssize_t transfer_read_block(const struct transfer *transfer,
				   char *buffer, size_t count)
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
		if (signal_pending(current) || transfer_is_over(transfer))
			break;
		cond_resched();
	} while (more);

	/*
	 * If a signal is pending, the core reports that the peripheral does not
	 * answer.
	 */
	if (!done && ret == -EIO && signal_pending(current))
		return -ERESTARTSYS;
	return done ?: ret;
}

/* Read a block. Waits until the peripheral has something to send. */
static ssize_t transfer_read_wait(const struct transfer *transfer,
				  char *buffer, size_t count)
{
	ssize_t ret;

	for (;;) {
		ret = transfer_read_block(transfer, buffer, count);
		if (ret)
			return ret;
		if (transfer->nonblock)
			return -EAGAIN;
		/* The core may return 0 without having slept. */
		schedule_timeout_interruptible(TRANSFER_POLL);
		if (signal_pending(current))
			return -ERESTARTSYS;
	}
}

/**
 * pb_transfer_read() - receive data from the peripheral
 * @io: the file's use of the port
 * @buf: where to put the data, in user memory
 * @count: size of @buf, in bytes
 * @nonblock: do not wait for a peripheral that has nothing to send
 *
 * Context: process, may sleep.
 * Return: the number of bytes, at least 1 and at most TRANSFER_BLOCK; 0 if
 * @count is 0; -EINVAL: the file does not own the port; -ENODEV: the port is
 * gone; -EAGAIN: the peripheral has nothing to send (@nonblock); -ERESTARTSYS:
 * a signal came; -EINTR: the task was killed while another thread used the
 * port; -EFAULT: @buf cannot be written, and the bytes are lost; -ENOMEM: out
 * of memory; -EIO: in compatibility mode, the peripheral does not answer to
 * nibble mode, or a fast EPP transfer failed; -ENOSYS: the mode cannot read.
 */
ssize_t pb_transfer_read(struct pb_io *io, char __user *buf,
			 size_t count, bool nonblock)
{
	struct transfer transfer;
	char few[TRANSFER_FEW];
	ssize_t ret;
	char *buffer;

	ret = transfer_begin(&transfer, io, true, nonblock);
	if (ret)
		return ret;
	if (!count)
		return 0;

	count = min_t(size_t, count, TRANSFER_BLOCK);
	buffer = transfer_get_buffer(io, few, count);
	if (!buffer)
		return -ENOMEM;
	ret = transfer_read_wait(&transfer, buffer, count);
	if (ret > 0 && copy_to_user(buf, buffer, ret))
		ret = -EFAULT;
	transfer_put_buffer(few, buffer);
	return ret;
}
