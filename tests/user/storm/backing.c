// SPDX-License-Identifier: GPL-2.0
/* A backing that outsiders take, wait for and leave, as native drivers do. */
#include <linux/sched.h>

#include "storm.h"

static struct backing *backing_of(struct arbiter *arb)
{
	storm_check(arb == &storm.arb);
	return &storm.backing;
}

/* Only one context at a time is inside claim, release and unwatch. */
static void backing_enter(struct backing *b)
{
	storm_check(atomic_read(&storm.arb.state) &
		    (ARBITER_BUSY | ARBITER_OFF));
	storm_check(storm_count(&b->inside) == 0);
	host_spin_lock(&b->lock);
}

static void backing_exit(struct backing *b)
{
	host_spin_unlock(&b->lock);
	storm_check(__atomic_fetch_sub(&b->inside, 1, __ATOMIC_RELAXED) == 1);
}

static enum arbiter_claim backing_claim(struct arbiter *arb, bool watch)
{
	struct backing *b = backing_of(arb);
	enum arbiter_claim claim = ARBITER_CLAIMED;

	backing_enter(b);
	storm_check(!b->held);
	if (self->limited && storm_random(&self->jitter) % 2) {
		claim = ARBITER_LATER;
	} else if (b->outsider) {
		claim = ARBITER_REFUSED;
		b->watched |= watch;
	} else {
		b->held = true;
		b->watched = false;
	}
	backing_exit(b);
	return claim;
}

/* The outsider does not wait any more. The lock is held. */
static void backing_untell(struct backing *b, struct thread *outsider)
{
	if (outsider->told)
		storm_store(&b->told, b->told - 1);
	outsider->told = false;
}

/* Let the outsider that waits longest have the backing. The lock is held. */
static bool backing_pass_on(struct backing *b)
{
	struct thread *next = b->waiter[0];
	unsigned int i;

	if (!b->waiters)
		return false;
	storm_store(&b->waiters, b->waiters - 1);
	for (i = 0; i < b->waiters; i++)
		b->waiter[i] = b->waiter[i + 1];
	backing_untell(b, next);
	__atomic_store_n(&b->outsider, next, __ATOMIC_RELEASE);
	host_wake_up(&next->task);
	return true;
}

static bool backing_release(struct arbiter *arb)
{
	struct backing *b = backing_of(arb);
	bool done;

	backing_enter(b);
	storm_check(b->held);
	done = !self->limited;
	if (done) {
		b->held = false;
		backing_pass_on(b);
	}
	backing_exit(b);
	return done;
}

static bool backing_unwatch(struct arbiter *arb)
{
	struct backing *b = backing_of(arb);
	bool done;

	backing_enter(b);
	storm_check(b->watched);
	done = !self->limited;
	if (done)
		b->watched = false;
	backing_exit(b);
	return done;
}

static bool backing_outsider_waits(struct arbiter *arb)
{
	host_assert_held(&arb->lock.host);
	return storm_load(&backing_of(arb)->waiters);
}

static void backing_later(struct arbiter *arb)
{
	struct backing *b = backing_of(arb);

	storm_count(&b->asked);
	host_futex_wake(&b->asked);
}

const struct arbiter_ops backing_ops = {
	.claim = backing_claim,
	.release = backing_release,
	.unwatch = backing_unwatch,
	.outsider_waits = backing_outsider_waits,
	.later = backing_later,
};

/*
 * From here on this outsider may come. A claim is handed over to a single one;
 * if there are more, an idle claim is not kept.
 */
void backing_register(struct backing *b)
{
	host_spin_lock(&b->registration);
	if (++b->registered == 2)
		arbiter_set_shared(&storm.arb, true);
	host_spin_unlock(&b->registration);
}

void backing_unregister(struct backing *b)
{
	host_spin_lock(&b->registration);
	if (--b->registered == 1)
		arbiter_set_shared(&storm.arb, false);
	host_spin_unlock(&b->registration);
}

static int backing_place(struct backing *b)
{
	unsigned int i;

	for (i = 0; i < b->waiters; i++)
		if (b->waiter[i] == self)
			return i;
	return -1;
}

/* Take this thread off the list of those that wait. The lock is held. */
static void backing_unlist(struct backing *b)
{
	int i = backing_place(b);

	if (i < 0)
		return;
	storm_store(&b->waiters, b->waiters - 1);
	for (; i < (int)b->waiters; i++)
		b->waiter[i] = b->waiter[i + 1];
	backing_untell(b, self);
}

static bool backing_take_locked(struct backing *b)
{
	if (b->outsider == self)
		return true;
	if (b->outsider || (b->held && !arbiter_hand_over(&storm.arb)))
		return false;
	b->held = false;
	backing_unlist(b);
	__atomic_store_n(&b->outsider, self, __ATOMIC_RELEASE);
	return true;
}

/* Take the backing, for an outsider, if nobody has it. */
bool backing_take(struct backing *b)
{
	bool taken;

	host_spin_lock(&b->lock);
	taken = backing_take_locked(b);
	host_spin_unlock(&b->lock);
	return taken;
}

/*
 * Let an outsider wait for the backing, and tell the arbiter. Returns the
 * number of outsiders that were there before.
 */
unsigned int backing_wait(struct backing *b)
{
	unsigned int ahead;

	host_spin_lock(&b->lock);
	ahead = b->waiters;
	if (!backing_take_locked(b)) {
		storm_check(ahead < BACKING_WAITERS);
		b->waiter[ahead] = self;
		storm_store(&b->waiters, ahead + 1);
	}
	host_spin_unlock(&b->lock);

	arbiter_notify_owner(&storm.arb);

	host_spin_lock(&b->lock);
	self->told = backing_place(b) >= 0;
	if (self->told)
		storm_store(&b->told, b->told + 1);
	host_spin_unlock(&b->lock);
	return ahead;
}

/* Sleep until the outsider has the backing, but not longer than @ns. */
bool backing_sleep(struct backing *b, s64 ns)
{
	s64 expires = host_time_ns() + ns;

	do {
		host_set_state(TASK_INTERRUPTIBLE);
		if (storm_load(&b->outsider) == self)
			break;
	} while (host_sleep(&expires));
	storm_store(&self->task.__state, TASK_RUNNING);
	/* A backing that is free and that nobody asks for wakes nobody. */
	return backing_take(b);
}

/* Stop waiting. Returns false if the outsider has the backing already. */
bool backing_give_up(struct backing *b)
{
	bool taken;

	host_spin_lock(&b->lock);
	taken = b->outsider == self;
	if (!taken)
		backing_unlist(b);
	host_spin_unlock(&b->lock);
	return !taken;
}

static void backing_kick(struct backing *b, bool watched)
{
	if (watched && storm.settings.lose &&
	    storm_random(&self->jitter) % storm.settings.lose == 0) {
		storm_count(&b->lost);
		return;
	}
	if (watched)
		arbiter_kick(&storm.arb);
	__atomic_fetch_sub(&b->kicks, 1, __ATOMIC_RELAXED);
}

/* Let the next outsider have the backing, or let the arbiter claim it. */
void backing_leave(struct backing *b)
{
	bool passed, watched;

	host_spin_lock(&b->lock);
	storm_check(b->outsider == self);
	passed = storm_random(&self->jitter) % 2 && backing_pass_on(b);
	watched = b->watched;
	if (!passed) {
		storm_count(&b->kicks);
		__atomic_store_n(&b->outsider, NULL, __ATOMIC_RELEASE);
	}
	host_spin_unlock(&b->lock);
	if (!passed)
		backing_kick(b, watched);
}

/* The claim has ended with the arbiter; nothing is watched any more. */
void backing_stopped(struct backing *b)
{
	host_spin_lock(&b->lock);
	storm_check(!b->held);
	b->watched = false;
	host_spin_unlock(&b->lock);
}

/* Kick if the arbiter has asked for it, or if a kick was lost. */
void backing_work(struct backing *b)
{
	unsigned int asked = storm_load(&b->asked);
	unsigned int lost = __atomic_exchange_n(&b->lost, 0, __ATOMIC_RELAXED);

	if (asked == b->done && !lost) {
		host_futex_wait(&b->asked, asked, 1000000);
		return;
	}
	arbiter_kick(&storm.arb);
	__atomic_fetch_sub(&b->kicks, lost, __ATOMIC_RELAXED);
	storm_store(&b->done, asked);
}
