// SPDX-License-Identifier: GPL-2.0
/* The arbiter's scripted backing, its clients, and the threads of a test. */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/errno.h>
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

/* Begin one of the three operations of which BUSY admits one at a time. */
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

static enum arbiter_claim fake_op_claim(struct arbiter *arb, bool watch)
{
	struct fake_backing *fake = fake_of(arb);
	enum arbiter_claim answer;
	unsigned long flags;

	fake_enter_busy(fake, FAKE_CLAIM);
	fake_breach_if(fake, fake->held);
	if (watch)
		atomic_inc(&fake->watches);
	raw_spin_lock_irqsave(&fake->outside, flags);
	answer = READ_ONCE(fake->claim);
	if (answer == ARBITER_CLAIMED && fake->outsider)
		answer = ARBITER_REFUSED;
	if (answer == ARBITER_CLAIMED) {
		fake->held = true;
		fake->watched = false;
	} else if (answer == ARBITER_REFUSED && watch) {
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
	fake_enter(fake, FAKE_OUTSIDER_WAITS);
	return READ_ONCE(fake->outsider_waits);
}

static void fake_op_restore(struct arbiter *arb)
{
	struct fake_backing *fake = fake_of(arb);

	fake_enter_busy(fake, FAKE_RESTORE);
	fake_breach_if(fake, !(fake_word(fake) & (ARBITER_OWNED | ARBITER_OFF)));
	fake_breach_if(fake, !fake->held);
	fake_leave_busy(fake);
}

static void fake_op_freed(struct arbiter *arb)
{
	fake_enter(fake_of(arb), FAKE_FREED);
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
	.restore = fake_op_restore,
	.freed = fake_op_freed,
	.later = fake_op_later,
};

static void fake_client_ended(struct arbiter_client *client, int result)
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

static void fake_client_contended(struct arbiter_client *client)
{
	struct fake_client *fc = container_of(client, struct fake_client,
					      client);

	lockdep_assert_held(&client->arb->lock);
	fc->contended++;
	if (fc->on_contended && !fc->fake->over)
		fc->on_contended(fc);
}

static void fake_client_traced(struct arbiter_client *client,
			       enum arbiter_act act, int result, u64 since)
{
	struct fake_client *fc = container_of(client, struct fake_client,
					      client);
	struct fake_backing *fake = fc->fake;

	lockdep_assert_held(&client->arb->lock);
	if (act == ARBITER_ACT_SETTLED) {
		fake->settled++;
		fake->settled_owner = READ_ONCE(client->arb->owner);
		return;
	}
	if (fake->traces < ARRAY_SIZE(fake->traced))
		fake->traced[fake->traces] = (struct fake_trace) {
			.fc = fc,
			.act = act,
			.result = result,
			.since = since,
			.word = fake_word(fake),
		};
	fake->traces++;
}

static const struct arbiter_client_ops fake_client_ops = {
	.ended = fake_client_ended,
	.contended = fake_client_contended,
	.traced = fake_client_traced,
};

/* Create a started arbiter. Its backing does whatever the arbiter asks. */
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

/*
 * Stop the arbiter if the test has not, and check what must hold after every
 * test. The memory is freed by KUnit.
 */
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
	KUNIT_EXPECT_EQ(test,
			fake_word(fake) & ~(ARBITER_OWNED | ARBITER_SHARED |
					    ARBITER_TOLD),
			(int)ARBITER_OFF);
}

/* The init function of the suites that use a scripted backing. */
int fake_test_init(struct kunit *test)
{
	test->priv = fake_create(test);
	return 0;
}

/* The exit function that belongs to fake_test_init(). */
void fake_test_exit(struct kunit *test)
{
	fake_destroy(test, test->priv);
}

/* Create clients. KUnit frees them after the test. */
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

/*
 * Create clients on the backing in test->priv. The first client owns; the
 * others are queued in the order of the array.
 */
struct fake_client *fake_owner_and_queue(struct kunit *test,
					 unsigned int count)
{
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, count);
	unsigned int i;

	KUNIT_EXPECT_EQ(test, fake_try(&fc[0]), 0);
	for (i = 1; i < count; i++) {
		KUNIT_EXPECT_EQ(test, fake_enqueue(&fc[i]), -EINPROGRESS);
		KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), i);
	}
	return fc;
}

/* Return how often an operation of the backing was called. */
int fake_calls(struct fake_backing *fake, enum fake_call call)
{
	return atomic_read(&fake->calls[call]);
}

/*
 * Let an outsider take the claim. Returns false if the arbiter or an outsider
 * has it.
 */
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

/* Let the outsider give the claim back, and kick the arbiter. */
void fake_outsider_leaves(struct fake_backing *fake)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&fake->outside, flags);
	fake->outsider = false;
	raw_spin_unlock_irqrestore(&fake->outside, flags);
	arbiter_kick(&fake->arb);
}

/*
 * Return the number of requests in the list, which the state word counts, too.
 */
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

/* Return whether the state word agrees with the queue and the backing. */
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

/* Start a thread that calls fn(arg), on one CPU or on ACTOR_ANY_CPU. */
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

/* Return whether the function has returned, or its thread sleeps uninterruptibly. */
bool actor_has_ended_or_sleeps(struct actor *actor)
{
	return completion_done(&actor->done) ||
	       READ_ONCE(actor->task->__state) == TASK_UNINTERRUPTIBLE;
}

/*
 * Wait until the actor's function has returned, and return its result. An actor
 * that exceeds the limit fails the test. A signal then ends its sleep, so that
 * the memory which it uses can be freed.
 */
int actor_join(struct kunit *test, struct actor *actor)
{
	if (!wait_for_completion_timeout(&actor->done, FIXTURE_LIMIT)) {
		KUNIT_FAIL(test, "a thread did not return within the limit");
		actor_signal(actor, SIGKILL);
		wait_for_completion(&actor->done);
	}
	kthread_stop(actor->task);
	put_task_struct(actor->task);
	actor->task = NULL;
	return actor->result;
}

/* Send a signal to the thread, which has allowed SIGINT and SIGKILL. */
void actor_signal(struct actor *actor, int sig)
{
	send_sig(sig, actor->task, 1);
}

/*
 * Wait until the thread sleeps in a wait that a fatal signal ends, as for a mutex.
 * Kill it, and return the result of its function.
 */
int actor_kill(struct kunit *test, struct actor *actor)
{
	fixture_wait_for(test,
			 READ_ONCE(actor->task->__state) == TASK_KILLABLE);
	actor_signal(actor, SIGKILL);
	return actor_join(test, actor);
}

static int sleeper_wait(void *data)
{
	struct sleeper *sleeper = data;

	return arbiter_wait(sleeper->client, sleeper->task_state,
			    sleeper->deadline);
}

/*
 * Start a sleeper, and return once its request is queued. The callers make sure
 * that the request is not granted before.
 */
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

/* Wait for the sleeper, and return what arbiter_wait() returned. */
int sleeper_join(struct kunit *test, struct sleeper *sleeper)
{
	return actor_join(test, &sleeper->actor);
}

/*
 * Create two clients. The first one owns; the second one is the sleeper, which
 * waits on the given CPU.
 */
struct fake_client *sleeper_behind_owner(struct kunit *test,
					 struct sleeper *sleeper,
					 unsigned int task_state,
					 ktime_t deadline, int cpu)
{
	struct fake_client *fc = fake_clients(test, test->priv, 2);

	KUNIT_ASSERT_EQ(test, fake_try(&fc[0]), 0);
	sleeper_start(test, sleeper, &fc[1], task_state, deadline, cpu);
	return fc;
}

/* Check that the sleeper of sleeper_behind_owner() was granted, and free. */
void sleeper_expect_granted(struct kunit *test, struct sleeper *sleeper,
			    struct fake_client *fc)
{
	struct fake_backing *fake = test->priv;

	KUNIT_EXPECT_EQ(test, sleeper_join(test, sleeper), 0);
	KUNIT_EXPECT_TRUE(test, fake_owns(&fc[1]));
	KUNIT_EXPECT_EQ(test, fake->arb.stats.cancels, 0ULL);
	KUNIT_EXPECT_EQ(test, fake->arb.stats.timeouts, 0ULL);
	KUNIT_EXPECT_EQ(test, arbiter_waiters(&fake->arb), 0U);
	KUNIT_EXPECT_EQ(test, fake_free(&fc[1]), 0);
	KUNIT_EXPECT_TRUE(test, arbiter_is_free(&fake->arb));
}

/*
 * Wait until another CPU spins for arbiter.lock. The caller holds the lock. The
 * lock is fair, so the other CPU gets it as soon as the caller drops it.
 * Returns false if no CPU comes within the limit.
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
 * The limit is in time, not in turns: interrupts may be off, and RCU reports a CPU
 * that takes too long.
 */
static bool spin_for(const bool *flag, u64 ns)
{
	u64 limit = ktime_get_ns() + ns;

	/* Acquire: what was stored before the flag is visible. */
	while (!smp_load_acquire(flag)) {
		if (ktime_get_ns() > limit)
			return false;
		cpu_relax();
	}
	return true;
}

/*
 * Spin until another CPU has set the flag by smp_store_release(). Returns false if no
 * CPU does so within the limit.
 */
bool fixture_spin_until(const bool *flag)
{
	return spin_for(flag, 5 * NSEC_PER_SEC);
}

/*
 * Spin for a moment in which another CPU would set the flag if nothing kept it from
 * that. Returns whether it is set.
 */
bool fixture_spin_a_while_for(const bool *flag)
{
	return spin_for(flag, 200 * NSEC_PER_MSEC);
}

/* Bind the test to the CPU on which it runs, and return that CPU. */
int fixture_bind_to_cpu(struct kunit *test)
{
	int cpu = get_cpu();

	put_cpu();
	set_cpus_allowed_ptr(current, cpumask_of(cpu));
	return cpu;
}

/*
 * Bind the test to its CPU and return another CPU for its actors, so that one
 * thread may spin while the other one runs. Skips the test if there is one CPU.
 */
int fixture_other_cpu(struct kunit *test)
{
	if (num_online_cpus() < 2)
		kunit_skip(test, "needs two CPUs");
	return cpumask_any_but(cpu_online_mask, fixture_bind_to_cpu(test));
}
