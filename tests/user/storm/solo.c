// SPDX-License-Identifier: GPL-2.0
/* A client that one thread uses, which therefore knows what may happen. */
#include <linux/errno.h>
#include <linux/sched.h>

#include "storm.h"

/**
 * struct solo - what the thread knows of its client
 * @seat: the client
 * @owns: it owns
 * @asked: arbiter_submit() was called, and the thread has not seen the end
 */
struct solo {
	struct seat *seat;
	bool owns;
	bool asked;
};

static void solo_owns(struct solo *s)
{
	storm_check(arbiter_is_owner(s->seat->client));
	s->owns = true;
}

/* Learn that the request has ended, from the callback alone. */
static void solo_look(struct solo *s)
{
	int result = storm_load(&s->seat->result);

	if (!s->asked || result == -EINPROGRESS)
		return;
	s->asked = false;
	if (!result)
		solo_owns(s);
}

static void solo_try(struct solo *s)
{
	int ret = arbiter_try(s->seat->client);

	storm_expect(ret, ret == 0 || ret == -EBUSY);
	if (ret)
		return;
	/* While it is queued, or owns, a Try fails. */
	storm_check(!s->owns);
	solo_look(s);
	storm_check(!s->asked && !s->owns);
	storm_count(&storm.tally.owned);
	solo_owns(s);
}

static void solo_wait(struct solo *s, s64 deadline)
{
	int ret;

	self->limited = false;
	ret = arbiter_wait(s->seat->client, TASK_INTERRUPTIBLE, deadline);
	switch (ret) {
	case 0:
		solo_look(s);
		storm_check(!s->asked && !s->owns);
		storm_count(&storm.tally.owned);
		solo_owns(s);
		break;
	case -ERESTARTSYS:
	case -ECANCELED:
		storm_count(&storm.tally.canceled);
		break;
	case -ETIMEDOUT:
		storm_check(deadline != KTIME_MAX);
		storm_count(&storm.tally.timeouts);
		break;
	default:
		storm_expect(ret, (ret == -EALREADY && s->asked) ||
			     (ret == -EDEADLK && (s->asked || s->owns)));
	}
}

static void solo_wait_shortly(struct solo *s)
{
	solo_wait(s, host_time_ns() + storm_choose(200000));
}

static void solo_submit(struct solo *s)
{
	bool enqueue = storm_choose(2);
	int ret;

	storm_store(&s->seat->result, -EINPROGRESS);
	storm_count(&s->seat->pending);
	ret = enqueue ? arbiter_enqueue(s->seat->client) :
			arbiter_submit(s->seat->client);
	storm_expect(ret, ret == -EINPROGRESS || (ret == 0 && enqueue));
	if (ret && ret != -EINPROGRESS) {
		storm_check(__atomic_fetch_sub(&s->seat->pending, 1,
					       __ATOMIC_RELAXED) == 1);
		return;
	}
	storm_count(&storm.tally.submitted);
	s->asked = true;
	/* The client owns already. The callback may still be under way. */
	storm_check(ret || arbiter_is_owner(s->seat->client));
	solo_look(s);
}

static void solo_cancel(struct solo *s)
{
	int ret = arbiter_cancel(s->seat->client);

	storm_expect(ret, ret == -ENOENT || (ret == 0 && s->asked));
	solo_look(s);
	/* Now the request has ended, by this or before. */
	storm_check(!s->asked);
}

static void solo_free(struct solo *s)
{
	int ret;

	if (!s->owns) {
		client_free_other(s->seat->client);
		return;
	}
	s->owns = false;
	storm_count(&storm.tally.freed);
	ret = arbiter_free(s->seat->client);
	storm_expect(ret, ret == 0);
}

/* The client goes, whatever it does, and another one comes. */
static void solo_renew(struct solo *s)
{
	struct seat *seat = s->seat;

	host_spin_lock(&seat->life);
	client_destroy(seat);
	storm_check(!storm_load(&seat->pending));
	/* If the client owned, it has freed. */
	if (s->owns || (s->asked && !storm_load(&seat->result)))
		storm_count(&storm.tally.freed);
	s->owns = false;
	s->asked = false;
	client_create(seat);
	host_spin_unlock(&seat->life);
}

static void solo_look_around(struct solo *s)
{
	struct arbiter *arb = &storm.arb;
	unsigned int place;

	self->limited = false;
	switch (storm_choose(4)) {
	case 0:
		place = arbiter_position(s->seat->client);
		storm_check(s->asked || !place);
		break;
	case 1:
		storm_check(!s->owns || !arbiter_is_free(arb));
		break;
	case 2:
		storm_check(!arbiter_is_owner(s->seat->client) || s->owns ||
			    s->asked);
		break;
	default:
		arbiter_is_contended(arb);
		break;
	}
}

static void solo_sleep(struct solo *s)
{
	unsigned int calls = storm_load(&s->seat->calls);

	if (storm_load(&s->seat->result) == -EINPROGRESS)
		host_futex_wait(&s->seat->calls, calls, 1000000000);
}

static void solo_idle(struct solo *s, unsigned int choice)
{
	if (choice < 46)
		solo_try(s);
	else if (choice < 49)
		solo_wait(s, KTIME_MAX);
	else if (choice < 53)
		solo_wait_shortly(s);
	else if (choice < 68)
		solo_wait(s, 0);
	else if (choice < 82)
		solo_submit(s);
	else if (choice < 87)
		solo_free(s);
	else if (choice < 92)
		solo_cancel(s);
	else if (choice < 95)
		solo_renew(s);
	else
		solo_look_around(s);
}

static void solo_asked(struct solo *s, unsigned int choice)
{
	if (choice < 60)
		solo_sleep(s);
	else if (choice < 75)
		solo_cancel(s);
	else if (choice < 80)
		solo_renew(s);
	else if (choice < 85)
		solo_try(s);
	else if (choice < 90)
		solo_wait(s, 0);
	else
		solo_look_around(s);
}

static void solo_owner(struct solo *s, unsigned int choice)
{
	guarded_use();
	if (choice < 5)
		solo_try(s);
	else if (choice < 10)
		solo_wait(s, KTIME_MAX);
	else if (choice < 15)
		solo_cancel(s);
	else if (choice < 20)
		solo_look_around(s);
	else if (choice < 23)
		solo_renew(s);
	else
		solo_free(s);
}

void solo_run(struct thread *t)
{
	struct solo s = { .seat = t->seat };

	while (t->ops < storm.length) {
		unsigned int choice = storm_choose(100);

		storm_store(&t->signalled, false);
		t->limited = storm_choose(storm.settings.limited) == 0;
		solo_look(&s);
		if (s.owns)
			solo_owner(&s, choice);
		else if (s.asked)
			solo_asked(&s, choice);
		else
			solo_idle(&s, choice);
		host_pause();
		storm_store(&t->ops, t->ops + 1);
	}
	solo_renew(&s);
}
