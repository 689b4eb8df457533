// SPDX-License-Identifier: GPL-2.0
/*
 * A client: its lifetime, its identity, and what happens to it when its port is
 * removed.
 *
 * Lock order: pb_port.lock, then arbiter.lock. No lock of parbiter is held
 * while a callback of the opener runs.
 */
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/irq_work.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "client.h"
#include "port/port.h"

/* The values of pb_client.notifying */
enum {
	CLIENT_QUIET,
	CLIENT_NOTIFY,
	CLIENT_NOTIFYING,
};

/*
 * Both operations on client->notifying are full barriers: the call of
 * ops->notify() sees what was written before pb_client_notify().
 *
 * If the client is notified while this runs, this queues the irq_work again, and
 * does not loop: a driver whose callback frees the port and requests it again is
 * notified each time, and in a loop no other interrupt would come meanwhile.
 * Until the irq_work has begun again, client->notifying is CLIENT_NOTIFY, so
 * nobody else queues it. It runs next on this CPU, after this function.
 */
static void client_notify(struct irq_work *work)
{
	struct pb_client *client = container_of(work, struct pb_client, notify);

	atomic_xchg(&client->notifying, CLIENT_NOTIFYING);
	client->ops->notify(client);
	if (atomic_cmpxchg(&client->notifying, CLIENT_NOTIFYING,
			   CLIENT_QUIET) != CLIENT_NOTIFYING)
		irq_work_queue(work);
}

/**
 * pb_client_notify() - have ops->notify() called soon
 * @client: a client that is attached
 *
 * A call of ops->notify() begins after this, and soon.
 *
 * Context: any.
 */
void pb_client_notify(struct pb_client *client)
{
	if (atomic_xchg(&client->notifying, CLIENT_NOTIFY) == CLIENT_QUIET)
		irq_work_queue(&client->notify);
}

/*
 * Wait until client_notify() does not run and will not run again. Nobody calls
 * pb_client_notify() any more.
 *
 * irq_work_sync() alone is not enough if the irq_work was queued when it had
 * left client_notify() on one CPU, but not yet irq_work_single(), and so runs on
 * another CPU, too: what comes first to the end of irq_work_single() clears the
 * flag for which irq_work_sync() waits. Then this function may return while a
 * CPU is still at the end of irq_work_single(). So ops->free() waits for an RCU
 * grace period, which does not end before that interrupt does. (On PREEMPT_RT a
 * thread takes the place of the interrupt, and runs irq_works inside an RCU
 * read-side critical section: run_irq_workd() in the kernel's kernel/irq_work.c.)
 */
static void client_wait_notified(struct pb_client *client)
{
	irq_work_sync(&client->notify);
	while (atomic_read(&client->notifying) != CLIENT_QUIET)
		schedule_timeout_uninterruptible(1);
}

/**
 * pb_client_attach() - make an opener a client of a port
 * @client: the client, zeroed but for its name
 * @port: the port; a reference is taken
 * @ops: what differs between files and drivers
 *
 * Context: process, may sleep.
 * Return: 0; -ENODEV, -EBUSY, -ENOMEM as pb_devices_use_locked(): then the
 * caller frees @client, else @ops->free does with the last reference.
 */
int pb_client_attach(struct pb_client *client, struct pb_port *port,
		     const struct pb_client_ops *ops)
{
	int ret;

	kref_init(&client->ref);
	client->ops = ops;
	client->port = port;
	init_irq_work(&client->notify, client_notify);
	arbiter_client_init(&client->arb, &port->arb, &ops->arb);

	mutex_lock(&port->lock);
	ret = pb_devices_use_locked(port, ops->interrupts);
	if (!ret) {
		list_add_tail(&client->node, &port->clients);
		pb_port_get(port);
	}
	mutex_unlock(&port->lock);
	return ret;
}

/*
 * Return whether no callback is under way, other than one that the current task
 * is inside of. If this returns true, everything that the callbacks have done
 * is visible to the caller.
 */
static bool client_is_quiet(struct pb_client *client)
{
	/* Acquire: pairs with the release in pb_client_removed(). */
	struct task_struct *remover = smp_load_acquire(&client->remover);

	if (remover && remover != current)
		return false;
	return !client->ops->is_quiet || client->ops->is_quiet(client);
}

/**
 * pb_client_detach() - end a client's use of its port
 * @client: the client; no other call for it may be under way
 *
 * Withdraws its request, or frees its port. On return no callback is under way
 * but the one that this is called from.
 *
 * Context: process, may sleep.
 */
void pb_client_detach(struct pb_client *client)
{
	struct pb_port *port = client->port;

	arbiter_client_exit(&client->arb);
	client_wait_notified(client);

	mutex_lock(&port->lock);
	list_del(&client->node);
	mutex_unlock(&port->lock);
	/*
	 * The client is not listed and has no request, so from here on no
	 * further callback begins.
	 */
	wait_event(port->callback_ended, client_is_quiet(client));

	mutex_lock(&port->lock);
	pb_devices_unuse_locked(port, client->ops->interrupts);
	mutex_unlock(&port->lock);
}

static void client_free(struct kref *ref)
{
	struct pb_client *client = container_of(ref, struct pb_client, ref);

	put_pid(client->pid);
	pb_port_put(client->port);
	client->ops->free(client);
}

/**
 * pb_client_put() - drop a reference
 * @client: a client
 *
 * Context: process.
 */
void pb_client_put(struct pb_client *client)
{
	kref_put(&client->ref, client_free);
}

/*
 * Take the next client whose removal has not begun. A client that is taken
 * moves to the end of the list, which no client joins any more. So if removal
 * has begun for the first one, it has begun for all.
 */
static struct pb_client *client_begin_removal(struct pb_port *port)
{
	struct pb_client *client;

	mutex_lock(&port->lock);
	client = list_first_entry_or_null(&port->clients, struct pb_client,
					  node);
	if (client && client->removal_begun)
		client = NULL;
	if (client) {
		kref_get(&client->ref);
		client->removal_begun = true;
		client->remover = current;
		list_move_tail(&client->node, &port->clients);
	}
	mutex_unlock(&port->lock);
	return client;
}

/**
 * pb_client_removed() - notify every client that its port is gone
 * @port: the port; its requests have ended, and nobody opens it any more
 *
 * On return nobody uses the port's hardware.
 *
 * Context: process, may sleep; without port->lock, so that a client may close
 * from its callback.
 */
void pb_client_removed(struct pb_port *port)
{
	struct pb_client *client;

	while ((client = client_begin_removal(port))) {
		client->ops->removed(client);
		/* Release: pairs with the acquire in client_is_quiet(). */
		smp_store_release(&client->remover, NULL);
		wake_up_all(&port->callback_ended);
		pb_client_put(client);
	}
}

/**
 * pb_client_set_identity() - set what is shown of a client
 * @client: a client
 * @pid: its process, or NULL; a reference, which is consumed
 * @name: its name; copied, and cut to PARBITER_NAME_LEN - 1 bytes
 *
 * Context: process; does not sleep.
 */
void pb_client_set_identity(struct pb_client *client, struct pid *pid,
			    const char *name)
{
	raw_spinlock_t *lock = &client->port->arb.lock;
	unsigned long flags;
	struct pid *old;

	raw_spin_lock_irqsave(lock, flags);
	old = client->pid;
	WRITE_ONCE(client->pid, pid);
	strscpy(client->name, name, sizeof(client->name));
	if (arbiter_is_owner(&client->arb))
		pb_watch_changed_locked(client->port);
	raw_spin_unlock_irqrestore(lock, flags);
	put_pid(old);
}

/**
 * pb_client_new_caller() - the rest of pb_client_note_caller()
 * @client: a client of a process, which is not the process that asked last
 *
 * If several processes share the client, the one that became owner stays.
 *
 * Context: process; does not sleep.
 */
void pb_client_new_caller(struct pb_client *client)
{
	char comm[TASK_COMM_LEN];

	if (arbiter_is_owner(&client->arb))
		return;
	get_task_comm(comm, current);
	pb_client_set_identity(client, get_pid(task_tgid(current)), comm);
}

/**
 * pb_client_begin_yield() - give the port up if somebody waits for it
 * @client: a client
 * @give_up: frees the port for the client
 *
 * Context: as @give_up needs it.
 * Return: 0: nobody waits, and @client still owns; -EINPROGRESS: @client has
 * given the port up, and should wait for it again; -ENODEV: the port is gone;
 * an error of @give_up.
 */
int pb_client_begin_yield(struct pb_client *client,
			  int (*give_up)(struct pb_client *client))
{
	struct arbiter *arb = &client->port->arb;

	if (arbiter_is_owner(&client->arb) && !arbiter_is_contended(arb))
		return arbiter_is_on(arb) ? 0 : -ENODEV;
	return give_up(client) ?: -EINPROGRESS;
}

/**
 * pb_client_deadline() - compute when a time limit that begins now ends
 * @timeout_ns: the limit in nanoseconds; a value that is too large to be
 *	represented means that there is no limit
 *
 * Context: any.
 * Return: for arbiter_wait(): a time of CLOCK_MONOTONIC; KTIME_MAX: no limit;
 * 0: the limit is 0.
 */
ktime_t pb_client_deadline(u64 timeout_ns)
{
	if (!timeout_ns)
		return 0;
	return ktime_add_safe(ktime_get(), min_t(u64, timeout_ns, KTIME_MAX));
}
