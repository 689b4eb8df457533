// SPDX-License-Identifier: GPL-2.0
/* The threads that are no clients: outsiders, and others that interfere. */
#include <linux/errno.h>
#include <linux/sched.h>
#include <sched.h>

#include "storm.h"

/* How long an outsider waits before it tries again, or gives up */
#define OUTSIDER_PATIENCE_NS	200000

/* An outsider has the backing, so no client owns. */
static void outsider_has_it(void)
{
	storm_count(&storm.tally.outsiders);
	guarded_use();
	host_pause();
	backing_leave(&storm.backing);
}

/* Return the number of grants so far, or one less. */
static u64 outsider_grants(void)
{
	/* See struct arbiter_stats. */
	return data_race(storm.arb.stats.grants);
}

/*
 * Wait for the backing. Each client that owns in the meantime is followed by an
 * outsider; two more grants may be under way when this thread begins to wait.
 */
static void outsider_waits(void)
{
	struct backing *b = &storm.backing;
	unsigned int ahead = backing_wait(b);
	u64 grants = outsider_grants();

	while (!backing_sleep(b, OUTSIDER_PATIENCE_NS)) {
		if (storm_choose(4) == 0 && backing_give_up(b))
			return;
	}
	grants = outsider_grants() - grants;
	if (grants > ahead + 2 && !storm.settings.stops)
		storm_fail("an outsider waited for %llu grants, with %u outsiders ahead",
			   (unsigned long long)grants, ahead);
	outsider_has_it();
}

void outsider_run(struct thread *t)
{
	struct backing *b = &storm.backing;
	unsigned int visits;

	while (!storm_load(&storm.over)) {
		backing_register(b);
		for (visits = storm_choose(20); visits; visits--) {
			t->limited = storm_choose(storm.settings.limited) == 0;
			if (backing_take(b))
				outsider_has_it();
			else if (storm_choose(4))
				outsider_waits();
			storm_store(&t->ops, t->ops + 1);
			host_pause();
		}
		t->limited = false;
		backing_unregister(b);
		/* Without outsiders Try and Free take no lock. */
		for (visits = storm_choose(100); visits; visits--)
			sched_yield();
	}
}

/* Check the place of each request in a walk. */
static bool meddler_visit(struct arbiter_walk *walk,
			  const struct arbiter_request *req)
{
	storm_check(walk->position == monitor_place(req));
	host_pause();
	return storm_choose(8);
}

static void meddler_walk(void)
{
	struct arbiter_walk walk = { .visit = meddler_visit };

	arbiter_walk(&storm.arb, &walk);
}

/* A signal, or a wake-up for no reason. */
static void meddler_signal(void)
{
	struct thread *t = &storm.thread[storm_choose(storm.threads)];

	if (!storm.settings.stirs)
		return;
	if (storm_choose(2))
		storm_store(&t->signalled, true);
	host_wake_up(&t->task);
}

static void meddler_cancel(void)
{
	struct seat *seat = &storm.seat[storm_choose(storm.seats)];
	int ret;

	host_spin_lock(&seat->life);
	ret = arbiter_cancel(seat->client);
	storm_check(!ret || ret == -ENOENT || ret == -ENODEV);
	host_spin_unlock(&seat->life);
}

static void meddler_step(struct arbiter_client *idle)
{
	struct arbiter *arb = &storm.arb;

	switch (storm_choose(10)) {
	case 0:
		arbiter_kick(arb);
		break;
	case 1:
		arbiter_event(arb);
		break;
	case 2:
		arbiter_notify_owner(arb);
		break;
	case 3:
		meddler_walk();
		break;
	case 4:
		meddler_signal();
		break;
	case 5:
		meddler_cancel();
		break;
	case 6:
		client_free_other(idle);
		break;
	case 7:
		arbiter_synchronize(arb);
		break;
	case 8:
		arbiter_set_traced(arb, storm_choose(2));
		break;
	default:
		backing_register(&storm.backing);
		backing_unregister(&storm.backing);
		break;
	}
}

void meddler_run(struct thread *t)
{
	struct seat seat = {};

	client_create(&seat);
	while (!storm_load(&storm.over)) {
		t->limited = storm_choose(storm.settings.limited) == 0;
		meddler_step(seat.client);
		storm_store(&t->ops, t->ops + 1);
		if (storm_choose(4) == 0)
			sched_yield();
	}
	t->limited = false;
	client_destroy(&seat);
}

/* Stop the arbiter, wait until no client uses it, and start it again. */
static void stopper_stop(void)
{
	struct arbiter *arb = &storm.arb;

	arbiter_stop(arb);
	storm_check(!arbiter_waiters(arb));
	storm_check(!(atomic_read(&arb->state) & ARBITER_BUSY));
	while (atomic_read(&arb->state) & ARBITER_OWNED)
		sched_yield();
	storm_check(!READ_ONCE(arb->owner));
	arbiter_abandon(arb);
	backing_stopped(&storm.backing);
	host_pause();
	arbiter_start(arb);
	storm_count(&storm.tally.stops);
}

void stopper_run(struct thread *t)
{
	unsigned int turns;

	while (!storm_load(&storm.over)) {
		if (storm.settings.stops)
			stopper_stop();
		storm_store(&t->ops, t->ops + 1);
		for (turns = storm_choose(200); turns; turns--)
			sched_yield();
	}
}

/* What the backing does later. */
void worker_run(struct thread *t)
{
	while (!storm_load(&storm.over)) {
		backing_work(&storm.backing);
		storm_store(&t->ops, t->ops + 1);
	}
}
