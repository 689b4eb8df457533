// SPDX-License-Identifier: GPL-2.0
/*
 * The parport core's wait list, of drivers/parport/share.c: who waits for a
 * port. parport.waithead and waittail, and in each struct pardevice waitnext,
 * waitprev, and bit 0 of waiting, which says that it is on the list.
 *
 * A device comes on it in a parport_claim() that is refused, under cad_lock
 * and waitlist_lock, and leaves it in one that succeeds, under the same, or
 * when it is unregistered, under waitlist_lock. parport_release() walks it
 * without any lock.
 */
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/parport.h>
#include <linux/spinlock.h>

#include "waitlist.h"

/* In waitprev, while the list is built anew: waits, and is not on it yet. */
#define WAITLIST_MISSING	((struct pardevice *)ERR_PTR(-ENOENT))

/**
 * pb_waitlist_has() - is a device on the list?
 * @dev: the device; one of ours
 *
 * Context: any.
 * Return: as named; may be out of date on return.
 */
bool pb_waitlist_has(const struct pardevice *dev)
{
	return READ_ONCE(dev->waiting) & 1;
}

/**
 * pb_waitlist_has_others() - is anybody but a device on the list?
 * @parport: the port
 * @dev: the device, one of ours; or NULL
 *
 * Takes no lock, and looks into no device but @dev: others may go meanwhile.
 *
 * Context: any.
 * Return: as named; may be out of date on return.
 */
bool pb_waitlist_has_others(const struct parport *parport,
			    const struct pardevice *dev)
{
	const struct pardevice *head = READ_ONCE(parport->waithead);

	return head && (head != dev || READ_ONCE(head->waitnext));
}

/**
 * pb_waitlist_remove() - take a device off the list
 * @parport: the port
 * @dev: the device, one of ours, which does not claim meanwhile
 *
 * As the core does it, which does it only for a device that claims or is
 * unregistered.
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
 * Do all who wait stand on the list, properly linked, and not who is gone? Ends
 * on any list: to come back to a device is to come from another side than that
 * to which its waitprev leads.
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
 * Builds the list anew of the devices that are registered and wait: in the
 * order in which they are still linked, then those to which no link leads any
 * more, as they were registered. Whatever the links are, no more of them are
 * followed than there are devices.
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

/**
 * pb_waitlist_mend() - take off what the core leaves on the list
 * @parport: the port
 * @gone: a device that has just been unregistered, and is not freed yet
 *
 * parport_claim_or_block() begins by clearing bit 0 of waiting. A device that
 * a signal woke there before is on the list still, and goes on it once more.
 * It is linked to itself then, or has cut those off that stood behind it. The
 * core unlinks it by its neighbours when it is unregistered: it, or a pointer
 * to it, stays on the list when it is freed.
 *
 * All devices are looked at under pardevice_lock. cad_lock keeps everybody
 * from claiming: so bit 0 of waiting and the links agree, where the core has
 * not got them wrong. In this order, because the core takes cad_lock in
 * interrupts, and waitlist_lock inside it.
 *
 * Context: process.
 * Return: true if there was something to mend.
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
