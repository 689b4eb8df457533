/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_ATOMIC_H
#define _USER_LINUX_ATOMIC_H

/*
 * The kernel's rules: an operation that returns nothing, or that only reads or
 * writes, orders nothing; a value-returning read-modify-write operation is a
 * full barrier, and a compare-and-exchange only if it succeeds.
 */
#include <linux/compiler.h>
#include <linux/types.h>

static inline int atomic_read(const atomic_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline int atomic_read_acquire(const atomic_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);
}

static inline void atomic_set(atomic_t *v, int i)
{
	__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);
}

static inline void atomic_set_release(atomic_t *v, int i)
{
	__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);
}

static inline void atomic_add(int i, atomic_t *v)
{
	__atomic_fetch_add(&v->counter, i, __ATOMIC_RELAXED);
}

static inline void atomic_sub(int i, atomic_t *v)
{
	__atomic_fetch_sub(&v->counter, i, __ATOMIC_RELAXED);
}

static inline void atomic_or(int i, atomic_t *v)
{
	__atomic_fetch_or(&v->counter, i, __ATOMIC_RELAXED);
}

static inline void atomic_andnot(int i, atomic_t *v)
{
	__atomic_fetch_and(&v->counter, ~i, __ATOMIC_RELAXED);
}

static inline int atomic_fetch_add(int i, atomic_t *v)
{
	return __atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST);
}

static inline int atomic_fetch_or(int i, atomic_t *v)
{
	return __atomic_fetch_or(&v->counter, i, __ATOMIC_SEQ_CST);
}

static inline int atomic_fetch_andnot(int i, atomic_t *v)
{
	return __atomic_fetch_and(&v->counter, ~i, __ATOMIC_SEQ_CST);
}

/*
 * Not inline, with values instead of pointers, and without leaving anything on
 * the stack: what is left there makes the explorer take equal states for
 * different ones.
 */
#define ATOMIC_CMPXCHG(name, order)					\
static noinline __attribute__((unused))					\
int name(atomic_t *v, int old, int new)					\
{									\
	__atomic_compare_exchange_n(&v->counter, &old, new, false,	\
				    order, __ATOMIC_RELAXED);		\
	return old;							\
}

ATOMIC_CMPXCHG(atomic_cmpxchg, __ATOMIC_SEQ_CST)
ATOMIC_CMPXCHG(atomic_cmpxchg_relaxed, __ATOMIC_RELAXED)

static inline bool atomic_try_cmpxchg(atomic_t *v, int *old, int new)
{
	int expected = *old;

	*old = atomic_cmpxchg(v, expected, new);
	return *old == expected;
}

static inline bool atomic_try_cmpxchg_relaxed(atomic_t *v, int *old, int new)
{
	int expected = *old;

	*old = atomic_cmpxchg_relaxed(v, expected, new);
	return *old == expected;
}

static inline s64 atomic64_read(const atomic64_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline void atomic64_inc(atomic64_t *v)
{
	__atomic_fetch_add(&v->counter, 1, __ATOMIC_RELAXED);
}

#endif /* _USER_LINUX_ATOMIC_H */
