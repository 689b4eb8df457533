// SPDX-License-Identifier: GPL-2.0
/* What src/arbiter/ needs of its host, made of threads. See host.h. */
#include <linux/errno.h>
#include <linux/futex.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "storm.h"

#define SPINS_BEFORE_YIELD	64

__thread struct thread *self;

/*
 * Pause here now and then, so that other threads run in between: often for a
 * moment, and seldom until other threads have had their turn.
 */
void host_pause(void)
{
	u64 rnd = storm_random(&self->jitter);
	unsigned int spins;

	if (rnd % storm.settings.pause)
		return;
	rnd /= storm.settings.pause;
	if (rnd % 8 == 0) {
		sched_yield();
		return;
	}
	for (spins = rnd % 128; spins; spins--)
		__builtin_ia32_pause();
}

/* Sleep while the word has this value, but not longer than @ns. */
void host_futex_wait(unsigned int *word, unsigned int value, s64 ns)
{
	struct timespec limit = { ns / 1000000000, ns % 1000000000 };

	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, &limit, NULL, 0);
}

void host_futex_wake(unsigned int *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

struct task_struct *host_current(void)
{
	return &self->task;
}

void host_set_state(unsigned int state)
{
	__atomic_exchange_n(&self->task.__state, state, __ATOMIC_SEQ_CST);
	host_pause();
}

int host_wake_up(struct task_struct *task)
{
	host_pause();
	if (__atomic_exchange_n(&task->__state, TASK_RUNNING,
				__ATOMIC_SEQ_CST) == TASK_RUNNING)
		return 0;
	host_futex_wake(&task->__state);
	return 1;
}

int host_sleep(s64 *expires)
{
	unsigned int *word = &self->task.__state, state;
	s64 left = 1000000000;

	while ((state = __atomic_load_n(word, __ATOMIC_ACQUIRE))) {
		if (expires) {
			left = *expires - (s64)host_time_ns();
			if (left <= 0) {
				storm_store(word, TASK_RUNNING);
				return 0;
			}
		}
		host_futex_wait(word, state, left);
	}
	return -EINTR;
}

bool host_signal_pending(unsigned int state, struct task_struct *task)
{
	return storm_load(&self->signalled);
}

/* Each wake-up as by a signal comes with a signal. */
void host_recalc_sigpending(void)
{
}

static void lock(struct host_lock *lock)
{
	unsigned int unlocked, spins = 0;

	for (;;) {
		unlocked = 0;
		if (__atomic_compare_exchange_n(&lock->word, &unlocked,
						self->id, false,
						__ATOMIC_ACQUIRE,
						__ATOMIC_RELAXED))
			return;
		storm_check(unlocked != self->id);
		if (++spins % SPINS_BEFORE_YIELD == 0)
			sched_yield();
		else
			__builtin_ia32_pause();
	}
}

static void unlock(struct host_lock *lock)
{
	storm_check(storm_load(&lock->word) == self->id);
	__atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
}

/* There are no interrupts. */
void host_irq_save(void)
{
}

void host_irq_restore(void)
{
}

void host_spin_lock(struct host_lock *spin)
{
	host_pause();
	lock(spin);
	host_pause();
}

void host_spin_unlock(struct host_lock *spin)
{
	if (spin == &storm.arb.lock.host)
		monitor_check(&storm.arb);
	host_pause();
	unlock(spin);
	host_pause();
}

void host_assert_held(const struct host_lock *spin)
{
	storm_check(storm_load(&spin->word) == self->id);
}

int host_mutex_lock(struct host_lock *mutex)
{
	/* Here and there, a task is killed while it waits. */
	if (storm_load(&mutex->word) &&
	    storm_random(&self->jitter) % 16 == 0)
		return -EINTR;
	lock(mutex);
	return 0;
}

void host_mutex_unlock(struct host_lock *mutex)
{
	unlock(mutex);
}

void host_complete(struct host_lock *completion)
{
	storm_check(!storm_load(&completion->word));
	__atomic_store_n(&completion->word, 1, __ATOMIC_RELEASE);
	host_futex_wake(&completion->word);
	host_pause();
}

void host_wait_for_completion(struct host_lock *completion)
{
	while (!__atomic_load_n(&completion->word, __ATOMIC_ACQUIRE))
		host_futex_wait(&completion->word, 0, 1000000000);
}

void host_resched(void)
{
	host_pause();
}

u64 host_time_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

unsigned long host_jiffies(void)
{
	return storm_load(&storm.tally.sections);
}

#ifdef __SANITIZE_THREAD__
void AnnotateIgnoreReadsBegin(const char *file, int line);
void AnnotateIgnoreReadsEnd(const char *file, int line);
void AnnotateIgnoreWritesBegin(const char *file, int line);
void AnnotateIgnoreWritesEnd(const char *file, int line);

void host_race_begin(void)
{
	AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
	AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
}

void host_race_end(void)
{
	AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
	AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
}
#else
void host_race_begin(void)
{
}

void host_race_end(void)
{
}
#endif
