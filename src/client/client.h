/* SPDX-License-Identifier: GPL-2.0 */
/* A client: one opener of a port, be it a file description or a driver. */
#ifndef _PARBITER_CLIENT_H
#define _PARBITER_CLIENT_H

#include <linux/container_of.h>
#include <linux/irq_work.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/parbiter.h>
#include <linux/sched/signal.h>
#include <linux/workqueue.h>
#include <uapi/linux/parbiter.h>

#include "arbiter/arbiter.h"

struct completion;
struct parbiter_port;

/**
 * struct parbiter_client - a client
 * @arb: what the arbiter knows of it
 * @port: its port; holds a reference
 * @node: in port->clients (port->lock)
 * @ref: one for its opener, one for a callback that is queued, one for a
 *	removed callback that runs
 * @ops: the opener's
 * @data: the opener's
 * @name: who it is: an opener's name, or the command of the process that last
 *	asked for the port (port->arb.lock)
 * @pid: that process; NULL: a kernel client (port->arb.lock)
 * @news: passes on what the arbiter tells under its lock, outside of it
 * @told: its removed callback has been called (port->lock)
 * @teller: the task that is inside it now; set under port->lock while listed
 * @inside: a driver's stays in the port that have not ended: see use.c
 * @left: completed by the last of them, for removal (@inside)
 * @work: calls @done
 * @asking: an asynchronous request has not ended yet, or its callback has
 *	not begun: whoever sets it may write @done
 * @done: the callback
 * @result: what it is told; written when the request ends, before @work
 * @calls: calls of it to come or under way
 * @caller: the task that is inside it now
 * @closed: closed from inside it: no further call; written by @caller
 * @reported: a refused free has been reported
 */
struct parbiter_client {
	struct arbiter_client arb;
	struct parbiter_port *port;
	struct list_head node;
	struct kref ref;
	const struct parbiter_client_ops *ops;
	void *data;
	char name[PARBITER_NAME_LEN];
	struct pid *pid;
	struct irq_work news;
	bool told;
	struct task_struct *teller;
	atomic_t inside;
	struct completion *left;
	struct work_struct work;
	atomic_t asking;
	parbiter_done_t done;
	int result;
	atomic_t calls;
	struct task_struct *caller;
	bool closed;
	atomic_t reported;
};

/* The client that the arbiter knows as @arb; NULL for NULL. */
static inline struct parbiter_client *
parbiter_client_of(struct arbiter_client *arb)
{
	return arb ? container_of(arb, struct parbiter_client, arb) : NULL;
}

void parbiter_client_new_caller(struct parbiter_client *client);

/**
 * parbiter_client_note_caller() - remember the current process as the client
 * @client: a client of a process
 *
 * Descriptors are inherited and passed on: the owner that is shown is the
 * process that asked for the port, not the one that opened it.
 *
 * Context: process; does not sleep.
 */
static inline void parbiter_client_note_caller(struct parbiter_client *client)
{
	if (unlikely(READ_ONCE(client->pid) != task_tgid(current)))
		parbiter_client_new_caller(client);
}

int parbiter_client_attach(struct parbiter_client *client,
			   struct parbiter_port *port,
			   const struct arbiter_client_ops *arb_ops,
			   void (*news)(struct irq_work *work),
			   const struct parbiter_client_ops *ops, void *data);
void parbiter_client_detach(struct parbiter_client *client);
void parbiter_client_put(struct parbiter_client *client);

ktime_t parbiter_client_deadline(u64 timeout_ns);
void parbiter_client_removed(struct parbiter_port *port);

void parbiter_use_end(struct parbiter_client *client);
void parbiter_use_abandon(struct parbiter_client *client);

int parbiter_kapi_init(void);
void parbiter_kapi_exit(void);

#endif /* _PARBITER_CLIENT_H */
