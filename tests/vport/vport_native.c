// SPDX-License-Identifier: GPL-2.0
/*
 * A native driver: a client of the parport core like lp or ppdev, that does
 * what it is told and counts what happens to it.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/parport.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>

#include "vport.h"

/**
 * struct vport_native - one native driver on one port
 * @ref: references
 * @lock: guards @pardev and @thread; serialises what the driver is told to do
 * @pardev: NULL once unregistered
 * @config: how it behaves
 * @name: its name
 * @number: of its port
 * @thread: inside parport_claim_or_block(), or just out of it
 * @started: @thread can be signalled
 * @finished: @thread knows its result
 * @stats_lock: guards @stats; taken in callbacks, with interrupts off
 * @stats: what happened
 */
struct vport_native {
	struct kref ref;
	struct mutex lock;		/* see above */
	struct pardevice *pardev;
	struct vport_native_config config;
	const char *name;
	int number;
	struct task_struct *thread;
	struct completion started;
	struct completion finished;
	raw_spinlock_t stats_lock;	/* see above */
	struct vport_native_stats stats;
};

static void vport_native_count(struct vport_native *native, u64 *counter)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&native->stats_lock, flags);
	(*counter)++;
	raw_spin_unlock_irqrestore(&native->stats_lock, flags);
}

/* Before a claim: whoever sees the port granted first, counts the grant. */
static void vport_native_want(struct vport_native *native)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&native->stats_lock, flags);
	native->stats.claims++;
	native->stats.wanting = true;
	raw_spin_unlock_irqrestore(&native->stats_lock, flags);
}

/* After a claim: @ret is negative if it was refused. */
static void vport_native_settle(struct vport_native *native, int ret)
{
	struct vport_native_stats *stats = &native->stats;
	unsigned long flags;

	raw_spin_lock_irqsave(&native->stats_lock, flags);
	stats->result = ret;
	if (ret >= 0 && stats->wanting) {
		stats->wanting = false;
		stats->grants++;
		stats->seq = parbiter_vport_sequence();
		stats->ns = ktime_get_mono_fast_ns();
	}
	if (native->config.wakeup != VPORT_WAKEUP_CLAIM)
		stats->wanting = false;
	raw_spin_unlock_irqrestore(&native->stats_lock, flags);
}

/* Under the core's cad_lock, with interrupts off */
static int vport_native_preempt(void *context)
{
	struct vport_native *native = context;

	vport_native_count(native, &native->stats.asked);
	return native->config.preempt != VPORT_PREEMPT_ACCEPT;
}

static void vport_native_wakeup(void *context)
{
	struct vport_native *native = context;
	struct pardevice *pardev = READ_ONCE(native->pardev);

	vport_native_count(native, &native->stats.wakeups);
	if (native->config.wakeup != VPORT_WAKEUP_CLAIM || !pardev ||
	    !READ_ONCE(native->stats.wanting))
		return;
	if (!parport_claim(pardev))
		vport_native_settle(native, 0);
}

static void vport_native_irq(void *context)
{
	struct vport_native *native = context;

	vport_native_count(native, &native->stats.irqs);
}

static bool vport_native_owns(const struct pardevice *pardev)
{
	return READ_ONCE(pardev->port->physport->cad) == pardev;
}

static struct vport_native *
vport_native_alloc(const struct vport_native_config *config)
{
	struct vport_native *native = kzalloc(sizeof(*native), GFP_KERNEL);

	if (!native)
		return NULL;
	native->name = kstrdup(config->name, GFP_KERNEL);
	if (!native->name) {
		kfree(native);
		return NULL;
	}
	kref_init(&native->ref);
	mutex_init(&native->lock);
	init_completion(&native->started);
	init_completion(&native->finished);
	raw_spin_lock_init(&native->stats_lock);
	native->config = *config;
	native->config.name = native->name;
	return native;
}

/**
 * parbiter_vport_native_create - let a native driver in on a port
 * @port: any port of the core, virtual or real
 * @config: how it behaves
 *
 * Context: process; may sleep.
 * Return: the driver, with one reference, or an ERR_PTR(): -EBUSY if the core
 * refuses, which does not say why.
 */
struct vport_native *
parbiter_vport_native_create(struct parport *port,
			     const struct vport_native_config *config)
{
	struct vport_native *native = vport_native_alloc(config);
	struct pardev_cb cb = { .private = native };
	struct pardevice *pardev;

	if (!native)
		return ERR_PTR(-ENOMEM);
	if (config->preempt != VPORT_PREEMPT_NONE)
		cb.preempt = vport_native_preempt;
	if (config->wakeup != VPORT_WAKEUP_NONE)
		cb.wakeup = vport_native_wakeup;
	if (config->irq)
		cb.irq_func = vport_native_irq;
	if (config->exclusive)
		cb.flags = PARPORT_DEV_EXCL;
	native->number = port->number;
	pardev = parport_register_dev_model(port, native->name, &cb,
					    port->number);
	if (!pardev) {
		parbiter_vport_native_put(native);
		return ERR_PTR(-EBUSY);
	}
	WRITE_ONCE(native->pardev, pardev);
	return native;
}

/* Waits for the thread to end, after a signal if it must. */
static void vport_native_reap(struct vport_native *native, bool force)
{
	struct task_struct *thread = native->thread;

	if (!thread || (!force && !completion_done(&native->finished)))
		return;
	if (!completion_done(&native->finished))
		send_sig(SIGINT, thread, 1);
	kthread_stop(thread);
	put_task_struct(thread);
	native->thread = NULL;
}

/* Locks a driver that can be told something; 0 or why it cannot. */
static int vport_native_lock(struct vport_native *native)
{
	int ret = 0;

	mutex_lock(&native->lock);
	vport_native_reap(native, false);
	if (!native->pardev)
		ret = -ENODEV;
	else if (native->thread)
		ret = -EINPROGRESS;
	if (ret)
		mutex_unlock(&native->lock);
	return ret;
}

/**
 * parbiter_vport_native_unregister - take a native driver off its port
 * @native: the driver
 *
 * Interrupts a blocked claim and gives up the port. For the detach() of the
 * parport driver that stands behind the native, or before. Twice is harmless.
 *
 * Context: process; may sleep.
 */
void parbiter_vport_native_unregister(struct vport_native *native)
{
	struct pardevice *pardev;

	mutex_lock(&native->lock);
	vport_native_reap(native, true);
	pardev = native->pardev;
	if (pardev) {
		if (vport_native_owns(pardev))
			parport_release(pardev);
		WRITE_ONCE(native->pardev, NULL);
		parport_unregister_device(pardev);
	}
	mutex_unlock(&native->lock);
}

/**
 * parbiter_vport_native_get - take a reference
 * @native: the driver
 */
void parbiter_vport_native_get(struct vport_native *native)
{
	kref_get(&native->ref);
}

static void vport_native_free(struct kref *ref)
{
	struct vport_native *native = container_of(ref, struct vport_native,
						   ref);

	kfree(native->name);
	kfree(native);
}

/**
 * parbiter_vport_native_put - drop a reference
 * @native: the driver; unregistered, if this is the last
 */
void parbiter_vport_native_put(struct vport_native *native)
{
	kref_put(&native->ref, vport_native_free);
}

/**
 * parbiter_vport_native_name - the driver's name
 * @native: the driver
 *
 * Return: its name.
 */
const char *parbiter_vport_native_name(struct vport_native *native)
{
	return native->name;
}

/**
 * parbiter_vport_native_number - the number of the driver's port
 * @native: the driver
 *
 * Return: the N of parportN.
 */
int parbiter_vport_native_number(struct vport_native *native)
{
	return native->number;
}

/**
 * parbiter_vport_native_claim - parport_claim()
 * @native: the driver
 *
 * Context: process.
 * Return: what the core says: 0, or -EAGAIN if refused. -EALREADY if it owns
 * the port already, -EINPROGRESS inside a blocked claim, -ENODEV when
 * unregistered.
 */
int parbiter_vport_native_claim(struct vport_native *native)
{
	int ret = vport_native_lock(native);

	if (ret)
		return ret;
	if (vport_native_owns(native->pardev)) {
		ret = -EALREADY;
	} else {
		vport_native_want(native);
		ret = parport_claim(native->pardev);
		vport_native_settle(native, ret);
	}
	mutex_unlock(&native->lock);
	return ret;
}

static int vport_native_thread(void *context)
{
	struct vport_native *native = context;
	int ret;

	allow_signal(SIGINT);
	complete(&native->started);
	ret = parport_claim_or_block(native->pardev);
	vport_native_settle(native, ret < 0 ? ret : 0);
	complete_all(&native->finished);
	return 0;
}

/* Starts the thread that claims. */
static int vport_native_start(struct vport_native *native)
{
	struct task_struct *thread;

	reinit_completion(&native->started);
	reinit_completion(&native->finished);
	vport_native_want(native);
	thread = kthread_create(vport_native_thread, native, "%s.%d",
				native->name, native->number);
	if (IS_ERR(thread)) {
		vport_native_settle(native, PTR_ERR(thread));
		complete_all(&native->finished);
		return PTR_ERR(thread);
	}
	get_task_struct(thread);
	native->thread = thread;
	wake_up_process(thread);
	wait_for_completion(&native->started);
	return 0;
}

/**
 * parbiter_vport_native_claim_block - parport_claim_or_block(), in a thread
 * @native: the driver
 *
 * Returns as soon as the thread is about to claim.
 *
 * Context: process; may sleep.
 * Return: 0 or as parbiter_vport_native_claim().
 */
int parbiter_vport_native_claim_block(struct vport_native *native)
{
	int ret = vport_native_lock(native);

	if (ret)
		return ret;
	if (vport_native_owns(native->pardev))
		ret = -EALREADY;
	else
		ret = vport_native_start(native);
	mutex_unlock(&native->lock);
	return ret;
}

/**
 * parbiter_vport_native_wait - wait for a blocked claim to end
 * @native: the driver
 * @ms: how long, at most, in milliseconds
 *
 * Context: process; sleeps.
 * Return: the claim's result: 0, or -EINTR after a signal to the thread.
 * -ETIMEDOUT while it is blocked, -ERESTARTSYS on a signal to the caller.
 */
int parbiter_vport_native_wait(struct vport_native *native, unsigned int ms)
{
	struct vport_native_stats stats;
	long left;

	left = wait_for_completion_interruptible_timeout(&native->finished,
							 msecs_to_jiffies(ms));
	if (left < 0)
		return left;
	if (!left)
		return -ETIMEDOUT;
	parbiter_vport_native_stats(native, &stats);
	return stats.result;
}

/**
 * parbiter_vport_native_signal - interrupt a blocked claim
 * @native: the driver
 *
 * The core then leaves it on its wait list, as it does with everybody.
 *
 * Context: process; may sleep.
 * Return: 0, or -ESRCH if no claim is blocked.
 */
int parbiter_vport_native_signal(struct vport_native *native)
{
	int ret = -ESRCH;

	mutex_lock(&native->lock);
	vport_native_reap(native, false);
	if (native->thread) {
		send_sig(SIGINT, native->thread, 1);
		ret = 0;
	}
	mutex_unlock(&native->lock);
	return ret;
}

/**
 * parbiter_vport_native_release - parport_release()
 * @native: the driver
 *
 * Context: process.
 * Return: 0, -EPERM if it does not own the port, or as
 * parbiter_vport_native_claim().
 */
int parbiter_vport_native_release(struct vport_native *native)
{
	int ret = vport_native_lock(native);

	if (ret)
		return ret;
	if (vport_native_owns(native->pardev))
		parport_release(native->pardev);
	else
		ret = -EPERM;
	mutex_unlock(&native->lock);
	return ret;
}

/**
 * parbiter_vport_native_yield - parport_yield()
 * @native: the driver
 *
 * Context: process.
 * Return: 0 if it owns the port again, or still; -EAGAIN if it lost it;
 * -EPERM if it did not own it, or as parbiter_vport_native_claim().
 */
int parbiter_vport_native_yield(struct vport_native *native)
{
	int ret = vport_native_lock(native);

	if (ret)
		return ret;
	if (vport_native_owns(native->pardev)) {
		vport_native_want(native);
		ret = parport_yield(native->pardev);
		vport_native_settle(native, ret);
	} else {
		ret = -EPERM;
	}
	mutex_unlock(&native->lock);
	return ret;
}

/**
 * parbiter_vport_native_write - write the data register
 * @native: the driver
 * @data: the value
 *
 * Context: process.
 * Return: 0, -EPERM if it does not own the port, or as
 * parbiter_vport_native_claim().
 */
int parbiter_vport_native_write(struct vport_native *native, u8 data)
{
	int ret = vport_native_lock(native);

	if (ret)
		return ret;
	if (vport_native_owns(native->pardev))
		parport_write_data(native->pardev->port, data);
	else
		ret = -EPERM;
	mutex_unlock(&native->lock);
	return ret;
}

/**
 * parbiter_vport_native_stats - what happened to a native driver
 * @native: the driver
 * @stats: where to copy it to
 *
 * Context: process; may sleep.
 */
void parbiter_vport_native_stats(struct vport_native *native,
				 struct vport_native_stats *stats)
{
	unsigned long flags;

	mutex_lock(&native->lock);
	raw_spin_lock_irqsave(&native->stats_lock, flags);
	*stats = native->stats;
	raw_spin_unlock_irqrestore(&native->stats_lock, flags);
	stats->owner = native->pardev && vport_native_owns(native->pardev);
	stats->blocked = native->thread &&
			 !completion_done(&native->finished);
	mutex_unlock(&native->lock);
}
