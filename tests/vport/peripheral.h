/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Declarations that the files of the peripherals share
 */
#ifndef _PARBITER_VPORT_PERIPHERAL_H
#define _PARBITER_VPORT_PERIPHERAL_H

#include <linux/parport.h>

#include "internal.h"

/* The host's lines in the control register */
#define VPORT_HOST_LINES	(PARPORT_CONTROL_STROBE | \
				 PARPORT_CONTROL_AUTOFD | \
				 PARPORT_CONTROL_INIT | \
				 PARPORT_CONTROL_SELECT)

/* This flag of a byte to send marks the length of a run, minus 1 (ECP mode). */
#define VPORT_RUN	0x100

/* What the peripheral waits for; ieee1284.c has a text for each state. */
enum vport_state {
	VPORT_COMPAT,
	VPORT_NEGOTIATING,
	VPORT_LATCHED,
	VPORT_REFUSED,
	VPORT_REVERSE,
	VPORT_IDLE,
	VPORT_ATTENTION,
	VPORT_NIBBLE_LOW,
	VPORT_NIBBLE_BETWEEN,
	VPORT_NIBBLE_HIGH,
	VPORT_BYTE_VALID,
	VPORT_BYTE_READ,
	VPORT_BYTE_CLOCKED,
	VPORT_ECP_SETUP,
	VPORT_ECP_FORWARD,
	VPORT_ECP_TAKING,
	VPORT_ECP_REVERSE,
	VPORT_ECP_VALID,
	VPORT_ECP_READ,
	VPORT_EPP,
	VPORT_EPP_WRITTEN,
	VPORT_EPP_VALID,
	VPORT_EPP_SILENT,
	VPORT_EPP_RESET,
	VPORT_TERMINATING,
	VPORT_TERMINATED,
	VPORT_NR_STATES
};

/**
 * struct vport_peripheral_kind - a kind of peripheral
 * @name: its name in commands
 * @accept: VPORT_ACCEPT_BYTE and others: the modes that it can accept besides
 *	nibble mode; 0 if it has compatibility mode only
 * @controlled: react to a write of the control register, which is @to now;
 *	vport->peripheral->control is the value before
 * @state: return what the peripheral waits for, in one word
 * @offer: tell the host that there are bytes to send; NULL if this kind sends
 *	nothing
 *
 * All functions are called with vport->lock held.
 */
struct vport_peripheral_kind {
	const char *name;
	u8 accept;
	void (*controlled)(struct vport *vport, u8 to);
	const char *(*state)(const struct vport_peripheral *peripheral);
	void (*offer)(struct vport *vport);
};

extern const struct vport_peripheral_kind parbiter_vport_ieee1284;
extern const struct vport_peripheral_kind parbiter_vport_printer;

/**
 * struct vport_peripheral - the peripheral at a port's connector
 * @config: its configuration, which does not change
 * @received: the bytes taken, up to VPORT_RECEIVED_BYTES; bytes below the count in
 *	@stats do not change
 * @id: the device ID as it is sent, or NULL
 * @id_len: its length
 * @id_sent: number of its bytes that the host has taken, while @identifying
 * @identifying: what the host reads is @id, not @queue
 * @queue: the bytes to send, a ring of VPORT_QUEUE_BYTES; VPORT_RUN is set in the
 *	length of a run
 * @first: index of the next byte in @queue
 * @stats: the mode and the counters; parbiter_vport_peripheral_stats() fills in
 *	the other members
 * @state: enum vport_state
 * @events: number of the host's events that were answered
 * @request: the mode that the host requests on the data lines at event 0
 * @control: the control register after its last write
 * @strobed: compatibility mode: nStrobe is low, and @latch is on the lines
 * @latch: see @strobed
 * @stalled: compatibility mode: busy
 * @since: number of bytes since the last stall
 * @polls: number of reads of the status register until the stall ends
 *
 * All members are guarded by vport->lock.
 */
struct vport_peripheral {
	struct vport_peripheral_config config;
	u8 *received;
	u8 *id;
	unsigned int id_len;
	unsigned int id_sent;
	bool identifying;
	u16 *queue;
	unsigned int first;
	struct vport_peripheral_stats stats;
	enum vport_state state;
	unsigned int events;
	u8 request;
	u8 control;
	bool strobed;
	u8 latch;
	bool stalled;
	unsigned int since;
	unsigned int polls;
};

const struct vport_peripheral_kind *parbiter_vport_find_kind(const char *name);

void parbiter_vport_acknowledge(struct vport *vport);
void parbiter_vport_lines(struct vport *vport, u8 mask, u8 value);
void parbiter_vport_violation(struct vport *vport, u8 to);

extern const struct vport_peripheral_config parbiter_vport_device_config;

struct vport_peripheral *parbiter_vport_peripheral_at(struct vport *vport,
						      int place);
int parbiter_vport_set_id(struct vport_peripheral *peripheral, const char *id);
void parbiter_vport_power_off(struct vport_peripheral *peripheral);

u8 parbiter_vport_rest(struct vport *vport,
		       const struct vport_peripheral *peripheral);
bool parbiter_vport_busy(struct vport *vport,
			 const struct vport_peripheral *peripheral);
void parbiter_vport_at_rest(struct vport *vport);
void parbiter_vport_end_stall(struct vport *vport,
			      struct vport_peripheral *peripheral);
void parbiter_vport_strobe(struct vport *vport, u8 to);
void parbiter_vport_strobe_end(struct vport *vport, u8 to);

u64 parbiter_vport_pending(const struct vport_peripheral *peripheral);
void parbiter_vport_take(struct vport *vport, u8 byte);
u16 parbiter_vport_peek(struct vport *vport);
void parbiter_vport_sent(struct vport *vport);

#endif /* _PARBITER_VPORT_PERIPHERAL_H */
