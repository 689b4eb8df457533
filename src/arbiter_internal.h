/* SPDX-License-Identifier: GPL-2.0 */
/* What arbiter.c and request.c do for each other, and for nobody else. */
#ifndef _PARBITER_ARBITER_INTERNAL_H
#define _PARBITER_ARBITER_INTERNAL_H

#include "arbiter.h"

/* arbiter.c */
bool arbiter_try_fast(struct arbiter *arb);
int arbiter_own(struct arbiter *arb, struct arbiter_client *client);
void arbiter_tell_owner_locked(struct arbiter *arb);
void arbiter_advance_locked(struct arbiter *arb, unsigned long *flags)
	__must_hold(&arb->lock);

/* request.c */
void arbiter_finish_locked(struct arbiter_request *req, int result);
void arbiter_drop_locked(struct arbiter_request *req, int result);

#endif /* _PARBITER_ARBITER_INTERNAL_H */
