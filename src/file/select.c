// SPDX-License-Identifier: GPL-2.0
/*
 * IEEE 1284.3 devices: how a file asks for one, selects it, and deselects it.
 *
 * A call that waits for the port selects before it returns. A request that is
 * queued for a file with O_NONBLOCK is granted while no thread of the program is
 * in the kernel, in any context. So the file remembers the device, its wish. It
 * is selected when the file uses the port for the first time after the grant
 * (pb_io_enter_slow()), as registers and mode are brought to the port then. If
 * the device does not answer, the port is given back, and the call that wanted to
 * use the port fails with ENXIO.
 *
 * @wish is written with io->lock held, in which a request with a wish is queued
 * and a request is withdrawn by PARBITER_CANCEL. Beside @wish, @entered is set,
 * so that the Free of a file that has not used the port comes to
 * pb_io_free_slow(), and forgets the wish.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/parport.h>

#include "port/port.h"
#include "select.h"

/**
 * pb_io_enqueue() - queue a request for the port, and remember a device
 * @io: the file's use of the port
 * @device: the device to select, or PARBITER_DEVICE_NONE
 *
 * Context: process, may sleep while another thread uses the port.
 * Return: as arbiter_enqueue_tagged(). If it is 0, the device is still to be
 * selected.
 */
int pb_io_enqueue(struct pb_io *io, int device)
{
	struct arbiter_client *client = &io->client->arb;
	bool entered;
	int wish, ret;

	if (device == PARBITER_DEVICE_NONE)
		return arbiter_enqueue(client);
	mutex_lock(&io->lock);
	entered = io->entered;
	wish = io->wish;
	WRITE_ONCE(io->entered, true);
	WRITE_ONCE(io->wish, device);
	ret = arbiter_enqueue_tagged(client, pb_select_tag(device) |
					     PB_SELECT_LATER);
	if (ret && ret != -EINPROGRESS) {
		/* The file owns or is queued already. */
		WRITE_ONCE(io->entered, entered);
		WRITE_ONCE(io->wish, wish);
	}
	mutex_unlock(&io->lock);
	return ret;
}

/*
 * Forget the wish of a request that was withdrawn without @io's lock. The wish stays
 * if it is that of another request, which another thread has queued since then, and
 * which may have been granted. A request that is queued is granted in between at
 * most, so the look at the queue comes first.
 */
static void select_forget_withdrawn(struct pb_io *io)
{
	mutex_lock(&io->lock);
	if (io->wish != PARBITER_DEVICE_NONE && !pb_io_wish_is_queued_locked(io) &&
	    !arbiter_is_owner(&io->client->arb))
		pb_io_forget_wish_locked(io);
	mutex_unlock(&io->lock);
}

/**
 * pb_io_withdraw() - withdraw the file's queued request
 * @io: the file's use of the port
 *
 * While there is a wish, the port is not used, so @io's lock is free soon. Without
 * one the lock may be held for a transfer, for which a CANCEL should not wait.
 *
 * With the lock held, no request with a wish is queued. So if there is a wish and a
 * request is withdrawn, that request had the wish; or the wish is that of a grant that
 * another thread is just giving up, and the request is one that sleeps.
 *
 * Context: process, may sleep.
 * Return: as arbiter_cancel().
 */
int pb_io_withdraw(struct pb_io *io)
{
	int ret;

	if (READ_ONCE(io->wish) == PARBITER_DEVICE_NONE) {
		ret = arbiter_cancel(&io->client->arb);
		/* Another thread may just have queued a request with a wish. */
		if (!ret && READ_ONCE(io->wish) != PARBITER_DEVICE_NONE)
			select_forget_withdrawn(io);
		return ret;
	}
	mutex_lock(&io->lock);
	ret = arbiter_cancel(&io->client->arb);
	if (!ret)
		pb_io_forget_wish_locked(io);
	mutex_unlock(&io->lock);
	return ret;
}

/* Enter the port as its owner, and end the mode of the present peripheral. */
static int select_begin_locked(struct pb_io *io)
{
	int ret = pb_io_check(io);

	if (ret)
		return ret;
	/* The caller decides now what is selected. */
	WRITE_ONCE(io->wish, PARBITER_DEVICE_NONE);
	ret = pb_io_enter_locked(io);
	if (!ret)
		pb_io_end_mode_locked(io);
	return ret;
}

/**
 * pb_io_select() - select a device while the file owns the port
 * @io: the file's use of the port
 * @device: a device for which pb_select_check() has returned 0
 *
 * The negotiated mode ends, because the peripheral may be another one.
 *
 * Context: process, may sleep.
 * Return: 0; -ENXIO: the device does not answer, and nothing is selected; -EPERM:
 * the file does not own the port; -ENODEV: the port is gone; -EINTR: the task was
 * killed while another thread used the port.
 */
int pb_io_select(struct pb_io *io, int device)
{
	int ret;

	if (mutex_lock_killable(&io->lock))
		return -EINTR;
	ret = select_begin_locked(io);
	if (!ret)
		ret = pb_select(io->client->port, &io->client->arb, device);
	mutex_unlock(&io->lock);
	return ret == -EINVAL ? -EPERM : ret;
}

/**
 * pb_io_deselect() - deselect what the file has selected
 * @io: the file's use of the port
 *
 * Context: process, may sleep.
 * Return: 0, also if nothing is selected; other errors as pb_io_select(); -ENXIO:
 * the chain does not answer.
 */
int pb_io_deselect(struct pb_io *io)
{
	int ret;

	if (mutex_lock_killable(&io->lock))
		return -EINTR;
	ret = select_begin_locked(io);
	if (!ret)
		ret = pb_deselect(io->client->port, &io->client->arb);
	mutex_unlock(&io->lock);
	return ret == -EINVAL ? -EPERM : ret;
}

/**
 * pb_io_begin_selected() - select a device for a file that has become owner
 * @io: the file's use of the port
 * @device: as for pb_io_select(), or PARBITER_DEVICE_NONE
 *
 * If the device cannot be selected, the file gives the port up. If another thread
 * frees the port and becomes owner again meanwhile, that is left alone. If it has
 * done so before this call, that cannot be told from the grant that the caller has
 * waited for, and the device is selected for that thread.
 *
 * Context: process, may sleep.
 * Return: as pb_io_select().
 */
int pb_io_begin_selected(struct pb_io *io, int device)
{
	int ret;

	if (device == PARBITER_DEVICE_NONE)
		return 0;
	ret = pb_io_select(io, device);
	if (ret && ret != -EPERM && arbiter_resign(&io->client->arb))
		pb_io_free_slow(io);
	return ret;
}
