// SPDX-License-Identifier: GPL-2.0
/*
 * IEEE 1284.3 devices: the requests, and the callbacks of
 * PARALLEL_PNP_INFORMATION.
 *
 * A device is named by its number in the chain. The number of devices is known once
 * somebody has sent IOCTL_INTERNAL_INIT_1284_3_BUS; a number that is equal to it
 * names what is at the end of the chain, and a greater one is refused. Until then
 * each number that a device can have is tried on the wire. Zip drives that are
 * older than the standard are not selected.
 */
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/parbiter.h>

#include "port/port.h"
#include "windows.h"

#define SELECT_ZIP	(PAR_LEGACY_ZIP_DRIVE | PAR_LEGACY_ZIP_DRIVE_STD_MODE | \
			 PAR_LEGACY_ZIP_DRIVE_EPP_MODE)

/* Return what is named, as the kernel API calls it; -EINVAL: nothing. */
static int select_device(struct parbiter_client *client,
			 const PARALLEL_1284_COMMAND *command)
{
	int devices = READ_ONCE(client->base.port->chain_devices);

	if (command->CommandFlags & SELECT_ZIP)
		return -EINVAL;
	if ((command->CommandFlags & PAR_END_OF_CHAIN_DEVICE) ||
	    command->ID == DOT3_END_OF_CHAIN_ID || command->ID == devices)
		return PARBITER_DEVICE_END;
	if (command->ID > IEEE_1284_3_DAISY_CHAIN_MAX_ID ||
	    (devices >= 0 && command->ID > devices))
		return -EINVAL;
	return command->ID;
}

static NTSTATUS select_status(int error)
{
	switch (error) {
	case -EINVAL:
		return STATUS_INVALID_PARAMETER;
	case -EPERM:
		return STATUS_INVALID_DEVICE_STATE;
	}
	return pb_windows_status(error);
}

/* Select without waiting for the port. */
static int select_now(struct parbiter_client *client,
		      const PARALLEL_1284_COMMAND *command, int device)
{
	if (command->CommandFlags & PAR_HAVE_PORT_KEEP_PORT)
		return parbiter_select_keep(client, device);
	return parbiter_try_select(client, device);
}

static int select_end(struct parbiter_client *client,
		      const PARALLEL_1284_COMMAND *command)
{
	int device = select_device(client, command);

	if (device < 0)
		return device;
	if (command->CommandFlags & PAR_HAVE_PORT_KEEP_PORT)
		return parbiter_deselect_keep(client);
	return parbiter_deselect(client);
}

/* The callback TrySelectDevice */
NTSTATUS pb_windows_try_select(PVOID context, PVOID command)
{
	int device;

	if (!context || !command)
		return STATUS_INVALID_PARAMETER;
	device = select_device(context, command);
	return select_status(device < 0 ? device :
			     select_now(context, command, device));
}

/* The callback DeselectDevice */
NTSTATUS pb_windows_deselect_of(PVOID context, PVOID command)
{
	if (!context || !command)
		return STATUS_INVALID_PARAMETER;
	return select_status(select_end(context, command));
}

/**
 * pb_windows_select() - IOCTL_INTERNAL_SELECT_DEVICE
 * @client: the client
 * @control: the request, with a PARALLEL_1284_COMMAND, which is not changed
 *
 * With PAR_HAVE_PORT_KEEP_PORT the client owns the port already, and nothing waits.
 * Otherwise this waits for the port as pb_windows_allocate() does. If the device
 * does not answer, the port is given back.
 *
 * Context: any. It takes the time of pb_select(), with interrupts off.
 * Return: as pb_windows_allocate(); STATUS_INVALID_PARAMETER also if there can be no
 * such device; STATUS_UNSUCCESSFUL: the device does not answer, or the port cannot
 * select devices; STATUS_INVALID_DEVICE_STATE: @client does not own the port that it
 * says to have.
 */
NTSTATUS pb_windows_select(struct parbiter_client *client,
			   struct parbiter_control *control)
{
	PARALLEL_1284_COMMAND *command = control->buffer;
	int device = select_device(client, command);
	bool keep = command->CommandFlags & PAR_HAVE_PORT_KEEP_PORT;
	int ret;

	if (device < 0 || (!keep && !control->done))
		return STATUS_INVALID_PARAMETER;
	if (READ_ONCE(control->cancelled))
		return STATUS_CANCELLED;
	ret = select_now(client, command, device);
	if (ret != -EBUSY)
		return select_status(ret);
	return pb_windows_wait(client, control, device);
}

/**
 * pb_windows_deselect() - IOCTL_INTERNAL_DESELECT_DEVICE
 * @client: the client
 * @control: the request, with a PARALLEL_1284_COMMAND
 *
 * Without PAR_HAVE_PORT_KEEP_PORT this frees the port, too, even if the chain does
 * not answer.
 *
 * Context: as pb_windows_select().
 * Return: STATUS_SUCCESS; STATUS_INVALID_PARAMETER: there can be no such device;
 * STATUS_UNSUCCESSFUL: the chain does not answer; STATUS_INVALID_DEVICE_STATE:
 * @client does not own the port; STATUS_DELETE_PENDING: the port is gone.
 */
NTSTATUS pb_windows_deselect(struct parbiter_client *client,
			     struct parbiter_control *control)
{
	return select_status(select_end(client, control->buffer));
}

/* Count the devices by selecting one after the other. The client owns. */
static void select_count(struct parbiter_client *client)
{
	int device, ret = 0;

	for (device = 0; device <= IEEE_1284_3_DAISY_CHAIN_MAX_ID; device++) {
		ret = parbiter_select_keep(client, device);
		if (ret)
			break;
	}
	parbiter_deselect_keep(client);
	/* Another error says nothing about the chain. */
	if (!ret || ret == -ENXIO || ret == -EOPNOTSUPP)
		WRITE_ONCE(client->base.port->chain_devices, device);
}

/**
 * pb_windows_init_bus() - IOCTL_INTERNAL_INIT_1284_3_BUS
 * @client: the client
 * @control: the request
 *
 * Counts the devices of the chain, as the owner or, if the port is free, as an owner
 * for a moment; no other thread may use @client meanwhile. What the client has
 * selected is deselected. If somebody else owns the port, the number stays as it was,
 * as on Windows after a time-out.
 *
 * In the chip mode ECP a FIFO takes what is written to the data lines, so that no
 * device would hear a packet. It is the owner itself that has set the mode.
 *
 * Context: as pb_windows_select(), for each device.
 * Return: STATUS_SUCCESS; STATUS_INVALID_DEVICE_STATE: @client has set the chip mode
 * ECP, and nothing is changed.
 */
NTSTATUS pb_windows_init_bus(struct parbiter_client *client,
			     struct parbiter_control *control)
{
	if (pb_ecr_mode(client->base.port, &client->base.arb) == PB_ECR_ECP)
		return STATUS_INVALID_DEVICE_STATE;
	if (parbiter_is_owner(client)) {
		select_count(client);
	} else if (!parbiter_try_allocate(client)) {
		select_count(client);
		parbiter_free(client);
	}
	return STATUS_SUCCESS;
}
