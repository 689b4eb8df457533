/* SPDX-License-Identifier: GPL-2.0 */
/* Who is called at the interrupts of a port, and when the port becomes free. */
#ifndef _PB_SERVICE_H
#define _PB_SERVICE_H

#include <linux/list.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct pb_port;

/**
 * struct pb_service - somebody who is called
 * @node: in pb_services.list
 * @interrupt: An interrupt of the port came while parbiter has the core claim.
 *	Called in the port's interrupt handler, in an RCU read-side critical
 *	section, with the core's cad_lock held for reading.
 * @check: The port has been freed, nobody waits, and it is still free. Called in
 *	process context, in an RCU read-side critical section. NULL: do not call.
 */
struct pb_service {
	struct list_head node;
	void (*interrupt)(struct pb_service *service);
	void (*check)(struct pb_service *service);
};

/**
 * struct pb_services - all who are called
 * @list: them, in the order in which they were connected. Written under
 *	pb_port.lock, read in RCU read-side critical sections.
 * @work: calls the functions @check
 */
struct pb_services {
	struct list_head list;
	struct work_struct work;
};

void pb_service_init(struct pb_services *services);
int pb_service_connect(struct pb_port *port, struct pb_service *service);
struct pb_service *
pb_service_disconnect(struct pb_port *port,
		      bool (*is_it)(struct pb_service *service, void *data),
		      void *data);
void pb_service_interrupt(struct pb_port *port);
void pb_service_freed(struct pb_port *port);

#endif /* _PB_SERVICE_H */
