// SPDX-License-Identifier: GPL-2.0
/*
 * Who is called at the interrupts of a port, and when the port becomes free.
 *
 * The core calls parbiter at an interrupt while parbiter has the core claim: while a
 * client owns, and between two owners while the claim is kept, which is made again
 * after a Free that has given it back. So nobody is called at interrupts that come
 * while a native driver has the port, or after that until a client owns. A native
 * driver that gives the port up is no Free either.
 *
 * The functions are foreign. None of parbiter's locks is held while they run, so
 * they may try to own the port, and free it. An RCU read-side critical section keeps
 * who is called from being disconnected.
 */
#include <linux/errno.h>
#include <linux/lockdep.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>

#include "claim.h"
#include "port.h"
#include "service.h"

/* Have service_check() called soon. */
static void service_queue(struct pb_port *port)
{
	/* The grace period in pb_service_disconnect() waits for this. */
	rcu_read_lock();
	if (!list_empty(&port->services.list))
		queue_work(pb_claim_wq, &port->services.work);
	rcu_read_unlock();
}

static void service_check(struct work_struct *work)
{
	struct pb_port *port = container_of(work, struct pb_port,
					    services.work);
	struct pb_service *service;

	/* The claim may have been given back, and interrupts come only with it. */
	if (!arbiter_claim_idle(&port->arb)) {
		service_queue(port);
		return;
	}
	rcu_read_lock();
	list_for_each_entry_rcu(service, &port->services.list, node) {
		if (!service->check)
			continue;
		if (!pb_port_is_free(port))
			break;
		service->check(service);
	}
	rcu_read_unlock();
}

/**
 * pb_service_init() - initialize: nobody is called
 * @services: a port's
 *
 * Context: any.
 */
void pb_service_init(struct pb_services *services)
{
	INIT_LIST_HEAD(&services->list);
	INIT_WORK(&services->work, service_check);
}

/**
 * pb_service_connect() - have functions called
 * @port: a port
 * @service: the functions
 *
 * The interrupt of the port is enabled by the next claim, as it is for a file. If
 * nobody owns the port, it is claimed now, because interrupts come only while
 * parbiter has the claim; or soon, if another context is claiming it or giving it
 * back.
 *
 * Context: process, may sleep.
 * Return: 0; -ENODEV: the port is gone.
 */
int pb_service_connect(struct pb_port *port, struct pb_service *service)
{
	int ret = -ENODEV;

	mutex_lock(&port->lock);
	if (!port->gone) {
		list_add_tail_rcu(&service->node, &port->services.list);
		arbiter_set_report(&port->arb, true);
		pb_devices_want_interrupts_locked(port);
		if (!arbiter_claim_idle(&port->arb))
			service_queue(port);
		ret = 0;
	}
	mutex_unlock(&port->lock);
	return ret;
}

/**
 * pb_service_disconnect() - have functions not called any more
 * @port: a port
 * @is_it: returns whether these are the functions
 * @data: for @is_it
 *
 * The functions do not run any more on return, even if another thread has
 * disconnected them at the same time.
 *
 * Context: process, may sleep; not from one of the functions.
 * Return: the functions, which the caller may free; NULL: none are connected for
 * which @is_it returns true.
 */
struct pb_service *
pb_service_disconnect(struct pb_port *port,
		      bool (*is_it)(struct pb_service *service, void *data),
		      void *data)
{
	struct pb_service *service, *found = NULL;

	mutex_lock(&port->lock);
	list_for_each_entry(service, &port->services.list, node) {
		if (is_it(service, data)) {
			found = service;
			break;
		}
	}
	if (found) {
		list_del_rcu(&found->node);
		arbiter_set_report(&port->arb,
				   !list_empty(&port->services.list));
		pb_devices_need_no_interrupts_locked(port);
	}
	mutex_unlock(&port->lock);
	/* Another thread may have taken the functions off the list just before. */
	synchronize_rcu();
	/*
	 * After the grace period pb_service_freed() has seen the list. Others may be
	 * connected, and their calls are not dropped.
	 */
	flush_work(&port->services.work);
	return found;
}

/**
 * pb_service_interrupt() - call everybody, because an interrupt came
 * @port: a port
 *
 * All are called: the interrupt is edge-triggered, so who is left out does not
 * learn of it later.
 *
 * Context: the port's interrupt handler.
 */
void pb_service_interrupt(struct pb_port *port)
{
	struct pb_service *service;

	rcu_read_lock();
	list_for_each_entry_rcu(service, &port->services.list, node)
		service->interrupt(service);
	rcu_read_unlock();
}

/**
 * pb_service_freed() - have everybody called soon, because the port is free
 * @port: a port
 *
 * If the claim was given back, it is made again before that.
 *
 * A Free by one of the functions that are called for an earlier Free does nothing:
 * otherwise a function that owns the port for a moment would be called for ever.
 *
 * Context: any but NMI.
 */
void pb_service_freed(struct pb_port *port)
{
	if (current_work() != &port->services.work)
		service_queue(port);
}
