// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a file, and of the IEEE 1284 mode in which it has left the
 * peripheral.
 *
 * If a file has given the port up in a negotiated mode, it has to own the port
 * once more to end that mode. Of several such files only the last one has to,
 * because the peripheral is in the mode which that file has left: see
 * pb_port.mode_leavers. The present owner may keep the port for ever, so a
 * close does not wait for the port:
 *
 * - If the port can be had at once, the close itself ends the mode. The
 *   peripheral's answer may take 0.3 s.
 * - Otherwise the file lives on as a client that waits in the queue. This is
 *   also done for a process that dies or has a signal pending, and for a kernel
 *   thread, which may have many files to close. A work item does the rest once
 *   the port is granted, the port is gone, or the time is over.
 *
 * Whichever of these three comes first moves pb_closing.state from
 * CLOSING_WAITS to CLOSING_ENDS and queues the work item, so the work item is
 * queued once.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/parport.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "client/who.h"
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

/*
 * Return whether this file has left the peripheral in a negotiated mode, and no
 * other file has done so since.
 */
static bool closing_is_due(const struct pb_io *io)
{
	return io->used && !io->active && io->mode != IEEE1284_MODE_COMPAT &&
	       io->mode_leaver &&
	       io->mode_leaver == READ_ONCE(io->client->port->mode_leavers);
}

/*
 * Forget the mode that the file has left the peripheral in. Another file has
 * left another mode, or ended it, since then. So this file has no mode to end
 * even if it owns, unless it has used the port since it became owner.
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

/* The request was still queued when the time was over: the owner has kept the port. */
static void closing_report(struct pb_file *file)
{
	struct pb_port *port = file->client.port;
	unsigned long held;
	struct pb_who owner;

	pb_who_owns(port, &owner, &held);
	pr_notice_ratelimited("%s: %s closed it in IEEE 1284 mode 0x%x, and %s did not free the port for the mode to be left: the next to use the peripheral may have to switch it off and on\n",
			      port->name, file->closing.name, file->io.mode,
			      owner.kind == PARBITER_KIND_NONE ? "others" : owner.name);
}

static void closing_work(struct work_struct *work)
{
	struct pb_file *file = container_of(work, struct pb_file, closing.work);
	struct pb_io *io = &file->io;

	timer_delete_sync(&file->closing.expiry);
	/*
	 * If the request is still queued, it ends here without a notification.
	 */
	if (!arbiter_cancel(&file->client.arb))
		closing_report(file);
	if (!closing_is_due(io))
		closing_forget_mode(io);
	closing_end(file);
}

/*
 * Queue the work item if the file waits for the port. Returns false if the file
 * does not wait, or if the work item is queued already.
 */
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
 * pb_closing_ended() - handle the end of a request of a file that is closed
 * @closing: the file's; its request was granted, or its port is gone
 *
 * Context: any but NMI, with arbiter.lock held, which keeps the file from being
 * freed.
 * Return: true if the file has been closed, so that there is nobody to notify;
 * false otherwise, and if the time to wait is over.
 */
bool pb_closing_ended(struct pb_closing *closing)
{
	return closing_wake(closing);
}

/*
 * Let the file wait for the port in the queue. Returns false if the request was
 * not accepted, because the port is gone. If this returns true, the file may
 * have been freed.
 */
static bool closing_later(struct pb_file *file)
{
	struct pb_closing *closing = &file->closing;

	arbiter_cancel(&file->client.arb);
	/* No process has the file any more, so nothing else changes its name. */
	strscpy(closing->name, file->client.name, sizeof(closing->name));
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
 * pb_closing() - close a file for the last time
 * @file: the file, which is freed before this returns or later; no other call
 *	for it is under way
 *
 * Context: process, may sleep for as long as the peripheral's answer may take
 * (about 0.3 s).
 */
void pb_closing(struct pb_file *file)
{
	if (closing_is_due(&file->io) && !closing_at_once(file) &&
	    closing_later(file))
		return;
	/* Before this file became owner, another one may have left a mode. */
	if (!closing_is_due(&file->io))
		closing_forget_mode(&file->io);
	closing_end(file);
}

/**
 * pb_closing_dying() - give the port up for a process that dies
 * @file: a file that only this process has; no other call for it is under way
 *
 * The mode that the file has left the peripheral in earlier is left to
 * pb_closing().
 *
 * Context: process, may sleep for as long as the peripheral's answer may take
 * (about 0.3 s).
 */
void pb_closing_dying(struct pb_file *file)
{
	if (!closing_is_due(&file->io))
		closing_forget_mode(&file->io);
	pb_io_close(&file->io);
	arbiter_client_exit(&file->client.arb);
}

/**
 * pb_closing_init() - create the workqueue for files that are closed
 *
 * Context: process, may sleep.
 * Return: 0; -ENOMEM: out of memory.
 */
int pb_closing_init(void)
{
	/*
	 * Freezable: no work item uses a port while the machine goes to sleep.
	 */
	closing_wq = alloc_workqueue("parbiter_closing",
				     WQ_UNBOUND | WQ_FREEZABLE, 0);
	return closing_wq ? 0 : -ENOMEM;
}

/**
 * pb_closing_exit() - destroy the workqueue for files that are closed
 *
 * The removal of the ports has ended the requests of all files that waited for
 * a port. This waits until their work items are done.
 *
 * Context: process, may sleep. No port is left.
 */
void pb_closing_exit(void)
{
	destroy_workqueue(closing_wq);
}
