// SPDX-License-Identifier: GPL-2.0
/*
 * A native driver: a client of the parport core, like lp or ppdev, that does what
 * it is told and counts what happens to it. Here: its registration and callbacks.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "native.h"

static void vport_native_count(struct vport_native *native, u64 *counter)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&native->stats_lock, flags);
	(*counter)++;
	raw_spin_unlock_irqrestore(&native->stats_lock, flags);
}

/* Context: the core holds cad_lock, and interrupts are off. */
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
		parbiter_vport_native_settle(native, 0);
}

static void vport_native_irq(void *context)
{
	struct vport_native *native = context;

	vport_native_count(native, &native->stats.irqs);
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
	if (config->chained)
		pardev->daisy = config->daisy;
	WRITE_ONCE(native->pardev, pardev);
	return native;
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
	parbiter_vport_native_reap(native, true);
	pardev = native->pardev;
	if (pardev) {
		if (parbiter_vport_native_owns(pardev))
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
	stats->owner = native->pardev && parbiter_vport_native_owns(native->pardev);
	stats->blocked = native->thread &&
			 !completion_done(&native->finished);
	mutex_unlock(&native->lock);
}
