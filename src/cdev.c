// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/parbiterN: one client per open file description, one small function
 * per ioctl. See uapi/linux/parbiter.h for what each means. What it does with
 * the port while it owns is in io.c, transfer.c and ppdev.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/build_bug.h>
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

#include "arbiter_fast.h"
#include "cdev.h"
#include "client.h"
#include "io.h"
#include "port.h"
#include "ppdev.h"

/* The layouts are the same for 32-bit callers: no padding, no long. */
static_assert(sizeof(struct parbiter_port_info) == 112);
static_assert(sizeof(struct parbiter_status) == 144);
static_assert(PARBITER_NAME_LEN >= TASK_COMM_LEN);

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

/**
 * struct parbiter_file - an open file description
 * @client: the client that it is. First: the client's release frees it
 * @io: its use of the port
 * @claimed: it has asked by PPCLAIM before: PPEXCL comes too late. No lock: a
 *	program that races the two gets either answer
 * @exclusive: PPEXCL came in time; as @claimed
 * @by_claim: it asked by PPCLAIM last: POLLIN means an interrupt
 * @wait: who polls it. Woken by client->news, because its lock sleeps on
 *	PREEMPT_RT and the arbiter may have the news anywhere
 */
struct parbiter_file {
	struct parbiter_client client;
	struct parbiter_io io;
	bool claimed;
	bool exclusive;
	bool by_claim;
	wait_queue_head_t wait;
};

static_assert(offsetof(struct parbiter_file, client) == 0);

static struct parbiter_file *cdev_file_of(struct parbiter_client *client)
{
	return container_of(client, struct parbiter_file, client);
}

static void cdev_news(struct irq_work *work)
{
	struct parbiter_file *file = container_of(work, struct parbiter_file,
						  client.news);

	wake_up_poll(&file->wait, EPOLLIN | EPOLLPRI | EPOLLHUP | EPOLLERR);
}

/* The barrier in wq_has_sleeper() pairs with the one in cdev_poll(). */
static void cdev_notify(struct parbiter_file *file)
{
	if (wq_has_sleeper(&file->wait))
		irq_work_queue(&file->client.news);
}

static void cdev_ended(struct arbiter_client *arb, int result)
{
	struct parbiter_file *file = cdev_file_of(parbiter_client_of(arb));

	/* A cancelled request is no event. */
	if (result != -ECANCELED && !parbiter_closing_ended(&file->io))
		cdev_notify(file);
}

static void cdev_contended(struct arbiter_client *arb)
{
	cdev_notify(cdev_file_of(parbiter_client_of(arb)));
}

/* The port's interrupt */
static void cdev_event(struct arbiter_client *arb)
{
	struct parbiter_file *file = cdev_file_of(parbiter_client_of(arb));

	parbiter_io_interrupt(&file->io);
	cdev_notify(file);
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

/* What programs of ppdev's wait for is the interrupt. */
static bool cdev_is_readable(struct parbiter_file *file)
{
	if (READ_ONCE(file->by_claim))
		return atomic_read(&file->io.interrupts);
	return arbiter_is_owner(&file->client.arb);
}

static __poll_t cdev_poll(struct file *filp, poll_table *table)
{
	struct parbiter_file *file = filp->private_data;
	struct parbiter_client *client = &file->client;
	__poll_t mask = 0;

	poll_wait(filp, &file->wait, table);
	/* On the wait queue first, then the state; pairs with cdev_notify(). */
	smp_mb();

	if (!arbiter_is_on(&client->port->arb))
		return EPOLLERR | EPOLLHUP;
	if (cdev_is_readable(file))
		mask |= EPOLLIN | EPOLLRDNORM;
	if (arbiter_is_owner(&client->arb) &&
	    arbiter_contended(&client->port->arb))
		mask |= EPOLLPRI;
	return mask;
}

/* Became owner by a call: whoever polls the same descriptor should know. */
static int cdev_granted(struct parbiter_file *file, int ret)
{
	if (!ret)
		cdev_notify(file);
	return ret;
}

/* Is about to wait for the port by a request of parbiter's own. */
static void cdev_ask(struct parbiter_file *file)
{
	parbiter_client_note_caller(&file->client);
	if (!arbiter_is_owner(&file->client.arb))
		WRITE_ONCE(file->by_claim, false);
}

static int cdev_wait(struct parbiter_file *file, ktime_t deadline)
{
	return arbiter_wait(&file->client.arb,
			    TASK_INTERRUPTIBLE | TASK_FREEZABLE, deadline);
}

static int cdev_wait_or_queue(struct parbiter_file *file, bool nonblock)
{
	if (nonblock)
		return arbiter_enqueue(&file->client.arb);
	return cdev_wait(file, KTIME_MAX);
}

static int cdev_allocate(struct parbiter_file *file, bool nonblock)
{
	cdev_ask(file);
	return cdev_granted(file, cdev_wait_or_queue(file, nonblock));
}

/* Not inline: its variable would cost all others a stack protector. */
static noinline int cdev_allocate_timeout(struct parbiter_file *file,
					  const u64 __user *arg)
{
	u64 timeout_ns;
	int ret;

	if (copy_from_user(&timeout_ns, arg, sizeof(timeout_ns)))
		return -EFAULT;
	cdev_ask(file);
	ret = cdev_wait(file, parbiter_client_deadline(timeout_ns));
	/* To a handler a signal must say that the time has not run out. */
	if (ret == -ERESTARTSYS)
		return -ERESTARTNOHAND;
	return cdev_granted(file, ret);
}

static int cdev_try_allocate(struct parbiter_file *file)
{
	int ret;

	parbiter_client_note_caller(&file->client);
	ret = arbiter_try(&file->client.arb);
	if (!ret)
		WRITE_ONCE(file->by_claim, false);
	return cdev_granted(file, ret);
}

static int cdev_yield(struct parbiter_file *file, bool nonblock)
{
	struct parbiter_client *client = &file->client;
	int ret;

	if (arbiter_is_owner(&client->arb) &&
	    !arbiter_contended(&client->port->arb))
		return 0;
	ret = parbiter_io_free(&file->io);
	if (ret)
		return ret;
	parbiter_client_note_caller(client);
	ret = cdev_wait_or_queue(file, nonblock);
	/* A restarted call would find itself not the owner. */
	if (ret == -ERESTARTSYS)
		return -EINTR;
	return cdev_granted(file, ret);
}

/*
 * As ppdev, it waits even with O_NONBLOCK, and any handled signal ends the
 * wait, SA_RESTART or not: programs bound it by alarm().
 */
static int cdev_claim(struct parbiter_file *file)
{
	int ret;

	parbiter_client_note_caller(&file->client);
	WRITE_ONCE(file->claimed, true);
	ret = cdev_wait(file, KTIME_MAX);
	if (ret == -EDEADLK)
		return -EINVAL;
	if (ret == -ERESTARTSYS)
		return -ERESTARTNOHAND;
	if (ret)
		return ret;
	WRITE_ONCE(file->by_claim, true);
	/* The lines are to be as the program left them, now. */
	parbiter_io_load(&file->io);
	return cdev_granted(file, 0);
}

static int cdev_unclaim(struct parbiter_file *file)
{
	int ret = parbiter_io_free(&file->io);

	return ret == -EPERM ? -EINVAL : ret;
}

static int cdev_yield_claim(struct parbiter_file *file)
{
	int ret = cdev_yield(file, false);

	if (ret == -EPERM)
		return -EINVAL;
	if (!ret)
		parbiter_io_load(&file->io);
	return ret;
}

/* To own a port is to own it alone: there is nothing to do but to answer. */
static int cdev_exclude(struct parbiter_file *file)
{
	if (READ_ONCE(file->claimed))
		return READ_ONCE(file->exclusive) ? 0 : -EINVAL;
	WRITE_ONCE(file->exclusive, true);
	return 0;
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

static int cdev_get_port_info(struct parbiter_file *file,
			      struct parbiter_port_info __user *arg)
{
	struct parbiter_port *port = file->client.port;
	struct parbiter_port_info info = {
		.number = port->number,
		.features = PARBITER_FEATURE_ARBITER | PARBITER_FEATURE_IO,
	};
	struct parport *parport;

	mutex_lock(&port->lock);
	parport = port->parport;
	if (port->gone || !parport) {
		mutex_unlock(&port->lock);
		return -ENODEV;
	}
	info.base = parport->base;
	info.base_hi = parport->base_hi;
	info.span = parport->size;
	info.irq = parport->irq < 0 ? -1 : parport->irq;
	info.dma = parport->dma < 0 ? -1 : parport->dma;
	info.modes = parport->modes;
	mutex_unlock(&port->lock);

	strscpy(info.name, port->name, sizeof(info.name));
	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static int cdev_get_status(struct parbiter_file *file,
			   struct parbiter_status __user *arg)
{
	struct parbiter_status status;
	int ret;

	ret = parbiter_client_status(&file->client, &status);
	if (ret)
		return ret;
	return copy_to_user(arg, &status, sizeof(status)) ? -EFAULT : 0;
}

static long cdev_dispatch(struct parbiter_file *file, unsigned int cmd,
			  void __user *arg, bool nonblock)
{
	switch (cmd) {
	case PARBITER_ALLOCATE:
		return cdev_allocate(file, nonblock);
	case PARBITER_ALLOCATE_TIMEOUT:
		return cdev_allocate_timeout(file, arg);
	case PARBITER_CANCEL:
		return arbiter_cancel(&file->client.arb);
	case PARBITER_YIELD:
		return cdev_yield(file, nonblock);
	case PARBITER_QUERY_WAITERS:
		return cdev_query_waiters(file, arg);
	case PARBITER_IS_PORT_FREE:
		return cdev_is_port_free(file, arg);
	case PARBITER_GET_PORT_INFO:
		return cdev_get_port_info(file, arg);
	case PARBITER_GET_STATUS:
		return cdev_get_status(file, arg);
	case PPCLAIM:
		return cdev_claim(file);
	case PPRELEASE:
		return cdev_unclaim(file);
	case PPYIELD:
		return cdev_yield_claim(file);
	case PPEXCL:
		return cdev_exclude(file);
	default:
		return parbiter_ppdev_ioctl(&file->io, cmd, arg);
	}
}

static noinline long cdev_ioctl_slow(struct file *filp, unsigned int cmd,
				     unsigned long arg)
{
	struct parbiter_file *file = filp->private_data;
	long ret;

	ret = cdev_dispatch(file, cmd, (void __user *)arg,
			    filp->f_flags & O_NONBLOCK);
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
		return cdev_try_allocate(file);
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
