/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_SCHED_SIGNAL_H
#define _USER_LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>

#define signal_pending_state(state, task)	host_signal_pending(state, task)
#define recalc_sigpending()			host_recalc_sigpending()

#endif /* _USER_LINUX_SCHED_SIGNAL_H */
