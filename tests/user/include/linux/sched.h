/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_SCHED_H
#define _USER_LINUX_SCHED_H

#include <host.h>
#include <linux/compiler.h>

#define TASK_RUNNING		0x0000
#define TASK_INTERRUPTIBLE	0x0001
#define TASK_UNINTERRUPTIBLE	0x0002
#define TASK_WAKEKILL		0x0100
#define TASK_KILLABLE		(TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_FREEZABLE		0x2000

#define current			host_current()

#define set_current_state(state)	host_set_state(state)
/* As in the kernel, no barrier comes with this. */
#define __set_current_state(state)	WRITE_ONCE(current->__state, state)
#define wake_up_process(task)		host_wake_up(task)
#define cond_resched()			host_resched()

#endif /* _USER_LINUX_SCHED_H */
