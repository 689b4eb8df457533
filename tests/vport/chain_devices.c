// SPDX-License-Identifier: GPL-2.0
/*
 * An IEEE 1284.3 daisy chain: its devices, what they do at the host's commands, and
 * their deliberate faults.
 */
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/slab.h>

#include "chain.h"

/* The lowest two bits of a command are an address. */
#define VPORT_ADDRESS_BITS	0x03

static const char *const vport_fault_names[VPORT_NR_FAULTS] = {
	[VPORT_FAULT_NONE] = "well",
	[VPORT_FAULT_SILENT] = "silent",
	[VPORT_FAULT_REFUSE] = "refuse",
	[VPORT_FAULT_WRONG] = "wrong",
	[VPORT_FAULT_STUCK] = "stuck",
};

/**
 * parbiter_vport_fault_name - return the name of a fault
 * @fault: the fault
 *
 * Return: "well", "silent", "refuse", "wrong" or "stuck".
 */
const char *parbiter_vport_fault_name(enum vport_fault fault)
{
	return vport_fault_names[fault];
}

/**
 * parbiter_vport_chain_awake - find a device that is not silent
 * @chain: the chain; its port's lock is held
 * @from: the index from which on to look
 *
 * Return: the index of the first one, or VPORT_NONE.
 */
int parbiter_vport_chain_awake(const struct vport_chain *chain, int from)
{
	int i;

	for (i = from; i < chain->devices; i++)
		if (chain->device[i].fault != VPORT_FAULT_SILENT)
			return i;
	return VPORT_NONE;
}

/* Find the device with this address. A device that is silent has none. */
static int vport_chain_find(const struct vport_chain *chain, int address)
{
	int i;

	for (i = 0; i < chain->devices; i++)
		if (chain->device[i].address == address)
			return i;
	return VPORT_NONE;
}

/* The device that is selected hears that another one or none is to be. */
static bool vport_chain_deselect(struct vport_chain *chain)
{
	int k = chain->selected;

	if (k != VPORT_NONE && chain->device[k].fault == VPORT_FAULT_STUCK)
		return false;
	chain->selected = VPORT_NONE;
	return true;
}

/* The next device without an address takes this one. */
static bool vport_obey_assign(struct vport *vport, int address)
{
	struct vport_chain *chain = vport->chain;
	int k = parbiter_vport_chain_awake(chain, chain->next);

	if (k == VPORT_NONE)
		return false;
	chain->device[k].address = address;
	chain->next = k + 1;
	return true;
}

static bool vport_obey_select(struct vport *vport, int address)
{
	struct vport_chain *chain = vport->chain;
	int k = vport_chain_find(chain, address);

	if (!vport_chain_deselect(chain) && chain->selected != k)
		return false;
	if (k == VPORT_NONE || chain->device[k].fault == VPORT_FAULT_REFUSE)
		return false;
	chain->selected = k;
	chain->device[k].selects++;
	if (chain->device[k].fault == VPORT_FAULT_WRONG)
		chain->selected = parbiter_vport_chain_awake(chain, k + 1);
	return true;
}

static bool vport_obey_deselect(struct vport *vport, int address)
{
	return !address && vport_chain_deselect(vport->chain);
}

/* Let the interrupt that a device has latched reach the host. */
static int vport_chain_interrupt(struct vport *vport, int k)
{
	struct vport_chain_device *device = &vport->chain->device[k];

	if (!device->latched || !device->enabled)
		return 0;
	return parbiter_vport_raise_irq_locked(vport, false);
}

static bool vport_obey_query(struct vport *vport, int address)
{
	int k = vport_chain_find(vport->chain, address);

	return k != VPORT_NONE && vport->chain->device[k].latched;
}

static bool vport_set_enabled(struct vport *vport, int address, bool enabled)
{
	int k = vport_chain_find(vport->chain, address);

	if (k == VPORT_NONE)
		return false;
	vport->chain->device[k].enabled = enabled;
	vport_chain_interrupt(vport, k);
	return true;
}

static bool vport_obey_enable(struct vport *vport, int address)
{
	return vport_set_enabled(vport, address, true);
}

static bool vport_obey_disable(struct vport *vport, int address)
{
	return vport_set_enabled(vport, address, false);
}

static bool vport_set_latched(struct vport *vport, int address, bool latched)
{
	int k = vport_chain_find(vport->chain, address);

	if (k == VPORT_NONE)
		return false;
	vport->chain->device[k].latched = latched;
	vport_chain_interrupt(vport, k);
	return true;
}

static bool vport_obey_latch(struct vport *vport, int address)
{
	return vport_set_latched(vport, address, true);
}

static bool vport_obey_clear(struct vport *vport, int address)
{
	return vport_set_latched(vport, address, false);
}

static const struct vport_command {
	u8 code;
	bool (*obey)(struct vport *vport, int address);
} vport_commands[] = {
	{ 0x00, vport_obey_assign },
	{ 0x08, vport_obey_query },
	{ 0x30, vport_obey_deselect },
	{ 0x40, vport_obey_disable },
	{ 0x48, vport_obey_enable },
	{ 0x50, vport_obey_clear },
	{ 0x58, vport_obey_latch },
	{ 0xe0, vport_obey_select },
};

/**
 * parbiter_vport_chain_obey - carry out a command of the host
 * @vport: a port with a chain; its lock is held
 * @command: the command
 *
 * Return: true if a device obeys, which is what the host sees.
 */
bool parbiter_vport_chain_obey(struct vport *vport, u8 command)
{
	int i;

	lockdep_assert_held(&vport->lock);

	for (i = 0; i < ARRAY_SIZE(vport_commands); i++)
		if (vport_commands[i].code == (command & ~VPORT_ADDRESS_BITS))
			return vport_commands[i].obey(vport, command &
						      VPORT_ADDRESS_BITS);
	return false;
}

/**
 * parbiter_vport_chain_create - give a port a daisy chain
 * @vport: the port, which is not registered yet
 * @config: what kind of port
 *
 * Return: 0, -EINVAL if a device ID is wrong, or -ENOMEM.
 */
int parbiter_vport_chain_create(struct vport *vport,
				const struct vport_config *config)
{
	struct vport_peripheral_config device = parbiter_vport_device_config;
	struct vport_chain *chain;
	unsigned int i;
	int ret;

	if (config->devices > VPORT_DEVICES)
		return -EINVAL;
	chain = kzalloc(sizeof(*chain), GFP_KERNEL);
	if (!chain)
		return -ENOMEM;
	chain->devices = config->devices;
	chain->selected = VPORT_NONE;
	chain->data = vport->regs[VPORT_DATA];
	chain->control = vport->regs[VPORT_CONTROL];
	vport->chain = chain;
	for (i = 0; i < config->devices; i++) {
		chain->device[i].address = VPORT_NONE;
		chain->device[i].enabled = true;
		device.id = config->device[i];
		ret = parbiter_vport_set_peripheral(vport, i, &device);
		if (ret)
			return ret;
	}
	return 0;
}

/* A device that loses its power is not selected and has no address when it has it again. */
static void vport_chain_power_off(struct vport *vport, int k)
{
	struct vport_chain *chain = vport->chain;
	struct vport_chain_device *device = &chain->device[k];

	device->address = VPORT_NONE;
	device->enabled = true;
	device->latched = false;
	parbiter_vport_power_off(device->peripheral);
	if (chain->selected != k)
		return;
	chain->selected = VPORT_NONE;
	parbiter_vport_connect(vport);
}

/**
 * parbiter_vport_chain_drop - deselect what is selected, because the host has gone
 * @vport: a port with a chain
 *
 * Context: any.
 */
void parbiter_vport_chain_drop(struct vport *vport)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&vport->lock, flags);
	vport->chain->selected = VPORT_NONE;
	parbiter_vport_connect(vport);
	raw_spin_unlock_irqrestore(&vport->lock, flags);
}

/**
 * parbiter_vport_set_fault - give a device of a daisy chain a fault
 * @vport: the port
 * @place: the device's place in the chain, from 0
 * @fault: the fault; VPORT_FAULT_NONE ends the one before
 *
 * Context: any.
 * Return: 0; -ENXIO if there is no such device.
 */
int parbiter_vport_set_fault(struct vport *vport, int place,
			     enum vport_fault fault)
{
	struct vport_chain *chain = vport->chain;
	unsigned long flags;

	if (!chain || place < 0 || place >= chain->devices)
		return -ENXIO;
	raw_spin_lock_irqsave(&vport->lock, flags);
	chain->device[place].fault = fault;
	if (fault == VPORT_FAULT_SILENT)
		vport_chain_power_off(vport, place);
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return 0;
}

/**
 * parbiter_vport_device_irq - let a device of a daisy chain ask for an interrupt
 * @vport: the port
 * @place: the device's place in the chain, from 0
 *
 * Context: any.
 * Return: 1 if the port's interrupt was raised, 0 if the device's interrupts or that of
 * the port are disabled; -ENXIO if there is no such device, or if it is silent, or if the
 * port is polled; -ENODEV if it is unplugged.
 */
int parbiter_vport_device_irq(struct vport *vport, int place)
{
	struct vport_chain *chain = vport->chain;
	unsigned long flags;
	int ret = -ENXIO;

	if (!chain || place < 0 || place >= chain->devices)
		return -ENXIO;
	raw_spin_lock_irqsave(&vport->lock, flags);
	if (chain->device[place].fault != VPORT_FAULT_SILENT) {
		chain->device[place].latched = true;
		ret = vport_chain_interrupt(vport, place);
	}
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return ret;
}

/**
 * parbiter_vport_chain_stats - return the state of a daisy chain
 * @vport: the port
 * @stats: where to copy it to
 *
 * Context: any.
 * Return: 0; -ENXIO if the port has no chain.
 */
int parbiter_vport_chain_stats(struct vport *vport,
			       struct vport_chain_stats *stats)
{
	struct vport_chain *chain = vport->chain;
	unsigned long flags;
	int i;

	if (!chain)
		return -ENXIO;
	raw_spin_lock_irqsave(&vport->lock, flags);
	stats->devices = chain->devices;
	stats->selected = chain->selected;
	stats->packets = chain->packets;
	stats->unheard = chain->unheard;
	for (i = 0; i < chain->devices; i++) {
		stats->device[i].address = chain->device[i].address;
		stats->device[i].fault = chain->device[i].fault;
		stats->device[i].enabled = chain->device[i].enabled;
		stats->device[i].latched = chain->device[i].latched;
		stats->device[i].selects = chain->device[i].selects;
	}
	raw_spin_unlock_irqrestore(&vport->lock, flags);
	return 0;
}
