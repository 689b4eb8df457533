// SPDX-License-Identifier: GPL-2.0
/* What the fibers do; see operate.h. */
#include <alloca.h>
#include <errno.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/sched.h>

#include "backing.h"
#include "calls.h"
#include "fail.h"
#include "fiber.h"
#include "operate.h"
#include "oracle.h"
#include "race.h"
#include "scenario.h"
#include "story.h"

#define CALLER		__builtin_return_address(0)

struct world world;

/* How the arbiter notifies the clients. arbiter.lock is held. */

/* By the time that this is known, another call may have freed the client. */
static void note_owns(struct client *client)
{
	world.tally.grants++;
	client->holds = atomic_read(&client->base.state) == ARBITER_OWNER;
}

static void note_result(int result)
{
	if (result == -ECANCELED || result == -ERESTARTSYS)
		world.tally.cancels++;
	else if (result == -ETIMEDOUT)
		world.tally.timeouts++;
	else if (result == -EPERM)
		world.tally.refused++;
}

static void client_ended(struct arbiter_client *base, int result)
{
	struct client *client = client_of(base);

	host_assert_held(&world.arb.lock.host);
	fiber_wish(WISH_STEP, NULL, 1, CALLER);
	story_note(CALLER, "%c's request ends with %d",
		   'a' + client_number(client), result);
	if (client->gone || !client->pending)
		fail("a request of client %c ends twice",
		     'a' + client_number(client));
	client->pending--;
	client->result = result;
	if (!result)
		note_owns(client);
	else
		note_result(result);
	if (result && client->dies)
		client->gone = true;
}

static void client_contended(struct arbiter_client *base)
{
	struct client *client = client_of(base);

	host_assert_held(&world.arb.lock.host);
	story_note(CALLER, "%c is told that somebody waits",
		   'a' + client_number(client));
	if (client->gone)
		fail("client %c is told something, but it is gone",
		     'a' + client_number(client));
	client->told = true;
}

static void client_event(struct arbiter_client *base)
{
	struct client *client = client_of(base);

	host_assert_held(&world.arb.lock.host);
	fiber_wish(WISH_STEP, NULL, 1, CALLER);
	if (client->gone)
		fail("client %c has an event, but it is gone",
		     'a' + client_number(client));
}

static void client_traced(struct arbiter_client *base, enum arbiter_act act,
			  int result, u64 since)
{
	struct client *client = client_of(base);

	host_assert_held(&world.arb.lock.host);
	fiber_wish(WISH_STEP, NULL, 1, CALLER);
	if (client->gone)
		fail("client %c is traced, but it is gone",
		     'a' + client_number(client));
	oracle_traced(client_number(client), act, result);
	/* As pb_watch_changed_locked() does */
	if (act != ARBITER_ACT_REFUSED && world.watch.armed) {
		world.watch.armed = false;
		arbiter_set_traced(&world.arb, false);
	}
}

static const struct arbiter_client_ops client_ops = {
	.ended = client_ended,
	.contended = client_contended,
	.event = client_event,
	.traced = client_traced,
};

static int do_wait(struct client *client, s64 deadline)
{
	struct fiber *fiber = fiber_now;
	int ret;

	fiber->waiting = true;
	ret = arbiter_wait(&client->base, TASK_INTERRUPTIBLE | TASK_FREEZABLE,
			   deadline);
	fiber = fiber_now;
	fiber->waiting = false;
	if (ret == -ERESTARTSYS && !fiber->signal)
		fail("a wait ends as by a signal, but no signal is pending");
	fiber->signal = false;
	fiber->thaws = false;
	if (!ret)
		note_owns(client);
	return ret;
}

/* Call arbiter_submit() or arbiter_enqueue(). */
static int do_submit(struct client *client,
		     int (*submit)(struct arbiter_client *client))
{
	int ret;

	/* The callback may come before the call returns. */
	client->pending++;
	ret = submit(&client->base);
	if (ret && ret != -EINPROGRESS)
		client->pending--;
	return ret;
}

/* A Free after which the thread knows whether the client was the owner. */
static int do_free(struct client *client)
{
	bool held = client->holds;
	int ret;

	if (!scenario.stops) {
		ret = call_free(&client->base);
		oracle_free(client, held, ret);
		if (ret)
			return ret;
		world.tally.frees++;
	} else {
		if (!call_resign(&client->base))
			return arbiter_refuse_free(&client->base);
		world.tally.frees++;
		ret = call_pass_on(&client->base);
	}
	client->holds = false;
	return ret;
}

/* As PARBITER_YIELD: the client joins the tail before the next one owns. */
static int do_yield(struct client *client)
{
	int ret;

	if (!arbiter_is_contended(&world.arb))
		return 0;
	if (!call_resign(&client->base))
		return arbiter_refuse_free(&client->base);
	world.tally.frees++;
	client->holds = false;
	ret = do_submit(client, arbiter_submit);
	call_pass_on(&client->base);
	return ret;
}

/* Change how the backing works, as an owner that selects a device. */
static void do_change(struct client *client)
{
	call_note_change(&client->base);
	/* From here on nothing else runs before the end of this operation. */
	world.backing.changed |= client->holds &&
				 world.arb.state.counter & ARBITER_CHANGED;
}

/* As a thread that is not sure that the client owns, see arbiter_note_change(). */
static void do_note(struct client *client)
{
	host_irq_save();
	host_spin_lock(&world.backing.change_lock);
	if (call_note_change(&client->base) &&
	    call_is_owner(&client->base)) {
		/* A Free waits for the lock, and restores after this. */
		story_note(CALLER, "changes the backing");
		world.backing.changed = true;
	}
	host_spin_unlock(&world.backing.change_lock);
	host_irq_restore();
}

static void do_exit(struct client *client)
{
	arbiter_client_exit(&client->base);
	if (client->holds)
		world.tally.frees++;
	client->holds = false;
	client->gone = true;
}

static int do_stop(void)
{
	arbiter_stop(&world.arb);
	backing_go();
	arbiter_abandon(&world.arb);
	return 0;
}

static int do_start(void)
{
	fiber_wish(WISH_NO_OWNER, NULL, 1, CALLER);
	world.backing.off = false;
	arbiter_start(&world.arb);
	return 0;
}

static int operate(const struct step *step)
{
	struct client *client = &world.clients[step->client];
	int number = fiber_number(fiber_now);
	int outsider = scenario.programs[number].outsider;
	int ret;

	switch (step->op) {
	case OP_TRY:
		ret = call_try(&client->base);
		if (!ret)
			note_owns(client);
		return ret;
	case OP_WAIT:
		return do_wait(client, KTIME_MAX);
	case OP_TIMED:
		return do_wait(client, 1);
	case OP_NOW:
		return do_wait(client, 0);
	case OP_DIE:
		client->dies = true;
		return do_submit(client, arbiter_submit);
	case OP_SUBMIT:
		return do_submit(client, arbiter_submit);
	case OP_ENQUEUE:
		return do_submit(client, arbiter_enqueue);
	case OP_AWAIT:
		fiber_wish(WISH_ENDED, NULL, 1, CALLER);
		return 0;
	case OP_FREE:
		return do_free(client);
	case OP_CANCEL:
		return arbiter_cancel(&client->base);
	case OP_YIELD:
		return do_yield(client);
	case OP_EXIT:
		do_exit(client);
		return 0;
	case OP_POSITION:
		return arbiter_position(&client->base);
	case OP_USE:
		call_use(&client->base, &world.payload);
		return 0;
	case OP_CHANGE:
		do_change(client);
		return 0;
	case OP_NOTE:
		do_note(client);
		return 0;
	case OP_KICK:
		arbiter_kick(&world.arb);
		return 0;
	case OP_ANEW:
		backing_renew();
		return 0;
	case OP_HOLD:
		arbiter_claim_idle(&world.arb);
		return 0;
	case OP_EVENT:
		arbiter_event(&world.arb);
		return 0;
	case OP_STATUS:
		call_status(&world.arb);
		return 0;
	case OP_SHARE:
	case OP_UNSHARE:
		backing_share(step->op == OP_SHARE);
		return 0;
	case OP_REPORT:
	case OP_UNREPORT:
		arbiter_set_report(&world.arb, step->op == OP_REPORT);
		return 0;
	case OP_WATCH:
		world.watch.seen = call_watch(&world.arb, &world.watch.armed);
		return 0;
	case OP_TRACE:
	case OP_UNTRACE:
		arbiter_set_traced(&world.arb, step->op == OP_TRACE);
		return 0;
	case OP_CLAIM:
		backing_outsider_claim(outsider);
		return 0;
	case OP_LEAVE:
		backing_outsider_leave(outsider);
		return 0;
	case OP_STOP:
		return do_stop();
	case OP_START:
		return do_start();
	case OPS:
		break;
	}
	return 0;
}

/* Operations take turns on two parts of the stack; see access_check_alive(). */
static noinline void operate_below(const struct step *step)
{
	char *room = alloca(1024);

	__asm__ volatile("" : : "r" (room) : "memory");
	fiber_now->result = operate(step);
	__asm__ volatile("" : : "r" (room) : "memory");
}

static void operate_fiber(void)
{
	const struct program *program =
		&scenario.programs[fiber_number(fiber_now)];
	int i;

	for (i = 0; i < program->length; i++) {
		const struct step *step = &program->steps[i];

		fiber_now->op = i;
		fiber_wish(WISH_OP, NULL, 1, CALLER);
		fiber_now->started = true;
		oracle_op_begins(step);
		story_note(CALLER, "%s ...", scenario_op_name(step));
		fiber_clean();
		if (i % 2)
			operate_below(step);
		else
			fiber_now->result = operate(step);
		note_result(fiber_now->result);
		story_note(CALLER, "... %s returns %d", scenario_op_name(step),
			   fiber_now->result);
		oracle_op_ends(step, fiber_now->result);
	}
	for (;;)
		fiber_wish(WISH_DONE, NULL, 1, NULL);
}

void operate_begin(void)
{
	int i;

	memset(&world, 0, sizeof(world));
	race_reset();
	arbiter_init(&world.arb, &backing_ops);
	arbiter_start(&world.arb);
	for (i = 0; i < scenario.clients; i++)
		arbiter_client_init(&world.clients[i].base, &world.arb,
				    &client_ops);
	if (scenario.traced)
		arbiter_set_traced(&world.arb, true);
	if (scenario.held) {
		world.backing.holder = HOLDER_ARBITER;
		atomic_or(ARBITER_HELD, &world.arb.state);
	}
	for (i = 0; i < scenario.fibers - 1; i++)
		fiber_create(i, operate_fiber);
	fiber_create(i, backing_work);
}
