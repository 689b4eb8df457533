/* SPDX-License-Identifier: GPL-2.0 */
/* The arbiter, its scripted backing, its clients, and the model of all that. */
#ifndef _SEQUENCES_WORLD_H
#define _SEQUENCES_WORLD_H

#include "arbiter/own.h"

#include "lib/model.h"

/**
 * struct world_client - a client, and how the model says it was notified
 * @client: the client
 * @ended: number of calls of ops->ended()
 * @result: the result in the last of them
 * @slot: where the result of the queued request of arbiter_wait() is to be
 *	stored; NULL if the request is that of arbiter_submit()
 * @users: number of calls of arbiter_wait() that are under way
 * @model_ended: what @ended must be
 * @model_result: what @result must be
 */
struct world_client {
	struct arbiter_client *client;
	unsigned int ended;
	int result;
	int *slot;
	unsigned int users;
	unsigned int model_ended;
	int model_result;
};

/**
 * struct script - what the backing answers, and its side of what happened
 * @no_claim: see struct model
 * @no_release: see struct model
 * @no_unwatch: see struct model
 * @outsider: see struct model
 * @waits: see struct model
 * @held: the arbiter has the claim
 * @watched: the arbiter watches
 * @laters: number of calls of ops->later()
 */
struct script {
	bool no_claim;
	bool no_release;
	bool no_unwatch;
	bool outsider;
	bool waits;
	bool held;
	bool watched;
	u64 laters;
};

/**
 * struct world - all of it
 * @arb: the arbiter
 * @script: the backing
 * @m: the model
 * @wc: the clients
 * @told: number of calls of ops->contended()
 * @events: number of calls of ops->event()
 * @task: the current task; each sleeper has its own
 * @signal: a signal ends the current task's sleep
 * @depth: number of sleepers
 */
struct world {
	struct arbiter arb;
	struct script script;
	struct model m;
	struct world_client wc[MODEL_CLIENTS];
	u64 told;
	u64 events;
	struct task_struct *task;
	bool signal;
	unsigned int depth;
};

extern struct world world;

/* world.c */
void world_create(void);
void world_destroy(void);
void world_compare(void);
void world_renew(struct world_client *wc);

/* step.c: make the next call of the input; returns false if it ends a sleep. */
void step_begin(const u8 *input, size_t size);
bool step_next(void);
bool step_is_over(void);

/* story.c: what was called so far; print it and abort. */
void story_begin(void);
void story_add(const char *format, ...)
	__attribute__((__format__(printf, 1, 2)));
void story_fail(const char *format, ...)
	__attribute__((__format__(printf, 1, 2), __noreturn__));

#define world_check(condition)						\
do {									\
	if (!(condition))						\
		story_fail("%s:%d: %s", __FILE__, __LINE__, #condition);	\
} while (0)

/* Compare what the arbiter says with what the model says. */
#define world_equal(real, model)					\
do {									\
	s64 __arbiter = (real), __model = (model);				\
									\
	if (__arbiter != __model)						\
		story_fail("%s is %lld, and %s is %lld", #real,		\
			   (long long)__arbiter, #model,			\
			   (long long)__model);				\
} while (0)

#endif /* _SEQUENCES_WORLD_H */
