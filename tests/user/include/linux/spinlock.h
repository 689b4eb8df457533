/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_SPINLOCK_H
#define _USER_LINUX_SPINLOCK_H

#include <host.h>
#include <linux/lockdep.h>

typedef struct {
	struct host_lock host;
} raw_spinlock_t;

#define raw_spin_lock_init(lock)	((lock)->host.word = 0)

#define raw_spin_lock(lock)	host_spin_lock(&(lock)->host)
#define raw_spin_unlock(lock)	host_spin_unlock(&(lock)->host)

#define raw_spin_lock_irqsave(lock, flags)				\
do {									\
	host_irq_save();						\
	raw_spin_lock(lock);						\
	(flags) = 0;							\
} while (0)

#define raw_spin_unlock_irqrestore(lock, flags)				\
do {									\
	(void)(flags);							\
	raw_spin_unlock(lock);						\
	host_irq_restore();						\
} while (0)

/* Only for the lock in struct sighand_struct. */
#define spin_lock_irq(lock)	((void)(*(lock) = 1))
#define spin_unlock_irq(lock)	((void)(*(lock) = 0))

#endif /* _USER_LINUX_SPINLOCK_H */
