/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_LOCKDEP_H
#define _USER_LINUX_LOCKDEP_H

#include <host.h>

/* Raw spin locks and mutexes both begin with a struct host_lock. */
#define lockdep_assert_held(lock_)	host_assert_held(&(lock_)->host)

#endif /* _USER_LINUX_LOCKDEP_H */
