/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_LIMITS_H
#define _USER_LINUX_LIMITS_H

#include_next <linux/limits.h>
#include <limits.h>

#endif /* _USER_LINUX_LIMITS_H */
