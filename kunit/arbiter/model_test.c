// SPDX-License-Identifier: GPL-2.0
/* Ten thousand random calls, each compared with the model of kunit/lib/model.h. */
#include <linux/errno.h>
#include <linux/prandom.h>
#include <linux/sched.h>

#include "lib/fixture.h"
#include "lib/model.h"

#define STEPS	10000

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
	fake->release = !w->m.no_release;
	fake->unwatch = !w->m.no_unwatch;
	fake->claim = w->m.no_claim ? ARBITER_LATER :
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
		model_kick(m);
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
		model_exit(m, client);
		return true;
	case SHARE:
		m->waits &= !m->shared;
		world_answer(w);
		arbiter_set_shared(&w->fake->arb, !m->shared);
		model_set_shared(m, !m->shared);
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
	if (w->fake->arb.watched != m->watched ||
	    w->fake->arb.kicked != m->kicked ||
	    w->fake->arb.served != m->served)
		return false;
	/* The arbiter watches exactly while somebody waits for an outsider. */
	if (!m->no_unwatch &&
	    w->fake->watched != (m->length && m->outsider))
		return false;
	for (i = 0; i < MODEL_CLIENTS; i++) {
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
	model_limit(&w->m, false);
	world_answer(w);
	arbiter_kick(&w->fake->arb);
	model_kick(&w->m);
}

static void compare_random_calls(struct kunit *test, u64 seed, bool limits)
{
	struct world w = { .m = { .owner = -1 }, .fake = test->priv };
	struct rnd_state rnd;
	unsigned int step;

	prandom_seed_state(&rnd, seed);
	w.fc = fake_clients(test, w.fake, MODEL_CLIENTS);
	w.fake->hook = world_release;
	for (step = 0; step < STEPS; step++) {
		enum model_op op = prandom_u32_state(&rnd) % OPS;
		int client = prandom_u32_state(&rnd) % MODEL_CLIENTS;

		/* Let most Frees be by the owner, so that grants go on. */
		if (op == FREE && w.m.owner >= 0 &&
		    prandom_u32_state(&rnd) % 4)
			client = w.m.owner;
		model_limit(&w.m, limits && prandom_u32_state(&rnd) % 4 == 0);
		KUNIT_ASSERT_TRUE_MSG(test, world_step(&w, op, client),
				      "seed %llu step %u: op %d by %d returns something else",
				      seed, step, op, client);
		KUNIT_ASSERT_TRUE_MSG(test, world_agrees(&w),
				      "seed %llu step %u: op %d by %d leaves %#x, owner %d, %d waiting",
				      seed, step, op, client,
				      fake_word(w.fake), w.m.owner,
				      w.m.length);
		if (w.m.no_claim)
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
