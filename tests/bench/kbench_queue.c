// SPDX-License-Identifier: GPL-2.0
/* Measures calls with requests queued. */
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "kbench_internal.h"

#define LENGTH_MAX	10000

static const struct parbiter_client_ops queue_irq_ops = {
	.done_in_irq = true,
};

static void queue_ended(struct parbiter_client *client, int result, void *data)
{
	struct kbench *b = data;

	b->called = kbench_now();
	if (atomic_dec_and_test(&b->pending))
		wake_up(&b->ended);
}

static int queue_ask(struct kbench *b, unsigned int i)
{
	return parbiter_allocate_async(b->clients[i], queue_ended);
}

/* Wait until the callback of the request that left the queue has run. */
static void queue_settle(struct kbench *b)
{
	wait_event(b->ended, !atomic_read(&b->pending));
}

/* Measure a client that joins at the tail; it leaves again, which is not measured. */
static u32 queue_enqueue(struct kbench *b)
{
	struct parbiter_client *newcomer = b->clients[b->length];
	u32 start, end;

	atomic_set(&b->pending, 1);
	start = kbench_now();
	b->failed |= parbiter_allocate_async(newcomer, queue_ended);
	end = kbench_now();
	b->failed |= parbiter_cancel(newcomer);
	return end - start;
}

/*
 * Measure the client in the middle of the queue as it cancels. It joins at the tail
 * again, so that another client is in the middle next time.
 */
static u32 queue_cancel(struct kbench *b)
{
	unsigned int half = b->length / 2;
	u32 start, end;

	b->moved = half + b->runs % (b->length - half);
	atomic_set(&b->pending, 1);
	start = kbench_now();
	b->failed |= parbiter_cancel(b->clients[b->moved]);
	end = kbench_now();
	return end - start;
}

/* Measure a hand-off: the head becomes the owner, and the owner joins at the tail. */
static u32 queue_handoff(struct kbench *b)
{
	struct parbiter_client *owner = b->client;
	u32 start, end;

	b->moved = b->runs % b->length;
	atomic_set(&b->pending, 1);
	start = kbench_now();
	b->failed |= parbiter_free(owner);
	end = kbench_now();
	swap(b->client, b->clients[b->moved]);
	return end - start;
}

/* Measure from the owner's free to the callback of the head. */
static u32 queue_callback(struct kbench *b)
{
	u32 start = kbench_now();

	queue_handoff(b);
	local_irq_enable();
	queue_settle(b);
	local_irq_disable();
	return b->called - start;
}

static u32 queue_query(struct kbench *b)
{
	u32 start = kbench_now();
	unsigned int waiters = parbiter_query_waiters(b->client);
	u32 end = kbench_now();

	b->failed |= waiters != b->length;
	return end - start;
}

static int queue_open(struct kbench *b, const struct parbiter_client_ops *ops)
{
	unsigned int i;

	for (i = 0; i <= b->length; i++) {
		b->clients[i] = parbiter_open(b->port, "kbench", ops, b);
		if (IS_ERR(b->clients[i]))
			return PTR_ERR(b->clients[i]);
		cond_resched();
	}
	return 0;
}

static void queue_close(struct kbench *b)
{
	unsigned int i;

	for (i = 0; i <= b->length; i++) {
		if (!IS_ERR_OR_NULL(b->clients[i]))
			parbiter_close(b->clients[i]);
		cond_resched();
	}
}

static void queue_measure(struct kbench *b, u32 (*once)(struct kbench *b))
{
	unsigned long flags;

	for (b->runs = 0; !b->failed && b->runs < ARRAY_SIZE(b->samples);
	     b->runs++) {
		atomic_set(&b->pending, 0);
		local_irq_save(flags);
		b->samples[b->runs] = once(b);
		local_irq_restore(flags);
		queue_settle(b);
		/* The client that left the queue joins it at the tail. */
		if (once == queue_cancel || once == queue_handoff ||
		    once == queue_callback)
			b->failed |= queue_ask(b, b->moved);
		b->failed |= parbiter_query_waiters(b->client) != b->length;
		cond_resched();
	}
}

static int queue_run(struct kbench *b, u32 (*once)(struct kbench *b),
		     const struct parbiter_client_ops *ops)
{
	unsigned int i;
	int ret;

	if (!b->length || b->length > LENGTH_MAX)
		return -EINVAL;
	b->clients = vzalloc(array_size(b->length + 1, sizeof(*b->clients)));
	if (!b->clients)
		return -ENOMEM;
	ret = kbench_open(b, ops);
	if (ret)
		goto out_free;
	ret = queue_open(b, ops);
	if (!ret)
		ret = parbiter_try_allocate(b->client);
	for (i = 0; !ret && i < b->length; i++)
		ret = queue_ask(b, i);
	if (!ret)
		queue_measure(b, once);
	queue_close(b);
	parbiter_close(b->client);
out_free:
	vfree(b->clients);
	return ret;
}

int kbench_queue(struct kbench *b, const char *what)
{
	if (!strcmp(what, "enqueue"))
		return queue_run(b, queue_enqueue, NULL);
	if (!strcmp(what, "cancel"))
		return queue_run(b, queue_cancel, NULL);
	if (!strcmp(what, "handoff"))
		return queue_run(b, queue_handoff, NULL);
	if (!strcmp(what, "handoff_irq"))
		return queue_run(b, queue_handoff, &queue_irq_ops);
	if (!strcmp(what, "callback"))
		return queue_run(b, queue_callback, NULL);
	if (!strcmp(what, "callback_irq"))
		return queue_run(b, queue_callback, &queue_irq_ops);
	if (!strcmp(what, "query"))
		return queue_run(b, queue_query, NULL);
	return -ENOTTY;
}
