// SPDX-License-Identifier: GPL-2.0
/* Functions are called at the interrupts of a port only while the port is claimed. */
#include <linux/errno.h>

#include "port/service.h"
#include "lib/port_fixture.h"

/**
 * struct connector - connects a service while another CPU claims the port
 * @pf: the port
 * @actor: the thread that connects
 * @service: what is connected
 * @go: the claim has begun
 * @connected: the service is connected
 * @in_time: it was connected before the claim was over
 */
struct connector {
	struct port_fixture *pf;
	struct actor actor;
	struct pb_service service;
	bool go;
	bool connected;
	bool in_time;
};

static void ignore_interrupt(struct pb_service *service)
{
}

static bool is_the_service(struct pb_service *service, void *data)
{
	return service == data;
}

static int thread_connect(void *data)
{
	struct connector *con = data;
	int ret;

	if (!fixture_spin_until(&con->go))
		return -ETIMEDOUT;
	ret = pb_service_connect(con->pf->port, &con->service);
	/* Pairs with the acquire in fixture_spin_until(). */
	smp_store_release(&con->connected, true);
	return ret;
}

/* The core gives parbiter the port, with cad_lock held. */
static void let_it_connect(struct vport *vport, enum vport_op op,
			   void *context)
{
	struct connector *con = context;

	if (con->go)
		return;
	/* Pairs with the acquire in fixture_spin_until(). */
	smp_store_release(&con->go, true);
	con->in_time = fixture_spin_until(&con->connected);
}

/*
 * A service that is connected while another CPU claims the port finds the arbiter
 * BUSY, and cannot claim. A claim from before does not enable the interrupt and is
 * given back. The port is claimed afterwards nevertheless.
 */
static void a_service_beside_a_claim_is_claimed_for(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct connector con = {
		.pf = pf,
		.service.interrupt = ignore_interrupt,
	};
	int cpu = fixture_other_cpu(test);

	KUNIT_ASSERT_FALSE(test, port_is_claimed(pf));
	actor_start(test, &con.actor, thread_connect, &con, cpu);
	parbiter_vport_set_hook(pf->vport, VPORT_RESTORE_STATE, let_it_connect,
				&con);
	if (!parbiter_try_allocate(pc->client))
		parbiter_free(pc->client);
	parbiter_vport_set_hook(pf->vport, VPORT_RESTORE_STATE, NULL, NULL);
	KUNIT_ASSERT_EQ(test, actor_join(test, &con.actor), 0);
	KUNIT_EXPECT_TRUE(test, con.in_time);
	fixture_wait_for(test, port_is_claimed(pf));
	KUNIT_EXPECT_TRUE(test, parbiter_is_port_free(pc->client));
	KUNIT_EXPECT_PTR_EQ(test, pb_service_disconnect(pf->port, is_the_service,
							&con.service),
			    &con.service);
}

static struct kunit_case port_service_cases[] = {
	KUNIT_CASE(a_service_beside_a_claim_is_claimed_for),
	{}
};

struct kunit_suite port_service_suite = {
	.name = "parbiter-port-service",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = port_service_cases,
};
