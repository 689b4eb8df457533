// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel API: drivers whose peripheral is an IEEE 1284.3 device in a daisy
 * chain. A request to select a device waits in the same queue as a request for
 * the port.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#include "arbiter/own.h"
#include "client.h"
#include "kapi.h"
#include "port/port.h"

/**
 * pb_kapi_select() - select a device for a driver that has become owner
 * @client: the driver's client
 * @device: a device for which pb_select_check() has returned 0
 *
 * If the device cannot be selected, the client gives the port up. If another thread
 * frees the port and becomes owner again meanwhile, that is left alone. If it has
 * done so before this call, that cannot be told from the grant that the caller has
 * waited for, and the device is selected for that thread.
 *
 * Context: any but NMI.
 * Return: as pb_select().
 */
int pb_kapi_select(struct parbiter_client *client, int device)
{
	struct arbiter_client *arb_client = &client->base.arb;
	int ret;

	ret = pb_select(client->base.port, arb_client, device);
	if (ret && ret != -EPERM && arbiter_resign(arb_client))
		arbiter_pass_on(arb_client);
	return ret;
}

static int select_wait(struct parbiter_client *client, int device,
		       unsigned int task_state, ktime_t deadline)
{
	struct pb_port *port = client->base.port;
	int ret;

	might_sleep();
	ret = pb_select_check(port, device);
	if (ret)
		return ret;
	/* The task may be frozen, as in kapi_wait(). */
	ret = arbiter_wait_tagged(&client->base.arb,
				  task_state | TASK_FREEZABLE, deadline,
				  pb_select_tag(device));
	if (ret)
		return ret;
	pb_registers_forget(&port->registers);
	return pb_kapi_select(client, device);
}

/**
 * parbiter_try_select() - own the port and select a device now or not at all
 * @client: a client
 * @device: 0 to 3, or PARBITER_DEVICE_END for what is behind the chain
 *
 * This never queues, and changes nothing if it fails. Windows'
 * PPARALLEL_TRY_SELECT_ROUTINE counts a waiter that does not exist when the port
 * is busy; this does not.
 *
 * Context: any. It takes the time of pb_select(), with interrupts off.
 * Return: 0: @client owns the port, and the device is selected; -EINVAL: @device
 * is out of range; -EOPNOTSUPP: the port is an adapter that cannot select
 * devices; -ENXIO: the device does not answer; -EBUSY, -ENODEV as
 * parbiter_try_allocate().
 */
int parbiter_try_select(struct parbiter_client *client, int device)
{
	int ret;

	ret = pb_select_check(client->base.port, device);
	if (ret)
		return ret;
	return parbiter_try_allocate(client) ?: pb_kapi_select(client, device);
}
EXPORT_SYMBOL_GPL(parbiter_try_select);

/**
 * parbiter_select() - wait in the queue for the port, own it, select a device
 * @client: a client
 * @device: 0 to 3, or PARBITER_DEVICE_END for what is behind the chain
 *
 * This is parbiter_allocate(), and then parbiter_select_keep(). If the device
 * does not answer, the port is given back, and granted to the next request.
 * Whatever frees the port deselects the device: parbiter_deselect(),
 * parbiter_free(), parbiter_yield(), parbiter_close().
 *
 * Context: process, may sleep; any signal ends the wait.
 * Return: 0: @client owns the port, and the device is selected; -EINVAL: @device
 * is out of range; -EOPNOTSUPP: the port is an adapter that cannot select
 * devices; -ENXIO: the device does not answer; -EPERM: another thread has freed
 * the port for @client; other errors as parbiter_allocate(). If this returns an
 * error, its request is withdrawn, and @client does not own the port because of
 * it.
 */
int parbiter_select(struct parbiter_client *client, int device)
{
	return select_wait(client, device, TASK_INTERRUPTIBLE, KTIME_MAX);
}
EXPORT_SYMBOL_GPL(parbiter_select);

/**
 * parbiter_select_killable() - parbiter_select() until a fatal signal
 * @client: a client
 * @device: as for parbiter_select()
 *
 * Context: process, may sleep; only fatal signals end the wait.
 * Return: as parbiter_select().
 */
int parbiter_select_killable(struct parbiter_client *client, int device)
{
	return select_wait(client, device, TASK_KILLABLE, KTIME_MAX);
}
EXPORT_SYMBOL_GPL(parbiter_select_killable);

/**
 * parbiter_select_timeout() - parbiter_select() for a limited time
 * @client: a client
 * @device: as for parbiter_select()
 * @timeout_ns: as for parbiter_allocate_timeout()
 *
 * Context: process, may sleep; any signal ends the wait.
 * Return: as parbiter_select(); -ETIMEDOUT: the time is over.
 */
int parbiter_select_timeout(struct parbiter_client *client, int device,
			    u64 timeout_ns)
{
	return select_wait(client, device, TASK_INTERRUPTIBLE,
			   pb_client_deadline(timeout_ns));
}
EXPORT_SYMBOL_GPL(parbiter_select_timeout);

/**
 * parbiter_select_async() - queue a request to select, and be called back
 * @client: a client
 * @device: as for parbiter_select()
 * @done: the callback, as for parbiter_allocate_async(). When it is called with
 *	the result 0, the device is selected
 *
 * The device is selected in the context of @done, before it is called. So with
 * ops->done_in_irq an interrupt takes longer by the time of pb_select().
 *
 * Context: any.
 * Return: 0: the request is accepted; -EINVAL: @done is NULL, or @device is out
 * of range; -EOPNOTSUPP: the port is an adapter that cannot select devices; other
 * errors as parbiter_allocate_async().
 */
int parbiter_select_async(struct parbiter_client *client, int device,
			  parbiter_done_t done)
{
	int ret;

	ret = pb_select_check(client->base.port, device);
	if (ret)
		return ret;
	return pb_kapi_submit(client, done, device, NULL);
}
EXPORT_SYMBOL_GPL(parbiter_select_async);

/**
 * parbiter_select_keep() - select a device while the client owns the port
 * @client: a client that owns the port
 * @device: as for parbiter_select()
 *
 * What was selected before is deselected. This never queues, and never frees: if
 * it fails, nothing is selected, and @client still owns the port. The peripheral
 * must be in compatibility mode. The registers are as before on return, but for
 * the data register; and the control register has the value that was written last
 * with the port's operations (struct parport_operations), not with outb().
 *
 * Context: as parbiter_try_select().
 * Return: 0; -EINVAL: @device is out of range; -EOPNOTSUPP: the port is an
 * adapter that cannot select devices; -ENXIO: the device does not answer; -EPERM:
 * @client does not own the port; -ENODEV: the port is gone.
 */
int parbiter_select_keep(struct parbiter_client *client, int device)
{
	struct pb_port *port = client->base.port;
	int ret;

	ret = pb_select_check(port, device);
	if (ret)
		return ret;
	return pb_select(port, &client->base.arb, device);
}
EXPORT_SYMBOL_GPL(parbiter_select_keep);

/**
 * parbiter_deselect_keep() - deselect what is selected, and keep the port
 * @client: a client that owns the port
 *
 * Context: as parbiter_try_select().
 * Return: 0, also if nothing was selected; -ENXIO: the chain does not answer;
 * -EPERM: @client does not own the port; -ENODEV: the port is gone.
 */
int parbiter_deselect_keep(struct parbiter_client *client)
{
	return pb_deselect(client->base.port, &client->base.arb);
}
EXPORT_SYMBOL_GPL(parbiter_deselect_keep);

/**
 * parbiter_deselect() - deselect what is selected, and free the port
 * @client: a client
 *
 * This never queues. The port is freed also if the chain does not answer.
 * parbiter_free() does the same, but does not say whether the chain answers.
 *
 * Context: as parbiter_try_select().
 * Return: 0, also if nothing was selected; -ENXIO: the chain does not answer, and
 * @client has freed the port; -EPERM: @client does not own the port; -ENODEV: the
 * port is gone.
 */
int parbiter_deselect(struct parbiter_client *client)
{
	int ret = pb_deselect(client->base.port, &client->base.arb);

	if (ret == -EPERM)
		return ret;
	return parbiter_free(client) ?: ret;
}
EXPORT_SYMBOL_GPL(parbiter_deselect);
