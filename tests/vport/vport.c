// SPDX-License-Identifier: GPL-2.0
/*
 * The life of a virtual port: plugged in, in quarantine, destroyed.
 *
 * Unplugging calls the same functions of the core as parport_pc_unregister_port().
 * The core then gives the port operations of its own, which do nothing. The
 * quarantine gives it the operations of this module again, so that late calls are
 * counted. parbiter_vport_destroy() frees the port; if there are references to the
 * struct parport, that gets the core's operations back.
 */
#include <linux/device.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "peripheral.h"

/* The registers of a port that parport_pc has probed */
#define VPORT_CONTROL_INITIAL	0x0c
#define VPORT_ECR_INITIAL	0x34

/* Where the ECP registers are, seen from the base address */
#define VPORT_ECP_OFFSET	0x400

/* Guards vport->port, because the core may free the struct parport at any time */
static DEFINE_SPINLOCK(vport_link_lock);

/* Called when the last reference to the struct parport is dropped; frees it. */
static void vport_port_release(struct device *dev)
{
	struct parport *port = to_parport_dev(dev);
	struct vport *vport = port->private_data;
	void (*release)(struct device *dev) = vport->release;

	spin_lock(&vport_link_lock);
	vport->port = NULL;
	spin_unlock(&vport_link_lock);
	release(dev);
	complete(&vport->released);
}

/*
 * Detach the struct parport, to which there may be references for longer than this
 * module is loaded. Return once no operation of this module runs any more.
 */
static void vport_unlink(struct vport *vport)
{
	struct parport *port;

	spin_lock(&vport_link_lock);
	port = vport->port;
	if (port && !kobject_get_unless_zero(&port->bus_dev.kobj))
		port = NULL;
	if (port) {
		port->bus_dev.release = vport->release;
		port->dev = NULL;
		WRITE_ONCE(port->ops, vport->dead_ops);
		WRITE_ONCE(port->private_data, NULL);
		vport->port = NULL;
	}
	spin_unlock(&vport_link_lock);

	if (port)
		parport_put_port(port);
	else
		wait_for_completion(&vport->released);

	synchronize_rcu();
	while (atomic_read(&vport->inside))
		msleep(20);
}

static struct vport *vport_alloc(const struct vport_config *config)
{
	struct vport *vport = kzalloc(sizeof(*vport), GFP_KERNEL);

	if (!vport)
		return NULL;
	raw_spin_lock_init(&vport->lock);
	mutex_init(&vport->fit);
	mutex_init(&vport->plug);
	init_completion(&vport->released);
	vport->irq = PARPORT_IRQ_NONE;
	vport->status = VPORT_STATUS_READY;
	vport->regs[VPORT_STATUS] = VPORT_STATUS_READY;
	vport->regs[VPORT_CONTROL] = VPORT_CONTROL_INITIAL;
	vport->regs[VPORT_ECR] = VPORT_ECR_INITIAL;
	vport->writable = (u8)~VPORT_CONTROL_IRQ;
	if (config->irq)
		vport->writable |= VPORT_CONTROL_IRQ;
	vport->no_ecr = config->no_ecr;
	vport->ops = parbiter_vport_ops;
	return vport;
}

static void vport_free(struct vport *vport)
{
	parbiter_vport_irq_destroy(vport);
	if (vport->pdev)
		platform_device_unregister(vport->pdev);
	parbiter_vport_peripheral_destroy(vport);
	parbiter_vport_trace_destroy(vport);
	kfree(vport);
}

static int vport_register(struct vport *vport,
			  const struct vport_config *config)
{
	struct parport *port;

	port = parport_register_port(config->base, vport->irq,
				     PARPORT_DMA_NONE, &vport->ops);
	if (!port)
		return -ENOMEM;
	port->dev = &vport->pdev->dev;
	port->size = 3;
	port->modes = PARPORT_MODE_PCSPP | PARPORT_MODE_TRISTATE |
		      PARPORT_MODE_SAFEININT;
	if (config->ecp) {
		port->base_hi = config->base + VPORT_ECP_OFFSET;
		port->modes |= PARPORT_MODE_ECP | PARPORT_MODE_EPP;
	}
	port->private_data = vport;
	vport->release = port->bus_dev.release;
	port->bus_dev.release = vport_port_release;
	vport->number = port->number;
	vport->port = port;
	return 0;
}

/* Connect what the core is to find when the port is announced. */
static int vport_populate(struct vport *vport,
			  const struct vport_config *config)
{
	struct vport_peripheral_config end = parbiter_vport_device_config;
	int ret = 0;

	if (config->devices)
		ret = parbiter_vport_chain_create(vport, config);
	if (!ret && config->end) {
		end.id = config->end;
		ret = parbiter_vport_set_peripheral(vport, VPORT_END, &end);
	}
	return ret;
}

static int vport_prepare(struct vport *vport,
			 const struct vport_config *config)
{
	struct platform_device *pdev;
	int ret;

	ret = parbiter_vport_trace_create(vport, config->records);
	if (!ret)
		ret = vport_populate(vport, config);
	if (ret)
		return ret;
	pdev = platform_device_register_simple("parbiter_vport",
					       PLATFORM_DEVID_AUTO, NULL, 0);
	if (IS_ERR(pdev))
		return PTR_ERR(pdev);
	vport->pdev = pdev;
	if (config->irq) {
		ret = parbiter_vport_irq_create(vport);
		if (ret)
			return ret;
	}
	ret = vport_register(vport, config);
	if (ret)
		parbiter_vport_irq_stop(vport);
	return ret;
}

/**
 * parbiter_vport_create - plug in a port
 * @config: what kind of port
 *
 * When it returns, the core has announced the port: the match_port()
 * callbacks of all drivers have run.
 *
 * Context: process; may sleep. Not inside the registration of a parport driver.
 * Return: the port, or an ERR_PTR(): -EOPNOTSUPP on kernels where the core accesses
 * PC registers itself instead of calling the port's operations; -EINVAL if there are too
 * many devices, or a device ID is wrong; -ENOMEM; errors of
 * the platform bus and of the interrupt core.
 */
struct vport *parbiter_vport_create(const struct vport_config *config)
{
	struct vport *vport;
	int ret;

	if (!IS_ENABLED(CONFIG_PARPORT_NOT_PC)) {
		pr_err("vport: a kernel with CONFIG_PARPORT_NOT_PC is needed; CONFIG_PARPORT_AX88796=m selects it\n");
		return ERR_PTR(-EOPNOTSUPP);
	}
	vport = vport_alloc(config);
	if (!vport)
		return ERR_PTR(-ENOMEM);
	ret = vport_prepare(vport, config);
	if (ret) {
		vport_free(vport);
		return ERR_PTR(ret);
	}
	parport_announce_port(vport->port);
	return vport;
}

/* Make every further call of an operation a late one. */
static void vport_kill(struct vport *vport)
{
	struct parport *port = vport->port;
	unsigned long flags;

	raw_spin_lock_irqsave(&vport->lock, flags);
	vport->dead = true;
	raw_spin_unlock_irqrestore(&vport->lock, flags);

	/*
	 * The core's own operations have no owner either: unregistering a pardevice
	 * now leaks a reference to the module, as with parport_pc.
	 */
	vport->ops.owner = NULL;
	vport->dead_ops = port->ops;
	WRITE_ONCE(port->ops, &vport->ops);
}

/**
 * parbiter_vport_unplug - unplug a port
 * @vport: the port
 *
 * The detach() callbacks of all drivers have run when it returns. The port
 * stays in quarantine: registers, counters and trace can still be read.
 * Unplugging twice is harmless.
 *
 * Context: process; may sleep.
 */
void parbiter_vport_unplug(struct vport *vport)
{
	mutex_lock(&vport->plug);
	if (!vport->dead) {
		parport_remove_port(vport->port);
		vport_kill(vport);
		parbiter_vport_irq_stop(vport);
		parport_del_port(vport->port);
	}
	mutex_unlock(&vport->plug);
}

/**
 * parbiter_vport_destroy - unplug a port and free it
 * @vport: the port, not to be used any more
 *
 * If there are references to the struct parport, it is handed back to the core.
 *
 * Context: process; may sleep.
 */
void parbiter_vport_destroy(struct vport *vport)
{
	parbiter_vport_unplug(vport);
	vport_unlink(vport);
	vport_free(vport);
}

/**
 * parbiter_vport_parport - return the core's port
 * @vport: the port
 *
 * Return: the struct parport, no reference taken; NULL once it is freed.
 */
struct parport *parbiter_vport_parport(struct vport *vport)
{
	return READ_ONCE(vport->port);
}

/**
 * parbiter_vport_number - return the N of parportN
 * @vport: the port
 *
 * Return: the number, also after unplug, when it may belong to another port.
 */
int parbiter_vport_number(struct vport *vport)
{
	return vport->number;
}

/**
 * parbiter_vport_unplugged - check whether the port is unplugged
 * @vport: the port
 *
 * Return: true after parbiter_vport_unplug().
 */
bool parbiter_vport_unplugged(struct vport *vport)
{
	return READ_ONCE(vport->dead);
}

/**
 * parbiter_vport_released - check whether the core has freed the struct parport
 * @vport: the port
 *
 * Return: true if so; false while the port is plugged in or has references.
 */
bool parbiter_vport_released(struct vport *vport)
{
	return completion_done(&vport->released);
}
