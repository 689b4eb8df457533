/* SPDX-License-Identifier: GPL-2.0 */
/* The core claim of a port: the arbiter's backing, over the parport core. */
#ifndef _PARBITER_CLAIM_H
#define _PARBITER_CLAIM_H

struct parbiter_port;

void parbiter_claim_init(struct parbiter_port *port);

/* Callbacks of the claimer and of the listener; private is the port. */
int parbiter_claim_preempt(void *private);
void parbiter_claim_wakeup(void *private);
void parbiter_claim_interrupt(void *private);

#endif /* _PARBITER_CLAIM_H */
