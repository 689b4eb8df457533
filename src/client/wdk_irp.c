// SPDX-License-Identifier: GPL-2.0
/*
 * IRPs of the driver kit: which there are, and where they are. What becomes of one
 * that is sent to a port is in wdk_call.c.
 *
 * An IRP has two stack locations: that of the port, and one for the driver. It is with its driver
 * (IRP_HERE), or it has been sent (IRP_SENT).
 *
 * A driver uses an IRP that it has built until the IRP completes, which it learns
 * from the event. But a driver that stops waiting and then cancels may come too
 * late: the IRP has been freed meanwhile. Windows has this race, and three of eight
 * drivers that were read have it. Therefore no function trusts a pointer. It looks
 * the IRP up in irps first, under irp_lock, and takes a reference; and what is freed
 * is freed after an RCU grace period, so that another IRP does not soon have the
 * same address.
 *
 * irp_lock guards irps and flights, and of each IRP its membership in both, state and
 * abandoned. It is a leaf, and a raw spinlock, because IRPs end and are cancelled in
 * any context. No event is set, no routine called and no memory freed with it held.
 */
#include <linux/export.h>
#include <linux/hashtable.h>
#include <linux/kref.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "wdk_irp.h"

static DEFINE_HASHTABLE(irps, 6);
/* The IRPs that have been sent, and whose driver has not been told the end */
static LIST_HEAD(flights);
static DEFINE_RAW_SPINLOCK(irp_lock);
/* Woken when an IRP that was pending has left flights */
static DECLARE_WAIT_QUEUE_HEAD(irp_landed);

static void irp_release(struct kref *ref)
{
	kfree_rcu(container_of(ref, struct wdk_irp, ref), rcu);
}

/**
 * pb_irp_put() - give a reference back
 * @irp: the IRP, which is freed with the last one
 *
 * Context: any.
 */
void pb_irp_put(struct wdk_irp *irp)
{
	kref_put(&irp->ref, irp_release);
}

static struct wdk_irp *irp_find_locked(PIRP pointer)
{
	struct wdk_irp *irp;

	lockdep_assert_held(&irp_lock);

	hash_for_each_possible(irps, irp, node, (unsigned long)pointer)
		if (&irp->irp == pointer)
			return irp;
	return NULL;
}

/*
 * Take an IRP out of irps. Return whether it was there: then the caller has the
 * reference.
 */
static bool irp_remove_locked(struct wdk_irp *irp)
{
	lockdep_assert_held(&irp_lock);

	if (!hash_hashed(&irp->node))
		return false;
	hash_del(&irp->node);
	return true;
}

/* Make an IRP with a buffer of @size bytes, which is in irps. */
static struct wdk_irp *irp_make(struct module *owner, size_t size, gfp_t gfp)
{
	struct wdk_irp *irp = kzalloc(struct_size(irp, buffer, size),
				      gfp | __GFP_NOWARN);
	unsigned long flags;

	if (!irp)
		return NULL;
	kref_init(&irp->ref);
	irp->owner = owner;
	irp->irp.Tail.Overlay.Thread = current;
	irp->irp.Tail.Overlay.CurrentStackLocation = &irp->own;
	raw_spin_lock_irqsave(&irp_lock, flags);
	hash_add(irps, &irp->node, (unsigned long)&irp->irp);
	raw_spin_unlock_irqrestore(&irp_lock, flags);
	return irp;
}

/**
 * parbiter_allocate_irp() - IoAllocateIrp()
 * @owner: the calling driver, THIS_MODULE
 *
 * The driver fills the next stack location and AssociatedIrp.SystemBuffer, which
 * must be as large as the larger one of both lengths. It frees the IRP with
 * parbiter_free_irp(); what it forgets is freed when the driver is unloaded.
 *
 * Context: any but hard interrupt; with PREEMPT_RT, one that can be preempted.
 * Return: the IRP; NULL: out of memory.
 */
PIRP parbiter_allocate_irp(struct module *owner)
{
	struct wdk_irp *irp = irp_make(owner, 0, GFP_ATOMIC);

	return irp ? &irp->irp : NULL;
}
EXPORT_SYMBOL_GPL(parbiter_allocate_irp);

/**
 * parbiter_build_irp() - IoBuildDeviceIoControlRequest()
 * @owner: the calling driver, THIS_MODULE
 * @code: the control code
 * @in: the input, which is copied; may be NULL
 * @in_length: its size in bytes
 * @out: where to copy the output to when the request ends; may be NULL
 * @out_length: its size in bytes
 * @internal: TRUE: IRP_MJ_INTERNAL_DEVICE_CONTROL; FALSE: IRP_MJ_DEVICE_CONTROL
 * @event: set when the request ends, unless it fails at once; may be NULL
 * @iosb: written before that; may be NULL
 *
 * The IRP is freed when it completes. If parbiter_call_irp() returns an error, that
 * is neither STATUS_PENDING nor a success, then @out, @event and @iosb are not
 * touched afterwards. They may be on the stack.
 *
 * Context: process, may sleep.
 * Return: the IRP; NULL: out of memory.
 */
PIRP parbiter_build_irp(struct module *owner, ULONG code, PVOID in,
			ULONG in_length, PVOID out, ULONG out_length,
			BOOLEAN internal, PKEVENT event, PIO_STATUS_BLOCK iosb)
{
	size_t size = max(in ? in_length : 0, out ? out_length : 0);
	struct wdk_irp *irp = irp_make(owner, size, GFP_KERNEL);

	if (!irp)
		return NULL;
	if (in)
		memcpy(irp->buffer, in, in_length);
	irp->built = true;
	irp->out_length = out ? out_length : 0;
	irp->irp.AssociatedIrp.SystemBuffer = size ? irp->buffer : NULL;
	irp->irp.UserBuffer = out;
	irp->irp.UserEvent = event;
	irp->irp.UserIosb = iosb;
	irp->stack.MajorFunction = internal ? IRP_MJ_INTERNAL_DEVICE_CONTROL :
					      IRP_MJ_DEVICE_CONTROL;
	irp->stack.Parameters.DeviceIoControl.IoControlCode = code;
	irp->stack.Parameters.DeviceIoControl.InputBufferLength =
		in ? in_length : 0;
	irp->stack.Parameters.DeviceIoControl.OutputBufferLength =
		irp->out_length;
	return &irp->irp;
}
EXPORT_SYMBOL_GPL(parbiter_build_irp);

/**
 * pb_irp_get() - look an IRP up
 * @pointer: what a driver takes for an IRP
 *
 * Context: any.
 * Return: the IRP, with a reference for the caller; NULL: it does not exist.
 */
struct wdk_irp *pb_irp_get(PIRP pointer)
{
	struct wdk_irp *irp;
	unsigned long flags;

	raw_spin_lock_irqsave(&irp_lock, flags);
	irp = irp_find_locked(pointer);
	if (irp)
		kref_get(&irp->ref);
	raw_spin_unlock_irqrestore(&irp_lock, flags);
	return irp;
}

/* Another thread may have the same task_struct later. */
static bool irp_is_own(const struct wdk_irp *irp)
{
	return irp->irp.Tail.Overlay.Thread == current &&
	       irp->sender_start == current->start_time;
}

/**
 * pb_irp_get_own() - find an IRP that the current task has sent
 *
 * Context: process.
 * Return: one that is not cancelled, with a reference for the caller; NULL: there
 * is none.
 */
struct wdk_irp *pb_irp_get_own(void)
{
	struct wdk_irp *irp, *found = NULL;
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&irp_lock, flags);
	hash_for_each(irps, i, irp, node)
		if (irp->state == IRP_SENT && !READ_ONCE(irp->irp.Cancel) &&
		    irp_is_own(irp))
			found = irp;
	if (found)
		kref_get(&found->ref);
	raw_spin_unlock_irqrestore(&irp_lock, flags);
	return found;
}

static void irp_prepare_locked(struct wdk_irp *irp,
			       void (*done)(struct parbiter_control *control))
{
	const IO_STACK_LOCATION *stack = &irp->stack;
	PVOID buffer = irp->irp.AssociatedIrp.SystemBuffer;

	lockdep_assert_held(&irp_lock);

	irp->irp.Tail.Overlay.Thread = current;
	irp->sender_start = current->start_time;
	irp->control = (struct parbiter_control){
		.code = stack->Parameters.DeviceIoControl.IoControlCode,
		.buffer = buffer,
		.cancelled = READ_ONCE(irp->irp.Cancel),
		.done = done,
		.data = irp,
	};
	if (!buffer)
		return;
	irp->control.input_length =
		stack->Parameters.DeviceIoControl.InputBufferLength;
	irp->control.output_length =
		stack->Parameters.DeviceIoControl.OutputBufferLength;
}

/**
 * pb_irp_send() - begin to send an IRP
 * @pointer: what a driver takes for an IRP
 * @done: called if the request was pending, when it has ended; control->data is the
 *	IRP
 *
 * The request is complete before the state says so: from then on it may be cancelled.
 *
 * Context: any.
 * Return: the IRP with two references, for the caller and for the request; NULL:
 * there is no such IRP, or it has been sent already.
 */
struct wdk_irp *pb_irp_send(PIRP pointer,
			    void (*done)(struct parbiter_control *control))
{
	struct wdk_irp *irp;
	unsigned long flags;

	raw_spin_lock_irqsave(&irp_lock, flags);
	irp = irp_find_locked(pointer);
	if (irp && irp->state == IRP_HERE) {
		irp_prepare_locked(irp, done);
		irp->state = IRP_SENT;
		if (!irp->flying++)
			list_add(&irp->flight, &flights);
		kref_get(&irp->ref);
		kref_get(&irp->ref);
	} else {
		irp = NULL;
	}
	raw_spin_unlock_irqrestore(&irp_lock, flags);
	return irp;
}

/**
 * pb_irp_is_sent() - return whether an IRP has been sent, and has not ended
 * @irp: the IRP
 *
 * Who has set irp->irp.Cancel and then gets false may be sure that pb_irp_send() sees
 * it; with true, @irp->control is complete.
 *
 * Context: any.
 */
bool pb_irp_is_sent(struct wdk_irp *irp)
{
	unsigned long flags;
	bool is_sent;

	raw_spin_lock_irqsave(&irp_lock, flags);
	is_sent = irp->state == IRP_SENT;
	raw_spin_unlock_irqrestore(&irp_lock, flags);
	return is_sent;
}

static void irp_land_locked(struct wdk_irp *irp)
{
	lockdep_assert_held(&irp_lock);

	if (!--irp->flying)
		list_del(&irp->flight);
}

/**
 * pb_irp_return() - note that an IRP has ended: it is with its driver again
 * @irp: the IRP
 * @pending: the request was pending: pb_irp_land() is to follow. Otherwise the thread
 *	that has sent it is here, and does not wait for this
 *
 * Context: any.
 * Return: whether the driver wants to hear of it.
 */
bool pb_irp_return(struct wdk_irp *irp, bool pending)
{
	unsigned long flags;
	bool tell;

	raw_spin_lock_irqsave(&irp_lock, flags);
	irp->state = IRP_HERE;
	if (!pending)
		irp_land_locked(irp);
	tell = !irp->abandoned;
	raw_spin_unlock_irqrestore(&irp_lock, flags);
	return tell;
}

/**
 * pb_irp_land() - note that the driver has been told all of the end of an IRP
 * @irp: the IRP, whose request was pending
 *
 * Context: that of parbiter_control.done.
 */
void pb_irp_land(struct wdk_irp *irp)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&irp_lock, flags);
	irp_land_locked(irp);
	raw_spin_unlock_irqrestore(&irp_lock, flags);
	wake_up_all(&irp_landed);
}

static bool irp_own_is_flying(void)
{
	struct wdk_irp *irp;
	unsigned long flags;
	bool found = false;

	raw_spin_lock_irqsave(&irp_lock, flags);
	list_for_each_entry(irp, &flights, flight)
		if (irp_is_own(irp))
			found = true;
	raw_spin_unlock_irqrestore(&irp_lock, flags);
	return found;
}

/**
 * pb_irp_wait_own() - wait until the IRPs have ended that the current task has sent
 *
 * On return their completion routines have returned, and their events are set.
 *
 * Context: process, may sleep.
 */
void pb_irp_wait_own(void)
{
	wait_event(irp_landed, !irp_own_is_flying());
}

/**
 * pb_irp_finish() - note that an IRP completes, which ends one that was built
 * @irp: the IRP
 * @removed: true: it was in the table, and the caller has that reference
 *
 * Context: any.
 * Return: whether its caller is to be told. Of two threads that complete an IRP that
 * was built, only the first one is to do so.
 */
bool pb_irp_finish(struct wdk_irp *irp, bool *removed)
{
	unsigned long flags;
	bool tell;

	raw_spin_lock_irqsave(&irp_lock, flags);
	*removed = irp->built && irp_remove_locked(irp);
	tell = !irp->abandoned && (*removed || !irp->built);
	raw_spin_unlock_irqrestore(&irp_lock, flags);
	return tell;
}

/* Forget an IRP: whatever becomes of it, nobody is told. */
static void irp_abandon_locked(struct wdk_irp *irp)
{
	lockdep_assert_held(&irp_lock);

	irp->abandoned = true;
	irp_remove_locked(irp);
}

/**
 * pb_irp_take() - forget an IRP: whatever becomes of it, nobody is told
 * @pointer: what a driver takes for an IRP
 *
 * Context: any.
 * Return: the IRP, with the reference of the table; NULL: it does not exist.
 */
struct wdk_irp *pb_irp_take(PIRP pointer)
{
	struct wdk_irp *irp;
	unsigned long flags;

	raw_spin_lock_irqsave(&irp_lock, flags);
	irp = irp_find_locked(pointer);
	if (irp)
		irp_abandon_locked(irp);
	raw_spin_unlock_irqrestore(&irp_lock, flags);
	return irp;
}

/**
 * pb_irp_take_of() - forget one of a module's IRPs
 * @owner: the module
 *
 * Context: any.
 * Return: as pb_irp_take(); NULL: there is none any more.
 */
struct wdk_irp *pb_irp_take_of(struct module *owner)
{
	struct wdk_irp *irp, *found = NULL;
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&irp_lock, flags);
	hash_for_each(irps, i, irp, node)
		if (irp->owner == owner)
			found = irp;
	if (found)
		irp_abandon_locked(found);
	raw_spin_unlock_irqrestore(&irp_lock, flags);
	return found;
}
