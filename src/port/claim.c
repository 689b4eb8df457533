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

struct workqueue_struct *pb_claim_wq;

static struct pb_port *claim_port(struct arbiter *arb)
{
	return container_of(arb, struct pb_port, arb);
}

/*
 * Does nobody hold cad_lock, this CPU further up its stack least of all? Seen
 * free, it may be taken by another CPU a moment later: that one lets it go.
 */
static bool claim_lock_is_free(struct pb_port *port)
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
static bool claim_context_is_task(struct pb_port *port)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return in_task() && !irqs_disabled();
	/* Our own work item is no handler that the core calls. */
	return preemptible() && (current_work() == &port->claim.work.work ||
				 claim_lock_is_free(port));
}

/* May parport_claim() be called here? */
static bool claim_context_allows(struct pb_port *port)
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
static bool claim_must_mask(struct pb_port *port)
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
static void claim_release_device(struct pb_port *port,
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
static void claim_unlist(struct pb_port *port)
{
	if (port->claim.listener && pb_waitlist_has(port->claim.listener))
		pb_waitlist_remove(port->parport, port->claim.listener);
}

/*
 * Puts the listener at the tail of the core's wait list, by a claim that is
 * meant to fail. If the native owner let go just before, it succeeds: then it
 * is given back, and the claimer has another try.
 */
static enum arbiter_claim claim_enlist(struct pb_port *port)
{
	unsigned int attempt;

	if (!port->claim.listener || pb_waitlist_has(port->claim.listener))
		return ARBITER_REFUSED;
	if (!claim_context_is_task(port))
		return ARBITER_LATER;

	for (attempt = 0; attempt < CLAIM_ATTEMPTS; attempt++) {
		if (parport_claim(port->claim.listener))
			return ARBITER_REFUSED;
		claim_release_device(port, port->claim.listener);
		if (!parport_claim(port->claim.claimer))
			return ARBITER_CLAIMED;
	}
	return ARBITER_REFUSED;
}

/*
 * Asks again from time to time, because the core walks its lists unlocked and
 * can lose a wake-up. Only a refused claim arms this again.
 */
static void claim_retry(struct pb_port *port)
{
	queue_delayed_work(pb_claim_wq, &port->claim.work, port->claim.backoff);
	port->claim.backoff = min_t(unsigned long, 2 * port->claim.backoff,
				    CLAIM_BACKOFF_MAX);
}

static enum arbiter_claim claim_claim(struct arbiter *arb, bool watch)
{
	struct pb_port *port = claim_port(arb);
	enum arbiter_claim claim = ARBITER_REFUSED;

	if (!claim_context_allows(port))
		return ARBITER_LATER;

	pb_registers_before_claim(&port->registers, port->claim.claimer);
	if (!parport_claim(port->claim.claimer))
		claim = ARBITER_CLAIMED;
	else if (watch)
		claim = claim_enlist(port);

	if (claim == ARBITER_CLAIMED) {
		claim_unlist(port);
		port->claim.backoff = CLAIM_BACKOFF_MIN;
		pb_registers_claimed(&port->registers);
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
	struct pb_port *port = claim_port(arb);

	if (!claim_context_is_task(port))
		return false;
	claim_release_device(port, port->claim.claimer);
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
	struct pb_port *port = claim_port(arb);
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
	    !parport_claim(port->claim.claimer))
		claim_release_device(port, port->claim.claimer);
	return true;
}

/* Only looks; the list may change meanwhile, and is looked at again. */
static bool claim_outsider_waits(struct arbiter *arb)
{
	struct pb_port *port = claim_port(arb);

	return pb_waitlist_has_others(port->parport, port->claim.listener);
}

static void claim_later(struct arbiter *arb)
{
	mod_delayed_work(pb_claim_wq, &claim_port(arb)->claim.work, 0);
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
	struct pb_port *port = container_of(to_delayed_work(work),
					    struct pb_port, claim.work);
	unsigned long flags;

	arbiter_kick(&port->arb);
	/* What claim_notify_owner() left: nobody who asked is half-way after this. */
	read_lock_irqsave(&port->parport->cad_lock, flags);
	read_unlock_irqrestore(&port->parport->cad_lock, flags);
	arbiter_notify_owner(&port->arb);
}

/*
 * A native driver was refused. The core asks pb_claim_preempt() first,
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
static void claim_notify_owner(struct irq_work *work)
{
	struct pb_port *port = container_of(work, struct pb_port,
					    claim.asked);

	if (claim_lock_is_free(port))
		arbiter_notify_owner(&port->arb);
	else if (arbiter_is_on(&port->arb))
		claim_later(&port->arb);
}

/**
 * pb_claim_preempt() - a native driver wants the port
 * @private: the port
 *
 * Never given away here: the core would save the registers of the moment into
 * the native driver's own saved state. An idle claim is never in its way:
 * with native drivers about, none is kept (see port_bus_notify()). What looks
 * idle here is on its way back to the core, from claim_work().
 *
 * Whether the driver waits is not known yet: see claim_notify_owner().
 *
 * Context: called by the core with cad_lock held, interrupts off.
 * Return: 1, no.
 */
int pb_claim_preempt(void *private)
{
	struct pb_port *port = private;

	irq_work_queue(&port->claim.asked);
	return 1;
}

/**
 * pb_claim_wakeup() - a native driver has let the port go
 * @private: the port
 *
 * Claims on the spot if anybody waits: the core asks the next one as soon as
 * this returns with the port unclaimed.
 *
 * Context: called by the core from whatever context the native driver
 * releases in.
 */
void pb_claim_wakeup(void *private)
{
	struct pb_port *port = private;

	if (arbiter_waiters(&port->arb))
		arbiter_kick(&port->arb);
}

/**
 * pb_claim_interrupt() - the port's interrupt came
 * @private: the port
 *
 * Context: called by the core in the port's interrupt handler, with cad_lock
 * held for reading, while the claim is parbiter's. Nothing takes cad_lock
 * under arbiter.lock.
 */
void pb_claim_interrupt(void *private)
{
	struct pb_port *port = private;

	arbiter_event(&port->arb);
}

/**
 * pb_claim_init() - prepare a port's arbiter and its backing
 * @port: the port
 */
void pb_claim_init(struct pb_port *port)
{
	arbiter_init(&port->arb, &claim_ops);
	INIT_DELAYED_WORK(&port->claim.work, claim_work);
	init_irq_work(&port->claim.asked, claim_notify_owner);
	port->claim.backoff = CLAIM_BACKOFF_MIN;
}

/**
 * pb_claim_create_wq() - prepare for ports
 *
 * Context: process, may sleep.
 * Return: 0, -ENOMEM.
 */
int pb_claim_create_wq(void)
{
	pb_claim_wq = alloc_workqueue("parbiter_port",
				      WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM,
				      0);
	return pb_claim_wq ? 0 : -ENOMEM;
}

/**
 * pb_claim_destroy_wq() - the reverse of pb_claim_create_wq(); no port is left
 *
 * Context: process, may sleep.
 */
void pb_claim_destroy_wq(void)
{
	destroy_workqueue(pb_claim_wq);
}
