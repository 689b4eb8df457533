// SPDX-License-Identifier: GPL-2.0
/* Phases in which processes die, ports go, and modules are unloaded */
#include "libpnp.h"
#include "libvport.h"
#include "tenant.h"

/* Owners and waiters are killed, one by one and all at once. */
void phase_kill(void)
{
	struct crew crew = { .size = 16 };
	unsigned int i;

	crew_start(&crew);
	while (phase_goes_on()) {
		for (i = pick(16); i; i--)
			crew_replace(&crew, pick(crew.size));
		crew_wait_turns(&crew, 8);
		if (pick(16) == 0) {
			crew_kill_all(&crew);
			crew_start(&crew);
		}
	}
	crew_stop(&crew);
}

/*
 * A native driver of the virtual port claims and releases it. On a kernel with
 * lockdep it never waits for the port: in the core, the claim of a driver that
 * has waited enables interrupts under a lock that interrupt handlers take, and
 * lockdep reports that.
 */
static void claim_virtual(unsigned int number)
{
	unsigned int i;

	check_eq(vport_error("nadd %u soak wakeup=%s", number,
			     !slow_kernel() && pick(2) ? "yes" : "no"), 0);
	for (i = pick(16); i; i--) {
		if (vport_error("nclaim %u soak", number) == 0) {
			count(&totals->natives, 1);
			linger(4);
		}
		/* Woken up, it may own the port by now. */
		vport_error("nrelease %u soak", number);
	}
}

/* Virtual ports appear, are used and are unplugged. */
void phase_unplug(void)
{
	struct crew crew = { .size = 6, .vanishes = true };

	while (phase_goes_on()) {
		crew.number = vport_plug(pick(2) ? "irq" : "polled");
		crew_start(&crew);
		crew_wait_turns(&crew, 1 + pick(64));
		if (pick(2))
			claim_virtual(crew.number);
		if (pick(2))
			crew_replace(&crew, pick(crew.size));
		vport_unplug(crew.number);
		count(&totals->unplugs, 1);
		if (pick(4) == 0)
			crew_kill_all(&crew);
		else
			crew_stop(&crew);
		vport_check_gone(crew.number);
		vport("forget");
	}
	vport_close();
}

/* The driver of the real port is unbound and bound while it is used. */
void phase_unbind(void)
{
	struct crew crew = { .size = 8, .vanishes = true };

	crew_start(&crew);
	while (phase_goes_on()) {
		crew_wait_turns(&crew, 1 + pick(64));
		pnp_unplug();
		count(&totals->unbinds, 1);
		linger(20);
		if (pick(4) == 0)
			crew_replace(&crew, pick(crew.size));
		pnp_plug();
	}
	crew_stop(&crew);
}

/* Unload parbiter although it is used; return whether that succeeded. */
static bool unload_in_use(void)
{
	int ret;
	int i;

	for (i = 0; i < 1000; i++) {
		ret = unload_module("parbiter");
		if (!ret)
			return true;
		check(ret == -EAGAIN || ret == -EBUSY);
		count(&totals->refused, 1);
		linger(2);
	}
	return false;
}

/* parbiter is unloaded and loaded while programs open and use the port. */
void phase_reload(void)
{
	struct crew crew = { .size = 3, .vanishes = true };

	crew_start(&crew);
	while (phase_goes_on()) {
		crew_wait_turns(&crew, 1 + pick(64));
		if (pick(4) == 0) {
			crew_kill_all(&crew);
			unload("parbiter");
			crew_start(&crew);
		} else if (!unload_in_use()) {
			continue;
		}
		count(&totals->reloads, 1);
		linger(10);
		load("parbiter");
	}
	crew_stop(&crew);
}
