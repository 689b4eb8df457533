// SPDX-License-Identifier: GPL-2.0
/*
 * The wait list of the parport core (drivers/parport/share.c): the devices that
 * wait for a port. It consists of parport.waithead and parport.waittail, and in
 * each struct pardevice of waitnext, waitprev, and bit 0 of waiting, which
 * means that the device is on the list.
 *
 * A device joins the list in a parport_claim() that is refused, with cad_lock
 * and waitlist_lock held. It leaves the list in a parport_claim() that
 * succeeds, with the same locks held, or when it is unregistered, with
 * waitlist_lock held. parport_release() walks the list without any lock.
 *
 * Where this file reads the list without a lock, it does so in data_race(),
 * because the core writes it without WRITE_ONCE(). The members are words, so an
 * old or a new value is read; the callers act on either.
 */
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/parport.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "waitlist.h"

/*
 * Value of waitprev while the list is rebuilt, for a device that waits and is
 * not on the new list yet
 */
#define WAITLIST_MISSING	((struct pardevice *)ERR_PTR(-ENOENT))

/**
 * pb_waitlist_has() - find out whether a device is on the list
 * @dev: the device, one of parbiter's
 *
 * Context: any.
 * Return: true if @dev is on the list. The answer may be out of date on return.
 */
bool pb_waitlist_has(const struct pardevice *dev)
{
	/* The core writes this word, see above. */
	return data_race(READ_ONCE(dev->waiting)) & 1;
}

/**
 * pb_waitlist_has_others() - find out whether other devices are on the list
 * @parport: the core's port
 * @dev: a device of parbiter's, which does not count; or NULL
 *
 * Takes no lock. Reads no device but @dev, because other devices may be freed
 * in the meantime.
 *
 * Context: any.
 * Return: true if a device other than @dev is on the list. The answer may be
 * out of date on return.
 */
bool pb_waitlist_has_others(const struct parport *parport,
			    const struct pardevice *dev)
{
	const struct pardevice *head;

	/* The core writes this word, see above. */
	head = data_race(READ_ONCE(parport->waithead));
	/* And this one. */
	return head && (head != dev || data_race(READ_ONCE(head->waitnext)));
}

/**
 * pb_waitlist_remove() - take a device off the list
 * @parport: the core's port
 * @dev: a device of parbiter's, which is on the list and does not claim in the
 *	meantime
 *
 * This changes the list as the core does when a device claims or is
 * unregistered. The core has no function for it.
 *
 * Context: any.
 */
void pb_waitlist_remove(struct parport *parport, struct pardevice *dev)
{
	unsigned long flags;

	spin_lock_irqsave(&parport->waitlist_lock, flags);
	if (dev->waitprev)
		dev->waitprev->waitnext = dev->waitnext;
	else
		parport->waithead = dev->waitnext;
	if (dev->waitnext)
		dev->waitnext->waitprev = dev->waitprev;
	else
		parport->waittail = dev->waitprev;
	dev->waitprev = NULL;
	dev->waitnext = NULL;
	WRITE_ONCE(dev->waiting, 0);
	spin_unlock_irqrestore(&parport->waitlist_lock, flags);
}

/*
 * Return whether the list is sound: every device that waits is on it, each
 * waitprev is right, and @gone is not on it.
 *
 * The walk ends on any list. If it came back to a device that it has visited,
 * it would come from a device other than the one in waitprev, and end there.
 */
static bool waitlist_is_sound_locked(const struct parport *parport,
				     const struct pardevice *gone)
{
	const struct pardevice *dev, *last = NULL;
	unsigned int waiting = 0, listed = 0;

	lockdep_assert_held(&parport->waitlist_lock);

	for (dev = parport->devices; dev; dev = dev->next)
		waiting += dev->waiting & 1;
	for (dev = parport->waithead; dev; dev = dev->waitnext) {
		if (dev == gone || dev->waitprev != last)
			return false;
		last = dev;
		listed++;
	}
	return last == parport->waittail && listed >= waiting;
}

/* Add a device at the tail of the list. */
static void waitlist_append_locked(struct parport *parport,
				   struct pardevice *dev)
{
	lockdep_assert_held(&parport->waitlist_lock);

	dev->waitnext = NULL;
	dev->waitprev = parport->waittail;
	if (parport->waittail)
		parport->waittail->waitnext = dev;
	else
		parport->waithead = dev;
	parport->waittail = dev;
}

/*
 * Rebuild the list from the registered devices that wait. Devices that can
 * still be reached by links come first, in the order of the links. The others
 * follow, in the order in which they were registered. Whatever the links are,
 * no more of them are followed than there are devices.
 */
static void waitlist_build_locked(struct parport *parport)
{
	struct pardevice *dev, *next, *oldest = NULL;
	unsigned int links = 0;

	lockdep_assert_held(&parport->waitlist_lock);

	for (dev = parport->devices; dev; dev = dev->next) {
		dev->waitprev = dev->waiting & 1 ? WAITLIST_MISSING : NULL;
		oldest = dev;
		links++;
	}

	next = parport->waithead;
	parport->waithead = NULL;
	parport->waittail = NULL;
	for (dev = next; dev && links--; dev = next) {
		next = dev->waitnext;
		if (dev->waitprev == WAITLIST_MISSING)
			waitlist_append_locked(parport, dev);
	}

	for (dev = oldest; dev; dev = dev->prev) {
		if (dev->waitprev == WAITLIST_MISSING)
			waitlist_append_locked(parport, dev);
		else if (!dev->waitprev && dev != parport->waithead)
			dev->waitnext = NULL;
	}
}

/* Write the names on the list; no more of them than there are devices. */
static void waitlist_names_locked(const struct parport *parport, char *names,
				  size_t size)
{
	const struct pardevice *dev;
	unsigned int devices = 0;
	size_t used = 0;

	lockdep_assert_held(&parport->waitlist_lock);

	names[0] = '\0';
	for (dev = parport->devices; dev; dev = dev->next)
		devices++;
	for (dev = parport->waithead; dev && devices--; dev = dev->waitnext) {
		if (used + strlen(dev->name) + sizeof("  ...") > size) {
			scnprintf(names + used, size - used, " ...");
			return;
		}
		used += scnprintf(names + used, size - used, " %s", dev->name);
	}
}

/**
 * pb_waitlist_view() - describe who has the port and who waits, as the core knows it
 * @parport: the core's port
 * @view: where to put the description
 *
 * A device that was unregistered may still be on the list, see pb_waitlist_mend().
 * It is not freed while waitlist_lock is held, because pb_waitlist_mend() takes that
 * lock first. For the order of the locks see there.
 *
 * Context: process.
 */
void pb_waitlist_view(struct parport *parport, struct pb_waitlist_view *view)
{
	unsigned long flags;

	spin_lock(&parport->pardevice_lock);
	read_lock_irqsave(&parport->cad_lock, flags);
	spin_lock(&parport->waitlist_lock);
	strscpy(view->owner, parport->cad ? parport->cad->name : "-",
		sizeof(view->owner));
	waitlist_names_locked(parport, view->waiters, sizeof(view->waiters));
	spin_unlock(&parport->waitlist_lock);
	read_unlock_irqrestore(&parport->cad_lock, flags);
	spin_unlock(&parport->pardevice_lock);
}

/**
 * pb_waitlist_mend() - repair the list after a device was unregistered
 * @parport: the core's port
 * @gone: a device that has just been unregistered, and is not freed yet
 *
 * parport_claim_or_block() begins by clearing bit 0 of waiting. If a signal has
 * woken the device there before, the device is still on the list, and joins the
 * list a second time. Then it is linked to itself, or it has cut off the
 * devices behind it. When the device is unregistered, the core unlinks it from
 * its two neighbours only. So the device, or a pointer to it, stays on the list
 * when the device is freed. The list is damaged, too, if the core claims for the
 * device after it was unlinked, see pb_claim_take_back().
 *
 * pardevice_lock is held in order to look at all devices. cad_lock keeps every
 * device from claiming, so that bit 0 of waiting and the links agree, except
 * where the core has made them wrong. The locks are taken in this order because
 * the core takes cad_lock in interrupts, and waitlist_lock inside of cad_lock.
 *
 * Context: process.
 * Return: true if the list was repaired; false if it was sound.
 */
bool pb_waitlist_mend(struct parport *parport,
		      const struct pardevice *gone)
{
	unsigned long flags;
	bool sound;

	spin_lock(&parport->pardevice_lock);
	write_lock_irqsave(&parport->cad_lock, flags);
	spin_lock(&parport->waitlist_lock);
	sound = waitlist_is_sound_locked(parport, gone);
	if (!sound)
		waitlist_build_locked(parport);
	spin_unlock(&parport->waitlist_lock);
	write_unlock_irqrestore(&parport->cad_lock, flags);
	spin_unlock(&parport->pardevice_lock);
	return !sound;
}

/**
 * pb_waitlist_wake_owner() - wake a native driver that waits for a port that it has
 * @parport: the core's port
 *
 * parport_release() walks the list without a lock. So it may claim for a device whose
 * driver has had the port since then, has let go, and asks again. If that driver is
 * inside parport_claim(), and has looked at cad but does not have cad_lock yet, it is
 * refused then, because its own device has the port. The device joins the list, and the
 * driver sleeps until the owner lets go, that is, for ever. The driver wants the port, so
 * this function tells it that the port is its own.
 *
 * The owner is never on the list otherwise: parport_claim() takes a device off the list
 * before it makes the device the owner, and holds cad_lock for both.
 *
 * The locks are those of pb_waitlist_mend(). The device stays registered until
 * pardevice_lock is released.
 *
 * Context: process.
 */
void pb_waitlist_wake_owner(struct parport *parport)
{
	struct pardevice *dev;
	unsigned long flags;
	bool waits;

	spin_lock(&parport->pardevice_lock);
	write_lock_irqsave(&parport->cad_lock, flags);
	spin_lock(&parport->waitlist_lock);
	for (dev = parport->devices; dev && dev != parport->cad;)
		dev = dev->next;
	/* parport_claim_or_block() writes this word without a lock. */
	waits = dev && data_race(READ_ONCE(dev->waiting)) & 1;
	if (waits) {
		/* The core reads it without a lock. */
		WRITE_ONCE(dev->waiting, 0);
		waitlist_build_locked(parport);
	}
	spin_unlock(&parport->waitlist_lock);
	write_unlock_irqrestore(&parport->cad_lock, flags);
	if (waits)
		wake_up_interruptible(&dev->wait_q);
	spin_unlock(&parport->pardevice_lock);
}
