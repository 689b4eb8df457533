/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A client: one opener of a port. It is the base of a file (struct pb_file) and
 * of a driver's client (struct parbiter_client).
 *
 * The files of this directory, each uses those before it only: client (this
 * file), trace (trace events), who (identity of clients and owners), status
 * (state and counters of a port), use (how a driver enters its port), interrupt
 * (what a driver connects to the port's interrupt), kapi (the exported
 * functions), select (those that select devices, which kapi calls, too), windows
 * (requests and callbacks under their Windows names, one file for each subject),
 * wdk_* (the objects of Windows' driver kit, through which sources for Windows
 * call those).
 */
#ifndef _PB_CLIENT_H
#define _PB_CLIENT_H

#include <linux/atomic.h>
#include <linux/container_of.h>
#include <linux/irq_work.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/sched/signal.h>
#include <linux/types.h>
#include <uapi/linux/parbiter.h>

#include "arbiter/arbiter.h"

struct pb_client;
struct pb_port;

/**
 * struct pb_client_ops - what differs between files and drivers
 * @arb: how the arbiter notifies the client
 * @interrupts: the client gets the port's interrupts
 * @notify: Tell the opener what pb_client_notify() was called for. Context of an
 *	irq_work; does not run concurrently with itself
 * @removed: The port is gone, and the client's request has ended. Tell the
 *	opener, and return when nobody uses the port for this client any more.
 *	Process context, without pb_port.lock; the client may be detached
 *	inside.
 * @is_quiet: Return whether no callback of the client is under way but one that
 *	the current task is inside of. NULL: there are none.
 * @free: free the structure that the client is part of, after an RCU grace period
 */
struct pb_client_ops {
	struct arbiter_client_ops arb;
	bool interrupts;
	void (*notify)(struct pb_client *client);
	void (*removed)(struct pb_client *client);
	bool (*is_quiet)(struct pb_client *client);
	void (*free)(struct pb_client *client);
};

/**
 * struct pb_client - a client
 * @arb: the arbiter's part of it
 * @port: its port; a reference
 * @node: in port->clients (port->lock)
 * @ref: one reference for its opener, one for each callback that is queued or
 *	under way
 * @ops: what differs between files and drivers
 * @name: the name that the opener gave, or the command name of the process
 *	that last asked for the port (port->arb.lock)
 * @pid: that process; NULL: there is none (port->arb.lock)
 * @notify: passes on, without arbiter.lock, what the arbiter reports with it
 *	held
 * @notifying: whether @notify is quiet, is to call @ops->notify, or is calling
 *	it. An irq_work that is queued again while it runs may run on two CPUs at
 *	once, and irq_work_sync() waits for one of them only. So others queue
 *	@notify only if it is quiet; otherwise it queues itself again when
 *	@ops->notify has returned
 * @removal_begun: @ops->removed has been called (port->lock)
 * @remover: the task that is inside @ops->removed; NULL: none. Set under
 *	port->lock while the client is in the list
 * @rcu: for @ops->free
 */
struct pb_client {
	struct arbiter_client arb;
	struct pb_port *port;
	struct list_head node;
	struct kref ref;
	const struct pb_client_ops *ops;
	char name[PARBITER_NAME_LEN];
	struct pid *pid;
	struct irq_work notify;
	atomic_t notifying;
	bool removal_begun;
	struct task_struct *remover;
	struct rcu_head rcu;
};

/* Return the client whose arbiter's part is @arb; NULL for NULL. */
static inline struct pb_client *pb_client_of(struct arbiter_client *arb)
{
	return arb ? container_of(arb, struct pb_client, arb) : NULL;
}

void pb_client_new_caller(struct pb_client *client);

/**
 * pb_client_note_caller() - remember the current process as the client
 * @client: a client of a process
 *
 * Descriptors are inherited and passed on. So the owner that is shown is the
 * process that asked for the port, not the process that opened it.
 *
 * Context: process; does not sleep.
 */
static inline void pb_client_note_caller(struct pb_client *client)
{
	if (unlikely(READ_ONCE(client->pid) != task_tgid(current)))
		pb_client_new_caller(client);
}

int pb_client_attach(struct pb_client *client, struct pb_port *port,
		     const struct pb_client_ops *ops);
void pb_client_detach(struct pb_client *client);
void pb_client_notify(struct pb_client *client);
void pb_client_put(struct pb_client *client);
void pb_client_set_identity(struct pb_client *client, struct pid *pid,
			    const char *name);

int pb_client_begin_yield(struct pb_client *client,
			  int (*give_up)(struct pb_client *client));
ktime_t pb_client_deadline(u64 timeout_ns);
void pb_client_traced(struct arbiter_client *arb_client, enum arbiter_act act,
		      int result, u64 since);
void pb_client_removed(struct pb_port *port);

#endif /* _PB_CLIENT_H */
