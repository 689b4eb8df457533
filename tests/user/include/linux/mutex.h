/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_MUTEX_H
#define _USER_LINUX_MUTEX_H

#include <host.h>
#include <linux/lockdep.h>

struct mutex {
	struct host_lock host;
};

#define mutex_init(mutex)		((mutex)->host.word = 0)
#define mutex_lock_killable(mutex)	host_mutex_lock(&(mutex)->host)
#define mutex_unlock(mutex)		host_mutex_unlock(&(mutex)->host)

#endif /* _USER_LINUX_MUTEX_H */
