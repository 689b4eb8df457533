// SPDX-License-Identifier: GPL-2.0
/*
 * The IEEE 1284 peripheral: its states, and the violations in each of them.
 *
 * A change of the host's lines that is no event (ieee1284_events.c) is a
 * violation, unless the state allows it.
 */
#include <linux/bits.h>
#include <linux/lockdep.h>

#include "ieee1284.h"

/**
 * struct vport_state_info - a state of the peripheral
 * @name: what the peripheral waits for
 * @free: the host's lines that may change without being an event
 * @drives: the peripheral drives the data lines, so the host must not
 */
struct vport_state_info {
	const char *name;
	u8 free;
	bool drives;
};

static const struct vport_state_info vport_states[VPORT_NR_STATES] = {
	[VPORT_COMPAT] = { "compatibility", STROBE | AUTOFD | INIT | SELIN },
	[VPORT_NEGOTIATING] = { "event-3" },
	[VPORT_LATCHED] = { "event-4", STROBE | AUTOFD },
	[VPORT_REFUSED] = { "refused" },
	[VPORT_REVERSE] = { "reverse" },
	[VPORT_IDLE] = { "reverse-idle" },
	[VPORT_ATTENTION] = { "event-20" },
	[VPORT_NIBBLE_LOW] = { "event-10-low" },
	[VPORT_NIBBLE_BETWEEN] = { "event-7-high" },
	[VPORT_NIBBLE_HIGH] = { "event-10-high" },
	[VPORT_BYTE_VALID] = { "event-10", 0, true },
	[VPORT_BYTE_READ] = { "event-16" },
	[VPORT_BYTE_CLOCKED] = { "event-17" },
	[VPORT_ECP_SETUP] = { "event-30" },
	[VPORT_ECP_FORWARD] = { "ecp-forward", AUTOFD },
	[VPORT_ECP_TAKING] = { "event-37" },
	[VPORT_ECP_REVERSE] = { "ecp-reverse", AUTOFD, true },
	[VPORT_ECP_VALID] = { "event-44", 0, true },
	[VPORT_ECP_READ] = { "event-46", 0, true },
	[VPORT_EPP] = { "epp", STROBE },
	[VPORT_EPP_WRITTEN] = { "event-63-write" },
	[VPORT_EPP_VALID] = { "event-63-read", 0, true },
	[VPORT_EPP_SILENT] = { "event-63-timeout" },
	[VPORT_EPP_RESET] = { "event-69", STROBE | AUTOFD },
	[VPORT_TERMINATING] = { "event-25" },
	[VPORT_TERMINATED] = { "event-29" },
};

static const char *
vport_1284_state(const struct vport_peripheral *peripheral)
{
	return vport_states[peripheral->state].name;
}

/*
 * Handle a change that the state does not allow. A host that breaks off a
 * termination is back in compatibility mode at once, and its change may be an event
 * there.
 */
static void vport_unexpected(struct vport *vport, u8 to)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	parbiter_vport_violation(vport, to);
	if (peripheral->state != VPORT_TERMINATING &&
	    peripheral->state != VPORT_TERMINATED)
		return;
	peripheral->state = VPORT_COMPAT;
	parbiter_vport_1284_give_up(vport);
	parbiter_vport_1284_event(vport, to);
}

static void vport_1284_step(struct vport *vport, u8 to)
{
	struct vport_peripheral *peripheral = vport->peripheral;
	const struct vport_state_info *info = &vport_states[peripheral->state];
	u8 from = peripheral->control;
	u8 changed = (from ^ to) & VPORT_HOST_LINES;

	if (!parbiter_vport_1284_event(vport, to) && (changed & ~info->free))
		vport_unexpected(vport, to);
	/* The host begins to drive the data lines while the peripheral does. */
	info = &vport_states[peripheral->state];
	if (info->drives && (from & ~to & REVERSE))
		parbiter_vport_violation(vport, to);
}

static void vport_1284_controlled(struct vport *vport, u8 to)
{
	parbiter_vport_strobe_end(vport, to);
	vport_1284_step(vport, to);
	parbiter_vport_strobe(vport, to);
}

const struct vport_peripheral_kind parbiter_vport_ieee1284 = {
	.name		= "ieee1284",
	.accept		= VPORT_ACCEPT_BYTE | VPORT_ACCEPT_ECP |
			  VPORT_ACCEPT_EPP,
	.controlled	= vport_1284_controlled,
	.state		= vport_1284_state,
	.offer		= parbiter_vport_1284_offer,
};
