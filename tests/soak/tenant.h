/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that request, use and free a port until they are told to stop */
#ifndef PARBITER_SOAK_TENANT_H
#define PARBITER_SOAK_TENANT_H

#include "soak.h"

#define CREW_MAX	32

/**
 * struct place - memory that all tenants of a crew share
 * @stop: the tenants stop
 * @inside: process that uses the port; only the owner of the port writes it
 * @turns: how often a tenant used the port
 */
struct place {
	int stop;
	pid_t inside;
	unsigned int turns;
};

/**
 * struct crew - tenants of one port
 * @number: of the port
 * @size: number of tenants
 * @vanishes: the port or the module may be gone at any time
 * @starves: any call may fail for want of memory
 * @place: shared memory
 * @pids: the tenants
 */
struct crew {
	unsigned int number;
	unsigned int size;
	bool vanishes;
	bool starves;
	struct place *place;
	pid_t pids[CREW_MAX];
};

void crew_start(struct crew *crew);
/* Kill a tenant, whatever it is doing, and start another one in its place. */
void crew_replace(struct crew *crew, unsigned int who);
void crew_kill_all(struct crew *crew);
/* Wait until there have been @n turns more. */
void crew_wait_turns(const struct crew *crew, unsigned int n);
/* Each tenant ends its turn, and exits. */
void crew_stop(struct crew *crew);

#endif /* PARBITER_SOAK_TENANT_H */
