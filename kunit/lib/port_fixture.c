// SPDX-License-Identifier: GPL-2.0
/* A virtual port, clients of the kernel API on it, and native drivers. */
#include <linux/err.h>

#include "port_fixture.h"

/* Create a virtual port. */
struct port_fixture *port_create_with(struct kunit *test,
				      const struct vport_config *config)
{
	struct port_fixture *pf;
	struct vport *vport;

	pf = kunit_kzalloc(test, sizeof(*pf), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pf);
	vport = parbiter_vport_create(config);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, vport);
	pf->vport = vport;
	pf->parport = parbiter_vport_parport(vport);
	pf->port = pb_port_get_number(parbiter_vport_number(vport));
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, pf->port);
	return pf;
}

/* Create a virtual port, with an interrupt line if @irq is set. */
struct port_fixture *port_create(struct kunit *test, bool irq)
{
	const struct vport_config config = { .irq = irq, .base = 0x378 };

	return port_create_with(test, &config);
}

/*
 * Close and unregister everything that uses the port, and unplug it. Checks
 * that nobody refers to the port afterwards or has accessed it after it was
 * unplugged.
 */
void port_destroy(struct kunit *test, struct port_fixture *pf)
{
	unsigned int i;

	if (!pf || !pf->vport)
		return;
	for (i = 0; i < pf->clients; i++)
		port_close(&pf->client[i]);
	port_forget_natives(pf);
	if (pf->port)
		pb_port_put(pf->port);
	parbiter_vport_unplug(pf->vport);
	KUNIT_EXPECT_EQ(test, parbiter_vport_late(pf->vport), 0ULL);
	KUNIT_EXPECT_TRUE_MSG(test, parbiter_vport_released(pf->vport),
			      "somebody still refers to the parport");
	parbiter_vport_destroy(pf->vport);
}

/* The init function of the suites that use a port without an interrupt line. */
int port_test_init(struct kunit *test)
{
	test->priv = port_create(test, false);
	return 0;
}

/* The init function of the suites that use a port with an interrupt line. */
int port_irq_test_init(struct kunit *test)
{
	test->priv = port_create(test, true);
	return 0;
}

/* The init function of the suites that use a port with a chain of two devices. */
int port_chain_test_init(struct kunit *test)
{
	const struct vport_config config = {
		.irq = true,
		.base = 0x378,
		.devices = 2,
		.device = { "MFG:A;", "MFG:B;" },
	};

	test->priv = port_create_with(test, &config);
	return 0;
}

/* The exit function that belongs to all. */
void port_test_exit(struct kunit *test)
{
	port_destroy(test, test->priv);
}

static void port_client_removed(struct parbiter_client *client, void *data)
{
	struct port_client *pc = data;

	atomic_inc(&pc->removed);
	if (pc->on_removed)
		pc->on_removed(pc);
}

static void port_client_contended(struct parbiter_client *client, void *data)
{
	struct port_client *pc = data;

	atomic_inc(&pc->contended);
	if (pc->on_contended)
		pc->on_contended(pc);
}

static const struct parbiter_client_ops port_client_ops = {
	.removed = port_client_removed,
	.contended = port_client_contended,
};

static const struct parbiter_client_ops port_irq_client_ops = {
	.removed = port_client_removed,
	.contended = port_client_contended,
	.done_in_irq = true,
};

static void port_client_done(struct parbiter_client *client, int result,
			     void *data)
{
	struct port_client *pc = data;

	pc->result = result;
	if (!result)
		pc->grant = atomic_inc_return(&pc->pf->grants);
	atomic_inc(&pc->done);
	if (pc->on_done)
		pc->on_done(pc, result);
	complete(&pc->called);
}

static struct port_client *port_open_with(struct kunit *test,
					  struct port_fixture *pf,
					  unsigned int count,
					  const struct parbiter_client_ops *ops)
{
	struct port_client *pc;
	unsigned int i;

	pc = kunit_kcalloc(test, count, sizeof(*pc), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, pc);
	pf->client = pc;
	for (i = 0; i < count; i++) {
		pc[i].pf = pf;
		init_completion(&pc[i].called);
		pc[i].client = parbiter_open(parbiter_vport_number(pf->vport),
					     "kunit", ops, &pc[i]);
		if (IS_ERR(pc[i].client))
			pc[i].client = NULL;
		KUNIT_ASSERT_NOT_NULL(test, pc[i].client);
		pf->clients++;
	}
	return pc;
}

/*
 * Open clients, which port_destroy() closes. A test may call this or
 * port_open_irq() once for each port.
 */
struct port_client *port_open(struct kunit *test, struct port_fixture *pf,
			      unsigned int count)
{
	return port_open_with(test, pf, count, &port_client_ops);
}

/* The same; the done callbacks are called in the context of an irq_work. */
struct port_client *port_open_irq(struct kunit *test, struct port_fixture *pf,
				  unsigned int count)
{
	return port_open_with(test, pf, count, &port_irq_client_ops);
}

void port_close(struct port_client *pc)
{
	parbiter_close(pc->client);
	pc->client = NULL;
}

/* Make an asynchronous request. */
int port_ask(struct port_client *pc)
{
	return parbiter_allocate_async(pc->client, port_client_done);
}

/* Make an asynchronous request to select a device. */
int port_ask_for(struct port_client *pc, int device)
{
	return parbiter_select_async(pc->client, device, port_client_done);
}

/* Wait for one done callback. */
void port_await(struct kunit *test, struct port_client *pc)
{
	KUNIT_EXPECT_TRUE_MSG(test,
			      wait_for_completion_timeout(&pc->called,
							  FIXTURE_LIMIT),
			      "the done callback was not called within the limit");
}

/* Register a native driver, which port_destroy() unregisters. */
struct vport_native *port_native(struct kunit *test, struct port_fixture *pf,
				 const struct vport_native_config *config)
{
	struct vport_native *native;

	KUNIT_ASSERT_LT(test, pf->natives, (unsigned int)PORT_NATIVES);
	native = parbiter_vport_native_create(pf->parport, config);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, native);
	pf->native[pf->natives++] = native;
	return native;
}

/*
 * Register a native driver that sleeps in the core for the port, as ppdev does.
 */
struct vport_native *port_sleeping_native(struct kunit *test,
					  struct port_fixture *pf,
					  const char *name)
{
	const struct vport_native_config config = {
		.name = name,
		.preempt = VPORT_PREEMPT_REFUSE,
	};

	return port_native(test, pf, &config);
}

/* Let the native driver claim the port, and queue a request of the client. */
void port_ask_behind(struct kunit *test, struct port_client *pc,
		     struct vport_native *native)
{
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	KUNIT_EXPECT_EQ(test, port_ask(pc), 0);
	KUNIT_EXPECT_TRUE(test, port_is_listed(pc->pf));
}

/*
 * Return the tail of the core's wait list. Without the lock, a device that joins
 * an empty list may be seen at the tail before it is at the head.
 */
static struct pardevice *port_waittail(struct port_fixture *pf)
{
	struct pardevice *tail;
	unsigned long flags;

	spin_lock_irqsave(&pf->parport->waitlist_lock, flags);
	tail = pf->parport->waittail;
	spin_unlock_irqrestore(&pf->parport->waitlist_lock, flags);
	return tail;
}

static bool port_native_is_queued(struct port_fixture *pf,
				  struct vport_native *native,
				  struct pardevice *tail_before)
{
	struct vport_native_stats stats;

	parbiter_vport_native_stats(native, &stats);
	return stats.blocked && stats.claims > stats.grants &&
	       port_waittail(pf) != tail_before;
}

/*
 * Let the native driver claim the port, which is not free. Returns once the
 * driver sleeps and is on the core's wait list.
 */
void port_native_blocks(struct kunit *test, struct vport_native *native)
{
	struct port_fixture *pf = test->priv;
	struct pardevice *before = port_waittail(pf);

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim_block(native), 0);
	fixture_wait_for(test, port_native_is_queued(pf, native, before));
}

bool port_native_owns(struct vport_native *native)
{
	struct vport_native_stats stats;

	parbiter_vport_native_stats(native, &stats);
	return stats.owner;
}

/* Unregister all native drivers. */
void port_forget_natives(struct port_fixture *pf)
{
	while (pf->natives) {
		struct vport_native *native = pf->native[--pf->natives];

		parbiter_vport_native_unregister(native);
		parbiter_vport_native_put(native);
	}
}

/* Return the number of devices that are registered on the port. */
unsigned int port_devices(struct parport *parport)
{
	struct pardevice *dev;
	unsigned int count = 0;

	spin_lock(&parport->pardevice_lock);
	for (dev = parport->devices; dev; dev = dev->next)
		count++;
	spin_unlock(&parport->pardevice_lock);
	return count;
}

/* Return whether the listener is on the core's wait list. */
bool port_is_listed(struct port_fixture *pf)
{
	struct pardevice *dev;
	bool listed = false;
	unsigned long flags;

	spin_lock_irqsave(&pf->parport->waitlist_lock, flags);
	for (dev = pf->parport->waithead; dev; dev = dev->waitnext)
		listed |= dev == pf->port->claim.listener;
	spin_unlock_irqrestore(&pf->parport->waitlist_lock, flags);
	return listed;
}

/* Return how often operations of the port have been called. */
u64 port_accesses(struct port_fixture *pf)
{
	struct vport_counters sum;
	u64 accesses = 0;
	unsigned int op;

	parbiter_vport_counters(pf->vport, &sum);
	for (op = 0; op < VPORT_NR_OPS; op++)
		accesses += sum.ops[op];
	return accesses;
}

/* Return the place of the device in the chain that is selected; VPORT_END: none. */
int port_selected(struct port_fixture *pf)
{
	struct vport_chain_stats stats;

	return parbiter_vport_chain_stats(pf->vport, &stats) ? VPORT_END :
							       stats.selected;
}
