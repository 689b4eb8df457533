/* SPDX-License-Identifier: GPL-2.0 */
/* A virtual port, clients of the kernel API on it, and native drivers. */
#ifndef _PARBITER_KUNIT_PORT_FIXTURE_H
#define _PARBITER_KUNIT_PORT_FIXTURE_H

#include <linux/parbiter.h>
#include <linux/parport.h>

#include "tests/vport/vport.h"
#include "fixture.h"
#include "port/port.h"

#define PORT_NATIVES	4

/**
 * struct port_client - a client that writes down what it is told
 * @client: the client, NULL once closed
 * @pf: of which port
 * @done: how often its asynchronous requests' callback was called
 * @result: with what, the last time
 * @grant: which grant to the port's asynchronous clients it was, from 1
 * @told: completed at every callback of a request
 * @removed: how often its removed callback was called
 * @contended: how often its contended callback was called
 * @on_done: called from the callback, after the above was written
 * @on_removed: likewise
 * @on_contended: likewise
 */
struct port_client {
	struct parbiter_client *client;
	struct port_fixture *pf;
	atomic_t done;
	int result;
	unsigned int grant;
	struct completion told;
	atomic_t removed;
	atomic_t contended;
	void (*on_done)(struct port_client *pc, int result);
	void (*on_removed)(struct port_client *pc);
	void (*on_contended)(struct port_client *pc);
};

/**
 * struct port_fixture - a virtual port
 * @vport: it
 * @parport: as the core knows it; not to be used after unplugging
 * @port: as parbiter knows it; a reference is held
 * @native: the native drivers on it
 * @natives: how many
 * @client: the clients
 * @clients: how many
 * @grants: numbers the grants to asynchronous clients
 * @data: for a test's callbacks
 */
struct port_fixture {
	struct vport *vport;
	struct parport *parport;
	struct pb_port *port;
	struct vport_native *native[PORT_NATIVES];
	unsigned int natives;
	struct port_client *client;
	unsigned int clients;
	atomic_t grants;
	void *data;
};

struct port_fixture *port_create(struct kunit *test, bool irq);
void port_destroy(struct kunit *test, struct port_fixture *pf);

struct port_client *port_open(struct kunit *test, struct port_fixture *pf,
			      unsigned int count);
void port_close(struct port_client *pc);
int port_ask(struct port_client *pc);
void port_await(struct kunit *test, struct port_client *pc);

struct vport_native *port_native(struct kunit *test, struct port_fixture *pf,
				 const struct vport_native_config *config);
struct vport_native *port_sleeping_native(struct kunit *test,
					  struct port_fixture *pf,
					  const char *name);
void port_ask_behind(struct kunit *test, struct port_client *pc,
		     struct vport_native *native);
void port_native_blocks(struct kunit *test, struct vport_native *native);
bool port_native_owns(struct vport_native *native);
void port_forget_natives(struct port_fixture *pf);

unsigned int port_devices(struct parport *parport);
bool port_is_listed(struct port_fixture *pf);
u64 port_accesses(struct port_fixture *pf);

static inline bool port_is_claimed(struct port_fixture *pf)
{
	return READ_ONCE(pf->parport->cad);
}

static inline bool port_owns(struct port_client *pc)
{
	return parbiter_is_owner(pc->client);
}

#endif /* _PARBITER_KUNIT_PORT_FIXTURE_H */
