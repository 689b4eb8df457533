/* SPDX-License-Identifier: GPL-2.0 */
/* What must be true whenever a thread releases arbiter.lock. */
#ifndef _STORM_MONITOR_H
#define _STORM_MONITOR_H

#include "arbiter/arbiter.h"

#define MONITOR_QUEUE	32

/**
 * struct monitor - what the monitor saw when arbiter.lock was released last
 * @queue: the requests, in the order in which they joined
 * @length: number of them
 * @told: number of grants at the last call of ops->contended()
 * @checks: number of checks
 * @handoffs: number of grants to queued requests
 */
struct monitor {
	const struct arbiter_request *queue[MONITOR_QUEUE];
	unsigned int length;
	u64 told;
	u64 checks;
	u64 handoffs;
};

void monitor_check(struct arbiter *arb);
void monitor_contended(struct arbiter *arb);
unsigned int monitor_place(const struct arbiter_request *req);

#endif /* _STORM_MONITOR_H */
