/* SPDX-License-Identifier: GPL-2.0 */
/* The real port: its driver is unbound from the device, and bound again. */
#ifndef PARBITER_E2E_LIBPNP_H
#define PARBITER_E2E_LIBPNP_H

#include "lib.h"

/*
 * Return the name of the plug-and-play device that parport_pc drives, such as
 * "00:00". The first call in a process must come while the port is there.
 */
const char *pnp_device(void);
void pnp_unplug(void);
void pnp_plug(void);		/* returns once the device node is there */

#endif /* PARBITER_E2E_LIBPNP_H */
