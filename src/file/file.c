// SPDX-License-Identifier: GPL-2.0
/*
 * A file of /dev/parbiterN: open, close, poll, and what /proc shows of it. Its
 * requests are in ioctl.c, its reads and writes in transfer.c.
 */
#include <linux/compat.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "file.h"
#include "ioctl.h"
#include "node.h"
#include "transfer.h"

/* The events that a notification of the arbiter's may stand for */
#define FILE_EVENTS	(EPOLLIN | EPOLLRDNORM | EPOLLOUT | EPOLLWRNORM | \
			 EPOLLPRI | EPOLLHUP | EPOLLERR)

static void file_notify(struct pb_client *client)
{
	wake_up_poll(&pb_file_of(client)->wait, FILE_EVENTS);
}

static void file_ended(struct arbiter_client *arb, int result)
{
	struct pb_file *file = pb_file_of(pb_client_of(arb));

	/* That a request was cancelled is no event. */
	if (result != -ECANCELED && !pb_closing_ended(&file->closing))
		pb_file_notify(file);
}

static void file_contended(struct arbiter_client *arb)
{
	pb_file_notify(pb_file_of(pb_client_of(arb)));
}

/* The port's interrupt has come. */
static void file_event(struct arbiter_client *arb)
{
	struct pb_file *file = pb_file_of(pb_client_of(arb));

	pb_io_interrupt(&file->io);
	pb_file_notify(file);
}

static void file_removed(struct pb_client *client)
{
	struct pb_file *file = pb_file_of(client);

	pb_io_drain(&file->io);
	wake_up_poll(&file->wait, EPOLLHUP | EPOLLERR);
}

static void file_free(struct pb_client *client)
{
	kfree_rcu(pb_file_of(client), client.rcu);
}

static const struct pb_client_ops file_client_ops = {
	.arb.ended = file_ended,
	.arb.contended = file_contended,
	.arb.event = file_event,
	.arb.traced = pb_client_traced,
	.interrupts = true,
	.notify = file_notify,
	.removed = file_removed,
	.free = file_free,
};

/*
 * misc_open() calls this with the misc device lock held. pb_node_remove() takes
 * that lock to take the node away, so the node and its port exist here.
 */
static int file_open(struct inode *inode, struct file *filp)
{
	struct pb_node *node = container_of(filp->private_data,
					    struct pb_node, misc);
	struct pb_file *file;
	int ret;

	file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		return -ENOMEM;
	init_waitqueue_head(&file->wait);
	pb_io_init(&file->io, &file->client);
	ret = pb_client_attach(&file->client, node->port, &file_client_ops);
	if (ret) {
		kfree(file);
		return ret;
	}
	pb_client_note_caller(&file->client);
	filp->private_data = file;
	return nonseekable_open(inode, filp);
}

/*
 * A process that dies closes all its descriptors first, and releases the files
 * behind them afterwards, in the order of closing. One of those files may be a
 * native driver's whose release waits for the port that the process owns here
 * (lp's does). So the port of a process that dies is given up when its
 * descriptor is closed.
 */
static int file_flush(struct file *filp, fl_owner_t id)
{
	struct pb_file *file = filp->private_data;

	if ((current->flags & PF_EXITING) && file_count(filp) == 1)
		pb_closing_dying(file);
	return 0;
}

static int file_release(struct inode *inode, struct file *filp)
{
	pb_closing(filp->private_data);
	return 0;
}

static __poll_t file_poll(struct file *filp, poll_table *table)
{
	struct pb_file *file = filp->private_data;
	struct pb_client *client = &file->client;
	__poll_t mask = 0;

	poll_wait(filp, &file->wait, table);
	/*
	 * Become a sleeper first, then read the state. Pairs with
	 * pb_file_notify().
	 */
	smp_mb();

	if (!arbiter_is_on(&client->port->arb))
		return EPOLLERR | EPOLLHUP;
	if (atomic_read(&file->io.interrupts))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (!arbiter_is_owner(&client->arb))
		return mask;
	mask |= EPOLLOUT | EPOLLWRNORM;
	if (arbiter_is_contended(&client->port->arb))
		mask |= EPOLLPRI;
	return mask;
}

static ssize_t file_read(struct file *filp, char __user *buf, size_t count,
			 loff_t *pos)
{
	struct pb_file *file = filp->private_data;

	return pb_transfer_read(&file->io, buf, count,
				pb_file_is_nonblocking(filp));
}

static ssize_t file_write(struct file *filp, const char __user *buf,
			  size_t count, loff_t *pos)
{
	struct pb_file *file = filp->private_data;

	return pb_transfer_write(&file->io, buf, count,
				 pb_file_is_nonblocking(filp));
}

static void file_show_fdinfo(struct seq_file *m, struct file *filp)
{
	struct pb_file *file = filp->private_data;
	struct arbiter_client *client = &file->client.arb;
	struct arbiter *arb = client->arb;
	unsigned int position = arbiter_position(client);

	seq_printf(m, "port:\t%s\n", file->client.port->name);
	if (!arbiter_is_on(arb))
		seq_puts(m, "state:\tgone\n");
	else if (arbiter_is_owner(client))
		seq_puts(m, "state:\towner\n");
	else if (position)
		seq_printf(m, "state:\tqueued\nposition:\t%u\n", position);
	else
		seq_puts(m, "state:\tidle\n");
	seq_printf(m, "waiters:\t%u\n", arbiter_waiters(arb));
}

const struct file_operations pb_file_fops = {
	.owner = THIS_MODULE,
	.open = file_open,
	.flush = file_flush,
	.release = file_release,
	.read = file_read,
	.write = file_write,
	.poll = file_poll,
	.unlocked_ioctl = pb_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.show_fdinfo = file_show_fdinfo,
};
