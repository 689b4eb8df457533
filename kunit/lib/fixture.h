/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites share: a scripted backing for the arbiter, clients that
 * write down what they are told, and kernel threads that do one thing each
 * and are always joined.
 */
#ifndef _PARBITER_KUNIT_FIXTURE_H
#define _PARBITER_KUNIT_FIXTURE_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/workqueue.h>

#include "arbiter/own.h"

/* Generous: nothing here takes a second; only a bug waits this long. */
#define FIXTURE_LIMIT	(30 * HZ)

enum fake_call {
	FAKE_CLAIM,
	FAKE_RELEASE,
	FAKE_UNWATCH,
	FAKE_CONTENDED,
	FAKE_LATER,
	FAKE_CALLS,
};

/**
 * struct fake_backing - an arbiter over a backing that does as it is told
 * @arb: the arbiter under test
 * @claim: what @arb's claims are answered
 * @release: what its releases are answered
 * @unwatch: what its unwatches are answered
 * @outsider_waits: what it is told about outsiders
 * @kick_later: do in a work item what was left for later, as a port does
 * @hook: called at the beginning of every call, before the answer is read
 * @hook_data: for @hook, and for the clients' callbacks
 * @over: the test is: no more hooks and callbacks, its stack is gone
 * @calls: how often each call was made
 * @waits: how many of the claims came with wait
 * @held: the claim is the arbiter's
 * @watched: the arbiter waits for a kick
 * @outside: guards @outsider against @held, as the core's lock does
 * @outsider: an outsider has it: claims are refused
 * @inside: contexts inside claim, release or unwatch
 * @breaches: calls that broke the contract of struct arbiter_ops
 * @grants: numbers the grants in the order in which they were made
 * @work: for @kick_later
 */
struct fake_backing {
	struct arbiter arb;
	enum arbiter_claim claim;
	bool release;
	bool unwatch;
	bool outsider_waits;
	bool kick_later;
	void (*hook)(struct fake_backing *fake, enum fake_call call);
	void *hook_data;
	bool over;
	atomic_t calls[FAKE_CALLS];
	atomic_t waits;
	bool held;
	bool watched;
	raw_spinlock_t outside;
	bool outsider;
	atomic_t inside;
	atomic_t breaches;
	unsigned int grants;
	struct work_struct work;
};

/**
 * struct fake_client - a client that writes down what it is told
 * @client: the client under test
 * @fake: over which backing
 * @ended: how often its asynchronous requests ended
 * @result: how the last one did
 * @grant: which grant of the backing's clients it was, from 1
 * @contended: how often it was told that somebody waits
 * @on_ended: called, with arbiter.lock held, after the above was written
 * @on_contended: likewise
 */
struct fake_client {
	struct arbiter_client client;
	struct fake_backing *fake;
	unsigned int ended;
	int result;
	unsigned int grant;
	unsigned int contended;
	void (*on_ended)(struct fake_client *fc, int result);
	void (*on_contended)(struct fake_client *fc);
};

struct fake_backing *fake_create(struct kunit *test);
void fake_destroy(struct kunit *test, struct fake_backing *fake);
struct fake_client *fake_clients(struct kunit *test, struct fake_backing *fake,
				 unsigned int count);
int fake_calls(struct fake_backing *fake, enum fake_call call);
bool fake_outsider_takes(struct fake_backing *fake);
void fake_outsider_leaves(struct fake_backing *fake);
unsigned int fake_queue_length(struct fake_backing *fake);
bool fake_is_consistent(struct fake_backing *fake);

static inline int fake_word(struct fake_backing *fake)
{
	return atomic_read(&fake->arb.state);
}

static inline int fake_try(struct fake_client *fc)
{
	return arbiter_try(&fc->client);
}

static inline int fake_free(struct fake_client *fc)
{
	return arbiter_free(&fc->client);
}

static inline int fake_enqueue(struct fake_client *fc)
{
	return arbiter_enqueue(&fc->client);
}

static inline int fake_cancel(struct fake_client *fc)
{
	return arbiter_cancel(&fc->client);
}

static inline bool fake_owns(struct fake_client *fc)
{
	return arbiter_is_owner(&fc->client);
}

/**
 * struct actor - a kernel thread that calls one function
 * @task: the thread
 * @done: completed when the function returned
 * @fn: the function
 * @arg: its argument
 * @result: its result, once joined
 */
struct actor {
	struct task_struct *task;
	struct completion done;
	int (*fn)(void *arg);
	void *arg;
	int result;
};

#define ACTOR_ANY_CPU	(-1)

void actor_start(struct kunit *test, struct actor *actor,
		 int (*fn)(void *arg), void *arg, int cpu);
int actor_join(struct kunit *test, struct actor *actor);
void actor_signal(struct actor *actor, int sig);

/**
 * struct sleeper - an actor in arbiter_wait()
 * @actor: the thread
 * @client: for whom
 * @task_state: how it sleeps
 * @deadline: until when
 */
struct sleeper {
	struct actor actor;
	struct arbiter_client *client;
	unsigned int task_state;
	ktime_t deadline;
};

void sleeper_start(struct kunit *test, struct sleeper *sleeper,
		   struct fake_client *fc, unsigned int task_state,
		   ktime_t deadline, int cpu);
int sleeper_join(struct kunit *test, struct sleeper *sleeper);

/* Waits for what another thread is about to make true; fails the test. */
#define fixture_wait_for(test, condition)				\
({									\
	unsigned long __limit = jiffies + FIXTURE_LIMIT;		\
	bool __true;							\
									\
	while (!(__true = (condition)) &&				\
	       time_before(jiffies, __limit))				\
		schedule_timeout_uninterruptible(1);			\
	KUNIT_EXPECT_TRUE_MSG(test, __true, "never came: %s",		\
			      #condition);				\
	__true;								\
})

bool fixture_spin_until_contended(struct arbiter *arb);
int fixture_pin(struct kunit *test);

extern struct kunit_suite arbiter_state_suite;
extern struct kunit_suite arbiter_queue_suite;
extern struct kunit_suite arbiter_backing_suite;
extern struct kunit_suite arbiter_stop_suite;
extern struct kunit_suite arbiter_race_suite;
extern struct kunit_suite arbiter_context_suite;
extern struct kunit_suite arbiter_model_suite;
extern struct kunit_suite arbiter_torture_suite;
extern struct kunit_suite arbiter_walk_suite;
extern struct kunit_suite port_suite;
extern struct kunit_suite port_native_suite;
extern struct kunit_suite port_contended_suite;
extern struct kunit_suite waitlist_suite;
extern struct kunit_suite port_removal_suite;
extern struct kunit_suite pm_suite;
extern struct kunit_suite client_suite;
extern struct kunit_suite use_suite;
extern struct kunit_suite windows_suite;
extern struct kunit_suite status_suite;
extern struct kunit_suite uapi_suite;

#endif /* _PARBITER_KUNIT_FIXTURE_H */
