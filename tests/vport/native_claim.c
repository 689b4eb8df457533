// SPDX-License-Identifier: GPL-2.0
/*
 * A native driver's commands: claim the port, in this thread or in one of its own,
 * release it, yield it, and write to it.
 */
#include <linux/err.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/timekeeping.h>

#include "native.h"

/*
 * Call this before a claim. The claim itself and the wake-up callback may both see
 * that the port was granted; the first of them counts the grant.
 */
static void vport_native_want(struct vport_native *native)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&native->stats_lock, flags);
	native->stats.claims++;
	WRITE_ONCE(native->stats.wanting, true);
	raw_spin_unlock_irqrestore(&native->stats_lock, flags);
}

/**
 * parbiter_vport_native_settle - note the result of a claim
 * @native: the driver
 * @ret: the result; negative if the claim was refused
 *
 * Context: any.
 */
void parbiter_vport_native_settle(struct vport_native *native, int ret)
{
	struct vport_native_stats *stats = &native->stats;
	unsigned long flags;

	raw_spin_lock_irqsave(&native->stats_lock, flags);
	stats->result = ret;
	if (ret >= 0 && stats->wanting) {
		WRITE_ONCE(stats->wanting, false);
		stats->grants++;
		stats->seq = parbiter_vport_sequence();
		stats->ns = ktime_get_mono_fast_ns();
	}
	if (native->config.wakeup != VPORT_WAKEUP_CLAIM)
		WRITE_ONCE(stats->wanting, false);
	raw_spin_unlock_irqrestore(&native->stats_lock, flags);
}

/**
 * parbiter_vport_native_owns - does this pardevice own the port?
 * @pardev: the pardevice
 *
 * Return: true if it does.
 */
bool parbiter_vport_native_owns(const struct pardevice *pardev)
{
	/* The core writes cad with cad_lock held, but without WRITE_ONCE(). */
	return data_race(READ_ONCE(pardev->port->physport->cad)) == pardev;
}

/**
 * parbiter_vport_native_reap - wait until the claiming thread has ended
 * @native: the driver; its lock is held
 * @force: interrupt a claim that is still blocked; otherwise do nothing then
 */
void parbiter_vport_native_reap(struct vport_native *native, bool force)
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

/* Lock the driver for a command. Return 0, or an error if it can take none now. */
static int vport_native_lock(struct vport_native *native)
{
	int ret = 0;

	mutex_lock(&native->lock);
	parbiter_vport_native_reap(native, false);
	if (!native->pardev)
		ret = -ENODEV;
	else if (native->thread)
		ret = -EINPROGRESS;
	if (ret)
		mutex_unlock(&native->lock);
	return ret;
}

/* A claim that an interrupt makes */
struct vport_claim_irq {
	struct irq_work work;
	struct pardevice *pardev;
	int ret;
};

static void vport_claim_in_irq(struct irq_work *work)
{
	struct vport_claim_irq *claim =
		container_of(work, struct vport_claim_irq, work);

	claim->ret = parport_claim(claim->pardev);
}

static int vport_claim_by_irq(struct pardevice *pardev)
{
	struct vport_claim_irq claim = { .pardev = pardev };

	init_irq_work(&claim.work, vport_claim_in_irq);
	irq_work_queue(&claim.work);
	irq_work_sync(&claim.work);
	return claim.ret;
}

static int vport_native_claim_by(struct vport_native *native,
				 int (*claim)(struct pardevice *pardev))
{
	int ret = vport_native_lock(native);

	if (ret)
		return ret;
	if (parbiter_vport_native_owns(native->pardev)) {
		ret = -EALREADY;
	} else {
		vport_native_want(native);
		ret = claim(native->pardev);
		parbiter_vport_native_settle(native, ret);
	}
	mutex_unlock(&native->lock);
	return ret;
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
	return vport_native_claim_by(native, parport_claim);
}

/**
 * parbiter_vport_native_claim_irq - parport_claim() in a hard interrupt
 * @native: the driver
 *
 * On PREEMPT_RT a kernel thread claims, because the core's locks sleep there.
 *
 * Context: process, may sleep.
 * Return: as parbiter_vport_native_claim().
 */
int parbiter_vport_native_claim_irq(struct vport_native *native)
{
	return vport_native_claim_by(native, vport_claim_by_irq);
}

static int vport_native_thread(void *context)
{
	struct vport_native *native = context;
	int ret;

	allow_signal(SIGINT);
	complete(&native->started);
	ret = parport_claim_or_block(native->pardev);
	parbiter_vport_native_settle(native, ret < 0 ? ret : 0);
	complete_all(&native->finished);
	return 0;
}

/* Start the thread that claims. */
static int vport_native_start(struct vport_native *native)
{
	struct task_struct *thread;

	reinit_completion(&native->started);
	reinit_completion(&native->finished);
	vport_native_want(native);
	thread = kthread_create(vport_native_thread, native, "%s.%d",
				native->name, native->number);
	if (IS_ERR(thread)) {
		parbiter_vport_native_settle(native, PTR_ERR(thread));
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
	if (parbiter_vport_native_owns(native->pardev))
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
	parbiter_vport_native_reap(native, false);
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
	if (parbiter_vport_native_owns(native->pardev))
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
	if (parbiter_vport_native_owns(native->pardev)) {
		vport_native_want(native);
		ret = parport_yield(native->pardev);
		parbiter_vport_native_settle(native, ret);
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
	if (parbiter_vport_native_owns(native->pardev))
		parport_write_data(native->pardev->port, data);
	else
		ret = -EPERM;
	mutex_unlock(&native->lock);
	return ret;
}

/* Read what the device sends in nibble mode as its ID. */
static ssize_t vport_native_read_id(struct parport *port, void *id, size_t size)
{
	ssize_t ret;

	if (parport_negotiate(port, IEEE1284_MODE_NIBBLE | IEEE1284_DEVICEID))
		return -EIO;
	ret = parport_read(port, id, size);
	parport_negotiate(port, IEEE1284_MODE_COMPAT);
	return ret;
}

/**
 * parbiter_vport_native_id - read the IEEE 1284 device ID of who is connected
 * @native: the driver
 * @id: where to store the ID as it is sent, with the length that comes first
 * @size: the most bytes to read
 *
 * Context: process; may sleep.
 * Return: the number of bytes; -EPERM if it does not own the port; -EIO if nobody sends
 * an ID; or as parbiter_vport_native_claim().
 */
ssize_t parbiter_vport_native_id(struct vport_native *native, void *id,
				 size_t size)
{
	ssize_t ret = vport_native_lock(native);

	if (ret)
		return ret;
	if (parbiter_vport_native_owns(native->pardev))
		ret = vport_native_read_id(native->pardev->port, id, size);
	else
		ret = -EPERM;
	mutex_unlock(&native->lock);
	return ret;
}
