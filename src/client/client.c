// SPDX-License-Identifier: GPL-2.0
/*
 * A client: its lifetime, what it is told, and what is told of it.
 *
 * Locks: parbiter_port.lock, then arbiter.lock. No lock of parbiter's is held
 * while a callback of the opener's runs.
 */
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "client.h"
#include "port/port.h"

/**
 * parbiter_client_attach() - make an opener a client of a port
 * @client: the client, zeroed; freed with kfree() at the last reference
 * @port: the port; a reference is taken
 * @arb_ops: what the arbiter tells it
 * @news: what client->news does, when @arb_ops queues it
 * @ops: what it wants to be told
 * @data: the opener's, for @ops
 *
 * Context: process, may sleep.
 * Return: 0, -ENODEV, -EBUSY, -ENOMEM as parbiter_port_use_locked().
 */
int parbiter_client_attach(struct parbiter_client *client,
			   struct parbiter_port *port,
			   const struct arbiter_client_ops *arb_ops,
			   void (*news)(struct irq_work *work),
			   const struct parbiter_client_ops *ops, void *data)
{
	int ret;

	kref_init(&client->ref);
	client->ops = ops;
	client->data = data;
	client->port = port;
	init_irq_work(&client->news, news);
	arbiter_client_init(&client->arb, &port->arb, arb_ops);

	mutex_lock(&port->lock);
	ret = parbiter_port_use_locked(port);
	if (!ret) {
		list_add_tail(&client->node, &port->clients);
		parbiter_port_get(port);
	}
	mutex_unlock(&port->lock);
	return ret;
}

/*
 * Is no callback under way? Closing from inside one does not count that. What a
 * callback has done, to the opener's data above all, is done when this says so.
 */
static bool client_is_quiet(struct parbiter_client *client)
{
	/* Pairs with parbiter_client_removed(). */
	struct task_struct *teller = smp_load_acquire(&client->teller);

	if (teller && teller != current)
		return false;
	return !atomic_read_acquire(&client->calls) ||
	       READ_ONCE(client->caller) == current;
}

/**
 * parbiter_client_detach() - nothing of the client remains in its port
 * @client: the client; no other call for it may be under way
 *
 * Withdraws its request or frees its port. No callback is under way on
 * return but the one that this is called from.
 *
 * Context: process, may sleep.
 */
void parbiter_client_detach(struct parbiter_client *client)
{
	struct parbiter_port *port = client->port;

	arbiter_client_exit(&client->arb);
	irq_work_sync(&client->news);

	mutex_lock(&port->lock);
	list_del(&client->node);
	mutex_unlock(&port->lock);
	/* Unlisted and without requests: neither is set or raised any more. */
	wait_event(port->told, client_is_quiet(client));

	mutex_lock(&port->lock);
	parbiter_port_unuse_locked(port);
	mutex_unlock(&port->lock);
}

static void client_free(struct kref *ref)
{
	struct parbiter_client *client = container_of(ref,
						      struct parbiter_client,
						      ref);

	put_pid(client->pid);
	parbiter_port_put(client->port);
	kfree(client);
}

/**
 * parbiter_client_put() - drop a reference
 * @client: a client
 */
void parbiter_client_put(struct parbiter_client *client)
{
	kref_put(&client->ref, client_free);
}

/*
 * Who has been told goes to the end of the list, which nobody joins any more:
 * so the first one is untold, or all have been told.
 */
static struct parbiter_client *client_next_untold(struct parbiter_port *port)
{
	struct parbiter_client *client;

	mutex_lock(&port->lock);
	client = list_first_entry_or_null(&port->clients,
					  struct parbiter_client, node);
	if (client && client->told)
		client = NULL;
	if (client) {
		kref_get(&client->ref);
		client->told = true;
		client->teller = current;
		list_move_tail(&client->node, &port->clients);
	}
	mutex_unlock(&port->lock);
	return client;
}

/**
 * parbiter_client_removed() - tell every client that its port is gone
 * @port: the port; its requests have ended and nobody new comes
 *
 * Nobody is in the port on return. Each client is told first and waited for
 * then: a driver that stays inside for long can end that when it is told.
 *
 * Context: process, may sleep; without port->lock, so that a client may close
 * from its callback.
 */
void parbiter_client_removed(struct parbiter_port *port)
{
	struct parbiter_client *client;

	while ((client = client_next_untold(port))) {
		if (client->ops && client->ops->removed)
			client->ops->removed(client, client->data);
		parbiter_use_end(client);
		/* Pairs with client_is_quiet(). */
		smp_store_release(&client->teller, NULL);
		wake_up_all(&port->told);
		parbiter_client_put(client);
	}
}

/**
 * parbiter_client_new_caller() - the rest of parbiter_client_note_caller()
 * @client: a client of a process, which is not the one that asked last
 *
 * Context: process; does not sleep.
 */
void parbiter_client_new_caller(struct parbiter_client *client)
{
	raw_spinlock_t *lock = &client->port->arb.lock;
	char comm[TASK_COMM_LEN];
	struct pid *pid, *old;
	unsigned long flags;

	/* Of several processes that share the client, the owner stays. */
	if (arbiter_is_owner(&client->arb))
		return;

	pid = get_pid(task_tgid(current));
	get_task_comm(comm, current);
	raw_spin_lock_irqsave(lock, flags);
	old = client->pid;
	WRITE_ONCE(client->pid, pid);
	strscpy(client->name, comm, sizeof(client->name));
	raw_spin_unlock_irqrestore(lock, flags);
	put_pid(old);
}

/**
 * parbiter_client_deadline() - when a time limit that begins now ends
 * @timeout_ns: nanoseconds; what is too large to count means never
 *
 * Return: for arbiter_wait(): a time of CLOCK_MONOTONIC, KTIME_MAX, or 0 for
 * a limit of 0.
 */
ktime_t parbiter_client_deadline(u64 timeout_ns)
{
	if (!timeout_ns)
		return 0;
	return ktime_add_safe(ktime_get(), min_t(u64, timeout_ns, KTIME_MAX));
}
