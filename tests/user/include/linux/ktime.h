/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_KTIME_H
#define _USER_LINUX_KTIME_H

#include <host.h>

typedef s64 ktime_t;

#define KTIME_MAX	INT64_MAX

#define ktime_get_ns()	host_time_ns()

#endif /* _USER_LINUX_KTIME_H */
