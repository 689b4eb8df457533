/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_HRTIMER_H
#define _USER_LINUX_HRTIMER_H

#include <linux/ktime.h>

#define HRTIMER_MODE_ABS	0

#define schedule_hrtimeout_range(expires, slack, mode)			\
	((void)(slack), (void)(mode), host_sleep(expires))

#endif /* _USER_LINUX_HRTIMER_H */
