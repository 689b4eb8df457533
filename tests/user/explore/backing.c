// SPDX-License-Identifier: GPL-2.0
/* The backing; see backing.h. */
#include "backing.h"
#include "calls.h"
#include "fail.h"
#include "fiber.h"
#include "race.h"
#include "scenario.h"
#include "story.h"

#define CALLER		__builtin_return_address(0)

/* Others may run here. */
static void backing_pause(void)
{
	fiber_clean();
	fiber_wish(WISH_STEP, NULL, 1, CALLER);
	fiber_clean();
}

static bool backing_is_atomic(void)
{
	return scenario.programs[fiber_number(fiber_now)].place == PLACE_ATOMIC;
}

static void backing_enter(void)
{
	backing_pause();
	if (world.backing.inside++)
		fail("two contexts are inside the backing's operations");
	if (world.backing.off)
		fail("the backing is called although it is gone");
	if (fiber_now->irqs_off)
		fail("the backing is called with a lock held");
}

/*
 * Wait until no outsider is in the middle of a claim. What follows is one step,
 * so the lock need not be held during it. Others run here only if they must; the
 * callers have just let them.
 */
static void backing_settle(void)
{
	fiber_clean();
	if (world.backing.lock.word)
		fiber_wish(WISH_SPIN_LOCK, &world.backing.lock, 1, CALLER);
	fiber_clean();
}

static void backing_leave(void)
{
	backing_pause();
	world.backing.inside--;
}

static int waiting_find(int who)
{
	int i;

	for (i = 0; i < world.backing.length; i++)
		if (world.backing.waiting[i] == who)
			return i;
	return -1;
}

static void waiting_add(int who)
{
	if (waiting_find(who) < 0)
		world.backing.waiting[world.backing.length++] = who;
}

static void waiting_remove(int who)
{
	int i = waiting_find(who);

	if (i < 0)
		return;
	for (world.backing.length--; i < world.backing.length; i++)
		world.backing.waiting[i] = world.backing.waiting[i + 1];
	world.backing.waiting[i] = 0;
}

bool backing_outsider_is_waiting(int outsider)
{
	return waiting_find(HOLDER_OUT + outsider) >= 0;
}

int backing_outsiders_waiting(void)
{
	return world.backing.length - backing_is_watching();
}

bool backing_is_watching(void)
{
	return waiting_find(HOLDER_ARBITER) >= 0;
}

/* The watch has found the backing free. Returns whether it was taken. */
static void backing_wake_arbiter(void)
{
	/* As pb_claim_wakeup() */
	if (!call_waiters(&world.arb))
		return;
	if (scenario.lossy && fiber_wish(WISH_STEP, NULL, 2, CALLER)) {
		story_note(CALLER, "loses the wake-up");
		world.backing.lost = true;
		return;
	}
	arbiter_kick(&world.arb);
}

/*
 * An outsider has the backing. Those that wait have been passed over by it, and
 * when it leaves there may be a moment in which a client can claim.
 */
static void backing_is_taken(int who)
{
	int i;

	if (world.backing.changed)
		fail("an outsider has the backing, which is not restored");
	world.backing.holder = who;
	world.backing.unreported = false;
	for (i = 0; i < OUTSIDERS_MAX; i++)
		if (backing_outsider_is_waiting(i))
			world.backing.passed[i]--;
}

/* The backing is free: offer it to those that wait, in order. */
static void backing_offer(void)
{
	int i, who;

	for (i = 0; i < world.backing.length; i++) {
		backing_pause();
		backing_settle();
		if (world.backing.holder != HOLDER_NONE ||
		    i >= world.backing.length)
			return;
		who = world.backing.waiting[i];
		if (who == HOLDER_ARBITER) {
			backing_wake_arbiter();
			continue;
		}
		waiting_remove(who);
		backing_is_taken(who);
		story_note(CALLER, "the backing goes to an outsider that waits");
		return;
	}
}

static enum arbiter_claim backing_claim(struct arbiter *arb, bool watch)
{
	enum arbiter_claim claim = ARBITER_REFUSED;

	(void)arb;
	backing_enter();
	world.backing.anew = false;
	world.backing.stale = false;
	if (backing_is_atomic() && (world.backing.lock.word ||
				    fiber_wish(WISH_STEP, NULL, 2, CALLER))) {
		story_note(CALLER, "cannot claim in this context");
		world.backing.owed = true;
		backing_leave();
		return ARBITER_LATER;
	}
	backing_settle();
	/* The lock orders what outsiders did before, as the core's lock does. */
	race_acquire(&world.backing.lock);
	if (world.backing.holder == HOLDER_NONE) {
		world.backing.holder = HOLDER_ARBITER;
		story_note(CALLER, "claims the backing");
		backing_pause();
		waiting_remove(HOLDER_ARBITER);
		claim = ARBITER_CLAIMED;
	} else if (world.backing.holder == HOLDER_ARBITER) {
		fail("the claim is made twice");
	} else if (watch && !backing_is_watching() && backing_is_atomic()) {
		story_note(CALLER, "is refused, and cannot watch in this context");
		claim = ARBITER_LATER;
	} else if (watch) {
		/* The watch is a claim that is refused, in one step. */
		backing_pause();
		backing_settle();
		if (world.backing.holder == HOLDER_NONE) {
			world.backing.holder = HOLDER_ARBITER;
			claim = ARBITER_CLAIMED;
			waiting_remove(HOLDER_ARBITER);
		} else {
			waiting_add(HOLDER_ARBITER);
			world.backing.retry = scenario.lossy;
		}
		story_note(CALLER, claim == ARBITER_CLAIMED ?
			   "claims the backing" : "is refused, and watches");
	} else {
		story_note(CALLER, "is refused");
	}
	world.backing.owed = claim == ARBITER_LATER;
	if (!world.backing.owed)
		world.backing.lost = false;
	backing_leave();
	return claim;
}

/* Return whether arbiter_abandon() calls: without BUSY, when nobody else can. */
static bool backing_is_abandoned(const struct arbiter *arb)
{
	return arb->state.counter & ARBITER_OFF &&
	       !(arb->state.counter & ARBITER_BUSY);
}

static bool backing_release(struct arbiter *arb)
{
	bool abandon = backing_is_abandoned(arb);

	if (!abandon)
		backing_enter();
	if (world.backing.holder != HOLDER_ARBITER)
		fail("a claim is released that is not held");
	if (world.backing.changed)
		fail("a claim is released, and the backing is not restored");
	if (backing_is_atomic()) {
		story_note(CALLER, "cannot release in this context");
		if (!abandon)
			backing_leave();
		return false;
	}
	backing_settle();
	world.backing.holder = HOLDER_NONE;
	story_note(CALLER, "releases the backing");
	backing_offer();
	if (!abandon)
		backing_leave();
	return true;
}

static bool backing_unwatch(struct arbiter *arb)
{
	(void)arb;
	backing_enter();
	if (backing_is_atomic()) {
		story_note(CALLER, "cannot stop watching in this context");
		backing_leave();
		return false;
	}
	waiting_remove(HOLDER_ARBITER);
	world.backing.retry = false;
	story_note(CALLER, "stops watching");
	/* As claim_unwatch(): an offer may have passed over those behind. */
	if (world.backing.holder == HOLDER_NONE && world.backing.length)
		backing_offer();
	backing_leave();
	return true;
}

static bool backing_outsider_waits(struct arbiter *arb)
{
	bool waits;

	host_assert_held(&arb->lock.host);
	backing_pause();
	waits = backing_outsiders_waiting();
	story_note(CALLER, waits ? "sees an outsider that waits" :
		   "sees no outsider that waits");
	return waits;
}

static void backing_restore(struct arbiter *arb)
{
	bool abandon = backing_is_abandoned(arb);

	if (!abandon)
		backing_enter();
	if (!(arb->state.counter & (ARBITER_OWNED | ARBITER_OFF)))
		fail("the backing is restored, but OWNED is clear");
	if (world.backing.holder != HOLDER_ARBITER)
		fail("the backing is restored without the claim");
	host_irq_save();
	host_spin_lock(&world.backing.change_lock);
	story_note(CALLER, "restores the backing");
	world.backing.changed = false;
	host_spin_unlock(&world.backing.change_lock);
	host_irq_restore();
	if (!abandon)
		backing_leave();
}

static void backing_freed(struct arbiter *arb)
{
	(void)arb;
	if (fiber_now->irqs_off)
		fail("the backing is told of a Free with a lock held");
	if (!scenario.reports)
		fail("the backing is told of a Free, and did not ask for it");
	world.backing.unreported = false;
	story_note(CALLER, "tells the backing that nobody owns");
	backing_pause();
}

static void backing_later(struct arbiter *arb)
{
	(void)arb;
	backing_pause();
	story_note(CALLER, "leaves the rest to the work item");
	world.backing.work = true;
}

const struct arbiter_ops backing_ops = {
	.claim = backing_claim,
	.release = backing_release,
	.unwatch = backing_unwatch,
	.outsider_waits = backing_outsider_waits,
	.restore = backing_restore,
	.freed = backing_freed,
	.later = backing_later,
};

/*
 * As pb_devices_count_natives(): the arbiter is always SHARED, or the backing
 * knows the one outsider.
 */
void backing_share(bool shared)
{
	if (!shared)
		world.backing.several = false;
	backing_pause();
	arbiter_set_shared(&world.arb, shared);
	backing_pause();
	if (shared)
		world.backing.several = true;
}

/* A claim that begins from now on is made in the new way. */
void backing_renew(void)
{
	world.backing.anew = true;
	arbiter_renew(&world.arb);
	/* A claim that has begun meanwhile may have been the new one. */
	world.backing.stale |= world.backing.anew;
	world.backing.anew = false;
}

/* Ask the arbiter for the claim. Returns whether it is handed over. */
static bool outsider_ask_locked(void)
{
	if (!world.backing.several)
		return call_hand_over(&world.arb);
	if (arbiter_ask(&world.arb))
		backing_later(&world.arb);
	return false;
}

/* Take the backing if it is free or is handed over; else wait on the list. */
static bool outsider_claim_locked(int outsider)
{
	bool handed = false;

	if (world.backing.holder == HOLDER_ARBITER) {
		handed = outsider_ask_locked();
		if (handed)
			call_outsider_use(&world.payload);
		backing_pause();
	}
	if (handed || world.backing.holder == HOLDER_NONE) {
		backing_is_taken(HOLDER_OUT + outsider);
		story_note(CALLER, handed ?
			   "the outsider is handed the backing" :
			   "the outsider claims the backing");
		return true;
	}
	story_note(CALLER, "the outsider is refused, and begins to wait");
	waiting_add(HOLDER_OUT + outsider);
	world.backing.passed[outsider] = 0;
	return false;
}

void backing_outsider_claim(int outsider)
{
	bool claimed;

	host_irq_save();
	host_spin_lock(&world.backing.lock);
	claimed = outsider_claim_locked(outsider);
	host_spin_unlock(&world.backing.lock);
	host_irq_restore();
	if (claimed)
		return;
	arbiter_notify_owner(&world.arb);
	fiber_wish(WISH_BACKING, NULL, 1, CALLER);
	story_note(CALLER, "the outsider has the backing");
}

void backing_outsider_leave(int outsider)
{
	backing_pause();
	if (world.backing.holder != HOLDER_OUT + outsider)
		return;
	race_release(&world.backing.lock);
	world.backing.holder = HOLDER_NONE;
	story_note(CALLER, "the outsider gives the backing up");
	backing_offer();
}

void backing_go(void)
{
	backing_pause();
	world.backing.off = true;
	world.backing.work = false;
	world.backing.retry = false;
	waiting_remove(HOLDER_ARBITER);
	if (world.backing.inside)
		fail("a context is inside the backing after arbiter_stop()");
	/*
	 * parport_unregister_device() leaves the listener its waitnext, so a
	 * walk along the list that has come to the listener goes on behind it.
	 */
	if (world.backing.holder == HOLDER_NONE && world.backing.length)
		backing_offer();
}

void backing_work(void)
{
	for (;;) {
		fiber_wish(WISH_WORK, NULL, 1, CALLER);
		world.backing.work = false;
		story_note(CALLER, "the work item begins");
		arbiter_kick(&world.arb);
		/* As claim_work(): a waiter may have left since the last Free. */
		if (arbiter_is_free(&world.arb))
			world.backing.unreported = false;
	}
}
