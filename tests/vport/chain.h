/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An IEEE 1284.3 daisy chain: declarations for chain.c, which hears the host's command
 * packets, and chain_devices.c, which has the devices and obeys the commands.
 */
#ifndef _PARBITER_VPORT_CHAIN_H
#define _PARBITER_VPORT_CHAIN_H

#include "peripheral.h"

/* The number of bytes that begin a command packet */
#define VPORT_PREAMBLE		6

/* No device, no address */
#define VPORT_NONE		(-1)

/**
 * struct vport_chain_device - a device in a chain
 * @peripheral: what it is once it is selected; changes also need vport->fit
 * @address: the address that the host has given it, or VPORT_NONE
 * @fault: its deliberate fault
 * @enabled: its interrupts reach the host while it is not selected
 * @latched: it has asked for an interrupt that the host has not cleared
 * @selects: how often it was selected
 */
struct vport_chain_device {
	struct vport_peripheral *peripheral;
	int address;
	enum vport_fault fault;
	bool enabled;
	bool latched;
	u64 selects;
};

/**
 * struct vport_chain - a daisy chain between the connector and the device at its end
 * @devices: number of devices, which does not change
 * @device: the devices; the first one is next to the connector
 * @selected: index of the device that is connected to the host, or VPORT_NONE for the
 *	device at the end
 * @heard: number of the bytes of the preamble that were heard; VPORT_PREAMBLE inside
 *	a command packet
 * @data: the data register after its last write
 * @control: the control register after its last write
 * @next: index from which on devices have not been given an address in this packet
 * @packets: number of command packets
 * @unheard: number of command packets sent while a device that is connected to the host
 *	was not in compatibility mode: they have no effect
 *
 * All members are guarded by vport->lock.
 */
struct vport_chain {
	unsigned int devices;
	struct vport_chain_device device[VPORT_DEVICES];
	int selected;
	unsigned int heard;
	u8 data;
	u8 control;
	int next;
	u64 packets;
	u64 unheard;
};

int parbiter_vport_chain_awake(const struct vport_chain *chain, int from);
bool parbiter_vport_chain_obey(struct vport *vport, u8 command);

#endif /* _PARBITER_VPORT_CHAIN_H */
