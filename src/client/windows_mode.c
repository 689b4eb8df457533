// SPDX-License-Identifier: GPL-2.0
/*
 * Chip modes: the requests, and the callbacks of PARALLEL_PNP_INFORMATION.
 *
 * Windows does not check that the caller owns the port. Here a client that does not
 * own it has set no mode, and cannot set one.
 */
#include <linux/errno.h>

#include "port/port.h"
#include "windows.h"

static NTSTATUS mode_set(struct parbiter_client *client, UCHAR flags)
{
	int ret = pb_ecr_set(client->base.port, &client->base.arb,
			     flags & PB_ECR_MODE);

	switch (ret) {
	case -EPERM:
	case -EBUSY:
		return STATUS_INVALID_DEVICE_STATE;
	case -ENXIO:
		return STATUS_NO_SUCH_DEVICE;
	}
	return pb_windows_status(ret);
}

static NTSTATUS mode_clear(struct parbiter_client *client, UCHAR flags)
{
	u8 mode = flags & PB_ECR_MODE;
	int ret = pb_ecr_clear(client->base.port, &client->base.arb, mode);

	/* A driver takes STATUS_UNSUCCESSFUL to mean that no mode is set. */
	if (ret == -ENOENT || (ret == -EPERM && mode == PB_ECR_SPP))
		return STATUS_UNSUCCESSFUL;
	if (ret == -EPERM || ret == -EBUSY)
		return STATUS_INVALID_DEVICE_STATE;
	return pb_windows_status(ret);
}

/* The callback TrySetChipMode */
NTSTATUS pb_windows_try_set_mode(PVOID context, UCHAR flags)
{
	return mode_set(context, flags);
}

/* The callback ClearChipMode */
NTSTATUS pb_windows_clear_mode_of(PVOID context, UCHAR flags)
{
	return mode_clear(context, flags);
}

/**
 * pb_windows_set_mode() - IOCTL_INTERNAL_PARALLEL_SET_CHIP_MODE
 * @client: the client
 * @control: the request, with a PARALLEL_CHIP_MODE
 *
 * Context: any.
 * Return: STATUS_SUCCESS; STATUS_INVALID_DEVICE_STATE: @client does not own the
 * port, or has set another mode than BYTE; STATUS_NO_SUCH_DEVICE: the port does
 * not have the mode; STATUS_DELETE_PENDING: the port is gone.
 */
NTSTATUS pb_windows_set_mode(struct parbiter_client *client,
			     struct parbiter_control *control)
{
	PARALLEL_CHIP_MODE *mode = control->buffer;

	return mode_set(client, mode->ModeFlags);
}

/**
 * pb_windows_clear_mode() - IOCTL_INTERNAL_PARALLEL_CLEAR_CHIP_MODE
 * @client: the client
 * @control: the request, with a PARALLEL_CHIP_MODE
 *
 * Context: any.
 * Return: STATUS_SUCCESS; STATUS_UNSUCCESSFUL: @client has set no mode, and the
 * request names none; STATUS_INVALID_DEVICE_STATE: @client has not set this mode;
 * STATUS_DELETE_PENDING: the port is gone.
 */
NTSTATUS pb_windows_clear_mode(struct parbiter_client *client,
			       struct parbiter_control *control)
{
	PARALLEL_CHIP_MODE *mode = control->buffer;

	return mode_clear(client, mode->ModeFlags);
}
