// SPDX-License-Identifier: GPL-2.0
/* The calls, as the input has them: two bytes for each. */
#include <linux/errno.h>
#include <linux/sched.h>

#include "world.h"

/* So many tasks may sleep at a time. */
#define STEP_DEPTH	16

/**
 * struct step - a call
 * @wc: the client
 * @index: the client's index
 * @bits: what distinguishes calls of one kind
 */
struct step {
	struct world_client *wc;
	int index;
	unsigned int bits;
};

static const u8 *rest;
static size_t left;

void step_begin(const u8 *input, size_t size)
{
	rest = input;
	left = size;
}

bool step_is_over(void)
{
	return !left;
}

static u8 step_byte(void)
{
	if (!left)
		return 0;
	left--;
	return *rest++;
}

static void step_try(struct step *s)
{
	story_add("client %d: try", s->index);
	world_equal(arbiter_try(s->wc->client), model_try(&world.m, s->index));
}

static void step_enqueue(struct step *s)
{
	story_add("client %d: enqueue", s->index);
	world_equal(arbiter_enqueue(s->wc->client),
		    model_enqueue(&world.m, s->index));
}

static void step_submit(struct step *s)
{
	int ret = model_enqueue(&world.m, s->index);

	story_add("client %d: submit", s->index);
	world_equal(arbiter_submit(s->wc->client), ret ?: -EINPROGRESS);
}

/*
 * Join the queue in the model. The result of the request, if it does not end at
 * once, is stored in @result when it ends.
 */
static void step_join(struct step *s, int *result)
{
	int *slot = s->wc->slot, ret;

	*result = -EINPROGRESS;
	s->wc->slot = result;
	ret = model_join(&world.m, s->index);
	if (ret != -EINPROGRESS) {
		*result = ret;
		/* Another request of this client may be queued. */
		s->wc->slot = ret ? slot : NULL;
	}
}

static void step_wait(struct step *s, ktime_t deadline)
{
	struct task_struct task = {}, *waker = world.task;
	int result, ret;

	if (world.depth == STEP_DEPTH)
		deadline = 0;
	story_add("client %d: wait %s", s->index, !deadline ? "not at all" :
		  deadline == KTIME_MAX ? "for ever" : "for a time");
	step_join(s, &result);
	s->wc->users++;
	world.task = &task;
	ret = arbiter_wait(s->wc->client, TASK_INTERRUPTIBLE, deadline);
	world.task = waker;
	s->wc->users--;
	/* What has not ended in the model is withdrawn. */
	if (result == -EINPROGRESS)
		model_withdraw(&world.m, s->index, world.signal ? -ERESTARTSYS :
			       -ETIMEDOUT);
	world.signal = false;
	story_add("client %d: wait returns %d", s->index, ret);
	world_equal(ret, result);
}

static void step_free(struct step *s)
{
	story_add("client %d: free", s->index);
	world_equal(arbiter_free(s->wc->client),
		    model_free(&world.m, s->index));
}

static void step_cancel(struct step *s)
{
	story_add("client %d: cancel", s->index);
	world_equal(arbiter_cancel(s->wc->client),
		    model_cancel(&world.m, s->index));
}

static void step_renew(struct step *s)
{
	if (s->wc->users)
		return;
	story_add("client %d: exit", s->index);
	world_renew(s->wc);
}

static void step_share(void)
{
	bool shared = !world.m.shared;

	story_add("set_shared %d", shared);
	arbiter_set_shared(&world.arb, shared);
	model_set_shared(&world.m, shared);
}

static void step_kick(void)
{
	story_add("kick");
	arbiter_kick(&world.arb);
	model_kick(&world.m);
}

/* The backing wants the claim made anew. */
static void step_claim_anew(void)
{
	story_add("claim anew");
	arbiter_renew(&world.arb);
	model_renew(&world.m);
}

/* An outsider asks for what the arbiter has claimed, and waits if it is refused. */
static void step_ask(void)
{
	bool handed = model_hand_over(&world.m);

	story_add("outsider asks");
	world_equal(arbiter_hand_over(&world.arb), handed);
	world.script.held = !handed;
	world.script.outsider = handed;
	if (handed)
		return;
	world.m.waits = true;
	world.script.waits = true;
	arbiter_notify_owner(&world.arb);
	model_tell(&world.m);
}

/* An outsider takes the backing, or leaves it; its kick may be lost. */
static void step_outsider(struct step *s)
{
	if (world.m.held) {
		step_ask();
		return;
	}
	world.m.outsider = !world.m.outsider;
	world.script.outsider = world.m.outsider;
	story_add("outsider %s", world.m.outsider ? "takes" : "leaves");
	if (!world.m.outsider && s->bits)
		step_kick();
}

static void step_outsider_waits(void)
{
	world.m.waits = !world.m.waits &&
			(world.m.shared || world.m.asked || world.m.outsider);
	world.script.waits = world.m.waits;
	story_add("outsider %s", world.m.waits ? "waits" : "does not wait");
	arbiter_notify_owner(&world.arb);
	model_tell(&world.m);
}

static void step_event(struct step *s)
{
	u64 events = world.events + (world.m.owner >= 0);

	story_add("event");
	arbiter_event(&world.arb);
	world_equal(world.events, events);
	world_equal(arbiter_position(s->wc->client),
		    model_place(&world.m, s->index) + 1);
}

/* Stop; or abandon, and start again as soon as nobody owns. */
static void step_stop(void)
{
	if (!world.m.off) {
		story_add("stop");
		model_stop(&world.m);
		arbiter_stop(&world.arb);
		return;
	}
	story_add("abandon");
	arbiter_abandon(&world.arb);
	model_abandon(&world.m);
	world.script.held = false;
	if (world.m.owner >= 0)
		return;
	story_add("start");
	world.script.watched = false;
	arbiter_start(&world.arb);
	model_start(&world.m);
}

static void step_call(struct step *s, unsigned int what)
{
	switch (what) {
	case 0:
		step_try(s);
		break;
	case 1:
		step_enqueue(s);
		break;
	case 2:
		step_submit(s);
		break;
	case 3:
		step_wait(s, 0);
		break;
	case 4:
		step_wait(s, 1);
		break;
	case 5:
		step_wait(s, KTIME_MAX);
		break;
	case 6:
		/* Mostly the owner frees. */
		if (s->bits && world.m.owner >= 0) {
			s->index = world.m.owner;
			s->wc = &world.wc[s->index];
		}
		step_free(s);
		break;
	case 7:
		step_cancel(s);
		break;
	case 8:
		step_renew(s);
		break;
	case 9:
		step_share();
		break;
	case 10:
		step_outsider(s);
		break;
	case 11:
		step_outsider_waits();
		break;
	case 12:
		if (s->bits)
			step_claim_anew();
		else
			step_kick();
		break;
	case 13:
		step_event(s);
		break;
	case 14:
		step_stop();
		break;
	}
}

/* Let the backing answer the next call so, in the model and in the script. */
static void step_answers(unsigned int answers)
{
	struct script *script = &world.script;
	struct model *m = &world.m;

	m->no_claim = answers & 1;
	m->no_release = answers & 2;
	m->no_unwatch = answers & 4;
	script->no_claim = m->no_claim;
	script->no_release = m->no_release;
	script->no_unwatch = m->no_unwatch;
	if (answers & 7)
		story_add("in this context: no%s%s%s",
			  m->no_claim ? " claim" : "",
			  m->no_release ? " release" : "",
			  m->no_unwatch ? " unwatch" : "");
}

/*
 * Make the next call, and compare. Returns false, at the end of the input, too,
 * if it says that the deepest sleep ends.
 */
bool step_next(void)
{
	u8 what = step_byte(), how = step_byte();
	struct step step = {
		.index = what >> 4 & 7,
		.wc = &world.wc[what >> 4 & 7],
		.bits = how >> 4,
	};

	if (what % 16 == 15 || (!left && world.depth))
		return false;
	step_answers(how & 8 ? how : 0);
	step_call(&step, what % 16);
	world_compare();
	return true;
}
