// SPDX-License-Identifier: GPL-2.0
/* What happens to clients, as trace events and for those that poll in sysfs. */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/pid.h>

#include "client.h"
#include "port/port.h"
#include "port/trace.h"

static struct pb_trace_who trace_who_locked(const struct arbiter *arb,
					    const struct pb_client *client)
{
	struct pb_trace_who who = { .comm = "" };

	lockdep_assert_held(&arb->lock);
	if (client) {
		who.client = client;
		who.pid = pid_nr(client->pid);
		who.comm = client->name;
	}
	return who;
}

/* The number of the client's grant is counted when this returns. */
static void trace_note_grant_locked(struct pb_port *port)
{
	lockdep_assert_held(&port->arb.lock);
	port->traced.grant = port->arb.stats.grants + 1;
	port->traced.since = ktime_get_ns();
}

/*
 * Return for how long the owner has owned. If its grant was not traced, its
 * beginning is known in jiffies only.
 */
static u64 trace_hold_locked(struct pb_port *port)
{
	struct arbiter *arb = &port->arb;

	lockdep_assert_held(&arb->lock);
	if (port->traced.grant == arb->stats.grants)
		return ktime_get_ns() - port->traced.since;
	return jiffies64_to_nsecs(jiffies - READ_ONCE(arb->held_since));
}

/**
 * pb_client_traced() - trace what has happened to a client, and wake those that poll
 * @arb_client: the arbiter's part of the client
 * @act: what has happened
 * @result: see struct arbiter_client_ops
 * @since: see there
 *
 * Context: any but NMI, with arbiter.lock held.
 */
void pb_client_traced(struct arbiter_client *arb_client, enum arbiter_act act,
		      int result, u64 since)
{
	struct arbiter *arb = arb_client->arb;
	struct pb_client *client = pb_client_of(arb_client);
	struct pb_port *port = client->port;
	struct pb_trace_who who = trace_who_locked(arb, client);
	struct pb_trace_who owner =
		trace_who_locked(arb, pb_client_of(READ_ONCE(arb->owner)));
	u64 wait = since ? ktime_get_ns() - since : 0;

	switch (act) {
	case ARBITER_ACT_QUEUED:
		trace_parbiter_queued(port->number, &who, arbiter_waiters(arb),
				      &owner);
		break;
	case ARBITER_ACT_GRANTED:
		trace_note_grant_locked(port);
		trace_parbiter_granted(port->number, &who, wait);
		break;
	case ARBITER_ACT_ENDED:
		trace_parbiter_ended(port->number, &who, result, wait);
		break;
	case ARBITER_ACT_FREED:
		trace_parbiter_freed(port->number, &who,
				     trace_hold_locked(port),
				     arbiter_waiters(arb));
		break;
	case ARBITER_ACT_SETTLED:
		/* Only those that poll are told. */
		break;
	case ARBITER_ACT_REFUSED:
		trace_parbiter_refused(port->number, &who, result, &owner);
		return;
	}
	pb_watch_changed_locked(port);
}
