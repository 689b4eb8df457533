// SPDX-License-Identifier: GPL-2.0
/* A client comes, is notified, and goes. */
#include <linux/errno.h>
#include <stdlib.h>

#include "storm.h"

/* The client is memory of its own, so that AddressSanitizer sees it go. */
struct storm_client {
	struct arbiter_client client;
	struct seat *seat;
};

static struct seat *client_seat(struct arbiter_client *client)
{
	return container_of(client, struct storm_client, client)->seat;
}

static void client_ended(struct arbiter_client *client, int result)
{
	struct seat *seat = client_seat(client);

	host_assert_held(&client->arb->lock.host);
	storm_check(!result || result == -ECANCELED || result == -ENODEV);
	storm_check(__atomic_fetch_sub(&seat->pending, 1,
				       __ATOMIC_RELAXED) >= 1);
	storm_count(&storm.tally.ended);
	if (!result)
		storm_count(&storm.tally.owned);
	else if (result == -ECANCELED)
		storm_count(&storm.tally.canceled);
	host_pause();
	storm_store(&seat->result, result);
	storm_count(&seat->calls);
	host_futex_wake(&seat->calls);
}

static void client_contended(struct arbiter_client *client)
{
	const struct arbiter_client *owner = READ_ONCE(client->arb->owner);

	host_assert_held(&client->arb->lock.host);
	/* The client may be in the middle of a Free, which needs the lock. */
	storm_check(!owner || owner == client);
	storm_count(&storm.tally.contended);
	monitor_contended(client->arb);
	host_pause();
}

static void client_event(struct arbiter_client *client)
{
	host_assert_held(&client->arb->lock.host);
	storm_check(client_seat(client)->client == client);
	storm_count(&storm.tally.events);
	host_pause();
}

static void client_traced(struct arbiter_client *client, enum arbiter_act act,
			  int result, u64 since)
{
	host_assert_held(&client->arb->lock.host);
	storm_check(client_seat(client)->client == client);
	storm_count(&storm.tally.traced);
	host_pause();
}

static const struct arbiter_client_ops client_ops = {
	.ended = client_ended,
	.contended = client_contended,
	.event = client_event,
	.traced = client_traced,
};

void client_create(struct seat *seat)
{
	struct storm_client *c = malloc(sizeof(*c));

	if (!c)
		abort();
	c->seat = seat;
	arbiter_client_init(&c->client, &storm.arb, &client_ops);
	seat->client = &c->client;
	/*
	 * arbiter_event() reads the client of a Try that has taken no lock. In
	 * the kernel, the compare-and-exchange of the Try orders that: it is a
	 * full barrier. C's memory model, which ThreadSanitizer follows, knows
	 * no such barrier.
	 */
	arbiter_synchronize(&storm.arb);
}

/* After this the arbiter must not refer to the client. */
void client_destroy(struct seat *seat)
{
	arbiter_client_exit(seat->client);
	storm_check(!seat->client->request);
	storm_check(READ_ONCE(storm.arb.owner) != seat->client);
	free(container_of(seat->client, struct storm_client, client));
	seat->client = NULL;
}

/* Free for a client that does not own. */
int client_free_other(struct arbiter_client *client)
{
	int ret = arbiter_free(client);

	storm_check(ret == -EPERM || ret == -ENODEV);
	if (ret == -EPERM)
		storm_count(&storm.tally.refused);
	return ret;
}
