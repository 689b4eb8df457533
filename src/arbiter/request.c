// SPDX-License-Identifier: GPL-2.0
/*
 * Requests: how a client joins the queue, waits in it, and leaves it. See
 * arbiter.h for the rules.
 */
#include <linux/errno.h>
#include <linux/hrtimer.h>
#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "grant.h"

/* Ends a request that is on the queue no more. The last access to it. */
void arbiter_finish_locked(struct arbiter_request *req, int result)
{
	struct arbiter_client *client = req->client;

	lockdep_assert_held(&client->arb->lock);

	client->request = NULL;
	/*
	 * Publishes what the grant wrote for the owner: from here on another
	 * thread that shares the client may free, without the lock.
	 */
	atomic_set_release(&client->state,
			   result ? ARBITER_IDLE : ARBITER_OWNER);
	WRITE_ONCE(req->result, result);
	/*
	 * A sleeper takes the lock before it returns from arbiter_wait(), so
	 * neither its task nor its stack, on which req lives, can go away.
	 */
	if (req->sleeper)
		wake_up_process(req->sleeper);
	else
		client->ops->ended(client, result);
}

/* Takes a request off the queue ungranted. */
void arbiter_drop_locked(struct arbiter_request *req, int result)
{
	struct arbiter *arb = req->client->arb;

	lockdep_assert_held(&arb->lock);

	arbiter_unlink_locked(arb, req);
	atomic_sub(ARBITER_WAITER, &arb->state);
	if (result == -ETIMEDOUT)
		arb->stats.timeouts++;
	else if (result != -ENODEV)
		arb->stats.cancels++;
	arbiter_finish_locked(req, result);
}

/*
 * Joins the tail, and owns at once if that is the head. Says how a sleeper's
 * request stands then; of others, that it is accepted.
 */
static int arbiter_join(struct arbiter_client *client,
			struct arbiter_request *req,
			struct task_struct *sleeper)
{
	struct arbiter *arb = client->arb;
	u64 now = ktime_get_ns();
	unsigned long flags;
	int state, ret;

	raw_spin_lock_irqsave(&arb->lock, flags);
	state = atomic_read(&arb->state);
	if (state & ARBITER_OFF) {
		ret = -ENODEV;
		goto out_unlock;
	}
	if ((unsigned int)state >= ARBITER_WAITERS_MAX * ARBITER_WAITER) {
		ret = -EUSERS;
		goto out_unlock;
	}
	switch (atomic_cmpxchg(&client->state, ARBITER_IDLE, ARBITER_QUEUED)) {
	case ARBITER_OWNER:
		ret = -EDEADLK;
		goto out_unlock;
	case ARBITER_QUEUED:
		ret = -EALREADY;
		goto out_unlock;
	}
	req->client = client;
	req->sleeper = sleeper;
	req->since = now;
	WRITE_ONCE(req->result, -EINPROGRESS);
	client->request = req;
	list_add_tail(&req->node, &arb->queue);
	state = atomic_fetch_add(ARBITER_WAITER, &arb->state);
	arbiter_half_joined(arb);
	if ((unsigned int)state < ARBITER_WAITER) {
		/* Whatever was refused before, the first to wait asks anew. */
		arb->kicked = true;
		/*
		 * Only now that the state word counts the waiter. A Try, which
		 * takes no lock, changes that same word: one that came before
		 * the count has set OWNED, and is told here; one that comes
		 * after it fails.
		 */
		arbiter_tell_owner_locked(arb);
	}
	arbiter_advance_locked(arb, &flags);
	/* Told that it ended, a client may be gone: that dropped the lock. */
	ret = sleeper ? req->result : -EINPROGRESS;
out_unlock:
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return ret;
}

/* Ends a request with why, unless it has ended already: then that counts. */
static int arbiter_withdraw(struct arbiter_request *req, int why)
{
	struct arbiter *arb = req->client->arb;
	unsigned long flags;
	int ret;

	raw_spin_lock_irqsave(&arb->lock, flags);
	if (req->result == -EINPROGRESS) {
		arbiter_drop_locked(req, why);
		arbiter_advance_locked(arb, &flags);
	}
	ret = req->result;
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return ret;
}

/**
 * arbiter_submit() - queue and be told
 * @client: a client
 *
 * The request is accepted if this returns -EINPROGRESS; its ops->ended is then
 * called exactly once, perhaps before this returns, and @client may be gone by
 * then.
 *
 * Context: any but NMI.
 * Return: -EINPROGRESS, -EDEADLK (@client owns already), -EALREADY (@client
 * has a request queued already), -EUSERS (ARBITER_WAITERS_MAX requests are
 * queued), -ENODEV.
 */
int arbiter_submit(struct arbiter_client *client)
{
	return arbiter_join(client, &client->queued, NULL);
}

/**
 * arbiter_enqueue() - the same, for who can be told more on return
 * @client: a client that stays
 *
 * Context: any but NMI.
 * Return: as arbiter_submit(); 0: accepted, and granted already.
 */
int arbiter_enqueue(struct arbiter_client *client)
{
	int ret = arbiter_submit(client);

	if (ret == -EINPROGRESS && !READ_ONCE(client->queued.result))
		return 0;
	return ret;
}

/* The rest of arbiter_wait(): see arbiter_fast.h why it is not inline. */
static noinline int arbiter_wait_slow(struct arbiter_client *client,
				      unsigned int task_state, ktime_t deadline)
{
	ktime_t *expires = deadline == KTIME_MAX ? NULL : &deadline;
	struct arbiter_request req;
	int ret, why;

	ret = arbiter_join(client, &req, current);
	if (ret != -EINPROGRESS)
		return ret;

	for (;;) {
		set_current_state(task_state);
		why = 0;
		if (READ_ONCE(req.result) != -EINPROGRESS)
			break;
		why = -ERESTARTSYS;
		if (signal_pending_state(task_state, current))
			break;
		why = -ETIMEDOUT;
		if (!schedule_hrtimeout_range(expires, current->timer_slack_ns,
					      HRTIMER_MODE_ABS))
			break;
	}
	__set_current_state(TASK_RUNNING);
	return arbiter_withdraw(&req, why);
}

/**
 * arbiter_wait() - own, sleeping in the queue until then
 * @client: a client
 * @task_state: TASK_INTERRUPTIBLE or TASK_KILLABLE, with TASK_FREEZABLE or not
 * @deadline: of CLOCK_MONOTONIC; KTIME_MAX: none; 0: do not sleep at all
 *
 * A grant beats a signal, a timeout or a cancel that races it.
 *
 * Context: process, may sleep.
 * Return: 0 (owner), -EDEADLK, -EALREADY, -EUSERS, -ENODEV as arbiter_enqueue();
 * -ERESTARTSYS (a signal), -ETIMEDOUT, -ECANCELED: the request is withdrawn.
 */
int arbiter_wait(struct arbiter_client *client, unsigned int task_state,
		 ktime_t deadline)
{
	enum arbiter_tried tried = arbiter_try_fast(client);

	if (likely(tried == ARBITER_TRIED_OWNER))
		return 0;
	/* What a Try has begun is ended first; then the queue has its say. */
	if (tried != ARBITER_TRIED_NOTHING && !arbiter_try_slow(client, tried))
		return 0;
	return arbiter_wait_slow(client, task_state, deadline);
}

/**
 * arbiter_cancel() - withdraw the client's queued request
 * @client: a client
 *
 * Context: any but NMI.
 * Return: 0 (it ended with -ECANCELED), -ENOENT (nothing was queued, or it
 * was granted just before), -ENODEV.
 */
int arbiter_cancel(struct arbiter_client *client)
{
	struct arbiter *arb = client->arb;
	unsigned long flags;
	int ret = 0;

	raw_spin_lock_irqsave(&arb->lock, flags);
	if (atomic_read(&arb->state) & ARBITER_OFF)
		ret = -ENODEV;
	else if (!client->request)
		ret = -ENOENT;
	/* Off, it may be queued still: arbiter_stop() takes one at a time. */
	if (client->request) {
		arbiter_drop_locked(client->request, ret ?: -ECANCELED);
		arbiter_advance_locked(arb, &flags);
	}
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return ret;
}
