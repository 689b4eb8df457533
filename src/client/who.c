// SPDX-License-Identifier: GPL-2.0
/*
 * The identity of clients, and of the owner of a port: kind, process ID, name.
 */
#include <linux/jiffies.h>
#include <linux/lockdep.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "client.h"
#include "port/port.h"
#include "who.h"

/**
 * pb_who_pid() - return the process ID of a client
 * @pid: the client's process, or NULL
 *
 * After the process has ended, other processes may still use the client by a
 * descriptor that they have inherited, and the number may be given to an
 * unrelated process. So the number of a process that has ended is not shown.
 *
 * Context: any.
 * Return: the process ID in the caller's pid namespace; 0: there is no
 * process, it is not visible there, or it has ended.
 */
s32 pb_who_pid(struct pid *pid)
{
	bool alive;

	rcu_read_lock();
	alive = pid && pid_task(pid, PIDTYPE_TGID);
	rcu_read_unlock();
	return alive ? pid_vnr(pid) : 0;
}

/**
 * pb_who_is_locked() - return a client's identity
 * @client: the client; its arbiter is locked
 * @who: where to put the identity
 *
 * Context: any.
 */
void pb_who_is_locked(const struct pb_client *client, struct pb_who *who)
{
	lockdep_assert_held(&client->arb.arb->lock);

	who->kind = client->pid ? PARBITER_KIND_PROCESS : PARBITER_KIND_DRIVER;
	who->pid = pb_who_pid(client->pid);
	strscpy(who->name, client->name, sizeof(who->name));
}

/**
 * pb_who_owns_here() - find out which of parbiter's clients owns a port
 * @port: the port
 * @who: where to put the owner's identity; kind PARBITER_KIND_NONE if no client
 *	owns
 * @held: for how long the client has owned the port, in jiffies; may be NULL
 *
 * Context: any but NMI.
 * Return: true if a client owns.
 */
bool pb_who_owns_here(struct pb_port *port, struct pb_who *who,
		      unsigned long *held)
{
	struct arbiter *arb = &port->arb;
	struct pb_client *owner;
	unsigned long flags;

	memset(who, 0, sizeof(*who));
	raw_spin_lock_irqsave(&arb->lock, flags);
	owner = pb_client_of(READ_ONCE(arb->owner));
	if (owner)
		pb_who_is_locked(owner, who);
	if (owner && held)
		*held = jiffies - READ_ONCE(arb->held_since);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return owner;
}

/**
 * pb_who_owns() - find out who owns a port, native drivers included
 * @port: the port
 * @who: where to put the owner's identity; kind PARBITER_KIND_NONE if nobody
 *	owns
 * @held: for how long, in jiffies; set to 0 if no client of parbiter's owns
 *
 * Context: process, may sleep.
 */
void pb_who_owns(struct pb_port *port, struct pb_who *who,
		 unsigned long *held)
{
	*held = 0;
	if (!pb_who_owns_here(port, who, held) &&
	    pb_port_native_owner(port, who->name, sizeof(who->name)))
		who->kind = PARBITER_KIND_NATIVE;
}
