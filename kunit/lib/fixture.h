/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the suites share: a scripted backing for the arbiter, clients that
 * record how they are notified, and kernel threads that call one function each
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

/*
 * The limit of every wait. A wait takes less than a second unless there is a bug,
 * or the machine is very busy.
 */
#define FIXTURE_LIMIT	(120 * HZ)

enum fake_call {
	FAKE_CLAIM,
	FAKE_RELEASE,
	FAKE_UNWATCH,
	FAKE_OUTSIDER_WAITS,
	FAKE_LATER,
	FAKE_RESTORE,
	FAKE_FREED,
	FAKE_CALLS,
};

/**
 * struct fake_trace - a call of ops->traced()
 * @fc: the client
 * @act: what was traced
 * @result: its result
 * @since: when the request was queued
 * @word: the state word at that time
 */
struct fake_trace {
	struct fake_client *fc;
	enum arbiter_act act;
	int result;
	u64 since;
	int word;
};

/* The number of traces that are kept */
#define FAKE_TRACES	16

/**
 * struct fake_backing - an arbiter and its backing, whose answers a test sets
 * @arb: the arbiter under test
 * @claim: the answer of ops->claim(), unless @outsider is set
 * @release: the answer of ops->release()
 * @unwatch: the answer of ops->unwatch()
 * @outsider_waits: the answer of ops->outsider_waits()
 * @kick_later: let ops->later() kick the arbiter from @work, as a port does
 * @hook: called at the beginning of every operation, before its answer is read
 * @hook_data: for @hook, and for the clients' callbacks
 * @over: The test has ended and its stack is gone. Do not call @hook or the
 *	clients' callbacks any more.
 * @calls: number of calls of each operation
 * @watches: number of claims that asked to watch the backing on a refusal
 * @held: the arbiter holds the claim
 * @watched: the arbiter waits to be kicked
 * @outside: guards @outsider and @held, as the core's lock does
 * @outsider: an outsider has the claim, so the arbiter's claims are refused
 * @inside: number of contexts inside claim, release or unwatch
 * @breaches: number of calls that broke the contract of struct arbiter_ops
 * @grants: number of grants that were reported through ops->ended()
 * @traced: the first calls of the clients' ops->traced() (arb.lock)
 * @traces: number of those calls (arb.lock)
 * @settled: number of further calls, for ARBITER_ACT_SETTLED (arb.lock)
 * @settled_owner: the owner at the last of them (arb.lock)
 * @work: kicks the arbiter, for @kick_later
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
	atomic_t watches;
	bool held;
	bool watched;
	raw_spinlock_t outside;
	bool outsider;
	atomic_t inside;
	atomic_t breaches;
	unsigned int grants;
	struct fake_trace traced[FAKE_TRACES];
	unsigned int traces;
	unsigned int settled;
	struct arbiter_client *settled_owner;
	struct work_struct work;
};

/**
 * struct fake_client - a client that records how it is notified
 * @client: the client under test
 * @fake: the backing of its arbiter
 * @ended: number of calls of ops->ended()
 * @result: the result in the last such call
 * @grant: the number of the last grant in the order of all such grants, from 1
 * @contended: number of calls of ops->contended()
 * @on_ended: called at the end of ops->ended(), with arbiter.lock held
 * @on_contended: called at the end of ops->contended(), with arbiter.lock held
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
int fake_test_init(struct kunit *test);
void fake_test_exit(struct kunit *test);
struct fake_client *fake_clients(struct kunit *test, struct fake_backing *fake,
				 unsigned int count);
struct fake_client *fake_owner_and_queue(struct kunit *test,
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
 * @done: completed when @fn has returned
 * @fn: the function
 * @arg: the argument of @fn
 * @result: what @fn has returned; valid after actor_join()
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
bool actor_has_ended_or_sleeps(struct actor *actor);
void actor_signal(struct actor *actor, int sig);
int actor_kill(struct kunit *test, struct actor *actor);

/**
 * struct sleeper - an actor that calls arbiter_wait()
 * @actor: the thread
 * @client: the client of the request
 * @task_state: argument of arbiter_wait()
 * @deadline: argument of arbiter_wait()
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
struct fake_client *sleeper_behind_owner(struct kunit *test,
					 struct sleeper *sleeper,
					 unsigned int task_state,
					 ktime_t deadline, int cpu);
void sleeper_expect_granted(struct kunit *test, struct sleeper *sleeper,
			    struct fake_client *fc);

/*
 * Wait until another thread makes the condition true. Fails the test if that
 * takes longer than FIXTURE_LIMIT.
 */
#define fixture_wait_for(test, condition)				\
({									\
	unsigned long __limit = jiffies + FIXTURE_LIMIT;		\
	bool __true;							\
									\
	while (!(__true = (condition)) &&				\
	       time_before(jiffies, __limit))				\
		schedule_timeout_uninterruptible(1);			\
	KUNIT_EXPECT_TRUE_MSG(test, __true, "still false after the limit: %s",		\
			      #condition);				\
	__true;								\
})

bool fixture_spin_until_contended(struct arbiter *arb);
bool fixture_spin_until(const bool *flag);
bool fixture_spin_a_while_for(const bool *flag);
int fixture_bind_to_cpu(struct kunit *test);
int fixture_other_cpu(struct kunit *test);

extern struct kunit_suite arbiter_state_suite;
extern struct kunit_suite arbiter_queue_suite;
extern struct kunit_suite arbiter_backing_suite;
extern struct kunit_suite arbiter_outsider_suite;
extern struct kunit_suite arbiter_stop_suite;
extern struct kunit_suite arbiter_sleeper_suite;
extern struct kunit_suite arbiter_race_suite;
extern struct kunit_suite arbiter_context_suite;
extern struct kunit_suite arbiter_model_suite;
extern struct kunit_suite arbiter_torture_suite;
extern struct kunit_suite arbiter_walk_suite;
extern struct kunit_suite arbiter_change_suite;
extern struct kunit_suite arbiter_trace_suite;
extern struct kunit_suite port_suite;
extern struct kunit_suite port_devices_suite;
extern struct kunit_suite port_native_suite;
extern struct kunit_suite port_claim_suite;
extern struct kunit_suite port_handover_suite;
extern struct kunit_suite port_release_suite;
extern struct kunit_suite port_service_suite;
extern struct kunit_suite port_trace_suite;
extern struct kunit_suite port_contended_suite;
extern struct kunit_suite waitlist_suite;
extern struct kunit_suite port_removal_suite;
extern struct kunit_suite pm_suite;
extern struct kunit_suite pm_chain_suite;
extern struct kunit_suite client_suite;
extern struct kunit_suite select_suite;
extern struct kunit_suite callback_suite;
extern struct kunit_suite done_in_irq_suite;
extern struct kunit_suite use_suite;
extern struct kunit_suite windows_suite;
extern struct kunit_suite control_suite;
extern struct kunit_suite info_suite;
extern struct kunit_suite mode_suite;
extern struct kunit_suite chain_suite;
extern struct kunit_suite interrupt_suite;
extern struct kunit_suite event_suite;
extern struct kunit_suite print_suite;
extern struct kunit_suite irp_suite;
extern struct kunit_suite irp_sequence_suite;
extern struct kunit_suite status_suite;
extern struct kunit_suite uapi_suite;
extern struct kunit_suite file_suite;

#endif /* _PARBITER_KUNIT_FIXTURE_H */
