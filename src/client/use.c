// SPDX-License-Identifier: GPL-2.0
/*
 * A driver's use of its port: entering it, leaving it, and removal, which
 * waits for whoever is inside. (A file's use of its port is in io.c.)
 *
 * One atomic word for each client, client->inside, counts those who have
 * entered and says whether anybody may still do so. All its changes are fully
 * ordered read-modify-writes, so an enter and removal, on whatever CPUs and in
 * whatever contexts, are one before the other:
 *
 *	enter				removal
 *	inside += USE_ENTERED,		inside |= USE_BARRED
 *	  unless USE_BARRED		if anybody is inside, wait for @left
 *	use the port
 *	inside -= USE_ENTERED		the core's port is given up
 *	the last one under USE_BARRED
 *	  completes @left
 *
 * If the enter is first, removal sees it counted, waits, and what was done
 * inside has been done when the wait ends. If removal is first, the enter
 * fails. @left is removal's, on its stack: it is written before USE_BARRED is
 * set, and read by a leave that has seen USE_BARRED. complete() works in any
 * context, on PREEMPT_RT too, and is through with @left before the wait ends.
 *
 * Nothing here belongs to a task or a context: who enters may sleep, may enter
 * once more, and somebody else, elsewhere, may leave for it.
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
	USE_BARRED = 1,		/* nobody enters any more */
	USE_ENTERED = 2,	/* one who has entered */
};

/* After so long, removal says for whom it waits. */
#define USE_PATIENCE	(10 * HZ)

/*
 * May the client use the port? An owner may. Once the port is gone nobody owns
 * (parbiter_is_owner() says no), but it is still nobody else's: who owned it
 * last may use it once more from its removed callback.
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
 * Until parbiter_leave() the port stays: if it is unplugged meanwhile, that
 * waits. So leave soon: stay for one transfer, not from Allocate to Free, and
 * wait inside for nothing but the peripheral. What must not be waited for
 * inside, directly or not: the client's removed callback, and whatever takes
 * the parport core's registration lock (to register or unregister a parport
 * driver or a port, to load or unload a module that does). Leave before
 * parbiter_free(), parbiter_yield() and parbiter_close().
 *
 * May be nested, each with a parbiter_leave() of its own, which another thread
 * or an interrupt may call.
 *
 * Context: any.
 * Return: the core's port, for parport_write_data(), parport_write() and the
 * like; NULL: @client does not own the port, or the port is gone. In the
 * removed callback of a client that owned the port when it went: the port, for
 * the last time.
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
 * parbiter_leave() - the reverse of parbiter_enter()
 * @client: a client for which parbiter_enter() did not return NULL
 *
 * The struct parport must not be touched any more. A call without a
 * parbiter_enter() before it is reported in the log and ignored.
 *
 * Context: any.
 */
void parbiter_leave(struct parbiter_client *client)
{
	int inside = atomic_read(&client->inside);

	do {
		if (inside < USE_ENTERED) {
			pr_warn_ratelimited("%s: %s left the port without having entered it: ignored\n",
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
 * pb_use_end() - nobody enters the port any more, and nobody is inside
 * @client: a client whose port is gone, and whose removed callback has returned
 *
 * Context: process, may sleep, for as long as the driver stays inside; without
 * port->lock, which somebody inside may be waiting for.
 */
void pb_use_end(struct parbiter_client *client)
{
	DECLARE_COMPLETION_ONSTACK(left);

	client->left = &left;
	if (atomic_fetch_or(USE_BARRED, &client->inside) < USE_ENTERED)
		return;
	if (wait_for_completion_timeout(&left, USE_PATIENCE))
		return;
	pr_warn("%s: gone, but %s is still using it: waiting until it leaves\n",
		client->base.port->name, client->base.name);
	wait_for_completion(&left);
}

/**
 * pb_use_abandon() - the client closes, so nobody of it is inside
 * @client: a client; no other call for it may be under way
 *
 * A driver that closes without having left is reported, and removal does not
 * wait for it.
 *
 * Context: any.
 */
void pb_use_abandon(struct parbiter_client *client)
{
	int inside = atomic_xchg(&client->inside, USE_BARRED);

	if (inside < USE_ENTERED)
		return;
	pr_warn_ratelimited("%s: %s closes without having left the port\n",
			    client->base.port->name, client->base.name);
	if (inside & USE_BARRED)
		complete(client->left);
}
