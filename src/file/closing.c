// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a file, and of the IEEE 1284 mode that it has left the peripheral
 * in.
 *
 * A file that has given the port up in a negotiated mode has to own it once
 * more to leave that mode. Of several such files only the last one has to, the
 * mode that it has left is the peripheral's: pb_port.mode_leavers. Whoever owns
 * now may do so for ever, so nobody waits for the port:
 *
 * - If the port can be had at once, the mode is ended by the close itself.
 *   The peripheral's answer may take 0.3 s.
 * - Otherwise, and always for a process that dies or has a signal pending, and
 *   for a kernel thread, which may have many files to close, the file lives on
 *   as a client that waits in the queue. A work item does the rest once the
 *   port is granted, or gone, or the time is over.
 *
 * Whichever of these comes first moves pb_closing.state from CLOSING_WAITS
 * to CLOSING_ENDS and queues the work item, so it is queued once.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/parport.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "closing.h"
#include "file.h"
#include "port/port.h"

/* How long a file waits for the port after its last close. */
#define CLOSING_LIMIT		(60 * HZ)

enum {
	CLOSING_NOT,
	CLOSING_WAITS,
	CLOSING_ENDS,
};

static struct workqueue_struct *closing_wq;

/* Is the peripheral in a mode, and was it this file that has left it there? */
static bool closing_is_due(const struct pb_io *io)
{
	return io->used && !io->active && io->mode != IEEE1284_MODE_COMPAT &&
	       io->mode_leaver &&
	       io->mode_leaver == READ_ONCE(io->client->port->mode_leavers);
}

/*
 * Others have been there since, and have left another mode or ended it: the file
 * has none to end, even if it owns, unless it has used the port in this turn.
 */
static void closing_forget_mode(struct pb_io *io)
{
	if (!io->active)
		io->mode = IEEE1284_MODE_COMPAT;
}

/* End the mode if the file owns the port, and free the file. */
static void closing_end(struct pb_file *file)
{
	pb_io_close(&file->io);
	pb_client_detach(&file->client);
	mutex_destroy(&file->io.lock);
	pb_client_put(&file->client);
}

static void closing_work(struct work_struct *work)
{
	struct pb_file *file = container_of(work, struct pb_file, closing.work);
	struct pb_io *io = &file->io;

	timer_delete_sync(&file->closing.expiry);
	/* If the request is still queued, it ends here without a notification. */
	if (!arbiter_cancel(&file->client.arb))
		pr_notice_ratelimited("%s: closed in IEEE 1284 mode 0x%x, and the port did not become free to leave it: the next to use the peripheral may have to switch it off and on\n",
				      file->client.port->name, io->mode);
	if (!closing_is_due(io))
		closing_forget_mode(io);
	closing_end(file);
}

static bool closing_wake(struct pb_closing *closing)
{
	if (atomic_cmpxchg(&closing->state, CLOSING_WAITS, CLOSING_ENDS) !=
	    CLOSING_WAITS)
		return false;
	queue_work(closing_wq, &closing->work);
	return true;
}

static void closing_expired(struct timer_list *timer)
{
	closing_wake(container_of(timer, struct pb_closing, expiry));
}

/**
 * pb_closing_ended() - a file's queued request was granted, or its port is gone
 * @closing: the file's
 *
 * Context: any but NMI, with arbiter.lock held, which keeps the file from being
 * freed.
 * Return: true if the file has been closed, so that there is nobody to notify.
 */
bool pb_closing_ended(struct pb_closing *closing)
{
	return closing_wake(closing);
}

/*
 * Let the file wait for the port in the queue. Returns false if the request was
 * not accepted, because the port is gone. If this returns true, the file may have
 * been freed.
 */
static bool closing_later(struct pb_file *file)
{
	struct pb_closing *closing = &file->closing;

	arbiter_cancel(&file->client.arb);
	/* No process has the file any more. */
	pb_client_set_identity(&file->client, NULL, "parbiter");
	INIT_WORK(&closing->work, closing_work);
	timer_setup(&closing->expiry, closing_expired, 0);
	atomic_set(&closing->state, CLOSING_WAITS);
	mod_timer(&closing->expiry, jiffies + CLOSING_LIMIT);
	if (arbiter_submit(&file->client.arb) == -EINPROGRESS)
		return true;
	if (atomic_cmpxchg(&closing->state, CLOSING_WAITS, CLOSING_NOT) !=
	    CLOSING_WAITS)
		return true;
	timer_delete_sync(&closing->expiry);
	return false;
}

/* Own the port if that is possible without waiting. */
static bool closing_at_once(struct pb_file *file)
{
	struct arbiter_client *client = &file->client.arb;

	if (arbiter_is_owner(client))
		return true;
	if ((current->flags & (PF_EXITING | PF_KTHREAD)) ||
	    signal_pending(current))
		return false;
	arbiter_cancel(client);
	return !arbiter_try(client);
}

/**
 * pb_closing() - the last close of a file
 * @file: the file; no other call for it is under way. It is freed before this
 *	returns or later
 *
 * Context: process, may sleep, for as long as the peripheral's answer may take
 * (about 0.3 s).
 */
void pb_closing(struct pb_file *file)
{
	if (!closing_is_due(&file->io))
		closing_forget_mode(&file->io);
	else if (!closing_at_once(file) && closing_later(file))
		return;
	closing_end(file);
}

/**
 * pb_closing_init() - prepare for files
 *
 * Return: 0, -ENOMEM.
 */
int pb_closing_init(void)
{
	/* The peripheral is not talked to while the machine goes to sleep. */
	closing_wq = alloc_workqueue("pb_closing",
				     WQ_UNBOUND | WQ_FREEZABLE, 0);
	return closing_wq ? 0 : -ENOMEM;
}

/**
 * pb_closing_exit() - the reverse; no port is left
 *
 * Files that wait for a port have been told that it is gone.
 */
void pb_closing_exit(void)
{
	destroy_workqueue(closing_wq);
}
