// SPDX-License-Identifier: GPL-2.0
/*
 * Ten thousand random calls, each compared with a model of the arbiter. The
 * model has no state word and no lock: it has an owner, an array of waiters,
 * and an outsider that holds the claim or waits for it.
 */
#include <linux/errno.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "lib/fixture.h"

#define CLIENTS	8
#define STEPS	10000

/**
 * struct model - the state that the arbiter must have
 * @owner: index of the owner; -1: nobody owns
 * @queue: indices of the waiters, in the order of their requests
 * @length: number of waiters
 * @held: the arbiter holds the claim
 * @shared: outsiders use the backing
 * @served: a client has owned since the claim was made
 * @outsider: an outsider holds the claim
 * @waits: an outsider waits for the claim, which the arbiter holds
 * @limited: the backing can do nothing in this context
 * @allocates: number of grants
 * @frees: number of Frees by owners
 * @cancels: number of requests that were withdrawn
 * @timeouts: number of requests that timed out
 * @refused: number of Frees by clients that did not own
 */
struct model {
	int owner;
	int queue[CLIENTS];
	int length;
	bool held;
	bool shared;
	bool served;
	bool outsider;
	bool waits;
	bool limited;
	u64 allocates;
	u64 frees;
	u64 cancels;
	u64 timeouts;
	int refused;
};

static int model_place(struct model *m, int client)
{
	int i;

	for (i = 0; i < m->length; i++)
		if (m->queue[i] == client)
			return i;
	return -1;
}

static void model_remove(struct model *m, int place)
{
	m->length--;
	memmove(&m->queue[place], &m->queue[place + 1],
		(m->length - place) * sizeof(m->queue[0]));
}

static void model_own(struct model *m, int client)
{
	m->owner = client;
	m->allocates++;
}

static void model_release(struct model *m)
{
	m->held = false;
	/* An outsider that waits takes the claim. */
	m->outsider = m->waits;
	m->waits = false;
}

/* Do what must follow from a change: release, claim, and grant. */
static void model_advance(struct model *m)
{
	bool theirs = m->shared && m->served && m->waits;

	if (m->owner >= 0)
		return;
	if (m->held && (!m->length || theirs)) {
		if (!m->shared || m->limited)
			return;
		model_release(m);
	}
	if (!m->length || m->outsider)
		return;
	if (!m->held) {
		if (m->limited)
			return;
		m->held = true;
		m->served = false;
	}
	model_own(m, m->queue[0]);
	model_remove(m, 0);
}

static int model_try(struct model *m, int client)
{
	if (m->owner >= 0 || m->length)
		return -EBUSY;
	if (!m->held) {
		if (m->outsider || m->limited)
			return -EBUSY;
		m->held = true;
		m->served = false;
	} else if (m->shared && m->served && m->waits) {
		return -EBUSY;
	}
	model_own(m, client);
	return 0;
}

static int model_enqueue(struct model *m, int client)
{
	if (m->owner == client)
		return -EDEADLK;
	if (model_place(m, client) >= 0)
		return -EALREADY;
	m->queue[m->length++] = client;
	model_advance(m);
	return m->owner == client ? 0 : -EINPROGRESS;
}

static int model_wait(struct model *m, int client)
{
	int ret = model_enqueue(m, client);

	if (ret != -EINPROGRESS)
		return ret;
	model_remove(m, model_place(m, client));
	m->timeouts++;
	model_advance(m);
	return -ETIMEDOUT;
}

static int model_free(struct model *m, int client)
{
	if (m->owner != client) {
		m->refused++;
		return -EPERM;
	}
	m->owner = -1;
	m->served = true;
	m->frees++;
	model_advance(m);
	return 0;
}

static int model_cancel(struct model *m, int client)
{
	int place = model_place(m, client);

	if (place < 0)
		return -ENOENT;
	model_remove(m, place);
	m->cancels++;
	model_advance(m);
	return 0;
}

enum model_op {
	TRY,
	ENQUEUE,
	WAIT,
	FREE,
	CANCEL,
	EXIT,
	SHARE,
	OUTSIDER,	/* takes the claim, begins to wait, or gives it back */
	OPS,
};

/* The model, and the arbiter that is compared with it. */
struct world {
	struct model m;
	struct fake_backing *fake;
	struct fake_client *fc;
};

/* Let the backing answer as the outsider of the model makes it. */
static void world_answer(struct world *w)
{
	struct fake_backing *fake = w->fake;

	fake->outsider_waits = w->m.waits;
	fake->release = !w->m.limited;
	fake->unwatch = !w->m.limited;
	fake->claim = w->m.limited ? ARBITER_LATER :
		      w->m.outsider ? ARBITER_REFUSED : ARBITER_CLAIMED;
}

/* When the arbiter gives the claim back, an outsider that waits takes it. */
static void world_release(struct fake_backing *fake, enum fake_call call)
{
	if (call != FAKE_RELEASE || !fake->release || !fake->outsider_waits)
		return;
	fake->outsider_waits = false;
	fake->claim = ARBITER_REFUSED;
}

static void world_outsider(struct world *w)
{
	struct model *m = &w->m;

	if (m->outsider) {
		m->outsider = false;
		world_answer(w);
		arbiter_kick(&w->fake->arb);
		model_advance(m);
	} else if (m->held) {
		m->waits = m->shared;
	} else if (!m->length) {
		m->outsider = true;
	}
}

/*
 * Make one call to the model and the arbiter. Return whether the results agree.
 */
static bool world_step(struct world *w, enum model_op op, int client)
{
	struct fake_client *fc = &w->fc[client];
	struct model *m = &w->m;

	world_answer(w);
	switch (op) {
	case TRY:
		return fake_try(fc) == model_try(m, client);
	case ENQUEUE:
		return fake_enqueue(fc) == model_enqueue(m, client);
	case WAIT:
		return arbiter_wait(&fc->client, TASK_INTERRUPTIBLE, 0) ==
		       model_wait(m, client);
	case FREE:
		return fake_free(fc) == model_free(m, client);
	case CANCEL:
		return fake_cancel(fc) == model_cancel(m, client);
	case EXIT:
		arbiter_client_exit(&fc->client);
		if (m->owner == client)
			model_free(m, client);
		else
			model_cancel(m, client);
		return true;
	case SHARE:
		m->shared = !m->shared;
		m->waits &= m->shared;
		world_answer(w);
		arbiter_set_shared(&w->fake->arb, m->shared);
		model_advance(m);
		return true;
	default:
		world_outsider(w);
		return true;
	}
}

/* Return whether the states of the arbiter and of the model agree. */
static bool world_agrees(struct world *w)
{
	struct arbiter_stats *stats = &w->fake->arb.stats;
	struct model *m = &w->m;
	int word, i;

	word = m->length * (int)ARBITER_WAITER;
	word |= m->held ? ARBITER_HELD : 0;
	word |= m->shared ? ARBITER_SHARED : 0;
	word |= m->owner >= 0 ? ARBITER_OWNED : 0;
	if (fake_word(w->fake) != word || !fake_is_consistent(w->fake))
		return false;
	/* The arbiter watches exactly while somebody waits for an outsider. */
	if (!m->limited &&
	    w->fake->watched != (m->length && m->outsider))
		return false;
	for (i = 0; i < CLIENTS; i++) {
		bool owns = m->owner == i;

		if (fake_owns(&w->fc[i]) != owns ||
		    (int)arbiter_position(&w->fc[i].client) !=
		    model_place(m, i) + 1)
			return false;
	}
	return arbiter_allocates(&w->fake->arb) == m->allocates &&
	       stats->frees == m->frees && stats->cancels == m->cancels &&
	       stats->timeouts == m->timeouts &&
	       atomic64_read(&w->fake->arb.refused) == m->refused;
}

/* Kick from a context without limits, which does what was left for later. */
static void world_catch_up(struct world *w)
{
	w->m.limited = false;
	world_answer(w);
	arbiter_kick(&w->fake->arb);
	model_advance(&w->m);
}

static void compare_random_calls(struct kunit *test, u64 seed, bool limits)
{
	struct world w = { .m = { .owner = -1 }, .fake = test->priv };
	struct rnd_state rnd;
	unsigned int step;

	prandom_seed_state(&rnd, seed);
	w.fc = fake_clients(test, w.fake, CLIENTS);
	w.fake->hook = world_release;
	for (step = 0; step < STEPS; step++) {
		enum model_op op = prandom_u32_state(&rnd) % OPS;
		int client = prandom_u32_state(&rnd) % CLIENTS;

		/* Let most Frees be by the owner, so that grants go on. */
		if (op == FREE && w.m.owner >= 0 &&
		    prandom_u32_state(&rnd) % 4)
			client = w.m.owner;
		w.m.limited = limits && prandom_u32_state(&rnd) % 4 == 0;
		KUNIT_ASSERT_TRUE_MSG(test, world_step(&w, op, client),
				      "seed %llu step %u: op %d by %d returns something else",
				      seed, step, op, client);
		KUNIT_ASSERT_TRUE_MSG(test, world_agrees(&w),
				      "seed %llu step %u: op %d by %d leaves %#x, owner %d, %d waiting",
				      seed, step, op, client,
				      fake_word(w.fake), w.m.owner,
				      w.m.length);
		if (w.m.limited)
			world_catch_up(&w);
		KUNIT_ASSERT_TRUE_MSG(test, world_agrees(&w),
				      "seed %llu step %u: after catching up",
				      seed, step);
	}
	/* Every kind of call has been made often enough. */
	KUNIT_EXPECT_GT(test, w.m.allocates, 500ULL);
	KUNIT_EXPECT_GT(test, w.m.cancels, 50ULL);
	KUNIT_EXPECT_GT(test, w.m.timeouts, 50ULL);
	KUNIT_EXPECT_GT(test, w.m.refused, 50);
	KUNIT_EXPECT_GT(test, fake_calls(w.fake, FAKE_UNWATCH), 5);
	KUNIT_EXPECT_GT(test, fake_calls(w.fake, FAKE_RELEASE), 100);
}

static void random_calls_agree_with_the_model(struct kunit *test)
{
	compare_random_calls(test, 1, false);
}

static void other_random_calls_agree_with_the_model(struct kunit *test)
{
	compare_random_calls(test, 20061129, false);
}

static void random_calls_in_all_contexts_agree_with_the_model(struct kunit *test)
{
	compare_random_calls(test, 378, true);
}

static void other_random_calls_in_all_contexts_agree_with_the_model(struct kunit *test)
{
	compare_random_calls(test, 278, true);
}

static struct kunit_case arbiter_model_cases[] = {
	KUNIT_CASE(random_calls_agree_with_the_model),
	KUNIT_CASE(other_random_calls_agree_with_the_model),
	KUNIT_CASE(random_calls_in_all_contexts_agree_with_the_model),
	KUNIT_CASE(other_random_calls_in_all_contexts_agree_with_the_model),
	{}
};

struct kunit_suite arbiter_model_suite = {
	.name = "parbiter-arbiter-model",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_model_cases,
};
