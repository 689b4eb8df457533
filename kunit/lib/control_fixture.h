/* SPDX-License-Identifier: GPL-2.0 */
/* Requests of parbiter_submit_control() that record how they end. */
#ifndef _PARBITER_KUNIT_CONTROL_FIXTURE_H
#define _PARBITER_KUNIT_CONTROL_FIXTURE_H

#include <parbiter/control.h>
#include <parbiter/parallel.h>

#include "client/kapi.h"
#include "port_fixture.h"

/**
 * struct control_call - a request
 * @control: the request
 * @done: completed by each call of control->done()
 * @ended: number of calls of control->done()
 * @client: the client for @again
 * @again: how often control->done() frees the port and submits the request again
 */
struct control_call {
	struct parbiter_control control;
	struct completion done;
	atomic_t ended;
	struct port_client *client;
	unsigned int again;
};

/* The largest structure that a request fills */
#define CONTROL_ROOM	256

/* What the buffer is filled with before a request */
#define CONTROL_FILL	0xa5

struct control_call *control_calls(struct kunit *test, unsigned int count);
NTSTATUS control_submit(struct port_client *pc, struct control_call *call);
NTSTATUS control_allocate(struct port_client *pc, struct control_call *call);
NTSTATUS control_send(struct kunit *test, struct port_client *pc, ULONG code);
NTSTATUS control_free(struct kunit *test, struct port_client *pc);
void control_await(struct kunit *test, struct control_call *call);
PARALLEL_PORT_INFORMATION *control_port_info(struct kunit *test,
					     struct port_client *pc);
PARALLEL_PNP_INFORMATION *control_pnp_info(struct kunit *test,
					   struct port_client *pc);
void control_output_sizes(struct kunit *test, struct port_client *pc,
			  ULONG code, ULONG size);
void control_input_sizes(struct kunit *test, struct port_client *pc,
			 ULONG code, ULONG size);

#endif /* _PARBITER_KUNIT_CONTROL_FIXTURE_H */
