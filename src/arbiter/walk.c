// SPDX-License-Identifier: GPL-2.0
/*
 * Walks along the queue, which show who waits, in order.
 *
 * The queue may be long, and interrupts are off while arbiter.lock is held. So
 * a walk drops the lock after every WALK_STEP requests. arbiter.cursor
 * remembers the request at which the walk continues. If that request leaves the
 * queue in the meantime, arbiter_unlink_locked() moves the cursor to the next
 * one.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/sched.h>

#include "arbiter.h"

/*
 * Number of requests that are visited before interrupts are turned on again.
 * tests/user/explore visits one at a time.
 */
#ifndef WALK_STEP
#define WALK_STEP	64
#endif

/* Visit up to WALK_STEP requests. Returns false at the end of the walk. */
static bool walk_step_locked(struct arbiter *arb, struct arbiter_walk *walk)
{
	unsigned int i;

	lockdep_assert_held(&arb->lock);
	lockdep_assert_held(&arb->walking);

	for (i = 0; i < WALK_STEP; i++) {
		struct list_head *node = arb->cursor;

		if (node == &arb->queue)
			return false;
		arb->cursor = node->next;
		walk->position++;
		if (!walk->visit(walk, list_entry(node, struct arbiter_request,
						  node)))
			return false;
	}
	return true;
}

/**
 * arbiter_walk() - visit the queued requests, in order
 * @arb: an arbiter
 * @walk: what to do with each of them
 *
 * Requests may join or leave the queue while the lock is dropped. A request
 * that joins may be missed, and a request that leaves changes the positions of
 * those behind it. The walk ends after about as many requests as were queued
 * when it began.
 *
 * Context: process, may sleep, because there is one walk at a time.
 * Return: 0; -EINTR: the task was killed before the walk began.
 */
int arbiter_walk(struct arbiter *arb, struct arbiter_walk *walk)
{
	unsigned int steps = arbiter_waiters(arb) / WALK_STEP + 1;
	unsigned long flags;
	bool more = true;

	walk->position = 0;
	if (mutex_lock_killable(&arb->walking))
		return -EINTR;

	raw_spin_lock_irqsave(&arb->lock, flags);
	arb->cursor = arb->queue.next;
	while (more && steps--) {
		more = walk_step_locked(arb, walk);
		raw_spin_unlock_irqrestore(&arb->lock, flags);
		cond_resched();
		raw_spin_lock_irqsave(&arb->lock, flags);
	}
	arb->cursor = NULL;
	raw_spin_unlock_irqrestore(&arb->lock, flags);

	mutex_unlock(&arb->walking);
	return 0;
}

struct walk_to_client {
	struct arbiter_walk walk;
	const struct arbiter_client *client;
	unsigned int position;
};

static bool walk_compare(struct arbiter_walk *walk,
			 const struct arbiter_request *req)
{
	struct walk_to_client *to = container_of(walk, struct walk_to_client,
						 walk);

	if (req->client != to->client)
		return true;
	to->position = walk->position;
	return false;
}

/**
 * arbiter_position() - position of a client's request in the queue
 * @client: a client
 *
 * Context: process, may sleep.
 * Return: 1 for the request that is granted next, and so on; 0: no request is
 * queued, or the task was killed while it waited for another walk.
 */
unsigned int arbiter_position(struct arbiter_client *client)
{
	struct walk_to_client to = {
		.walk.visit = walk_compare,
		.client = client,
	};

	if (atomic_read(&client->state) == ARBITER_QUEUED)
		arbiter_walk(client->arb, &to.walk);
	return to.position;
}
