/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The sequence that locks up a processor in the parport core: the port's
 * interrupt is enabled in the control register, a native driver sleeps in the
 * core, and then the port is released. Inside this release the core claims for
 * the sleeper and writes the control register. That write raises the interrupt
 * while the core holds cad_lock for writing with interrupts on, and the
 * interrupt handler spins on cad_lock for ever.
 */
#ifndef PARBITER_E2E_LIBIRQ_H
#define PARBITER_E2E_LIBIRQ_H

#include "libnative.h"

/* move this process and the interrupt to processor 0 */
void irq_setup(void);
/* for the owner of the port; no interrupt is pending afterwards */
void irq_arm(void);
unsigned long irq_count(void);	/* interrupts of the port on processor 0 */

#endif /* PARBITER_E2E_LIBIRQ_H */
