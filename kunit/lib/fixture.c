// SPDX-License-Identifier: GPL-2.0
/* See fixture.h. */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/lockdep.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>

#include "fixture.h"

static struct fake_backing *fake_of(struct arbiter *arb)
{
	return container_of(arb, struct fake_backing, arb);
}

static void fake_enter(struct fake_backing *fake, enum fake_call call)
{
	atomic_inc(&fake->calls[call]);
	if (fake->hook && !fake->over)
		fake->hook(fake, call);
}

static void fake_breach_if(struct fake_backing *fake, bool breach)
{
	if (breach)
		atomic_inc(&fake->breaches);
}

/* The three calls that BUSY keeps apart. */
static void fake_enter_busy(struct fake_backing *fake, enum fake_call call)
{
	lockdep_assert_not_held(&fake->arb.lock);
	fake_breach_if(fake, !(fake_word(fake) & (ARBITER_BUSY | ARBITER_OFF)));
	fake_breach_if(fake, atomic_inc_return(&fake->inside) != 1);
	fake_enter(fake, call);
}

static void fake_leave_busy(struct fake_backing *fake)
{
	atomic_dec(&fake->inside);
}

static enum arbiter_claim fake_op_claim(struct arbiter *arb, bool wait)
{
	struct fake_backing *fake = fake_of(arb);
	enum arbiter_claim answer;
	unsigned long flags;

	fake_enter_busy(fake, FAKE_CLAIM);
	fake_breach_if(fake, fake->held);
	if (wait)
		atomic_inc(&fake->waits);
	raw_spin_lock_irqsave(&fake->outside, flags);
	answer = READ_ONCE(fake->claim);
	if (answer == ARBITER_CLAIMED && fake->outsider)
		answer = ARBITER_REFUSED;
	if (answer == ARBITER_CLAIMED) {
		fake->held = true;
		fake->watched = false;
	} else if (answer == ARBITER_REFUSED && wait) {
		fake->watched = true;
	}
	raw_spin_unlock_irqrestore(&fake->outside, flags);
	fake_leave_busy(fake);
	return answer;
}

static bool fake_op_release(struct arbiter *arb)
{
	struct fake_backing *fake = fake_of(arb);
	unsigned long flags;
	bool answer;

	fake_enter_busy(fake, FAKE_RELEASE);
	raw_spin_lock_irqsave(&fake->outside, flags);
	fake_breach_if(fake, !fake->held);
	answer = READ_ONCE(fake->release);
	if (answer)
		fake->held = false;
	raw_spin_unlock_irqrestore(&fake->outside, flags);
	fake_leave_busy(fake);
	return answer;
}

static bool fake_op_unwatch(struct arbiter *arb)
{
	struct fake_backing *fake = fake_of(arb);
	bool answer;

	fake_enter_busy(fake, FAKE_UNWATCH);
	fake_breach_if(fake, !fake->watched);
	answer = fake->unwatch;
	if (answer)
		fake->watched = false;
	fake_leave_busy(fake);
	return answer;
}

static bool fake_op_outsider_waits(struct arbiter *arb)
{
	struct fake_backing *fake = fake_of(arb);

	lockdep_assert_held(&arb->lock);
	fake_breach_if(fake, !irqs_disabled());
	fake_enter(fake, FAKE_CONTENDED);
	return fake->outsider_waits;
}

static void fake_op_later(struct arbiter *arb)
{
	struct fake_backing *fake = fake_of(arb);

	fake_enter(fake, FAKE_LATER);
	if (fake->kick_later)
		schedule_work(&fake->work);
}

static void fake_kick(struct work_struct *work)
{
	struct fake_backing *fake = container_of(work, struct fake_backing,
						 work);

	arbiter_kick(&fake->arb);
}

static const struct arbiter_ops fake_ops = {
	.claim = fake_op_claim,
	.release = fake_op_release,
	.unwatch = fake_op_unwatch,
	.outsider_waits = fake_op_outsider_waits,
	.later = fake_op_later,
};

static void fake_told_ended(struct arbiter_client *client, int result)
{
	struct fake_client *fc = container_of(client, struct fake_client,
					      client);

	lockdep_assert_held(&client->arb->lock);
	fc->ended++;
	fc->result = result;
	if (!result)
		fc->grant = ++fc->fake->grants;
	if (fc->on_ended && !fc->fake->over)
		fc->on_ended(fc, result);
}

static void fake_told_contended(struct arbiter_client *client)
{
	struct fake_client *fc = container_of(client, struct fake_client,
					      client);

	lockdep_assert_held(&client->arb->lock);
	fc->contended++;
	if (fc->on_contended && !fc->fake->over)
		fc->on_contended(fc);
}

static const struct arbiter_client_ops fake_client_ops = {
	.ended = fake_told_ended,
	.contended = fake_told_contended,
};

/* A started arbiter whose backing grants whatever it is asked. */
struct fake_backing *fake_create(struct kunit *test)
{
	struct fake_backing *fake;

	fake = kunit_kzalloc(test, sizeof(*fake), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, fake);
	fake->claim = ARBITER_CLAIMED;
	fake->release = true;
	fake->unwatch = true;
	raw_spin_lock_init(&fake->outside);
	INIT_WORK(&fake->work, fake_kick);
	arbiter_init(&fake->arb, &fake_ops);
	arbiter_start(&fake->arb);
	return fake;
}

/* Stops it, if the test did not, and checks what every test must leave. */
void fake_destroy(struct kunit *test, struct fake_backing *fake)
{
	if (!fake)
		return;
	fake->over = true;
	fake->release = true;
	fake->unwatch = true;
	if (!(fake_word(fake) & ARBITER_OFF))
		arbiter_stop(&fake->arb);
	arbiter_abandon(&fake->arb);
	cancel_work_sync(&fake->work);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->breaches), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&fake->inside), 0);
	KUNIT_EXPECT_FALSE(test, fake->held);
	KUNIT_EXPECT_TRUE(test, list_empty(&fake->arb.queue));
	KUNIT_EXPECT_EQ(test, fake_word(fake) & ~(ARBITER_OWNED | ARBITER_SHARED),
			(int)ARBITER_OFF);
}

struct fake_client *fake_clients(struct kunit *test, struct fake_backing *fake,
				 unsigned int count)
{
	struct fake_client *fc;
	unsigned int i;

	fc = kunit_kcalloc(test, count, sizeof(*fc), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, fc);
	for (i = 0; i < count; i++) {
		fc[i].fake = fake;
		arbiter_client_init(&fc[i].client, &fake->arb,
				    &fake_client_ops);
	}
	return fc;
}

int fake_calls(struct fake_backing *fake, enum fake_call call)
{
	return atomic_read(&fake->calls[call]);
}

/* An outsider takes the backing, unless the arbiter holds it. */
bool fake_outsider_takes(struct fake_backing *fake)
{
	unsigned long flags;
	bool taken;

	raw_spin_lock_irqsave(&fake->outside, flags);
	taken = !fake->held && !fake->outsider;
	fake->outsider |= taken;
	raw_spin_unlock_irqrestore(&fake->outside, flags);
	return taken;
}

void fake_outsider_leaves(struct fake_backing *fake)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&fake->outside, flags);
	fake->outsider = false;
	raw_spin_unlock_irqrestore(&fake->outside, flags);
	arbiter_kick(&fake->arb);
}

unsigned int fake_queue_length(struct fake_backing *fake)
{
	struct arbiter_request *req;
	unsigned int length = 0;
	unsigned long flags;

	raw_spin_lock_irqsave(&fake->arb.lock, flags);
	list_for_each_entry(req, &fake->arb.queue, node)
		length++;
	raw_spin_unlock_irqrestore(&fake->arb.lock, flags);
	return length;
}

/* The word, the list and the backing tell the same story. */
bool fake_is_consistent(struct fake_backing *fake)
{
	int word = fake_word(fake);

	if (fake_queue_length(fake) != arbiter_waiters(&fake->arb))
		return false;
	if ((word & ARBITER_OWNED) && !(word & (ARBITER_HELD | ARBITER_OFF)))
		return false;
	return fake->held == !!(word & ARBITER_HELD);
}

static int actor_thread(void *data)
{
	struct actor *actor = data;

	allow_signal(SIGINT);
	allow_signal(SIGKILL);
	actor->result = actor->fn(actor->arg);
	complete(&actor->done);
	return 0;
}

void actor_start(struct kunit *test, struct actor *actor,
		 int (*fn)(void *arg), void *arg, int cpu)
{
	init_completion(&actor->done);
	actor->fn = fn;
	actor->arg = arg;
	actor->task = kthread_create(actor_thread, actor, "%s", test->name);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, actor->task);
	get_task_struct(actor->task);
	if (cpu != ACTOR_ANY_CPU)
		kthread_bind(actor->task, cpu);
	wake_up_process(actor->task);
}

/*
 * What the actor's function returned. An actor that does not come back fails
 * the test and is got out of its sleep by a signal, so that its memory can go.
 */
int actor_join(struct kunit *test, struct actor *actor)
{
	if (!wait_for_completion_timeout(&actor->done, FIXTURE_LIMIT)) {
		KUNIT_FAIL(test, "a thread never came back");
		actor_signal(actor, SIGKILL);
		wait_for_completion(&actor->done);
	}
	kthread_stop(actor->task);
	put_task_struct(actor->task);
	actor->task = NULL;
	return actor->result;
}

void actor_signal(struct actor *actor, int sig)
{
	send_sig(sig, actor->task, 1);
}

static int sleeper_wait(void *data)
{
	struct sleeper *sleeper = data;

	return arbiter_wait(sleeper->client, sleeper->task_state,
			    sleeper->deadline);
}

/* Returns once it is queued: it cannot have been granted, see the callers. */
void sleeper_start(struct kunit *test, struct sleeper *sleeper,
		   struct fake_client *fc, unsigned int task_state,
		   ktime_t deadline, int cpu)
{
	sleeper->client = &fc->client;
	sleeper->task_state = task_state;
	sleeper->deadline = deadline;
	actor_start(test, &sleeper->actor, sleeper_wait, sleeper, cpu);
	fixture_wait_for(test, atomic_read(&fc->client.state) ==
			       ARBITER_QUEUED);
}

int sleeper_join(struct kunit *test, struct sleeper *sleeper)
{
	return actor_join(test, &sleeper->actor);
}

/*
 * Called with arbiter.lock held: returns when another CPU spins for it, and
 * so will have it as soon as it is dropped (the lock is fair).
 */
bool fixture_spin_until_contended(struct arbiter *arb)
{
	u64 limit = ktime_get_ns() + 5 * NSEC_PER_SEC;

	lockdep_assert_held(&arb->lock);
	while (!raw_spin_is_contended(&arb->lock)) {
		if (ktime_get_ns() > limit)
			return false;
		cpu_relax();
	}
	return true;
}

/*
 * Keeps the test on this CPU and returns another one for its actors, so that
 * one may spin while the other runs. Skips the test where there is none.
 */
int fixture_pin(struct kunit *test)
{
	int here, other;

	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	here = get_cpu();
	put_cpu();
	set_cpus_allowed_ptr(current, cpumask_of(here));
	other = cpumask_any_but(cpu_online_mask, here);
	return other;
}
