/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_LIMITS_H
#define _LINUX_LIMITS_H

#include_next <linux/limits.h>
#include <limits.h>

#endif /* _LINUX_LIMITS_H */
