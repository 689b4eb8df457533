// SPDX-License-Identifier: GPL-2.0
/* How a port is doing: who owns it and since when, what has happened so far. */
#include <linux/jiffies.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "client.h"
#include "port/port.h"
#include "status.h"

/**
 * parbiter_status_kind() - what kind of client has this pid?
 * @pid: a client's, or NULL: drivers have none
 *
 * Context: any.
 * Return: PARBITER_KIND_PROCESS or PARBITER_KIND_DRIVER.
 */
u32 parbiter_status_kind(const struct pid *pid)
{
	return pid ? PARBITER_KIND_PROCESS : PARBITER_KIND_DRIVER;
}

/**
 * parbiter_status_pid() - the number of a client's process
 * @pid: a client's, or NULL
 *
 * Once the process is gone, others may still use the client by a descriptor
 * that they have inherited, and the number may be an unrelated process' next.
 *
 * Context: process.
 * Return: the number in the caller's pid namespace; 0: there is none, it is
 * not visible there, or the process is gone.
 */
s32 parbiter_status_pid(struct pid *pid)
{
	bool alive;

	rcu_read_lock();
	alive = pid && pid_task(pid, PIDTYPE_TGID);
	rcu_read_unlock();
	return alive ? pid_vnr(pid) : 0;
}

static u64 status_jiffies_to_ns(unsigned long duration)
{
	/* Not jiffies_to_nsecs(), which counts microseconds in 32 bits. */
	return jiffies64_to_nsecs(duration);
}

static void status_counters(struct arbiter *arb, struct parbiter_status *status)
{
	struct arbiter_stats *stats = &arb->stats;

	status->waiters = arbiter_waiters(arb);
	status->grants = READ_ONCE(stats->grants);
	status->allocates = arbiter_allocates(arb);
	status->frees = READ_ONCE(stats->frees);
	status->cancels = READ_ONCE(stats->cancels);
	status->timeouts = READ_ONCE(stats->timeouts);
	status->refused_frees = atomic64_read(&arb->refused);
	status->longest_hold_ns =
		status_jiffies_to_ns(READ_ONCE(stats->longest_hold));
	status->longest_wait_ns = READ_ONCE(stats->longest_wait);
}

/* The owner, if it is one of parbiter's. */
static bool status_owner(struct arbiter *arb, struct parbiter_status *status)
{
	struct parbiter_client *owner;
	struct pid *pid = NULL;
	unsigned long flags, held;

	raw_spin_lock_irqsave(&arb->lock, flags);
	owner = parbiter_client_of(READ_ONCE(arb->owner));
	if (owner) {
		status->state = PARBITER_STATE_OWNED;
		held = jiffies - READ_ONCE(arb->held_since);
		status->held_ns = status_jiffies_to_ns(held);
		strscpy(status->owner, owner->name, sizeof(status->owner));
		pid = get_pid(owner->pid);
		status->owner_kind = parbiter_status_kind(pid);
	}
	raw_spin_unlock_irqrestore(&arb->lock, flags);

	status->owner_pid = parbiter_status_pid(pid);
	put_pid(pid);
	return owner;
}

static void status_caller(struct arbiter_client *client,
			  struct parbiter_status *status)
{
	switch (atomic_read(&client->state)) {
	case ARBITER_OWNER:
		status->caller = PARBITER_CALLER_OWNER;
		break;
	case ARBITER_QUEUED:
		/* It may be granted between the two: then it is the owner. */
		status->position = arbiter_position(client);
		if (status->position)
			status->caller = PARBITER_CALLER_QUEUED;
		else if (arbiter_is_owner(client))
			status->caller = PARBITER_CALLER_OWNER;
		break;
	}
}

/**
 * parbiter_status_fill() - how the client's port is doing
 * @client: a client
 * @status: where to put it; all but @status->size, which is zero
 *
 * Context: process, may sleep.
 * Return: 0, -ENODEV.
 */
int parbiter_status_fill(struct parbiter_client *client,
			 struct parbiter_status *status)
{
	struct parbiter_port *port = client->port;

	memset(status, 0, sizeof(*status));
	status_counters(&port->arb, status);
	status_caller(&client->arb, status);
	if (!status_owner(&port->arb, status) &&
	    parbiter_port_native_owner(port, status->owner,
				       sizeof(status->owner))) {
		status->state = PARBITER_STATE_NATIVE;
		status->owner_kind = PARBITER_KIND_NATIVE;
	}
	return arbiter_is_on(&port->arb) ? 0 : -ENODEV;
}
