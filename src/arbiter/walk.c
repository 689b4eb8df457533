// SPDX-License-Identifier: GPL-2.0
/*
 * Walks along the queue: who waits, in order. The queue may be long, and
 * arbiter.lock turns interrupts off, so a walk drops the lock after every few
 * requests. arbiter.cursor remembers where it goes on: whoever takes that very
 * request off the queue meanwhile moves the cursor to the next one.
 */
#include <linux/lockdep.h>
#include <linux/sched.h>

#include "grant.h"

/* How many requests are looked at with interrupts off. */
#define WALK_STEP	64

/* Looks at up to WALK_STEP requests. Returns false at the walk's end. */
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
 * arbiter_walk() - look at the queued requests, in order
 * @arb: an arbiter
 * @walk: what to do with each of them
 *
 * Requests that come or go while the lock is dropped may be missed or change
 * the places of those behind them: the walk is a picture of a moment only as
 * far as nothing moves. It ends after as many requests as were queued when it
 * began.
 *
 * Context: process, may sleep: only one walk at a time.
 * Return: 0; -EINTR: killed before the walk began.
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

static bool walk_is_elsewhere(struct arbiter_walk *walk,
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
 * arbiter_position() - place in the queue
 * @client: a client
 *
 * Context: process, may sleep.
 * Return: 1 for the next to be granted, and so on; 0: not queued (or killed
 * while waiting for another walk).
 */
unsigned int arbiter_position(struct arbiter_client *client)
{
	struct walk_to_client to = {
		.walk.visit = walk_is_elsewhere,
		.client = client,
	};

	if (atomic_read(&client->state) == ARBITER_QUEUED)
		arbiter_walk(client->arb, &to.walk);
	return to.position;
}
