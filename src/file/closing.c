// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a file, and of the IEEE 1284 mode that it has left the peripheral
 * in.
 *
 * A file that has given the port up in a negotiated mode has to own it once
 * more to leave that mode. Of several such files only the last one has to, the
 * mode that it has left is the peripheral's: parbiter_port.left. Whoever owns
 * now may do so for ever, so nobody waits for the port:
 *
 * - If the port can be had at once, the mode is ended by the close itself.
 *   The peripheral's answer may take 0.3 s.
 * - Otherwise, and always for a process that dies or has a signal pending, and
 *   for a kernel thread, which may have many files to close, the file lives on
 *   as a client that waits in the queue. A work item does the rest once the
 *   port is granted, or gone, or the time is over.
 *
 * Whichever of these comes first moves parbiter_io.closing from CLOSING_WAITS
 * to CLOSING_ENDS and queues the work item, so it is queued once.
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

#include "client/client.h"
#include "io.h"
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
static bool closing_is_due(const struct parbiter_io *io)
{
	return io->used && !io->active && io->mode != IEEE1284_MODE_COMPAT &&
	       io->left && io->left == READ_ONCE(io->client->port->left);
}

/*
 * Others have been there since, and have left another mode or ended it: the file
 * has none to end, even if it owns, unless it has used the port in this turn.
 */
static void closing_forget_mode(struct parbiter_io *io)
{
	if (!io->active)
		io->mode = IEEE1284_MODE_COMPAT;
}

/* Leaves the mode if the port is owned, and frees the file. */
static void closing_end(struct parbiter_io *io)
{
	struct parbiter_client *client = io->client;

	parbiter_io_close(io);
	parbiter_client_detach(client);
	mutex_destroy(&io->lock);
	parbiter_client_put(client);
}

static void closing_work(struct work_struct *work)
{
	struct parbiter_client *client = container_of(work,
						      struct parbiter_client,
						      work);
	struct parbiter_io *io = client->data;

	timer_delete_sync(&io->expiry);
	/* If the request has not ended, it does now, and nobody is told. */
	if (!arbiter_cancel(&client->arb))
		pr_notice_ratelimited("%s: closed in IEEE 1284 mode 0x%x, and the port did not become free to leave it: the next to use the peripheral may have to switch it off and on\n",
				      client->port->name, io->mode);
	if (!closing_is_due(io))
		closing_forget_mode(io);
	closing_end(io);
}

static bool closing_wake(struct parbiter_io *io)
{
	if (atomic_cmpxchg(&io->closing, CLOSING_WAITS, CLOSING_ENDS) !=
	    CLOSING_WAITS)
		return false;
	queue_work(closing_wq, &io->client->work);
	return true;
}

static void closing_expired(struct timer_list *timer)
{
	closing_wake(container_of(timer, struct parbiter_io, expiry));
}

/**
 * parbiter_closing_ended() - a file's queued request has been granted, or the
 * port is gone
 * @io: the file's
 *
 * Context: any but NMI, with arbiter.lock held: the file stays until then.
 * Return: true: the file has been closed, and nobody else is to be told.
 */
bool parbiter_closing_ended(struct parbiter_io *io)
{
	return closing_wake(io);
}

/* No process has the file any more. */
static void closing_disown(struct parbiter_client *client)
{
	raw_spinlock_t *lock = &client->port->arb.lock;
	unsigned long flags;
	struct pid *pid;

	raw_spin_lock_irqsave(lock, flags);
	pid = client->pid;
	WRITE_ONCE(client->pid, NULL);
	strscpy(client->name, "parbiter", sizeof(client->name));
	raw_spin_unlock_irqrestore(lock, flags);
	put_pid(pid);
}

/* The file, if this says true, may be gone. */
static bool closing_later(struct parbiter_io *io)
{
	struct parbiter_client *client = io->client;

	arbiter_cancel(&client->arb);
	closing_disown(client);
	INIT_WORK(&client->work, closing_work);
	timer_setup(&io->expiry, closing_expired, 0);
	atomic_set(&io->closing, CLOSING_WAITS);
	mod_timer(&io->expiry, jiffies + CLOSING_LIMIT);
	if (arbiter_submit(&client->arb) == -EINPROGRESS)
		return true;
	/* Not accepted: the port is gone. */
	if (atomic_cmpxchg(&io->closing, CLOSING_WAITS, CLOSING_NOT) !=
	    CLOSING_WAITS)
		return true;
	timer_delete_sync(&io->expiry);
	return false;
}

static bool closing_at_once(struct parbiter_io *io)
{
	struct arbiter_client *client = &io->client->arb;

	if (arbiter_is_owner(client))
		return true;
	if ((current->flags & (PF_EXITING | PF_KTHREAD)) ||
	    signal_pending(current))
		return false;
	arbiter_cancel(client);
	return !arbiter_try(client);
}

/**
 * parbiter_closing() - the last close of a file
 * @io: the file's; freed, with the file, before this returns or later
 *
 * No other call for the file is under way.
 *
 * Context: process, may sleep, for as long as the peripheral's answer may take
 * (about 0.3 s).
 */
void parbiter_closing(struct parbiter_io *io)
{
	if (!closing_is_due(io))
		closing_forget_mode(io);
	else if (!closing_at_once(io) && closing_later(io))
		return;
	closing_end(io);
}

/**
 * parbiter_closing_init() - prepare for files
 *
 * Return: 0, -ENOMEM.
 */
int parbiter_closing_init(void)
{
	/* The peripheral is not talked to while the machine goes to sleep. */
	closing_wq = alloc_workqueue("parbiter_closing",
				     WQ_UNBOUND | WQ_FREEZABLE, 0);
	return closing_wq ? 0 : -ENOMEM;
}

/**
 * parbiter_closing_exit() - the reverse; no port is left
 *
 * Files that wait for a port have been told that it is gone.
 */
void parbiter_closing_exit(void)
{
	destroy_workqueue(closing_wq);
}
