/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a program must offer so that src/arbiter/ runs in it.
 *
 * The headers in linux/ stand in for the kernel's headers of the same names,
 * and have only what src/arbiter/ uses. Atomic operations in them are the
 * compiler's, with the memory order that the kernel documents for each. What
 * needs a scheduler or a clock calls one of the functions below. Each program
 * in tests/user/ defines them in its own way: with threads, with fibers whose
 * order it chooses, or with a single thread.
 */
#ifndef _HOST_H
#define _HOST_H

#include <linux/types.h>

/**
 * struct sighand_struct - how a task handles signals
 * @siglock: 1 while the task holds this lock: no signal comes
 */
struct sighand_struct {
	int siglock;
};

/**
 * struct task_struct - what the arbiter knows of a task
 * @__state: TASK_RUNNING, or what the task sleeps as
 * @sighand: has the lock of the task's signals
 * @timer_slack_ns: used by no program
 */
struct task_struct {
	unsigned int __state;
	struct sighand_struct sighand[1];
	u64 timer_slack_ns;
};

/*
 * A raw spin lock, a mutex and a completion. @word is whatever the program
 * needs; 0 is an unlocked lock, and a completion that is not completed.
 */
struct host_lock {
	unsigned int word;
};

struct task_struct *host_current(void);

/* Set the state of the current task; a full barrier comes after the store. */
void host_set_state(unsigned int state);

/* Make a task runnable if it sleeps. A full barrier comes before. */
int host_wake_up(struct task_struct *task);

/*
 * Sleep unless the current task's state is TASK_RUNNING. Returns 0 once
 * @expires (NULL: never) has passed, else -EINTR. The task is TASK_RUNNING
 * then.
 */
int host_sleep(s64 *expires);

/* Return whether a signal ends a sleep in @state. */
bool host_signal_pending(unsigned int state, struct task_struct *task);

/* Forget that the current task was woken as by a signal if there is no signal. */
void host_recalc_sigpending(void);

/* Turn interrupts off, and on again; they nest. */
void host_irq_save(void);
void host_irq_restore(void);

/* For spin locks, see struct host_lock. */
void host_spin_lock(struct host_lock *lock);
void host_spin_unlock(struct host_lock *lock);

/* Fail the test if the current task or interrupt does not hold the lock. */
void host_assert_held(const struct host_lock *lock);

/* Returns -EINTR if the task is killed before it has the lock. */
int host_mutex_lock(struct host_lock *lock);
void host_mutex_unlock(struct host_lock *lock);

void host_complete(struct host_lock *completion);
void host_wait_for_completion(struct host_lock *completion);

/* A place at which another task may run. */
void host_resched(void);

u64 host_time_ns(void);
unsigned long host_jiffies(void);

/* What runs between the two may race with other accesses, on purpose. */
void host_race_begin(void);
void host_race_end(void);

#endif /* _HOST_H */
