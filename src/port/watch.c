// SPDX-License-Identifier: GPL-2.0
/*
 * Programs that poll the files of a port in sysfs.
 *
 * A Try and a Free tell nobody of a change, so that they are fast. But a program reads a
 * file before it polls it. So reading a file arms the watch: it sets TRACED in the
 * arbiter's state word, and then the next change tells pb_client_traced(), which wakes
 * those that poll, and disarms the watch. Whoever does not read these files pays nothing.
 */
#include <linux/irq_work.h>
#include <linux/kernfs.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/sysfs.h>

#include "port.h"

static void watch_notify(struct irq_work *work)
{
	struct pb_watch *watch = container_of(work, struct pb_watch, work);
	unsigned int i;

	struct kernfs_node *file;

	rcu_read_lock();
	for (i = 0; i < PB_WATCH_FILES; i++) {
		file = READ_ONCE(watch->files[i]);
		if (file)
			sysfs_notify_dirent(file);
	}
	rcu_read_unlock();
}

/**
 * pb_watch_init() - initialize the watch of a new port
 * @watch: the watch
 *
 * Context: any.
 */
void pb_watch_init(struct pb_watch *watch)
{
	init_irq_work(&watch->work, watch_notify);
}

/**
 * pb_watch_begin() - the files of a port are there
 * @port: the port
 * @directory: the directory with the files
 * @names: the names of PB_WATCH_FILES files
 *
 * A file that is not found cannot be polled. The files may be in use already: whoever
 * has read one before this is woken.
 *
 * Context: process, may sleep.
 */
void pb_watch_begin(struct pb_port *port, struct kernfs_node *directory,
		    const char * const *names)
{
	unsigned int i;

	for (i = 0; i < PB_WATCH_FILES; i++)
		WRITE_ONCE(port->watch.files[i],
			   sysfs_get_dirent(directory, names[i]));
	irq_work_queue(&port->watch.work);
}

static void watch_update_locked(struct pb_port *port)
{
	lockdep_assert_held(&port->arb.lock);
	arbiter_set_traced(&port->arb, port->watch.armed || port->watch.events);
}

/**
 * pb_watch_arm() - wake those that poll at the next change
 * @port: the port
 *
 * Changes that come after this call wake those that poll. So call this before the
 * state is read. Until then, each Try and each Free takes the arbiter's lock, a Try that
 * is refused, too.
 *
 * Context: any but NMI.
 */
void pb_watch_arm(struct pb_port *port)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&port->arb.lock, flags);
	port->watch.armed = true;
	watch_update_locked(port);
	raw_spin_unlock_irqrestore(&port->arb.lock, flags);
}

/**
 * pb_watch_set_events() - set whether trace events about clients are on
 * @port: the port
 * @on: whether they are
 *
 * Context: any but NMI.
 */
void pb_watch_set_events(struct pb_port *port, bool on)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&port->arb.lock, flags);
	port->watch.events = on;
	watch_update_locked(port);
	raw_spin_unlock_irqrestore(&port->arb.lock, flags);
}

/**
 * pb_watch_changed_locked() - the state of a port has changed
 * @port: the port; its arbiter is locked
 *
 * Context: any but NMI.
 */
void pb_watch_changed_locked(struct pb_port *port)
{
	lockdep_assert_held(&port->arb.lock);
	if (!port->watch.armed)
		return;
	port->watch.armed = false;
	watch_update_locked(port);
	irq_work_queue(&port->watch.work);
}

/**
 * pb_watch_end() - the files of a port are gone
 * @port: the port
 *
 * The kernel does not wake those that poll a file that goes away, so this does.
 *
 * Context: process, may sleep. Nobody reads the files any more.
 */
void pb_watch_end(struct pb_port *port)
{
	unsigned long flags;
	unsigned int i;

	raw_spin_lock_irqsave(&port->arb.lock, flags);
	port->watch.armed = false;
	watch_update_locked(port);
	raw_spin_unlock_irqrestore(&port->arb.lock, flags);
	/*
	 * Nobody queues the irq_work now. It may run on two CPUs at once:
	 * irq_work_sync() waits for one of them, and synchronize_rcu() for the
	 * other one.
	 */
	irq_work_sync(&port->watch.work);
	synchronize_rcu();
	watch_notify(&port->watch.work);
	for (i = 0; i < PB_WATCH_FILES; i++) {
		sysfs_put(port->watch.files[i]);
		port->watch.files[i] = NULL;
	}
}
