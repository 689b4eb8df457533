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
 * struct port_client - a client that records its callbacks
 * @client: the client; NULL once it is closed
 * @pf: the port
 * @done: number of done callbacks, one for each asynchronous request
 * @result: the result in the last done callback
 * @grant: the number of the last grant in the order of all grants to
 *	asynchronous requests on the port, from 1
 * @called: completed at the end of every done callback
 * @removed: number of removed callbacks
 * @contended: number of contended callbacks
 * @on_done: called by the done callback, after it has recorded the call
 * @on_removed: the same for the removed callback
 * @on_contended: the same for the contended callback
 */
struct port_client {
	struct parbiter_client *client;
	struct port_fixture *pf;
	atomic_t done;
	int result;
	unsigned int grant;
	struct completion called;
	atomic_t removed;
	atomic_t contended;
	void (*on_done)(struct port_client *pc, int result);
	void (*on_removed)(struct port_client *pc);
	void (*on_contended)(struct port_client *pc);
};

/**
 * struct port_fixture - a virtual port, and who uses it
 * @vport: the virtual port
 * @parport: the core's structure; it must not be used after unplugging
 * @port: parbiter's structure; the fixture holds a reference
 * @native: the native drivers
 * @natives: number of native drivers
 * @client: the clients
 * @clients: number of clients
 * @grants: number of grants to asynchronous requests
 * @data: for the callbacks of a test
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

struct port_fixture *port_create_with(struct kunit *test,
				      const struct vport_config *config);
struct port_fixture *port_create(struct kunit *test, bool irq);
void port_destroy(struct kunit *test, struct port_fixture *pf);
int port_test_init(struct kunit *test);
int port_irq_test_init(struct kunit *test);
int port_chain_test_init(struct kunit *test);
void port_test_exit(struct kunit *test);

struct port_client *port_open(struct kunit *test, struct port_fixture *pf,
			      unsigned int count);
struct port_client *port_open_irq(struct kunit *test, struct port_fixture *pf,
				  unsigned int count);
void port_close(struct port_client *pc);
int port_ask(struct port_client *pc);
int port_ask_for(struct port_client *pc, int device);
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
int port_selected(struct port_fixture *pf);

static inline bool port_is_claimed(struct port_fixture *pf)
{
	/* The core writes cad without WRITE_ONCE(). */
	return data_race(READ_ONCE(pf->parport->cad));
}

static inline bool port_owns(struct port_client *pc)
{
	return parbiter_is_owner(pc->client);
}

#endif /* _PARBITER_KUNIT_PORT_FIXTURE_H */
