/* SPDX-License-Identifier: GPL-2.0 */
/* The interrupt service routines that a driver's client has connected. */
#ifndef _PB_INTERRUPT_H
#define _PB_INTERRUPT_H

#include <parbiter/parallel.h>

#include "kapi.h"

int pb_interrupt_connect(struct parbiter_client *client,
			 const struct _PARALLEL_INTERRUPT_SERVICE_ROUTINE *routine);
int pb_interrupt_disconnect(struct parbiter_client *client,
			    const struct _PARALLEL_INTERRUPT_SERVICE_ROUTINE *routine);

/* What stands for the port's interrupt. Drivers pass it on, and do not look inside. */
static inline PKINTERRUPT pb_interrupt_object(struct parbiter_client *client)
{
	return (PKINTERRUPT)client->base.port;
}

#endif /* _PB_INTERRUPT_H */
