// SPDX-License-Identifier: GPL-2.0
/* The interrupt service routines that a driver's client has connected. */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/slab.h>

#include "interrupt.h"
#include "port/port.h"

/**
 * struct interrupt - a connected routine
 * @service: how the port calls it
 * @client: the client that has connected it
 * @routine: the routine, as the client has described it
 */
struct interrupt {
	struct pb_service service;
	struct parbiter_client *client;
	PARALLEL_INTERRUPT_SERVICE_ROUTINE routine;
};

static struct interrupt *interrupt_of(struct pb_service *service)
{
	return container_of(service, struct interrupt, service);
}

/* Each routine is called, so what it returns is not needed. */
static void interrupt_serve(struct pb_service *service)
{
	struct interrupt *irq = interrupt_of(service);

	irq->routine.InterruptServiceRoutine(pb_interrupt_object(irq->client),
					     irq->routine.InterruptServiceContext);
}

static void interrupt_check(struct pb_service *service)
{
	struct interrupt *irq = interrupt_of(service);

	irq->routine.DeferredPortCheckRoutine(irq->routine.DeferredPortCheckContext);
}

/**
 * pb_interrupt_connect() - connect a routine
 * @client: a client
 * @routine: the routine; copied
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL: there is no InterruptServiceRoutine; -ENOMEM: out of memory;
 * -ENODEV: the port is gone.
 */
int pb_interrupt_connect(struct parbiter_client *client,
			 const PARALLEL_INTERRUPT_SERVICE_ROUTINE *routine)
{
	struct interrupt *irq;
	int ret;

	if (!routine->InterruptServiceRoutine)
		return -EINVAL;
	irq = kzalloc(sizeof(*irq), GFP_KERNEL);
	if (!irq)
		return -ENOMEM;
	irq->service.interrupt = interrupt_serve;
	if (routine->DeferredPortCheckRoutine)
		irq->service.check = interrupt_check;
	irq->client = client;
	irq->routine = *routine;
	WRITE_ONCE(client->has_connected, true);
	ret = pb_service_connect(client->base.port, &irq->service);
	if (ret)
		kfree(irq);
	return ret;
}

/* The client, and which of its routines; NULL: any */
struct interrupt_search {
	struct parbiter_client *client;
	const PARALLEL_INTERRUPT_SERVICE_ROUTINE *routine;
};

static bool interrupt_is_it(struct pb_service *service, void *data)
{
	struct interrupt *irq = interrupt_of(service);
	struct interrupt_search *search = data;

	if (irq->client != search->client)
		return false;
	return !search->routine ||
	       (irq->routine.InterruptServiceRoutine ==
		search->routine->InterruptServiceRoutine &&
		irq->routine.InterruptServiceContext ==
		search->routine->InterruptServiceContext);
}

static bool interrupt_remove(struct parbiter_client *client,
			     const PARALLEL_INTERRUPT_SERVICE_ROUTINE *routine)
{
	struct interrupt_search search = { client, routine };
	struct pb_service *service;

	service = pb_service_disconnect(client->base.port, interrupt_is_it,
					&search);
	if (!service)
		return false;
	kfree(interrupt_of(service));
	return true;
}

/**
 * pb_interrupt_disconnect() - disconnect a routine
 * @client: a client
 * @routine: the routine; only InterruptServiceRoutine and InterruptServiceContext
 *	are looked at
 *
 * Neither the routine nor its deferred port check routine runs any more on return.
 *
 * Context: process, may sleep; not from a routine.
 * Return: 0; -ENOENT: @client has not connected it.
 */
int pb_interrupt_disconnect(struct parbiter_client *client,
			    const PARALLEL_INTERRUPT_SERVICE_ROUTINE *routine)
{
	return interrupt_remove(client, routine) ? 0 : -ENOENT;
}

/**
 * pb_interrupt_end() - disconnect all routines of a client
 * @client: a client that is closed, or whose port is gone
 *
 * Context: process, may sleep; without port->lock.
 */
void pb_interrupt_end(struct parbiter_client *client)
{
	if (!READ_ONCE(client->has_connected))
		return;
	while (interrupt_remove(client, NULL))
		;
}
