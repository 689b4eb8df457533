// SPDX-License-Identifier: GPL-2.0
/*
 * The events of IEEE 1284: negotiation, termination, and the modes other than
 * compatibility mode.
 *
 * The standard numbers the events on the lines. The table below has one row for
 * each event that the host makes: the states in which it may come, which of the
 * host's lines change and to what, and the levels with which the peripheral
 * answers.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>

#include "ieee1284.h"

/* The request for the device ID in nibble mode */
#define VPORT_REQUEST_ID	0x04

/* nFault and PError tell whether there is data, Select tells the mode. */
static void vport_reverse_lines(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;
	u8 lines = 0;

	if (!parbiter_vport_pending(peripheral))
		lines |= FAULT | PERROR;
	if (peripheral->stats.mode != VPORT_MODE_NIBBLE ||
	    peripheral->identifying)
		lines |= XFLAG;
	if (!parbiter_vport_busy(vport, peripheral))
		lines |= NBUSY;
	parbiter_vport_lines(vport, FAULT | PERROR | XFLAG | NBUSY, lines);
}

/* Event 0: the host has put the requested mode on the data lines. */
static void vport_latch_request(struct vport *vport)
{
	vport->peripheral->request = vport->regs[VPORT_DATA];
}

/* Enter the requested mode. Return its first state, or VPORT_REFUSED. */
static enum vport_state vport_enter_mode(struct vport_peripheral *peripheral)
{
	u8 request = peripheral->request;
	enum vport_mode *mode = &peripheral->stats.mode;

	if (request == VPORT_REQUEST_ID && peripheral->id) {
		peripheral->identifying = true;
		peripheral->id_sent = 0;
		*mode = VPORT_MODE_NIBBLE;
		return VPORT_REVERSE;
	}
	if (request & ~peripheral->config.accept)
		return VPORT_REFUSED;
	switch (request) {
	case 0:
		*mode = VPORT_MODE_NIBBLE;
		return VPORT_REVERSE;
	case VPORT_ACCEPT_BYTE:
		*mode = VPORT_MODE_BYTE;
		return VPORT_REVERSE;
	case VPORT_ACCEPT_ECP:
		*mode = VPORT_MODE_ECP;
		return VPORT_ECP_SETUP;
	case VPORT_ACCEPT_EPP:
		*mode = VPORT_MODE_EPP;
		return VPORT_EPP;
	default:
		return VPORT_REFUSED;
	}
}

/* Event 5: the flags tell the result of the request. */
static void vport_reply_request(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;
	enum vport_state state = vport_enter_mode(peripheral);

	peripheral->state = state;
	if (state == VPORT_REFUSED) {
		peripheral->stats.refusals++;
		parbiter_vport_lines(vport, FAULT | PERROR | XFLAG, FAULT);
	} else if (state == VPORT_REVERSE) {
		peripheral->stats.negotiations++;
		vport_reverse_lines(vport);
	} else {
		/* There is no data to take, and PError does not show the direction yet. */
		peripheral->stats.negotiations++;
		parbiter_vport_lines(vport, FAULT | PERROR | XFLAG | NBUSY,
				     FAULT | XFLAG | NBUSY);
	}
	/* Event 6: nAck goes high. */
	parbiter_vport_lines(vport, ACK, ACK);
}

/* Event 24: Select changes back from what it was at event 5, because the mode ends. */
static void vport_toggle_xflag(struct vport *vport)
{
	parbiter_vport_lines(vport, XFLAG,
			     ~vport->regs[VPORT_STATUS] & XFLAG);
}

/* Event 22 in the middle of a transfer is a violation: data may be lost. */
static void vport_interrupted(struct vport *vport)
{
	parbiter_vport_violation(vport, vport->regs[VPORT_CONTROL]);
	vport_toggle_xflag(vport);
}

/**
 * parbiter_vport_1284_give_up - return to compatibility mode at once
 * @vport: a port with an IEEE 1284 peripheral; its lock is held
 */
void parbiter_vport_1284_give_up(struct vport *vport)
{
	vport->peripheral->stats.mode = VPORT_MODE_COMPAT;
	vport->peripheral->identifying = false;
	parbiter_vport_at_rest(vport);
}

static void vport_terminated(struct vport *vport)
{
	vport->peripheral->stats.terminations++;
	parbiter_vport_1284_give_up(vport);
}

/* Event 8: put half a byte on the status lines; Busy, its fourth bit, is inverted. */
static void vport_put_nibble(struct vport *vport, u8 nibble)
{
	u8 lines = 0;

	if (nibble & 1)
		lines |= FAULT;
	if (nibble & 2)
		lines |= XFLAG;
	if (nibble & 4)
		lines |= PERROR;
	if (!(nibble & 8))
		lines |= NBUSY;
	parbiter_vport_lines(vport, FAULT | XFLAG | PERROR | NBUSY, lines);
}

static void vport_low_nibble(struct vport *vport)
{
	vport_put_nibble(vport, parbiter_vport_peek(vport) & 0xf);
}

static void vport_high_nibble(struct vport *vport)
{
	vport_put_nibble(vport, parbiter_vport_peek(vport) >> 4);
}

static void vport_put_byte(struct vport *vport)
{
	WRITE_ONCE(vport->input, parbiter_vport_peek(vport));
}

static void vport_put_address(struct vport *vport)
{
	WRITE_ONCE(vport->input, vport->peripheral->stats.address);
}

/* The host has taken the byte: the lines tell whether there is another one. */
static void vport_byte_gone(struct vport *vport)
{
	parbiter_vport_sent(vport);
	vport_reverse_lines(vport);
}

static void vport_take_data(struct vport *vport)
{
	parbiter_vport_take(vport, vport->regs[VPORT_DATA]);
}

static void vport_take_address(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	peripheral->stats.addresses++;
	peripheral->stats.address = vport->regs[VPORT_DATA];
}

/* HostAck (nAutoFd) is high for data, and low for commands. */
static void vport_take_ecp(struct vport *vport)
{
	if (vport->regs[VPORT_CONTROL] & AUTOFD)
		vport_take_address(vport);
	else
		vport_take_data(vport);
}

/* Events 42 and 43: put the next byte, if there is one; Busy is high for data. */
static void vport_put_ecp(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	if (!parbiter_vport_pending(peripheral))
		return;
	vport_put_byte(vport);
	/* Busy is low for the length of a run. */
	parbiter_vport_lines(vport, NBUSY | ACK,
			     parbiter_vport_peek(vport) & VPORT_RUN ? NBUSY : 0);
	peripheral->state = VPORT_ECP_VALID;
}

static void vport_next_ecp(struct vport *vport)
{
	parbiter_vport_sent(vport);
	vport_put_ecp(vport);
}

static bool vport_has_nibbles(const struct vport_peripheral *peripheral)
{
	return parbiter_vport_pending(peripheral) &&
	       peripheral->stats.mode == VPORT_MODE_NIBBLE;
}

static bool vport_has_bytes(const struct vport_peripheral *peripheral)
{
	return parbiter_vport_pending(peripheral) &&
	       peripheral->stats.mode != VPORT_MODE_NIBBLE;
}

static bool vport_has_nothing(const struct vport_peripheral *peripheral)
{
	return !parbiter_vport_pending(peripheral);
}

/* The states in which the host may end a mode, and those in which it must not */
#define MAY_END	(BIT(VPORT_REFUSED) | BIT(VPORT_REVERSE) |		\
		 BIT(VPORT_IDLE) | BIT(VPORT_ATTENTION) |		\
		 BIT(VPORT_ECP_SETUP) | BIT(VPORT_ECP_FORWARD))
#define MID_TRANSFER							\
		(BIT(VPORT_LATCHED) | BIT(VPORT_NIBBLE_LOW) |		\
		 BIT(VPORT_NIBBLE_BETWEEN) | BIT(VPORT_NIBBLE_HIGH) |	\
		 BIT(VPORT_BYTE_VALID) | BIT(VPORT_BYTE_READ) |		\
		 BIT(VPORT_BYTE_CLOCKED) | BIT(VPORT_ECP_TAKING) |	\
		 BIT(VPORT_ECP_REVERSE) | BIT(VPORT_ECP_VALID) |	\
		 BIT(VPORT_ECP_READ))
#define ECP_BACKWARD							\
		(BIT(VPORT_ECP_REVERSE) | BIT(VPORT_ECP_VALID) |	\
		 BIT(VPORT_ECP_READ))

/**
 * struct vport_event - an event that the host makes
 * @event: the event's number in the standard
 * @in: the states in which it may come, as bits
 * @lines: the host's lines that matter; at least one of them has changed
 * @levels: the levels of these lines now
 * @next: the next state, unless @act sets another one
 * @mask: the status lines with which the peripheral answers
 * @answer: their levels, set after @act has run
 * @act: what else the peripheral does, or NULL
 * @when: a further condition, or NULL
 */
struct vport_event {
	int event;
	u32 in;
	u8 lines;
	u8 levels;
	enum vport_state next;
	u8 mask;
	u8 answer;
	void (*act)(struct vport *vport);
	bool (*when)(const struct vport_peripheral *peripheral);
};

static const struct vport_event vport_events[] = {
	/*
	 * Negotiation. 1: nSelectIn high, nAutoFd low, and nothing else going
	 * on. 2: PError, Select and nFault high, nAck low.
	 */
	{ 1, BIT(VPORT_COMPAT),
	  SELIN | AUTOFD | STROBE | INIT, AUTOFD | INIT, VPORT_NEGOTIATING,
	  PERROR | XFLAG | FAULT | ACK, PERROR | XFLAG | FAULT },
	/* The host gave up because it saw no answer in time. */
	{ 1, BIT(VPORT_NEGOTIATING),
	  SELIN | AUTOFD, SELIN, VPORT_COMPAT,
	  0, 0, parbiter_vport_1284_give_up },
	/* 3: nStrobe low. The request is latched. */
	{ 3, BIT(VPORT_NEGOTIATING),
	  STROBE | AUTOFD | SELIN, STROBE | AUTOFD, VPORT_LATCHED,
	  0, 0, vport_latch_request },
	/* 4: nStrobe and nAutoFd high. 5: flags; 6: nAck high. */
	{ 4, BIT(VPORT_LATCHED),
	  STROBE | AUTOFD | SELIN, 0, VPORT_REFUSED,
	  0, 0, vport_reply_request },

	/*
	 * Termination. 22: nSelectIn low, nAutoFd high. 23: nFault and Busy
	 * high; 24: nAck low, Select changes.
	 */
	{ 22, MAY_END,
	  SELIN | AUTOFD, SELIN, VPORT_TERMINATING,
	  FAULT | NBUSY | ACK, FAULT, vport_toggle_xflag },
	{ 22, MID_TRANSFER,
	  SELIN | AUTOFD, SELIN, VPORT_TERMINATING,
	  FAULT | NBUSY | ACK, FAULT, vport_interrupted },
	/* 25: nAutoFd low. 26: flags as in compatibility mode; 27: nAck high. */
	{ 25, BIT(VPORT_TERMINATING),
	  AUTOFD | SELIN, AUTOFD | SELIN, VPORT_TERMINATED,
	  PERROR | XFLAG | ACK, XFLAG | ACK },
	/* 28: Busy as in compatibility mode; 29: nAutoFd high. */
	{ 29, BIT(VPORT_TERMINATED),
	  AUTOFD | SELIN, SELIN, VPORT_COMPAT,
	  0, 0, vport_terminated },

	/* Nibble mode. 7: nAutoFd low. 8: four bits; 9: nAck low. */
	{ 7, BIT(VPORT_REVERSE),
	  AUTOFD | SELIN, AUTOFD, VPORT_NIBBLE_LOW,
	  ACK, 0, vport_low_nibble, vport_has_nibbles },
	/* 10: nAutoFd high. 11: nAck high. */
	{ 10, BIT(VPORT_NIBBLE_LOW),
	  AUTOFD | SELIN, 0, VPORT_NIBBLE_BETWEEN,
	  ACK, ACK },
	{ 7, BIT(VPORT_NIBBLE_BETWEEN),
	  AUTOFD | SELIN, AUTOFD, VPORT_NIBBLE_HIGH,
	  ACK, 0, vport_high_nibble },
	/* 13: flags, before event 11. */
	{ 10, BIT(VPORT_NIBBLE_HIGH),
	  AUTOFD | SELIN, 0, VPORT_REVERSE,
	  ACK, ACK, vport_byte_gone },

	/*
	 * Byte mode. 14: the host stops driving the data lines; 7: nAutoFd
	 * low. 15: the byte; 9: nAck low.
	 */
	{ 7, BIT(VPORT_REVERSE),
	  AUTOFD | SELIN | REVERSE, AUTOFD | REVERSE, VPORT_BYTE_VALID,
	  ACK, 0, vport_put_byte, vport_has_bytes },
	/* 10: nAutoFd high. 13: flags; 11: nAck high. */
	{ 10, BIT(VPORT_BYTE_VALID),
	  AUTOFD | SELIN, 0, VPORT_BYTE_READ,
	  ACK, ACK, vport_byte_gone },
	/* 16: nStrobe low; 17: nStrobe high. */
	{ 16, BIT(VPORT_BYTE_READ),
	  STROBE | AUTOFD | SELIN, STROBE, VPORT_BYTE_CLOCKED },
	{ 17, BIT(VPORT_BYTE_CLOCKED),
	  STROBE | AUTOFD | SELIN, 0, VPORT_REVERSE },

	/* Both modes. 7 without data: reverse idle. */
	{ 7, BIT(VPORT_REVERSE),
	  AUTOFD | SELIN, AUTOFD, VPORT_IDLE,
	  0, 0, NULL, vport_has_nothing },
	/* parbiter_vport_1284_offer() makes events 18 and 19. */
	/* 20: nAutoFd high. 21: the flags stay. */
	{ 20, BIT(VPORT_ATTENTION),
	  AUTOFD | SELIN, 0, VPORT_REVERSE },

	/* ECP. 30: nAutoFd low. 31: PError high. */
	{ 30, BIT(VPORT_ECP_SETUP),
	  AUTOFD | SELIN, AUTOFD, VPORT_ECP_FORWARD,
	  PERROR, PERROR },
	/* 34: data, nAutoFd low for a command; 35: nStrobe low. 36: Busy high. */
	{ 35, BIT(VPORT_ECP_FORWARD),
	  STROBE | SELIN | REVERSE | INIT, STROBE | INIT, VPORT_ECP_TAKING,
	  NBUSY, 0 },
	/* 37: nStrobe high. 32: Busy low. */
	{ 37, BIT(VPORT_ECP_TAKING),
	  STROBE | SELIN | REVERSE | INIT, INIT, VPORT_ECP_FORWARD,
	  NBUSY, NBUSY, vport_take_ecp },
	/*
	 * 38: nAutoFd low, the host stops driving the data lines; 39: nInit
	 * low. 40: PError low, and perhaps 43 at once.
	 */
	{ 39, BIT(VPORT_ECP_FORWARD),
	  INIT | AUTOFD | STROBE | SELIN | REVERSE, AUTOFD | REVERSE,
	  VPORT_ECP_REVERSE,
	  PERROR, 0, vport_put_ecp },
	/* 43: nAck low, once there is data; 44: nAutoFd high. 45: nAck high. */
	{ 44, BIT(VPORT_ECP_VALID),
	  AUTOFD | INIT | SELIN, 0, VPORT_ECP_READ,
	  ACK, ACK },
	/* 46: nAutoFd low. The host has taken the byte. */
	{ 46, BIT(VPORT_ECP_READ),
	  AUTOFD | INIT | SELIN, AUTOFD, VPORT_ECP_REVERSE,
	  0, 0, vport_next_ecp },
	/* 47: nInit high. 48: nAck high, Busy low; 49: PError high. */
	{ 47, ECP_BACKWARD,
	  INIT | AUTOFD | SELIN, INIT | AUTOFD, VPORT_ECP_FORWARD,
	  ACK | NBUSY | PERROR, ACK | NBUSY | PERROR },

	/* EPP. 62: data, nWrite (nStrobe) and nDStrb (nAutoFd) low. 58: Busy. */
	{ 62, BIT(VPORT_EPP),
	  AUTOFD | STROBE | SELIN | REVERSE, AUTOFD | STROBE,
	  VPORT_EPP_WRITTEN,
	  NBUSY, 0, vport_take_data },
	/* 56: the same with nAStrb (nSelectIn). */
	{ 56, BIT(VPORT_EPP),
	  AUTOFD | STROBE | SELIN | REVERSE, SELIN | STROBE,
	  VPORT_EPP_WRITTEN,
	  NBUSY, 0, vport_take_address },
	/* 67: nDStrb low, nWrite high. 58: Busy; without data Busy does not change. */
	{ 67, BIT(VPORT_EPP),
	  AUTOFD | STROBE | SELIN | REVERSE, AUTOFD | REVERSE,
	  VPORT_EPP_VALID,
	  NBUSY, 0, vport_put_byte, vport_has_bytes },
	{ 67, BIT(VPORT_EPP),
	  AUTOFD | STROBE | SELIN | REVERSE, AUTOFD | REVERSE,
	  VPORT_EPP_SILENT,
	  0, 0, NULL, vport_has_nothing },
	/* 64: the same with nAStrb. The host reads the last address. */
	{ 64, BIT(VPORT_EPP),
	  AUTOFD | STROBE | SELIN | REVERSE, SELIN | REVERSE,
	  VPORT_EPP_VALID,
	  NBUSY, 0, vport_put_address },
	/* 63 and 59: the strobe goes high. 60: Busy low. */
	{ 63, BIT(VPORT_EPP_WRITTEN),
	  AUTOFD | STROBE | SELIN, STROBE, VPORT_EPP,
	  NBUSY, NBUSY },
	{ 63, BIT(VPORT_EPP_VALID),
	  AUTOFD, 0, VPORT_EPP,
	  NBUSY, NBUSY, parbiter_vport_sent },
	{ 59, BIT(VPORT_EPP_VALID),
	  SELIN, 0, VPORT_EPP,
	  NBUSY, NBUSY },
	/* The host gave up because it saw no answer in time. */
	{ 63, BIT(VPORT_EPP_SILENT),
	  AUTOFD | SELIN, 0, VPORT_EPP },
	/* 68: nInit low. 69: nInit high, nSelectIn low. */
	{ 68, BIT(VPORT_EPP) | BIT(VPORT_EPP_WRITTEN) | BIT(VPORT_EPP_VALID) |
	      BIT(VPORT_EPP_SILENT),
	  INIT, 0, VPORT_EPP_RESET,
	  NBUSY, NBUSY },
	{ 69, BIT(VPORT_EPP_RESET),
	  INIT | SELIN, INIT | SELIN, VPORT_COMPAT,
	  0, 0, vport_terminated },
};

static const struct vport_event *
vport_find_event(const struct vport_peripheral *peripheral, u8 to)
{
	u8 changed = peripheral->control ^ to;
	const struct vport_event *event;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vport_events); i++) {
		event = &vport_events[i];
		if ((event->in & BIT(peripheral->state)) &&
		    (changed & event->lines & VPORT_HOST_LINES) &&
		    (to & event->lines) == event->levels &&
		    (!event->when || event->when(peripheral)))
			return event;
	}
	return NULL;
}

static void vport_answer(struct vport *vport, const struct vport_event *event)
{
	vport->peripheral->events++;
	vport->peripheral->state = event->next;
	if (event->act)
		event->act(vport);
	parbiter_vport_lines(vport, event->mask, event->answer);
}

/**
 * parbiter_vport_1284_event - answer the event that the host has made
 * @vport: a port with an IEEE 1284 peripheral; its lock is held
 * @to: the control register now
 *
 * Return: true; false if the change of the control register is no event. To a
 * peripheral that has fallen silent, everything is one.
 */
bool parbiter_vport_1284_event(struct vport *vport, u8 to)
{
	const struct vport_peripheral *peripheral = vport->peripheral;
	const struct vport_event *event;

	lockdep_assert_held(&vport->lock);

	if (peripheral->config.mute &&
	    peripheral->events == peripheral->config.mute)
		return true;
	event = vport_find_event(peripheral, to);
	if (event)
		vport_answer(vport, event);
	return event;
}

/**
 * parbiter_vport_1284_offer - tell the host that there is data now
 * @vport: a port with an IEEE 1284 peripheral; its lock is held
 *
 * In other states than those below, the lines tell the host at a later event.
 */
void parbiter_vport_1284_offer(struct vport *vport)
{
	struct vport_peripheral *peripheral = vport->peripheral;

	lockdep_assert_held(&vport->lock);

	if (!parbiter_vport_pending(peripheral))
		return;
	switch (peripheral->state) {
	case VPORT_REVERSE:
		vport_reverse_lines(vport);
		break;
	case VPORT_IDLE:
		/* 18: nFault and nAck low; 19: nAck high. */
		peripheral->state = VPORT_ATTENTION;
		vport_reverse_lines(vport);
		parbiter_vport_lines(vport, ACK, 0);
		parbiter_vport_lines(vport, ACK, ACK);
		break;
	case VPORT_ECP_REVERSE:
		if (peripheral->control & AUTOFD)
			vport_put_ecp(vport);
		break;
	default:
		break;
	}
}
