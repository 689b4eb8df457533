// SPDX-License-Identifier: GPL-2.0
/*
 * A driver's use of its port: how a driver enters and leaves its port, and how
 * removal waits for drivers that are inside. A file's use of its port is in
 * file/io.c.
 *
 * Each client has one atomic word, client->inside. It counts the stays in the
 * port that have not ended, and contains a flag that bars further ones. All its
 * changes are fully ordered read-modify-writes. So of an enter and removal, on
 * whatever CPUs and in whatever contexts, one comes before the other:
 *
 *	enter				removal
 *	inside += USE_ENTERED,		inside |= USE_BARRED
 *	  unless USE_BARRED		if a stay is counted, wait for @left
 *	use the port
 *	inside -= USE_ENTERED		the core's port is given up
 *	the last one under USE_BARRED
 *	  completes @left
 *
 * If the enter comes first, removal sees it counted, and waits: everything that
 * was done inside is done when the wait ends. If removal comes first, the enter
 * fails.
 *
 * Removal keeps @left on its stack. It writes client->left before it sets
 * USE_BARRED, and a leave reads client->left after it has seen USE_BARRED.
 * complete() works in any context, also on PREEMPT_RT, and no longer uses @left
 * when the wait ends.
 *
 * A stay does not belong to a task or a context. A caller that has entered may
 * sleep and may enter once more, and another task or an interrupt may leave in
 * its place.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/export.h>
#include <linux/jiffies.h>
#include <linux/printk.h>
#include <linux/sched.h>

#include "kapi.h"
#include "port/port.h"

enum {
	USE_BARRED = 1,		/* no further enter succeeds */
	USE_ENTERED = 2,	/* one stay in the port */
};

/* After this time, removal logs which client it waits for. */
#define USE_PATIENCE	(10 * HZ)

/*
 * Return whether the client may use the port. An owner may. Once the port is
 * gone, no client owns, and parbiter_is_owner() returns false. But the client
 * that owned last may use the port once more from its removed callback, because
 * no other client can have become owner.
 */
static bool use_is_allowed(struct parbiter_client *client)
{
	return arbiter_is_owner(&client->base.arb) &&
	       (arbiter_is_on(&client->base.port->arb) ||
		READ_ONCE(client->base.remover) == current);
}

/**
 * parbiter_enter() - begin to use the port
 * @client: a client that owns the port
 *
 * Until parbiter_leave() is called, the port exists: if the port is unplugged,
 * removal waits. So leave soon. Stay for one transfer, not from Allocate to
 * Free, and while inside wait only for the peripheral. In particular, do not
 * wait inside, directly or indirectly, for the client's removed callback, or
 * for anything that takes the parport core's registration lock (to register or
 * unregister a parport driver or a port, or to load or unload a module that
 * does so). Leave before parbiter_free(), parbiter_yield() and
 * parbiter_close().
 *
 * Stays may be nested. Each needs a parbiter_leave() of its own, which another
 * thread or an interrupt may call.
 *
 * Context: any.
 * Return: the core's port, for parport_write_data(), parport_write() and
 * similar functions; NULL: @client does not own the port, or the port is gone.
 * If the client owned the port when the port went, its removed callback still
 * gets the port here, for the last time.
 */
struct parport *parbiter_enter(struct parbiter_client *client)
{
	int inside = atomic_read(&client->inside);

	if (!use_is_allowed(client))
		return NULL;
	do {
		if (inside & USE_BARRED)
			return NULL;
	} while (!atomic_try_cmpxchg(&client->inside, &inside,
				     inside + USE_ENTERED));
	return client->base.port->parport;
}
EXPORT_SYMBOL_GPL(parbiter_enter);

/**
 * parbiter_leave() - end the use of the port
 * @client: a client for which parbiter_enter() has not returned NULL
 *
 * The caller must not use the struct parport any more. If no parbiter_enter()
 * precedes this call, the call is reported in the log and ignored.
 *
 * Context: any.
 */
void parbiter_leave(struct parbiter_client *client)
{
	int inside = atomic_read(&client->inside);

	do {
		if (inside < USE_ENTERED) {
			pr_warn_ratelimited("%s: %s left the port without having entered it: ignored; it must call parbiter_enter() first\n",
					    client->base.port->name, client->base.name);
			return;
		}
	} while (!atomic_try_cmpxchg(&client->inside, &inside,
				     inside - USE_ENTERED));
	if (unlikely(inside == USE_BARRED + USE_ENTERED))
		complete(client->left);
}
EXPORT_SYMBOL_GPL(parbiter_leave);

/**
 * pb_use_end() - bar further use of the port, and wait until it is not used
 * @client: a client whose port is gone, and whose removed callback has returned
 *
 * Context: process, may sleep for as long as the driver stays inside; without
 * port->lock, because a task that is inside may wait for that lock.
 */
void pb_use_end(struct parbiter_client *client)
{
	DECLARE_COMPLETION_ONSTACK(left);

	client->left = &left;
	if (atomic_fetch_or(USE_BARRED, &client->inside) < USE_ENTERED)
		return;
	if (wait_for_completion_timeout(&left, USE_PATIENCE))
		return;
	pr_warn("%s: gone, but %s is still using it: waiting until it calls parbiter_leave()\n",
		client->base.port->name, client->base.name);
	wait_for_completion(&left);
}

/**
 * pb_use_abandon() - end all use of the port by a client that closes
 * @client: a client; no other call for it may be under way
 *
 * If the driver closes without having left the port, this is reported in the
 * log, and removal does not wait for the driver.
 *
 * Context: any.
 */
void pb_use_abandon(struct parbiter_client *client)
{
	int inside = atomic_xchg(&client->inside, USE_BARRED);

	if (inside < USE_ENTERED)
		return;
	pr_warn_ratelimited("%s: %s closes without having left the port; it must call parbiter_leave() first\n",
			    client->base.port->name, client->base.name);
	if (inside & USE_BARRED)
		complete(client->left);
}
