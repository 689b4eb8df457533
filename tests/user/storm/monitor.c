// SPDX-License-Identifier: GPL-2.0
/*
 * The monitor. Whatever the arbiter does under its lock, it does in one order.
 * So the thread that releases the lock can compare what it leaves with what the
 * thread before it left, and with the rules of Documentation/design.rst.
 */
#include <linux/errno.h>

#include "storm.h"

/*
 * A request is not in the queue any more. It must have ended, and it must have
 * been the first one if it was granted. Its memory is still there: whoever owns
 * it takes the lock before the memory goes away.
 */
static void monitor_left(struct monitor *m, const struct arbiter_request *req,
			 unsigned int ahead, unsigned int *grants)
{
	int result = storm_load(&req->result);

	if (result == -EINPROGRESS)
		storm_fail("a request left the queue, or its place in it, without an end");
	if (result)
		return;
	if (ahead)
		storm_fail("a request was granted ahead of %u others", ahead);
	if (++*grants > 1)
		storm_fail("two grants at once");
	m->handoffs++;
}

/* Compare the queue with the one that the monitor saw last. */
static void monitor_queue(struct monitor *m, struct arbiter *arb)
{
	unsigned int old = 0, length = 0, grants = 0;
	struct list_head *node, *before = &arb->queue;
	const struct arbiter_request *req;

	for (node = arb->queue.next; node != &arb->queue; node = node->next) {
		storm_check(node->prev == before);
		before = node;
		req = list_entry(node, struct arbiter_request, node);
		storm_check(storm_load(&req->result) == -EINPROGRESS);
		storm_check(req->client->request == req);
		storm_check(atomic_read(&req->client->state) ==
			    ARBITER_QUEUED);
		while (old < m->length && m->queue[old] != req)
			monitor_left(m, m->queue[old++], length, &grants);
		old += old < m->length;
		storm_check(length < old || old == m->length);
		storm_check(length < MONITOR_QUEUE);
		m->queue[length++] = req;
	}
	while (old < m->length)
		monitor_left(m, m->queue[old++], length, &grants);
	m->length = length;
	if (length != arbiter_waiters(arb))
		storm_fail("%u requests are queued, and %u are counted",
			   length, arbiter_waiters(arb));
}

/*
 * Nobody owns, no context is inside the backing, and the arbiter is on. Return
 * whether somebody goes on: ops->later() was called and the worker has not
 * answered, or an outsider has the backing and is going to kick.
 */
static bool monitor_goes_on(struct arbiter *arb, int state)
{
	struct backing *b = &storm.backing;

	if (storm_load(&b->asked) != storm_load(&b->done))
		return true;
	if (state & ARBITER_HELD)
		return !storm.monitor.length && !(state & ARBITER_WANTED);
	if (!storm.monitor.length)
		return !arb->watched;
	return arb->watched && !arb->kicked &&
	       (__atomic_load_n(&b->outsider, __ATOMIC_ACQUIRE) ||
		storm_load(&b->kicks));
}

/* Return the number of grants. It does not change while OWNED is set. */
static u64 monitor_grants(struct arbiter *arb)
{
	/* See struct arbiter_stats. */
	return data_race(arb->stats.grants);
}

/* Whoever owns while somebody waits has been told, or is going to be. */
static void monitor_owner(struct monitor *m, struct arbiter *arb, int state)
{
	bool waits = m->length || ((state & ARBITER_WANTED) &&
				   storm_load(&storm.backing.told));

	if (!waits || !(state & ARBITER_OWNED) || (state & ARBITER_NOTIFY) ||
	    !READ_ONCE(arb->owner))
		return;
	if (m->told != monitor_grants(arb))
		storm_fail("somebody waits, and the owner has not been told");
}

/* Called whenever a thread is about to release arbiter.lock. */
void monitor_check(struct arbiter *arb)
{
	struct monitor *m = &storm.monitor;
	int state;

	m->checks++;
	monitor_queue(m, arb);
	state = atomic_read(&arb->state);
	if ((state & ARBITER_OWNED) && !(state & (ARBITER_HELD | ARBITER_OFF)))
		storm_fail("a client owns, and the claim is not held");
	if ((state & ARBITER_NOTIFY) && !(state & ARBITER_OWNED))
		storm_fail("NOTIFY without an owner");
	if (state & ARBITER_OFF)
		return;
	if (!(state & (ARBITER_OWNED | ARBITER_BUSY)) &&
	    !monitor_goes_on(arb, state))
		storm_fail("nobody owns, and nobody goes on");
	monitor_owner(m, arb, state);
}

/* Called by ops->contended(). */
void monitor_contended(struct arbiter *arb)
{
	storm.monitor.told = monitor_grants(arb);
}

/* Return the request's place in the queue, from 1; called under the lock. */
unsigned int monitor_place(const struct arbiter_request *req)
{
	unsigned int i;

	for (i = 0; i < storm.monitor.length; i++)
		if (storm.monitor.queue[i] == req)
			return i + 1;
	return 0;
}
