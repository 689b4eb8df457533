// SPDX-License-Identifier: GPL-2.0
/* The arbiter, its scripted backing, its clients, and the model of all that. */
#include <stdlib.h>

#include "world.h"

struct world world;

/* Begin an operation for which BUSY must be set, or OFF by arbiter_abandon(). */
static struct script *script_enter(struct arbiter *arb)
{
	world_check(atomic_read(&arb->state) & (ARBITER_BUSY | ARBITER_OFF));
	world_check(!arb->lock.host.word);
	return &world.script;
}

static enum arbiter_claim script_claim(struct arbiter *arb, bool watch)
{
	struct script *s = script_enter(arb);

	world_check(!s->held);
	if (s->no_claim)
		return ARBITER_LATER;
	if (s->outsider) {
		s->watched |= watch;
		return ARBITER_REFUSED;
	}
	s->held = true;
	s->watched = false;
	return ARBITER_CLAIMED;
}

static bool script_release(struct arbiter *arb)
{
	struct script *s = script_enter(arb);

	world_check(s->held);
	if (s->no_release)
		return false;
	s->held = false;
	s->outsider = s->waits;
	s->waits = false;
	return true;
}

static bool script_unwatch(struct arbiter *arb)
{
	struct script *s = script_enter(arb);

	world_check(s->watched);
	s->watched = s->no_unwatch;
	return !s->no_unwatch;
}

static bool script_outsider_waits(struct arbiter *arb)
{
	host_assert_held(&arb->lock.host);
	return world.script.waits;
}

static void script_later(struct arbiter *arb)
{
	world.script.laters++;
}

static const struct arbiter_ops script_ops = {
	.claim = script_claim,
	.release = script_release,
	.unwatch = script_unwatch,
	.outsider_waits = script_outsider_waits,
	.later = script_later,
};

static struct world_client *client_of(struct arbiter_client *client)
{
	unsigned int i;

	for (i = 0; i < MODEL_CLIENTS; i++)
		if (world.wc[i].client == client)
			return &world.wc[i];
	story_fail("a client that does not exist is notified");
}

static void client_ended(struct arbiter_client *client, int result)
{
	struct world_client *wc = client_of(client);

	host_assert_held(&client->arb->lock.host);
	wc->ended++;
	wc->result = result;
}

static void client_contended(struct arbiter_client *client)
{
	host_assert_held(&client->arb->lock.host);
	world_check(arbiter_is_owner(client_of(client)->client));
	world.told++;
}

static void client_event(struct arbiter_client *client)
{
	host_assert_held(&client->arb->lock.host);
	world_check(arbiter_is_owner(client_of(client)->client));
	world.events++;
}

static const struct arbiter_client_ops client_ops = {
	.ended = client_ended,
	.contended = client_contended,
	.event = client_event,
};

/* A request has ended in the model. */
static void model_has_ended(struct model *m, int client, int result)
{
	struct world_client *wc = &world.wc[client];

	if (wc->slot) {
		*wc->slot = result;
		wc->slot = NULL;
		return;
	}
	wc->model_ended++;
	wc->model_result = result;
}

static void client_create(struct world_client *wc)
{
	wc->client = malloc(sizeof(*wc->client));
	if (!wc->client)
		abort();
	arbiter_client_init(wc->client, &world.arb, &client_ops);
}

/* The client goes, and its memory, too. */
static void client_destroy(struct world_client *wc)
{
	arbiter_client_exit(wc->client);
	model_exit(&world.m, wc - world.wc);
	free(wc->client);
	wc->client = NULL;
}

/* A client goes, and another one comes. */
void world_renew(struct world_client *wc)
{
	client_destroy(wc);
	client_create(wc);
}

void world_create(void)
{
	static struct task_struct task;
	unsigned int i;

	memset(&world, 0, sizeof(world));
	world.task = &task;
	world.m.owner = -1;
	world.m.ended = model_has_ended;
	arbiter_init(&world.arb, &script_ops);
	arbiter_start(&world.arb);
	for (i = 0; i < MODEL_CLIENTS; i++)
		client_create(&world.wc[i]);
}

void world_destroy(void)
{
	unsigned int i;

	for (i = 0; i < MODEL_CLIENTS; i++)
		client_destroy(&world.wc[i]);
	if (!world.m.off)
		arbiter_stop(&world.arb);
	arbiter_abandon(&world.arb);
	world_equal(atomic_read(&world.arb.state) & ~ARBITER_SHARED,
		    ARBITER_OFF);
}

static bool compare_visit(struct arbiter_walk *walk,
			  const struct arbiter_request *req)
{
	unsigned int place = walk->position - 1;

	world_check((int)place < world.m.length);
	world_equal(client_of(req->client) - world.wc, world.m.queue[place]);
	return true;
}

static void compare_clients(void)
{
	struct model *m = &world.m;
	int i;

	for (i = 0; i < MODEL_CLIENTS; i++) {
		struct world_client *wc = &world.wc[i];
		bool queued = model_place(m, i) >= 0;

		world_equal(arbiter_is_owner(wc->client), m->owner == i);
		world_equal(atomic_read(&wc->client->state) == ARBITER_QUEUED,
			    queued);
		world_equal(!!wc->client->request, queued);
		world_equal(wc->ended, wc->model_ended);
		world_equal(wc->result, wc->model_result);
	}
	world_check(world.arb.owner ==
		    (m->owner >= 0 ? world.wc[m->owner].client : NULL));
}

static void compare_stats(void)
{
	struct arbiter *arb = &world.arb;
	struct model *m = &world.m;

	world_equal(arbiter_allocates(arb), m->allocates);
	world_equal(arb->stats.frees, m->frees);
	world_equal(arb->stats.cancels, m->cancels);
	world_equal(arb->stats.timeouts, m->timeouts);
	world_equal(arb->refused.counter, m->refused);
	world_equal(world.told, m->told);
	world_equal(world.script.laters, m->laters);
}

/* The word, and the flags, and what may be asked from outside. */
static void compare_state(void)
{
	struct arbiter_walk walk = { .visit = compare_visit };
	struct arbiter *arb = &world.arb;
	struct model *m = &world.m;

	world_equal(atomic_read(&arb->state),
		    m->length * (int)ARBITER_WAITER |
		    (m->held ? ARBITER_HELD : 0) |
		    (m->shared ? ARBITER_SHARED : 0) |
		    (m->asked ? ARBITER_ASKED : 0) |
		    (m->off ? ARBITER_OFF : 0) |
		    (m->owner >= 0 ? ARBITER_OWNED : 0));
	world_equal(arb->watched, m->watched);
	world_equal(arb->kicked, m->kicked);
	world_equal(arb->served, m->served);
	world_equal(arbiter_is_contended(arb), model_is_contended(m));
	world_equal(arbiter_is_free(arb),
		    !m->off && m->owner < 0 && !m->length);
	arbiter_walk(arb, &walk);
	world_equal(walk.position, m->length);
}

/* Compare the arbiter with the model. */
void world_compare(void)
{
	world_equal(world.script.held, world.m.held);
	world_equal(world.script.watched, world.m.watched);
	world_equal(world.script.outsider, world.m.outsider);
	world_equal(world.script.waits, world.m.waits);
	compare_state();
	compare_clients();
	compare_stats();
}
