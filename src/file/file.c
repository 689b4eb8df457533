// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/parbiterN: one client per open file description, one small function
 * per ioctl. See uapi/linux/parbiter.h for what each means. Requests that ask
 * for the port are in acquire.c, those that tell about it in query.c; what the
 * file does with the port while it owns is in io.c, transfer.c and ppdev.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/irq_work.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/parport.h>
#include <linux/poll.h>
#include <linux/ppdev.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "node.h"
#include "file.h"
#include "port/port.h"
#include "ppdev.h"

/* What the arbiter may have news about */
#define CDEV_NEWS	(EPOLLIN | EPOLLRDNORM | EPOLLOUT | EPOLLWRNORM | \
			 EPOLLPRI | EPOLLHUP | EPOLLERR)

/**
 * struct parbiter_node - a port's device node
 * @misc: the misc device
 * @port: its port; outlives it
 * @name: "parbiterN"
 */
struct parbiter_node {
	struct miscdevice misc;
	struct parbiter_port *port;
	char name[PARBITER_PORT_NAME_LEN];
};

static void cdev_news(struct irq_work *work)
{
	struct parbiter_file *file = container_of(work, struct parbiter_file,
						  client.news);

	wake_up_poll(&file->wait, CDEV_NEWS);
}

static void cdev_ended(struct arbiter_client *arb, int result)
{
	struct parbiter_file *file = parbiter_file_of(parbiter_client_of(arb));

	/* A cancelled request is no event. */
	if (result != -ECANCELED && !parbiter_closing_ended(&file->io))
		parbiter_file_notify(file);
}

static void cdev_contended(struct arbiter_client *arb)
{
	parbiter_file_notify(parbiter_file_of(parbiter_client_of(arb)));
}

/* The port's interrupt */
static void cdev_event(struct arbiter_client *arb)
{
	struct parbiter_file *file = parbiter_file_of(parbiter_client_of(arb));

	parbiter_io_interrupt(&file->io);
	parbiter_file_notify(file);
}

static const struct arbiter_client_ops cdev_arbiter_ops = {
	.ended = cdev_ended,
	.contended = cdev_contended,
	.event = cdev_event,
};

static void cdev_removed(struct parbiter_client *client, void *data)
{
	struct parbiter_io *io = data;
	struct parbiter_file *file = container_of(io, struct parbiter_file, io);

	parbiter_io_drain(io);
	wake_up_poll(&file->wait, EPOLLHUP | EPOLLERR);
}

static const struct parbiter_client_ops cdev_client_ops = {
	.removed = cdev_removed,
};

/*
 * misc_open() holds the misc device lock, under which parbiter_cdev_remove()
 * takes the node away: node and port are there.
 */
static int cdev_open(struct inode *inode, struct file *filp)
{
	struct parbiter_node *node = container_of(filp->private_data,
						  struct parbiter_node, misc);
	struct parbiter_file *file;
	int ret;

	file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	if (!file)
		return -ENOMEM;
	init_waitqueue_head(&file->wait);
	parbiter_io_init(&file->io, &file->client);
	ret = parbiter_client_attach(&file->client, node->port,
				     &cdev_arbiter_ops, cdev_news,
				     &cdev_client_ops, &file->io);
	if (ret) {
		kfree(file);
		return ret;
	}
	parbiter_client_note_caller(&file->client);
	filp->private_data = file;
	return nonseekable_open(inode, filp);
}

/*
 * A process that dies closes its descriptors first and releases the files
 * behind them afterwards, in the order of closing. One of those may be a
 * native driver's that waits in its release for the very port that the
 * process owns here (lp does). So what dies lets go at once.
 */
static int cdev_flush(struct file *filp, fl_owner_t id)
{
	struct parbiter_file *file = filp->private_data;

	if ((current->flags & PF_EXITING) && file_count(filp) == 1) {
		parbiter_io_close(&file->io);
		arbiter_client_exit(&file->client.arb);
	}
	return 0;
}

static int cdev_release(struct inode *inode, struct file *filp)
{
	struct parbiter_file *file = filp->private_data;

	parbiter_closing(&file->io);
	return 0;
}

static __poll_t cdev_poll(struct file *filp, poll_table *table)
{
	struct parbiter_file *file = filp->private_data;
	struct parbiter_client *client = &file->client;
	__poll_t mask = 0;

	poll_wait(filp, &file->wait, table);
	/* On the wait queue first, then the state; pairs with parbiter_file_notify(). */
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

static int cdev_unclaim(struct parbiter_file *file)
{
	int ret = parbiter_io_free(&file->io);

	return ret == -EPERM ? -EINVAL : ret;
}

static int cdev_query_waiters(struct parbiter_file *file, u32 __user *arg)
{
	u32 waiters = arbiter_waiters(&file->client.port->arb);

	return put_user(waiters, arg);
}

static int cdev_is_port_free(struct parbiter_file *file, u8 __user *arg)
{
	u8 is_free = parbiter_port_is_free(file->client.port);

	return put_user(is_free, arg);
}

static long cdev_dispatch(struct file *filp, unsigned int cmd,
			  void __user *arg)
{
	struct parbiter_file *file = filp->private_data;

	switch (cmd) {
	case PARBITER_REQUEST:
		return parbiter_acquire_request(filp, arg);
	case PARBITER_ALLOCATE:
		return parbiter_acquire(filp, 0, 0);
	case PARBITER_ALLOCATE_TIMEOUT:
		return parbiter_acquire_timeout(filp, arg);
	case PARBITER_CANCEL:
		return arbiter_cancel(&file->client.arb);
	case PARBITER_YIELD:
		return parbiter_acquire_yield(file, filp->f_flags & O_NONBLOCK);
	case PARBITER_QUERY_WAITERS:
		return cdev_query_waiters(file, arg);
	case PARBITER_IS_PORT_FREE:
		return cdev_is_port_free(file, arg);
	case PARBITER_GET_PORT_INFO:
		return parbiter_query_port_info(file, arg);
	case PARBITER_GET_STATUS:
		return parbiter_query_status(file, arg);
	case PARBITER_GET_QUEUE:
		return parbiter_query_queue(file, arg);
	case PPCLAIM:
		return parbiter_acquire_claim(file);
	case PPRELEASE:
		return cdev_unclaim(file);
	case PPYIELD:
		return parbiter_acquire_yield_claim(file);
	case PPEXCL:
		return parbiter_acquire_exclude(file);
	default:
		return parbiter_ppdev_ioctl(&file->io, cmd, arg);
	}
}

static noinline long cdev_ioctl_slow(struct file *filp, unsigned int cmd,
				     unsigned long arg)
{
	struct parbiter_file *file = filp->private_data;
	long ret;

	ret = cdev_dispatch(filp, cmd, (void __user *)arg);
	/* Of a port that is gone nothing else is true. */
	if (ret != -ENOTTY && !arbiter_is_on(&file->client.port->arb))
		return -ENODEV;
	return ret;
}

/* The two that are fast, and say by themselves that the port is gone, first */
static long cdev_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct parbiter_file *file = filp->private_data;

	if (cmd == PARBITER_TRY_ALLOCATE)
		return parbiter_acquire_try(file);
	if (cmd == PARBITER_FREE)
		return parbiter_io_free(&file->io);
	return cdev_ioctl_slow(filp, cmd, arg);
}

static ssize_t cdev_read(struct file *filp, char __user *buf, size_t count,
			 loff_t *pos)
{
	struct parbiter_file *file = filp->private_data;

	return parbiter_io_read(&file->io, buf, count,
				filp->f_flags & O_NONBLOCK);
}

static ssize_t cdev_write(struct file *filp, const char __user *buf,
			  size_t count, loff_t *pos)
{
	struct parbiter_file *file = filp->private_data;

	return parbiter_io_write(&file->io, buf, count,
				 filp->f_flags & O_NONBLOCK);
}

static void cdev_show_fdinfo(struct seq_file *m, struct file *filp)
{
	struct parbiter_file *file = filp->private_data;
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

static const struct file_operations cdev_fops = {
	.owner = THIS_MODULE,
	.open = cdev_open,
	.flush = cdev_flush,
	.release = cdev_release,
	.read = cdev_read,
	.write = cdev_write,
	.poll = cdev_poll,
	.unlocked_ioctl = cdev_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.show_fdinfo = cdev_show_fdinfo,
};

/**
 * parbiter_file_get() - the file of parbiter's that an open file is
 * @filp: an open file
 *
 * Return: the file; NULL: it is something else.
 */
struct parbiter_file *parbiter_file_get(struct file *filp)
{
	return filp->f_op == &cdev_fops ? filp->private_data : NULL;
}

/**
 * parbiter_cdev_add() - give a port its device node
 * @port: a port that appeared
 *
 * Without a node, which is logged, the port serves kernel clients only.
 *
 * Context: process, may sleep.
 */
void parbiter_cdev_add(struct parbiter_port *port)
{
	struct parbiter_node *node;
	int ret = -ENOMEM;

	node = kzalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		goto err;
	node->port = port;
	snprintf(node->name, sizeof(node->name), "parbiter%u", port->number);
	node->misc.minor = MISC_DYNAMIC_MINOR;
	node->misc.name = node->name;
	node->misc.fops = &cdev_fops;
	node->misc.mode = 0660;
	node->misc.parent = &port->parport->bus_dev;
	ret = misc_register(&node->misc);
	if (ret)
		goto err_free_node;
	port->cdev = node;
	return;

err_free_node:
	kfree(node);
err:
	pr_err("%s: no /dev/parbiter%u: error %d\n", port->name, port->number,
	       ret);
}

/**
 * parbiter_cdev_remove() - take the device node away
 * @port: a port that is gone
 *
 * Nobody is inside open() afterwards. Open descriptors live on.
 *
 * Context: process, may sleep.
 */
void parbiter_cdev_remove(struct parbiter_port *port)
{
	if (!port->cdev)
		return;
	misc_deregister(&port->cdev->misc);
	kfree(port->cdev);
	port->cdev = NULL;
}
