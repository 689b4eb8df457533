/* SPDX-License-Identifier: GPL-2.0 */
/* A backing that outsiders take, wait for and leave, as native drivers do. */
#ifndef _STORM_BACKING_H
#define _STORM_BACKING_H

#include "arbiter/arbiter.h"

#define BACKING_WAITERS	8

struct thread;

/**
 * struct backing - the backing
 * @lock: guards @held, @outsider, @waiter and @watched
 * @held: the arbiter has the claim
 * @watched: the arbiter asked to be kicked
 * @inside: number of contexts inside claim, release and unwatch
 * @outsider: the outsider that has the backing
 * @waiter: the outsiders that wait, the longest waiting one first
 * @waiters: number of them
 * @told: how many of them have called arbiter_notify_owner()
 * @kicks: number of outsiders that have left and not kicked yet
 * @lost: how many of these kicks were lost, and are left to the worker
 * @asked: number of calls of ops->later(), on which the worker sleeps
 * @done: how many of these calls the worker has answered by a kick
 * @registration: guards @registered
 * @registered: number of outsiders that may come; SHARED is set if there is one
 */
struct backing {
	struct host_lock lock;
	bool held;
	bool watched;
	unsigned int inside;
	struct thread *outsider;
	struct thread *waiter[BACKING_WAITERS];
	unsigned int waiters;
	unsigned int told;
	unsigned int kicks;
	unsigned int lost;
	unsigned int asked;
	unsigned int done;
	struct host_lock registration;
	unsigned int registered;
};

extern const struct arbiter_ops backing_ops;

void backing_register(struct backing *b);
void backing_unregister(struct backing *b);
bool backing_take(struct backing *b);
unsigned int backing_wait(struct backing *b);
bool backing_sleep(struct backing *b, s64 ns);
bool backing_give_up(struct backing *b);
void backing_leave(struct backing *b);
void backing_stopped(struct backing *b);
void backing_work(struct backing *b);

#endif /* _STORM_BACKING_H */
