/* SPDX-License-Identifier: GPL-2.0 */
/* A virtual port and two clients of it, for a case. */
#ifndef PARBITER_E2E_LIBCLIENTS_H
#define PARBITER_E2E_LIBCLIENTS_H

#include "libio.h"
#include "libvport.h"

/* Of the control register, beside what ppdev's requests set */
#define CONTROL_IRQ	0x10
#define CONTROL_REVERSE	0x20

extern int a, b;

void open_two(const char *kind);
void open_owned(const char *kind);	/* a owns; counters at 0 */
void close_two(void);
void close_two_gone(void);	/* the port is unplugged: nothing is left */
unsigned int control(void);	/* the port's control register */

#endif /* PARBITER_E2E_LIBCLIENTS_H */
