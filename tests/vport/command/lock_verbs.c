// SPDX-License-Identifier: GPL-2.0
/*
 * Commands of parbiter_vport.ko that hold the lock with which the parport core guards
 * who owns a port.
 */
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/parport.h>

#include "command.h"

/* The lock is held so long at most, because others spin meanwhile. */
#define VPORT_LOCK_MAX		(5 * HZ)

/**
 * struct vport_locker - the thread that holds cad_lock, one for all ports
 * @serial: serialises the commands, guards @thread
 * @thread: the thread, or NULL
 * @held: the thread has the lock
 */
static struct vport_locker {
	struct mutex serial;		/* see above */
	struct task_struct *thread;
	struct completion held;
} vport_locker = {
	.serial = __MUTEX_INITIALIZER(vport_locker.serial),
	.held = COMPLETION_INITIALIZER(vport_locker.held),
};

/* Hold the lock until the thread is to stop. A thread that holds it must not sleep. */
static int vport_lock_thread(void *context)
{
	struct parport *port = context;
	unsigned long end = jiffies + VPORT_LOCK_MAX;

	read_lock(&port->cad_lock);
	complete(&vport_locker.held);
	while (!kthread_should_stop() && time_before(jiffies, end))
		cpu_relax();
	read_unlock(&port->cad_lock);
	parport_put_port(port);

	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static int vport_lock_port(struct parport *port)
{
	struct task_struct *thread;

	if (vport_locker.thread)
		return -EBUSY;
	thread = kthread_create(vport_lock_thread, port, "vport_lock");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	parport_get_port(port);
	reinit_completion(&vport_locker.held);
	vport_locker.thread = thread;
	wake_up_process(thread);
	wait_for_completion(&vport_locker.held);
	return 0;
}

static int vport_lock(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot = parbiter_vport_slot_get(argv[0]);
	int ret;

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	mutex_lock(&vport_locker.serial);
	if (parbiter_vport_unplugged(slot->vport))
		ret = -ENODEV;
	else
		ret = vport_lock_port(parbiter_vport_parport(slot->vport));
	mutex_unlock(&vport_locker.serial);
	parbiter_vport_slot_put(slot);
	return ret;
}

/**
 * parbiter_vport_unlock - let go of the lock that the command "lock" has taken
 *
 * Context: process, may sleep.
 * Return: 0; -EPERM: none was taken.
 */
int parbiter_vport_unlock(void)
{
	int ret = -EPERM;

	mutex_lock(&vport_locker.serial);
	if (vport_locker.thread)
		ret = kthread_stop(vport_locker.thread);
	vport_locker.thread = NULL;
	mutex_unlock(&vport_locker.serial);
	return ret;
}

static int vport_unlock(int argc, char **argv, struct vport_reply *reply)
{
	return parbiter_vport_unlock();
}

const struct vport_verb parbiter_vport_lock_verbs[] = {
	{ "lock", 1, 1, vport_lock },
	{ "unlock", 0, 0, vport_unlock },
	{ }
};
