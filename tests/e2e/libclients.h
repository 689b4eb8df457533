/* SPDX-License-Identifier: GPL-2.0 */
/* A virtual port and two clients of it, for a case. */
#ifndef PARBITER_E2E_LIBCLIENTS_H
#define PARBITER_E2E_LIBCLIENTS_H

#include "libio.h"
#include "libvport.h"

extern int a, b;

void open_two(const char *kind);
void open_owned(const char *kind);	/* a owns; counters at 0 */
void close_two(void);
void close_two_gone(void);	/* the port is unplugged: nothing is left */

#endif /* PARBITER_E2E_LIBCLIENTS_H */
