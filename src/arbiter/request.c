// SPDX-License-Identifier: GPL-2.0
/* Requests: how a client joins the queue, waits in it, and leaves it. */
#include <linux/errno.h>
#include <linux/freezer.h>
#include <linux/hrtimer.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#include "grant.h"
#include "own.h"

/*
 * The KUnit suites call this at the point at which another CPU may interfere:
 * the request is counted, and the owner is not notified yet. arbiter.lock is
 * held.
 */
static void arbiter_half_joined(struct arbiter *arb)
{
#ifdef PARBITER_KUNIT
	if (arbiter_joining)
		arbiter_joining(arb);
#endif
}

/*
 * Queue a request at the tail, unless *@cancelled is true. It may be granted at
 * once. Returns the result so far of a sleeper's request; -EINPROGRESS for any
 * other one that is accepted.
 */
static int arbiter_join(struct arbiter_client *client,
			struct arbiter_request *req,
			struct task_struct *sleeper, const bool *cancelled,
			int tag)
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
	/* Pairs with the critical section in arbiter_cancel_submitted(). */
	if (cancelled && READ_ONCE(*cancelled)) {
		ret = -ECANCELED;
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
	req->cancelled = cancelled;
	req->since = now;
	req->tag = tag;
	WRITE_ONCE(req->result, -EINPROGRESS);
	client->request = req;
	list_add_tail(&req->node, &arb->queue);
	state = atomic_fetch_add(ARBITER_WAITER, &arb->state);
	arbiter_half_joined(arb);
	arbiter_trace_locked(client, ARBITER_ACT_QUEUED, 0, now);
	if ((unsigned int)state < ARBITER_WAITER) {
		/*
		 * The first waiter claims, even if an earlier claim was
		 * refused.
		 */
		arb->kicked = true;
		/*
		 * This comes after the state word counts the waiter. A Try,
		 * which takes no lock, changes the same word: if the Try came
		 * before the count, OWNED is set and the owner is notified
		 * here; if it comes after the count, it fails.
		 */
		arbiter_notify_owner_locked(arb);
	}
	arbiter_advance_locked(arb, &flags);
	/*
	 * Without a sleeper, the client may be freed once ops->ended() has run,
	 * and arbiter_advance_locked() may drop the lock: do not touch @req.
	 */
	ret = sleeper ? req->result : -EINPROGRESS;
out_unlock:
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return ret;
}

/* End a request with @why. If it has ended already, return that result. */
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
 * arbiter_submit_unless() - queue a request, and be notified when it ends
 * @client: a client
 * @cancelled: Becomes true if the request is cancelled; and names the request
 *	for arbiter_cancel_submitted(). It must exist until the request has
 *	ended. NULL: the request has no name.
 * @tag: for arbiter_request.tag
 *
 * If this returns -EINPROGRESS, the request is accepted, and ops->ended is
 * called exactly once. It may be called before this returns, and @client may be
 * gone by then.
 *
 * Context: any but NMI.
 * Return: -EINPROGRESS; -EDEADLK: @client owns already; -EALREADY: @client has
 * a queued request already; -EUSERS: ARBITER_WAITERS_MAX requests are queued;
 * -ENODEV: the arbiter is off; -ECANCELED: *@cancelled is true, and nothing was
 * done.
 */
int arbiter_submit_unless(struct arbiter_client *client, const bool *cancelled,
			  int tag)
{
	return arbiter_join(client, &client->async, NULL, cancelled, tag);
}

/**
 * arbiter_submit() - arbiter_submit_unless() without a name and a tag
 * @client: a client
 *
 * Context: any but NMI.
 * Return: as arbiter_submit_unless().
 */
int arbiter_submit(struct arbiter_client *client)
{
	return arbiter_submit_unless(client, NULL, 0);
}

/**
 * arbiter_enqueue_tagged() - arbiter_submit_unless() for a client that cannot
 *	go away
 * @client: a client that exists until this returns
 * @tag: for arbiter_request.tag
 *
 * Context: any but NMI.
 * Return: as arbiter_submit_unless(), but 0 if the request has been granted
 * already.
 */
int arbiter_enqueue_tagged(struct arbiter_client *client, int tag)
{
	int ret = arbiter_submit_unless(client, NULL, tag);

	if (ret == -EINPROGRESS && !READ_ONCE(client->async.result))
		return 0;
	return ret;
}

/**
 * arbiter_enqueue() - arbiter_enqueue_tagged() with the tag 0
 * @client: a client that exists until this returns
 *
 * Context: any but NMI.
 * Return: as arbiter_enqueue_tagged().
 */
int arbiter_enqueue(struct arbiter_client *client)
{
	return arbiter_enqueue_tagged(client, 0);
}

/*
 * Return whether a signal ends a wait.
 *
 * The freezer wakes a task that is not asleep yet as a signal does: it sets
 * TIF_SIGPENDING, although no signal is pending. A freezable task is frozen here
 * then, so that its request keeps its place in the queue. After that, or if the
 * freezer has given up meanwhile, the flag must be cleared, because the task
 * could not sleep with it. Signals and the freezer set the flag with siglock
 * held, so no signal that comes just then is missed.
 */
static bool arbiter_signal_came(unsigned int task_state)
{
	bool came = signal_pending_state(task_state, current);
	struct sighand_struct *sighand;
	bool freezes;

	if (likely(!came) || !(task_state & TASK_FREEZABLE))
		return came;
	__set_current_state(TASK_RUNNING);
	/* A task keeps its own until it ends. */
	sighand = rcu_dereference_protected(current->sighand, true);
	do {
		try_to_freeze();
		spin_lock_irq(&sighand->siglock);
		/* This keeps the flag if the freezer has begun again. */
		recalc_sigpending();
		came = signal_pending_state(task_state, current);
		freezes = freezing(current);
		spin_unlock_irq(&sighand->siglock);
	} while (came && freezes);
	return came;
}

/*
 * The rest of arbiter_wait(). It is not inline so that arbiter_wait() needs no
 * stack frame.
 */
static noinline int arbiter_wait_slow(struct arbiter_client *client,
				      unsigned int task_state, ktime_t deadline,
				      int tag)
{
	ktime_t *expires = deadline == KTIME_MAX ? NULL : &deadline;
	struct arbiter_request req;
	int ret, why;

	ret = arbiter_join(client, &req, current, NULL, tag);
	if (ret != -EINPROGRESS)
		return ret;

	for (;;) {
		set_current_state(task_state);
		why = 0;
		if (READ_ONCE(req.result) != -EINPROGRESS)
			break;
		why = -ERESTARTSYS;
		if (arbiter_signal_came(task_state))
			break;
		/*
		 * If arbiter_signal_came() has made the task TASK_RUNNING, this
		 * does not sleep, and the loop begins again.
		 */
		why = -ETIMEDOUT;
		if (!schedule_hrtimeout_range(expires, current->timer_slack_ns,
					      HRTIMER_MODE_ABS))
			break;
	}
	__set_current_state(TASK_RUNNING);
	return arbiter_withdraw(&req, why);
}

/**
 * arbiter_wait() - own; sleep in the queue until then
 * @client: a client
 * @task_state: TASK_INTERRUPTIBLE or TASK_KILLABLE, with or without
 *	TASK_FREEZABLE
 * @deadline: a time of CLOCK_MONOTONIC; KTIME_MAX: there is none; 0: do not
 *	sleep
 *
 * If a grant races a signal, a timeout or a cancel, the grant wins.
 *
 * Context: process, may sleep.
 * Return: 0: @client owns; -EDEADLK, -EALREADY, -EUSERS, -ENODEV as
 * arbiter_submit(); -ERESTARTSYS (a signal), -ETIMEDOUT, -ECANCELED: the
 * request is withdrawn.
 */
int arbiter_wait(struct arbiter_client *client, unsigned int task_state,
		 ktime_t deadline)
{
	struct arbiter *arb = client->arb;

	if (likely(arbiter_take(arb)) && likely(!arbiter_own(arb, client)))
		return 0;
	return arbiter_wait_slow(client, task_state, deadline, 0);
}

/**
 * arbiter_wait_tagged() - arbiter_wait() with a tag
 * @client: a client
 * @task_state: as for arbiter_wait()
 * @deadline: as for arbiter_wait()
 * @tag: for arbiter_request.tag
 *
 * Context: process, may sleep.
 * Return: as arbiter_wait().
 */
int arbiter_wait_tagged(struct arbiter_client *client, unsigned int task_state,
			ktime_t deadline, int tag)
{
	return arbiter_wait_slow(client, task_state, deadline, tag);
}

/*
 * Withdraw the client's queued request; if @cancelled is not NULL, only the
 * request that it names.
 */
static int arbiter_cancel_named(struct arbiter_client *client,
				const bool *cancelled)
{
	struct arbiter *arb = client->arb;
	struct arbiter_request *req;
	unsigned long flags;
	int ret = 0;

	raw_spin_lock_irqsave(&arb->lock, flags);
	req = client->request;
	if (req && cancelled && req->cancelled != cancelled)
		req = NULL;
	if (atomic_read(&arb->state) & ARBITER_OFF)
		ret = -ENODEV;
	else if (!req)
		ret = -ENOENT;
	/*
	 * A request may still be queued although the arbiter is off, because
	 * arbiter_stop() ends one request at a time.
	 */
	if (req) {
		arbiter_drop_locked(req, ret ?: -ECANCELED);
		arbiter_advance_locked(arb, &flags);
	}
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return ret;
}

/**
 * arbiter_cancel() - withdraw the client's queued request
 * @client: a client
 *
 * Context: any but NMI.
 * Return: 0: the request has ended with -ECANCELED; -ENOENT: no request is
 * queued, perhaps because it was granted just before; -ENODEV: the arbiter is
 * off.
 */
int arbiter_cancel(struct arbiter_client *client)
{
	return arbiter_cancel_named(client, NULL);
}

/**
 * arbiter_cancel_submitted() - withdraw one request of arbiter_submit_unless()
 * @client: a client
 * @cancelled: the argument of arbiter_submit_unless(), which the caller has set
 *	to true
 *
 * If arbiter_submit_unless() has not queued the request yet, it does not do so
 * any more: it looks at *@cancelled with the lock held. No other request of
 * @client is withdrawn.
 *
 * Context: any but NMI.
 * Return: 0: the request has ended with -ECANCELED; -ENOENT: it is not queued;
 * -ENODEV: the arbiter is off.
 */
int arbiter_cancel_submitted(struct arbiter_client *client,
			     const bool *cancelled)
{
	return arbiter_cancel_named(client, cancelled);
}

/**
 * arbiter_queued_tag() - return the tag of the client's queued request
 * @client: a client
 *
 * Context: any but NMI.
 * Return: the tag; 0: no request is queued.
 */
int arbiter_queued_tag(struct arbiter_client *client)
{
	struct arbiter *arb = client->arb;
	unsigned long flags;
	int tag = 0;

	raw_spin_lock_irqsave(&arb->lock, flags);
	if (client->request)
		tag = client->request->tag;
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return tag;
}
