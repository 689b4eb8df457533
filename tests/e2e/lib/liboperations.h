/* SPDX-License-Identifier: GPL-2.0 */
/* The requests of a client, as a table: for tests that race each with each */
#ifndef PARBITER_E2E_LIBOPERATIONS_H
#define PARBITER_E2E_LIBOPERATIONS_H

#include "lib.h"

/**
 * struct operation - a request
 * @name: its name
 * @run: Make the request on a descriptor. Returns 0 or a negative error number.
 * @may_sleep: it may sleep even with O_NONBLOCK
 */
struct operation {
	const char *name;
	int (*run)(int port);
	bool may_sleep;
};

extern const struct operation operations[];
extern const unsigned int n_operations;

/* Withdraw the client's request, and free for it if it owns. */
void give_up(int port);

#endif /* PARBITER_E2E_LIBOPERATIONS_H */
