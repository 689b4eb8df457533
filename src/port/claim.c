// SPDX-License-Identifier: GPL-2.0
/*
 * The core claim of a port: how the arbiter claims the port from the parport
 * core and gives it back. Read the kernel's drivers/parport/share.c with this
 * file.
 *
 * A bug of the core shapes this file: when a device that is on the core's wait
 * list calls parport_claim(), the core turns interrupts on while it holds
 * cad_lock for writing. If the port's interrupt arrives then, its handler spins
 * on cad_lock on the same CPU for ever. Therefore
 *
 * - the claimer has no wakeup callback and never sleeps in the core, so it is
 *   never on the wait list;
 * - parport_release(), which may claim on behalf of a native driver that sleeps
 *   on the wait list, is called only from task context with interrupts on, and
 *   with the port's interrupt line masked;
 * - code that enters the core from an interrupt checks first whether cad_lock
 *   is taken, because the interrupt may have come in the middle of a native
 *   driver's claim on this CPU.
 *
 * The claimer's interrupt function does not change this: the core's handler
 * takes cad_lock for every interrupt of the port, whichever device owns.
 *
 * On PREEMPT_RT the core's locks sleep, and nothing turns interrupts off or on.
 * So there is no lock-up to avoid and nothing to mask, but the core may be
 * entered from preemptible context only. A threaded interrupt handler is
 * preemptible, and the core may have called it with cad_lock held. A task that
 * holds such a lock is inside an RCU read-side critical section. So a task that
 * is in none may wait for cad_lock in order to claim; in any other, and for a
 * release, the check whether cad_lock is taken decides.
 */
#include <linux/hardirq.h>
#include <linux/interrupt.h>
#include <linux/parport.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "arbiter/own.h"
#include "claim.h"
#include "port.h"
#include "trace.h"
#include "undo.h"
#include "waitlist.h"

/* Delay of the first attempt after a refused claim, and the longest delay */
#define CLAIM_BACKOFF_MIN	msecs_to_jiffies(20)
#define CLAIM_BACKOFF_MAX	HZ

/* Number of attempts to claim while native owners come and go */
#define CLAIM_ATTEMPTS		3

struct workqueue_struct *pb_claim_wq;

static struct pb_port *claim_port(struct arbiter *arb)
{
	return container_of(arb, struct pb_port, arb);
}

/*
 * Return whether nobody holds cad_lock, in particular not the code that runs on
 * this CPU and has called or was interrupted by the caller. If it is free,
 * another CPU may take it a moment later. That CPU releases it again, so the
 * caller may wait for it.
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

/*
 * Return whether everything may be done in this context, including calls of
 * other drivers' callbacks.
 */
static bool claim_context_is_task(struct pb_port *port)
{
	if (!IS_ENABLED(CONFIG_PREEMPT_RT))
		return in_task() && !irqs_disabled();
	/*
	 * The port's own work item is no handler that the core calls. If another
	 * CPU holds cad_lock, it may be giving the port up: the core walks its wait
	 * list without a lock then, and two walks at a time can put a native driver
	 * on the list twice. So leave the release to the work item.
	 */
	return preemptible() && (current_work() == &port->claim.work.work ||
				 claim_lock_is_free(port));
}

/**
 * pb_claim_settle() - wait until no claim is being handed over
 * @port: a port
 *
 * pb_claim_preempt() gives the claim away before the core, which has called it,
 * writes cad. Both happen with cad_lock held. parport_claim() and
 * parport_unregister_device() compare cad with the device without the lock, and
 * would take the claimer for the owner in between.
 *
 * Context: a context that may wait for cad_lock, see claim_lock_is_free(). No
 * claim is handed over from now on: BUSY or OFF is set.
 */
void pb_claim_settle(struct pb_port *port)
{
	unsigned long flags;

	read_lock_irqsave(&port->parport->cad_lock, flags);
	read_unlock_irqrestore(&port->parport->cad_lock, flags);
}

/*
 * Return whether parport_claim() may be called in this context. If so, no claim
 * is being handed over, see pb_claim_settle().
 */
static bool claim_context_allows(struct pb_port *port)
{
	unsigned long flags;
	bool is_free;

	/* A claim walks no list, so a task that holds no lock need not look. */
	if ((IS_ENABLED(CONFIG_PREEMPT_RT) && preemptible() &&
	     !rcu_preempt_depth()) || claim_context_is_task(port)) {
		pb_claim_settle(port);
		return true;
	}
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return false;
	/*
	 * In a softirq, the port's own interrupt must not come while the check
	 * itself holds cad_lock.
	 */
	local_irq_save(flags);
	is_free = claim_lock_is_free(port);
	local_irq_restore(flags);
	return is_free;
}

/*
 * Return whether the interrupt line must be masked around parport_release(),
 * because that function may run into the core's bug described above.
 */
static bool claim_must_mask(const struct parport *parport)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) &&
	       !IS_ENABLED(CONFIG_PARBITER_TEST_NO_IRQ_MASK) &&
	       parport->irq != PARPORT_IRQ_NONE;
}

/*
 * Give a device's claim back to the core.
 *
 * The interrupt line is masked without waiting for a handler that runs on
 * another CPU: that handler may spin on cad_lock until the claim inside
 * parport_release() is done. An edge that comes while the line is masked is
 * replayed when the line is unmasked.
 *
 * When parport_release() claims for a native driver that sleeps, it writes to the
 * driver's device, and looks at its wait queue, after it has dropped its locks. The
 * driver may go on before that, and unregister the device. @releasing keeps the device
 * until this is over, see pb_claim_wait_released().
 *
 * When the port is gone, its driver may have freed the interrupt line. So the line is
 * masked only while @parport is set: driver_detach() clears it, and then waits until
 * @releasing is 0.
 */
static void claim_release_device(struct pb_port *port,
				 struct pardevice *dev)
{
	const struct parport *parport = dev->port->physport;
	bool mask;

	atomic_inc(&port->claim.releasing);
	/*
	 * Pairs with synchronize_rcu() in driver_detach(): either this sees that the port
	 * is gone, or driver_detach() sees the count.
	 */
	smp_mb__after_atomic();
	mask = READ_ONCE(port->parport) && claim_must_mask(parport);
	if (mask)
		disable_irq_nosync(parport->irq);
	parport_release(dev);
	if (mask)
		enable_irq(parport->irq);
	/* Release: what the core has written comes before. */
	atomic_dec_return_release(&port->claim.releasing);
}

/*
 * Give the claimer's claim back to the core.
 *
 * parport_release() clears cad, lets cad_lock go, and saves the registers after
 * that. If a native driver claims in between, its registers are saved as the
 * claimer's. A file's settings must not be lost in this way, so they are saved
 * before, and put in place of what parport_release() saves. BUSY (or OFF) is set, so
 * nobody else uses the claimer's saved state.
 */
static void claim_release_claimer(struct pb_port *port)
{
	struct pardevice *claimer = port->claim.claimer;
	bool is_a_files = pb_registers_are_a_files(&port->registers);
	struct parport_state saved;

	if (is_a_files)
		port->parport->ops->save_state(port->parport, &saved);
	claim_release_device(port, claimer);
	if (is_a_files)
		*claimer->state = saved;
}

/*
 * Take the listener off the core's wait list. If it stayed on the list, it
 * would keep its place ahead of native drivers that join later.
 */
static void claim_unlist(struct pb_port *port)
{
	if (port->claim.listener && pb_waitlist_has(port->claim.listener))
		pb_waitlist_remove(port->parport, port->claim.listener);
}

/*
 * Put the listener at the tail of the core's wait list, by a claim that is
 * meant to fail. The claim succeeds if the native owner has released the port
 * just before. Then the listener's claim is given back, and the claimer tries
 * again.
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
 * Schedule another attempt to claim, because the core walks its lists without a
 * lock and can lose a wake-up. Only a refused claim schedules the next attempt.
 */
static void claim_retry(struct pb_port *port)
{
	queue_delayed_work(pb_claim_wq, &port->claim.work, port->claim.backoff);
	port->claim.backoff = min_t(unsigned long, 2 * port->claim.backoff,
				    CLAIM_BACKOFF_MAX);
}

/*
 * The device whose initial registers a new claim has, if they are not a file's:
 * the claimer's enable the port's interrupt, the listener's do not. A port that
 * is registered exclusively has no listener.
 */
static struct pardevice *claim_model(struct pb_port *port)
{
	if (port->claim.listener && !READ_ONCE(port->devices.interrupts))
		return port->claim.listener;
	return port->claim.claimer;
}

static enum arbiter_claim claim_claim(struct arbiter *arb, bool watch)
{
	struct pb_port *port = claim_port(arb);
	enum arbiter_claim claim = ARBITER_REFUSED;

	if (!claim_context_allows(port)) {
		trace_parbiter_claim(port->number, ARBITER_LATER);
		return ARBITER_LATER;
	}

	pb_registers_before_claim(&port->registers, port->claim.claimer,
				  claim_model(port));
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
	trace_parbiter_claim(port->number, claim);
	return claim;
}

/*
 * Give the claimer's claim back to the core if no native driver is to be told,
 * without parport_release(), and so without masking the port's interrupt.
 *
 * A native driver is refused, and joins the wait list, while it holds cad_lock.
 * So with that lock held, an empty list says that nobody waits. Whoever claims
 * after this finds the port free. Beyond that, parport_release() tells drivers
 * that do not wait that the port is free, if they have a wakeup callback; such
 * a driver is in claim.wakers. It also calls the listener's wakeup callback,
 * but the arbiter decides again after ops->release anyway. The rest of
 * parport_release() is for devices in a daisy chain, which the claimer is not,
 * and sets parport.muxsel, which nobody reads.
 */
static bool claim_release_untold(struct pb_port *port)
{
	struct parport *parport = port->parport;
	struct pardevice *claimer = port->claim.claimer;
	unsigned long flags;
	bool untold;

	write_lock_irqsave(&parport->cad_lock, flags);
	untold = parport->cad == claimer && !READ_ONCE(port->claim.wakers) &&
		 !pb_waitlist_has_others(parport, NULL);
	if (untold) {
		pb_registers_save(&port->registers, claimer);
		/* The core also reads it without the lock. */
		WRITE_ONCE(parport->cad, NULL);
	}
	write_unlock_irqrestore(&parport->cad_lock, flags);
	return untold;
}

/*
 * Inside parport_release(), the core hands the port to a native driver that
 * waits, or calls the listener's wakeup callback. BUSY is set at that time, so
 * arbiter_kick() leaves the decision to the context that has called this
 * function.
 */
static bool claim_release(struct arbiter *arb)
{
	struct pb_port *port = claim_port(arb);
	bool done = claim_context_is_task(port);

	if (done && !claim_release_untold(port))
		claim_release_claimer(port);
	trace_parbiter_release(port->number, done);
	return done;
}

/*
 * Return whether no device owns the port. Only for task context, because this
 * waits for cad_lock.
 */
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
	 * A native driver's parport_release() on another CPU may have reached
	 * the listener in its walk along the wait list, and may have lost sight
	 * of the devices behind it when the listener left the list. If so, the
	 * port is free although a native driver waits: a claim and a release
	 * make the core walk the list again.
	 *
	 * parport_release() clears cad under cad_lock, and then walks the list
	 * without a lock. This function has written to the list, and then reads
	 * cad. If it read cad without the lock, each of the two might miss what
	 * the other has written. With the lock, there are two cases. If the
	 * release took the lock first, cad is seen cleared here. If the release
	 * takes the lock later, its walk sees the list without the listener.
	 */
	if (!claim_port_is_free(parport) ||
	    !pb_waitlist_has_others(parport, NULL))
		return true;
	pb_registers_before_claim(&port->registers, port->claim.claimer,
				  claim_model(port));
	if (!parport_claim(port->claim.claimer))
		claim_release_claimer(port);
	return true;
}

/*
 * Return whether a native driver waits. This only reads the list. The list may
 * change in the meantime, and is read again then.
 */
static bool claim_outsider_waits(struct arbiter *arb)
{
	struct pb_port *port = claim_port(arb);

	return pb_waitlist_has_others(port->parport, port->claim.listener);
}

/* Undo what the owner has changed, before somebody else gets the port. */
static void claim_restore(struct arbiter *arb)
{
	pb_undo(claim_port(arb));
}

static void claim_freed(struct arbiter *arb)
{
	pb_service_freed(claim_port(arb));
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
	.restore = claim_restore,
	.freed = claim_freed,
	.later = claim_later,
};

static void claim_work(struct work_struct *work)
{
	struct pb_port *port = container_of(to_delayed_work(work),
					    struct pb_port, claim.work);
	unsigned long flags;

	arbiter_kick(&port->arb);
	/* If the native driver that has the port does not know, it never lets go. */
	if (arbiter_waiters(&port->arb))
		pb_waitlist_wake_owner(port->parport);
	/*
	 * The rest of claim_notify_owner(). A native driver that was refused
	 * before this has held cad_lock since then, until it was on the wait
	 * list. So after passing through cad_lock, none is refused but not on
	 * the list yet.
	 */
	read_lock_irqsave(&port->parport->cad_lock, flags);
	read_unlock_irqrestore(&port->parport->cad_lock, flags);
	arbiter_notify_owner(&port->arb);
	/*
	 * The request of somebody who has waited since the last Free may have been
	 * withdrawn before this, or a Try been refused because the claim was to be
	 * given back.
	 */
	if (arbiter_is_free(&port->arb))
		pb_service_freed(port);
}

/*
 * Notify the owner that a native driver, which was refused, waits.
 *
 * The core calls pb_claim_preempt() first, and puts the native driver on its
 * wait list afterwards. It holds cad_lock from before the first to after the
 * second. The wait list must be read after the driver has joined it, or the
 * owner is not notified. Without PREEMPT_RT this function runs on the CPU on
 * which the driver claims, once interrupts are on again there, which is late
 * enough for that driver. It may be too early for a second driver that was
 * refused on another CPU while this function was still pending for the first
 * one. It may also be too early on PREEMPT_RT, where this function runs in a
 * thread.
 *
 * So this function passes through cad_lock. A driver that found this function
 * pending has held the lock since before this function began, and holds it
 * until it is on the wait list. A driver that is refused later queues this
 * function again. Waiting for the lock is not safe here: the core may hold it
 * on this very CPU, with interrupts on. So if the lock is taken, the work item
 * does the rest, because the work item can wait for the lock.
 */
static void claim_notify_owner(struct irq_work *work)
{
	struct pb_port *port = container_of(work, struct pb_port,
					    claim.asked);

	/*
	 * Removal does not wait for each call of this that begins after the
	 * arbiter is off, and clears port->parport. See
	 * pb_devices_stop_locked() for those that began before.
	 */
	rcu_read_lock();
	if (arbiter_is_on(&port->arb)) {
		if (claim_lock_is_free(port))
			arbiter_notify_owner(&port->arb);
		else if (arbiter_is_on(&port->arb))
			claim_later(&port->arb);
	}
	rcu_read_unlock();
}

/*
 * Give the registers to a native driver, as if the claimer had released the
 * port, and the driver had claimed it. The driver's device may be on a
 * multiplexed clone of the port, which does not have all the addresses.
 */
static void claim_hand_registers_over(struct pb_port *port,
				      struct pardevice *native)
{
	struct parport *parport = port->parport;

	/* See kernel_handed in Documentation/performance.rst. */
	if (unlikely(pb_registers_are_a_files(&port->registers)))
		pb_registers_exchange(port->claim.claimer, native);
	else
		parport->ops->restore_state(parport, native->state);
}

/* The rest of pb_claim_preempt(), if no idle claim can be handed over at once. */
static noinline int claim_answer(struct pb_port *port, struct pardevice *native)
{
	bool handed = native && arbiter_hand_over(&port->arb);

	trace_parbiter_native_asked(port->number, native ? native->name : "",
				    handed);
	if (handed) {
		claim_hand_registers_over(port, native);
		return 0;
	}
	if (!native && arbiter_ask(&port->arb))
		claim_later(&port->arb);
	irq_work_queue(&port->claim.asked);
	return 1;
}

/**
 * pb_claim_preempt() - hand an idle claim over to a native driver, or refuse
 * @private: the port
 *
 * When this returns 0, the core saves the registers of the moment into the
 * native driver's saved state, and restores them from there. So before that,
 * the registers must become what the native driver has saved. The core does not
 * say which driver asks. If there is one on the port, it is that one: a driver
 * that registers is counted before it can claim, and nobody claims while its
 * device is unregistered (see pb_devices_count_natives()), but for a late claim
 * of the core's (see pb_claim_take_back()). Its saved state is its own, because
 * the core writes it only when that driver releases the port, and here. (The
 * core saves it a moment too late, see "What parbiter cannot mend" in
 * Documentation/parport-core.rst.)
 *
 * The claimer's own saved state is used by no other context meanwhile: who
 * claims next passes through cad_lock first, see pb_claim_settle().
 *
 * With several native drivers, or one that has a wakeup callback, no idle claim
 * is kept. A claim that looks idle then is about to be given back to the core.
 * It may also be that all but one of them have just gone, and that the owner
 * has freed after that and has kept the claim; then claim_work() gives it back.
 *
 * Whether a native driver that is refused is going to wait is not known yet. So
 * the owner is notified later, see claim_notify_owner().
 *
 * Context: called by the core with cad_lock held and interrupts off.
 * Return: 0: the native driver gets the port; 1: it does not.
 */
int pb_claim_preempt(void *private)
{
	struct pb_port *port = private;
	struct pardevice *native = READ_ONCE(port->claim.native);

	if (unlikely(!native || !arbiter_hand_over_idle(&port->arb)))
		return claim_answer(port, native);
	claim_hand_registers_over(port, native);
	return 0;
}

/**
 * pb_claim_wakeup() - claim after a native driver has released the port
 * @private: the port
 *
 * If a request is queued, this claims before it returns: as soon as this
 * returns with the port unclaimed, the core wakes the next device on its wait
 * list.
 *
 * Context: called by the core in the context in which the native driver
 * releases, which may be any.
 */
void pb_claim_wakeup(void *private)
{
	struct pb_port *port = private;

	if (arbiter_waiters(&port->arb))
		arbiter_kick(&port->arb);
}

/**
 * pb_claim_interrupt() - pass the port's interrupt on to the owner and to services
 * @private: the port
 *
 * No code takes cad_lock while it holds arbiter.lock, so arbiter.lock may be
 * taken here.
 *
 * Context: called by the core in the port's interrupt handler, with cad_lock
 * held for reading, while parbiter has the claim.
 */
void pb_claim_interrupt(void *private)
{
	struct pb_port *port = private;

	arbiter_event(&port->arb);
	pb_service_interrupt(port);
}

/**
 * pb_claim_wait_released() - wait until parbiter's parport_release() is over
 * @port: a port
 *
 * Called when a native driver has unregistered its device, before the device is freed,
 * and after pb_waitlist_mend(). If a call of parport_release() for parbiter has found
 * that device on one of the core's lists, it was counted in @releasing before it took
 * cad_lock, and pb_waitlist_mend() has taken cad_lock later. A call that begins later
 * finds the device only if a claim for it was refused meanwhile, which puts it back on
 * the wait list.
 *
 * driver_detach() calls this, too, when the port is gone.
 *
 * Context: process, may sleep.
 */
void pb_claim_wait_released(struct pb_port *port)
{
	while (atomic_read_acquire(&port->claim.releasing))
		schedule_timeout_uninterruptible(1);
}

/**
 * pb_claim_take_back() - release the port for a device that was unregistered
 * @port: a port
 * @gone: a device that is unregistered, and not freed yet
 *
 * parport_unregister_device() releases the port before it takes the device off the wait
 * list. A parport_release() that has found the device on the list before, which may be
 * that of parport_unregister_device() itself, may claim for the device after that. No
 * driver would release the port, and the core would follow cad to freed memory.
 *
 * So this function releases the port, as the driver would have done, and the core serves
 * whoever waits. The core has freed the device's saved registers by now, so it is given
 * room for them.
 *
 * Context: process, may sleep. Called after pb_claim_wait_released().
 */
void pb_claim_take_back(struct pb_port *port, struct pardevice *gone)
{
	struct parport *parport = gone->port->physport;
	struct parport_state state = { }, *freed = gone->state;
	unsigned long flags;
	bool has;

	read_lock_irqsave(&parport->cad_lock, flags);
	has = parport->cad == gone;
	read_unlock_irqrestore(&parport->cad_lock, flags);
	if (!has)
		return;

	gone->state = &state;
	claim_release_device(port, gone);
	gone->state = freed;
}

/**
 * pb_claim_init() - initialize a port's arbiter and its backing
 * @port: the port, which nobody else uses yet
 *
 * Context: any.
 */
void pb_claim_init(struct pb_port *port)
{
	arbiter_init(&port->arb, &claim_ops);
	INIT_DELAYED_WORK(&port->claim.work, claim_work);
	init_irq_work(&port->claim.asked, claim_notify_owner);
}

/**
 * pb_claim_begin() - forget how long the clients of before have waited
 * @port: the port, whose arbiter is off
 *
 * Context: any.
 */
void pb_claim_begin(struct pb_port *port)
{
	port->claim.backoff = CLAIM_BACKOFF_MIN;
}

/**
 * pb_claim_create_wq() - create the workqueue that all ports use
 *
 * Context: process, may sleep.
 * Return: 0; -ENOMEM: out of memory.
 */
int pb_claim_create_wq(void)
{
	pb_claim_wq = alloc_workqueue("parbiter_port",
				      WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM,
				      0);
	return pb_claim_wq ? 0 : -ENOMEM;
}

/**
 * pb_claim_destroy_wq() - destroy the workqueue that all ports use
 *
 * Context: process, may sleep. No port is left.
 */
void pb_claim_destroy_wq(void)
{
	destroy_workqueue(pb_claim_wq);
}
