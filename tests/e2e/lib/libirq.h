/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sequence that locks a CPU up in the parport core: the port's edge
 * interrupt armed in the control register, a native driver asleep in the
 * core, and then a release. The core claims for the sleeper inside the
 * release; that writes the control register, which raises the interrupt,
 * while cad_lock is write-held with interrupts on.
 */
#ifndef PARBITER_E2E_LIBIRQ_H
#define PARBITER_E2E_LIBIRQ_H

#include "libnative.h"

void irq_setup(void);		/* this process and the interrupt on CPU 0 */
void irq_arm(void);		/* by the port's owner: none is pending then */
unsigned long irq_count(void);	/* the port's interrupts taken by CPU 0 */

#endif /* PARBITER_E2E_LIBIRQ_H */
