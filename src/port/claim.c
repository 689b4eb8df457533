// SPDX-License-Identifier: GPL-2.0
/*
 * The core claim of a port: how an arbiter claims from, and gives back to,
 * the parport core, whose drivers/parport/share.c this must be read with.
 *
 * The core's bug that shapes this file: parport_claim() by a device that
 * stands on the core's wait list turns interrupts on while it holds cad_lock
 * for writing. If the port's interrupt arrives then, its handler spins on
 * cad_lock on the same CPU, for ever. Therefore
 *
 * - the claimer has no wakeup callback and never sleeps in the core, so it is
 *   never on the wait list;
 * - parport_release(), which may claim on behalf of a native driver that
 *   sleeps there, is called only from task context with interrupts on, and
 *   with the port's interrupt line masked;
 * - whoever enters the core from an interrupt, which may have come in the
 *   middle of a native driver's claim on this CPU, asks first whether
 *   cad_lock is taken.
 *
 * That the claimer has an interrupt function changes nothing of this: the
 * core's handler takes cad_lock for every interrupt of the port, whoever owns.
 *
 * On PREEMPT_RT the core's locks sleep and nothing turns interrupts off or
 * on: there is no lock-up to avoid and nothing to mask, but the core may be
 * entered from preemptible context only. A threaded interrupt handler is
 * preemptible and may be one that the core calls with cad_lock held: asking
 * whether the lock is taken answers that, too.
 */
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/parport.h>
#include <linux/preempt.h>

#include "claim.h"
#include "port.h"
#include "waitlist.h"

/* How soon, and at the slowest how often, to ask a native owner again. */
#define CLAIM_BACKOFF_MIN	msecs_to_jiffies(20)
#define CLAIM_BACKOFF_MAX	HZ

/* Attempts at the claim while the native owner comes and goes. */
#define CLAIM_ATTEMPTS		3

static struct parbiter_port *claim_port(struct arbiter *arb)
{
	return container_of(arb, struct parbiter_port, arb);
}

/*
 * Does nobody hold cad_lock, this CPU further up its stack least of all? Seen
 * free, it may be taken by another CPU a moment later: that one lets it go.
 */
static bool claim_lock_is_free(struct parbiter_port *port)
{
	rwlock_t *cad_lock = &port->parport->cad_lock;
	int is_free = 0;

	/* In this shape sparse can follow it. */
	if (write_trylock(cad_lock)) {
		is_free = 1;
		write_unlock(cad_lock);
	}
	return is_free;
}

/* Can anything be done here, foreign callbacks and all? */
static bool claim_context_is_task(struct parbiter_port *port)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return in_task() && !irqs_disabled();
	/* Our own work item is no handler that the core calls. */
	return preemptible() && (current_work() == &port->work.work ||
				 claim_lock_is_free(port));
}

/* May parport_claim() be called here? */
static bool claim_context_allows(struct parbiter_port *port)
{
	unsigned long flags;
	bool is_free;

	if (claim_context_is_task(port))
		return true;
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return false;
	/* In softirq the port's own interrupt must not find it taken by us. */
	local_irq_save(flags);
	is_free = claim_lock_is_free(port);
	local_irq_restore(flags);
	return is_free;
}

/* parport_release() may run into the core's bug: see above. */
static bool claim_must_mask(struct parbiter_port *port)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) &&
	       !IS_ENABLED(CONFIG_PARBITER_TEST_NO_IRQ_MASK) &&
	       port->parport->irq != PARPORT_IRQ_NONE;
}

/*
 * Masked without waiting for a handler that runs elsewhere: that one may spin
 * on cad_lock until the claim inside is done, on its own CPU. An edge that
 * comes meanwhile is replayed when the line is unmasked.
 */
static void claim_release_device(struct parbiter_port *port,
				 struct pardevice *dev)
{
	bool mask = claim_must_mask(port);

	if (mask)
		disable_irq_nosync(port->parport->irq);
	parport_release(dev);
	if (mask)
		enable_irq(port->parport->irq);
}

/*
 * Takes the listener off the core's wait list. Left on it, it would keep its
 * place ahead of native drivers that came later.
 */
static void claim_unlist(struct parbiter_port *port)
{
	if (port->listener && parbiter_waitlist_has(port->listener))
		parbiter_waitlist_remove(port->parport, port->listener);
}

/*
 * Puts the listener at the tail of the core's wait list, by a claim that is
 * meant to fail. If the native owner let go just before, it succeeds: then it
 * is given back, and the claimer has another try.
 */
static enum arbiter_claim claim_enlist(struct parbiter_port *port)
{
	unsigned int attempt;

	if (!port->listener || parbiter_waitlist_has(port->listener))
		return ARBITER_REFUSED;
	if (!claim_context_is_task(port))
		return ARBITER_LATER;

	for (attempt = 0; attempt < CLAIM_ATTEMPTS; attempt++) {
		if (parport_claim(port->listener))
			return ARBITER_REFUSED;
		claim_release_device(port, port->listener);
		if (!parport_claim(port->claimer))
			return ARBITER_CLAIMED;
	}
	return ARBITER_REFUSED;
}

/*
 * Asks again from time to time, because the core walks its lists unlocked and
 * can lose a wake-up. Only a refused claim arms this again.
 */
static void claim_retry(struct parbiter_port *port)
{
	queue_delayed_work(parbiter_port_wq, &port->work, port->backoff);
	port->backoff = min_t(unsigned long, 2 * port->backoff,
			      CLAIM_BACKOFF_MAX);
}

/*
 * The claim brings the registers back that the claimer had when it last gave
 * the port up. They stay so for a file that is still there, which finds them
 * again without a moment of others in between; what a driver or a dead file
 * has left does not come back. Nobody but the core touches the claimer's
 * state, in claims and releases, and those are ours: the arbiter is BUSY.
 */
static void claim_forget_registers(struct parbiter_port *port)
{
	const void *holder = READ_ONCE(port->registers);

	if (holder == PARBITER_REGISTERS_CLAIMED ||
	    holder == PARBITER_REGISTERS_UNKNOWN)
		port->parport->ops->init_state(port->claimer,
					       port->claimer->state);
}

static enum arbiter_claim claim_claim(struct arbiter *arb, bool watch)
{
	struct parbiter_port *port = claim_port(arb);
	enum arbiter_claim claim = ARBITER_REFUSED;

	if (!claim_context_allows(port))
		return ARBITER_LATER;

	claim_forget_registers(port);
	if (!parport_claim(port->claimer))
		claim = ARBITER_CLAIMED;
	else if (watch)
		claim = claim_enlist(port);

	if (claim == ARBITER_CLAIMED) {
		claim_unlist(port);
		port->backoff = CLAIM_BACKOFF_MIN;
		WRITE_ONCE(port->registers, PARBITER_REGISTERS_CLAIMED);
	} else if (claim == ARBITER_REFUSED && watch) {
		claim_retry(port);
	}
	return claim;
}

/*
 * The core hands the port to a native driver that waits from inside this, or
 * calls the listener's wakeup: BUSY then makes arbiter_kick() leave it to
 * the caller of this to look again.
 */
static bool claim_release(struct arbiter *arb)
{
	struct parbiter_port *port = claim_port(arb);

	if (!claim_context_is_task(port))
		return false;
	claim_release_device(port, port->claimer);
	return true;
}

/* Does nobody own the port? Task context only: waits for the lock. */
static bool claim_port_is_free(struct parport *parport)
{
	unsigned long flags;
	bool is_free;

	read_lock_irqsave(&parport->cad_lock, flags);
	is_free = !parport->cad;
	read_unlock_irqrestore(&parport->cad_lock, flags);
	return is_free;
}

static bool claim_unwatch(struct arbiter *arb)
{
	struct parbiter_port *port = claim_port(arb);
	struct parport *parport = port->parport;

	if (!claim_context_is_task(port))
		return false;
	claim_unlist(port);
	/*
	 * A native driver's release on another CPU may have been standing at
	 * the listener, and have lost sight of those behind it. If so the
	 * port is free though somebody waits: make the core look again.
	 *
	 * The release clears cad under cad_lock and then walks the list
	 * without a lock; this has written to the list and then reads cad.
	 * Read without the lock, each might miss what the other wrote. Under
	 * it, either the release came before, and cad is seen cleared, or it
	 * comes after this, and its walk sees the list without the listener.
	 */
	if (claim_port_is_free(parport) && READ_ONCE(parport->waithead) &&
	    !parport_claim(port->claimer))
		claim_release_device(port, port->claimer);
	return true;
}

/* Only looks; the list may change meanwhile, and is looked at again. */
static bool claim_outsider_waits(struct arbiter *arb)
{
	struct parbiter_port *port = claim_port(arb);

	return parbiter_waitlist_has_others(port->parport, port->listener);
}

static void claim_later(struct arbiter *arb)
{
	mod_delayed_work(parbiter_port_wq, &claim_port(arb)->work, 0);
}

static const struct arbiter_ops claim_ops = {
	.claim = claim_claim,
	.release = claim_release,
	.unwatch = claim_unwatch,
	.outsider_waits = claim_outsider_waits,
	.later = claim_later,
};

static void claim_work(struct work_struct *work)
{
	struct parbiter_port *port = container_of(to_delayed_work(work),
						  struct parbiter_port, work);
	unsigned long flags;

	arbiter_kick(&port->arb);
	/* What claim_tell_owner() left: nobody who asked is half-way after this. */
	read_lock_irqsave(&port->parport->cad_lock, flags);
	read_unlock_irqrestore(&port->parport->cad_lock, flags);
	arbiter_notify_owner(&port->arb);
}

/*
 * A native driver was refused. The core asks parbiter_claim_preempt() first,
 * and puts the driver on its wait list afterwards; cad_lock is held for both.
 * Whoever looks at the list, to tell the owner, must do so after that. Without
 * PREEMPT_RT this runs on the asker's processor once interrupts are on again,
 * which is late enough for that asker. It is not for a second one, on another
 * processor, that asked while this was still pending for the first; nor on
 * PREEMPT_RT, where this runs in a thread.
 *
 * So this passes through cad_lock. An asker that found this pending held the
 * lock before this began, and holds it until it is on the list; one that comes
 * later queues this again. Waiting for the lock is not safe here: the core may
 * have left it taken on this very processor, with interrupts on. The work item
 * can wait.
 */
static void claim_tell_owner(struct irq_work *work)
{
	struct parbiter_port *port = container_of(work, struct parbiter_port,
						  tell_owner);

	if (claim_lock_is_free(port))
		arbiter_notify_owner(&port->arb);
	else if (arbiter_is_on(&port->arb))
		claim_later(&port->arb);
}

/**
 * parbiter_claim_preempt() - a native driver wants the port
 * @private: the port
 *
 * Never given away here: the core would save the registers of the moment into
 * the native driver's own saved state. An idle claim is never in its way:
 * with native drivers about, none is kept (see port_bus_notify()). What looks
 * idle here is on its way back to the core, from claim_work().
 *
 * Whether the driver waits is not known yet: see claim_tell_owner().
 *
 * Context: called by the core with cad_lock held, interrupts off.
 * Return: 1, no.
 */
int parbiter_claim_preempt(void *private)
{
	struct parbiter_port *port = private;

	irq_work_queue(&port->tell_owner);
	return 1;
}

/**
 * parbiter_claim_wakeup() - a native driver has let the port go
 * @private: the port
 *
 * Claims on the spot if anybody waits: the core asks the next one as soon as
 * this returns with the port unclaimed.
 *
 * Context: called by the core from whatever context the native driver
 * releases in.
 */
void parbiter_claim_wakeup(void *private)
{
	struct parbiter_port *port = private;

	if (arbiter_waiters(&port->arb))
		arbiter_kick(&port->arb);
}

/**
 * parbiter_claim_interrupt() - the port's interrupt came
 * @private: the port
 *
 * Context: called by the core in the port's interrupt handler, with cad_lock
 * held for reading, while the claim is parbiter's. Nothing takes cad_lock
 * under arbiter.lock.
 */
void parbiter_claim_interrupt(void *private)
{
	struct parbiter_port *port = private;

	arbiter_event(&port->arb);
}

/**
 * parbiter_claim_init() - prepare a port's arbiter and its backing
 * @port: the port
 */
void parbiter_claim_init(struct parbiter_port *port)
{
	arbiter_init(&port->arb, &claim_ops);
	INIT_DELAYED_WORK(&port->work, claim_work);
	init_irq_work(&port->tell_owner, claim_tell_owner);
	port->backoff = CLAIM_BACKOFF_MIN;
}
