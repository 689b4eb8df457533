/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_TYPES_H
#define _USER_LINUX_TYPES_H

#include_next <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/compiler.h>

typedef uint8_t u8;
typedef uint64_t u64;
typedef int64_t s64;

typedef struct {
	int counter;
} atomic_t;

typedef struct {
	s64 counter;
} atomic64_t;

#endif /* _USER_LINUX_TYPES_H */
