// SPDX-License-Identifier: GPL-2.0
/*
 * A client that two threads use, as after fork(). Either may end what the other
 * one began, so a thread knows only what its own calls return.
 */
#include <linux/errno.h>
#include <linux/sched.h>

#include "storm.h"

static void pair_try(struct seat *seat)
{
	int ret = arbiter_try(seat->client);

	storm_expect(ret, ret == 0 || ret == -EBUSY);
	if (!ret)
		storm_count(&storm.tally.owned);
}

static void pair_wait(struct seat *seat, s64 deadline)
{
	int ret;

	self->limited = false;
	ret = arbiter_wait(seat->client, TASK_INTERRUPTIBLE, deadline);
	if (!ret) {
		storm_count(&storm.tally.owned);
	} else if (ret == -ECANCELED || ret == -ERESTARTSYS) {
		storm_count(&storm.tally.canceled);
	} else if (ret == -ETIMEDOUT) {
		storm_check(deadline != KTIME_MAX);
		storm_count(&storm.tally.timeouts);
	} else {
		storm_expect(ret, ret == -EDEADLK || ret == -EALREADY);
	}
}

static void pair_submit(struct seat *seat)
{
	int ret;

	storm_count(&seat->pending);
	ret = arbiter_submit(seat->client);
	if (ret == -EINPROGRESS) {
		storm_count(&storm.tally.submitted);
		return;
	}
	storm_expect(ret, ret == -EDEADLK || ret == -EALREADY);
	__atomic_fetch_sub(&seat->pending, 1, __ATOMIC_RELAXED);
}

/*
 * Between the two halves of a Free nobody owns, and nobody can own: the thread
 * that has stopped being the owner is alone with what an owner guards.
 */
static void pair_free(struct seat *seat)
{
	int ret;

	if (!arbiter_resign(seat->client)) {
		ret = arbiter_refuse_free(seat->client);
		storm_expect(ret, ret == -EPERM);
		if (ret == -EPERM)
			storm_count(&storm.tally.refused);
		return;
	}
	guarded_use();
	storm_count(&storm.tally.freed);
	ret = arbiter_pass_on(seat->client);
	storm_expect(ret, ret == 0);
}

static void pair_cancel(struct seat *seat)
{
	int ret = arbiter_cancel(seat->client);

	storm_expect(ret, ret == 0 || ret == -ENOENT);
}

static void pair_step(struct seat *seat, unsigned int choice)
{
	if (choice < 35)
		pair_try(seat);
	else if (choice < 70)
		pair_free(seat);
	else if (choice < 80)
		pair_wait(seat, 0);
	else if (choice < 82)
		pair_wait(seat, host_time_ns() + storm_choose(100000));
	else if (choice < 84)
		pair_wait(seat, KTIME_MAX);
	else if (choice < 92)
		pair_submit(seat);
	else if (choice < 97)
		pair_cancel(seat);
	else
		arbiter_position(seat->client);
}

void pair_run(struct thread *t)
{
	struct seat *seat = t->seat;

	while (t->ops < storm.length) {
		unsigned int choice = storm_choose(100);

		storm_store(&t->signalled, false);
		t->limited = storm_choose(storm.settings.limited) == 0;
		pair_step(seat, choice);
		host_pause();
		storm_store(&t->ops, t->ops + 1);
	}
	/* The other thread ends in the same way, and leaves nothing. */
	t->limited = false;
	pair_cancel(seat);
	pair_free(seat);
}
