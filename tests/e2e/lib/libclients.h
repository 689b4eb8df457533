/* SPDX-License-Identifier: GPL-2.0 */
/* A virtual port and two clients of it, a and b, for one case */
#ifndef PARBITER_E2E_LIBCLIENTS_H
#define PARBITER_E2E_LIBCLIENTS_H

#include "libio.h"
#include "libvport.h"

/* Bits of the control register besides the four that ppdev's requests set */
#define CONTROL_IRQ	0x10
#define CONTROL_REVERSE	0x20

extern int a, b;

void open_two(const char *kind);
void open_owned(const char *kind);	/* a owns the port; counters are 0 */
void close_two(void);
/* after an unplug; nothing may refer to the port */
void close_two_gone(void);
unsigned int control(void);	/* value of the control register */

#endif /* PARBITER_E2E_LIBCLIENTS_H */
