// SPDX-License-Identifier: GPL-2.0
/*
 * The state of a port: who owns it and for how long, the state of the calling
 * client, and the counters.
 */
#include <linux/jiffies.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "client.h"
#include "port/port.h"
#include "status.h"
#include "who.h"

static u64 status_jiffies_to_ns(unsigned long duration)
{
	/*
	 * jiffies_to_nsecs() would overflow: it counts microseconds in 32 bits.
	 */
	return jiffies64_to_nsecs(duration);
}

/*
 * The longest wait may have more than 32 bits after some seconds already. A 32-bit
 * processor reads and writes its halves one after the other; there the lock keeps
 * them together.
 */
static u64 status_longest_wait(struct arbiter *arb)
{
	unsigned long flags;
	u64 wait;

	if (IS_ENABLED(CONFIG_64BIT))
		return READ_ONCE(arb->stats.longest_wait);
	raw_spin_lock_irqsave(&arb->lock, flags);
	wait = arb->stats.longest_wait;
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return wait;
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
	status->longest_wait_ns = status_longest_wait(arb);
}

static void status_owner(struct pb_port *port, struct parbiter_status *status)
{
	unsigned long held;
	struct pb_who who;

	pb_who_owns(port, &who, &held);
	switch (who.kind) {
	case PARBITER_KIND_PROCESS:
	case PARBITER_KIND_DRIVER:
		status->state = PARBITER_STATE_OWNED;
		break;
	case PARBITER_KIND_NATIVE:
		status->state = PARBITER_STATE_NATIVE;
		break;
	}
	status->owner_kind = who.kind;
	status->owner_pid = who.pid;
	status->held_ns = status_jiffies_to_ns(held);
	status->device = READ_ONCE(port->select.device);
	strscpy(status->owner, who.name, sizeof(status->owner));
}

static void status_caller(struct arbiter_client *client,
			  struct parbiter_status *status)
{
	switch (atomic_read(&client->state)) {
	case ARBITER_OWNER:
		status->caller = PARBITER_CALLER_OWNER;
		break;
	case ARBITER_QUEUED:
		/*
		 * If the request is granted before the position is read, the
		 * position is 0 and the client owns.
		 */
		status->position = arbiter_position(client);
		if (status->position)
			status->caller = PARBITER_CALLER_QUEUED;
		else if (arbiter_is_owner(client))
			status->caller = PARBITER_CALLER_OWNER;
		break;
	}
}

/**
 * pb_status_of_port() - report the state of a port, without a client's part
 * @port: a port
 * @status: where to put the report; @status->size is set to 0
 *
 * Context: process, may sleep.
 */
void pb_status_of_port(struct pb_port *port, struct parbiter_status *status)
{
	memset(status, 0, sizeof(*status));
	status_counters(&port->arb, status);
	status_owner(port, status);
}

/**
 * pb_status_fill() - report the state of a client's port
 * @client: a client
 * @status: where to put the report; @status->size is set to 0
 *
 * Context: process, may sleep.
 * Return: 0; -ENODEV: the port is gone.
 */
int pb_status_fill(struct pb_client *client, struct parbiter_status *status)
{
	struct pb_port *port = client->port;

	pb_status_of_port(port, status);
	status_caller(&client->arb, status);
	return arbiter_is_on(&port->arb) ? 0 : -ENODEV;
}
