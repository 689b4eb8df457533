/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_FREEZER_H
#define _USER_LINUX_FREEZER_H

/* The freezer only wakes tasks, see host_signal_pending(), and then gives up. */
#define freezing(task)		false
#define try_to_freeze()		false

#endif /* _USER_LINUX_FREEZER_H */
