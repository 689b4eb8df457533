/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_COMPILER_H
#define _USER_LINUX_COMPILER_H

/* READ_ONCE() and WRITE_ONCE() are atomic and order nothing. */
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value)	__atomic_store_n(&(x), value, __ATOMIC_RELAXED)

#define data_race(expression)						\
({									\
	host_race_begin();						\
	__auto_type __value = (expression);				\
	host_race_end();						\
	__value;							\
})

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define noinline	__attribute__((__noinline__))

/* For sparse */
#define __must_hold(lock)

#define container_of(pointer, type, member)				\
	((type *)((char *)(pointer) - offsetof(type, member)))

#endif /* _USER_LINUX_COMPILER_H */
