// SPDX-License-Identifier: GPL-2.0
/*
 * The requests of the parallel port function driver, under their Windows names:
 * the table of codes, and the functions that submit and cancel a request. The
 * order of checks and the statuses are those of Windows' driver.
 * Documentation/windows.rst lists the intended differences.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>

#include "port/port.h"
#include "windows.h"

/**
 * struct windows_request - a request that is served
 * @code: its code
 * @input: size of its input in bytes
 * @output: size of its output in bytes
 * @serve: the function that does it
 * @also_when_gone: it does something on a port that is gone, too. Whatever it
 *	returns, the request ends with STATUS_DELETE_PENDING then.
 */
struct windows_request {
	ULONG code;
	ULONG input;
	ULONG output;
	NTSTATUS (*serve)(struct parbiter_client *client,
			  struct parbiter_control *control);
	bool also_when_gone;
};

static const struct windows_request windows_requests[] = {
	{ IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE, 0, 0, pb_windows_allocate },
	{ IOCTL_INTERNAL_PARALLEL_PORT_FREE, 0, 0, pb_windows_free },
	{ IOCTL_INTERNAL_GET_PARALLEL_PORT_INFO,
	  0, sizeof(PARALLEL_PORT_INFORMATION), pb_windows_port_info },
	{ IOCTL_INTERNAL_RELEASE_PARALLEL_PORT_INFO,
	  0, 0, pb_windows_release_info },
	{ IOCTL_INTERNAL_GET_MORE_PARALLEL_PORT_INFO,
	  0, sizeof(MORE_PARALLEL_PORT_INFORMATION), pb_windows_more_info },
	{ IOCTL_INTERNAL_GET_PARALLEL_PNP_INFO,
	  0, sizeof(PARALLEL_PNP_INFORMATION), pb_windows_pnp_info },
	{ IOCTL_INTERNAL_PARALLEL_SET_CHIP_MODE,
	  sizeof(PARALLEL_CHIP_MODE), 0, pb_windows_set_mode },
	{ IOCTL_INTERNAL_PARALLEL_CLEAR_CHIP_MODE,
	  sizeof(PARALLEL_CHIP_MODE), 0, pb_windows_clear_mode },
	{ IOCTL_INTERNAL_PARALLEL_CONNECT_INTERRUPT, 0, 0, pb_windows_connect },
	{ IOCTL_INTERNAL_PARALLEL_DISCONNECT_INTERRUPT,
	  sizeof(PARALLEL_INTERRUPT_SERVICE_ROUTINE), 0, pb_windows_disconnect,
	  .also_when_gone = true },
	{ IOCTL_INTERNAL_INIT_1284_3_BUS, 0, 0, pb_windows_init_bus },
	{ IOCTL_INTERNAL_SELECT_DEVICE,
	  sizeof(PARALLEL_1284_COMMAND), 0, pb_windows_select },
	{ IOCTL_INTERNAL_DESELECT_DEVICE,
	  sizeof(PARALLEL_1284_COMMAND), 0, pb_windows_deselect },
	{ IOCTL_INTERNAL_LOCK_PORT, 0, 0, pb_windows_lock },
	{ IOCTL_INTERNAL_UNLOCK_PORT, 0, 0, pb_windows_unlock },
	{ IOCTL_INTERNAL_LOCK_PORT_NO_SELECT, 0, 0, pb_windows_lock },
	{ IOCTL_INTERNAL_UNLOCK_PORT_NO_DESELECT, 0, 0, pb_windows_unlock },
};

/* Return what an error of the kernel API is called on Windows. */
NTSTATUS pb_windows_status(int error)
{
	switch (error) {
	case 0:
		return STATUS_SUCCESS;
	case -ECANCELED:
		return STATUS_CANCELLED;
	case -ENODEV:
		return STATUS_DELETE_PENDING;
	case -EDEADLK:
	case -EALREADY:
	case -EBUSY:
		return STATUS_DEVICE_BUSY;
	case -EUSERS:
	case -ENOMEM:
		return STATUS_INSUFFICIENT_RESOURCES;
	}
	return STATUS_UNSUCCESSFUL;
}

static const struct windows_request *windows_find(ULONG code)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(windows_requests); i++) {
		if (windows_requests[i].code == code)
			return &windows_requests[i];
	}
	return NULL;
}

/* Return STATUS_SUCCESS, or why the request cannot be served. */
static NTSTATUS windows_check(const struct windows_request *request,
			      const struct parbiter_control *control)
{
	if (!request)
		return STATUS_INVALID_PARAMETER;
	if (control->input_length < request->input ||
	    control->output_length < request->output)
		return STATUS_BUFFER_TOO_SMALL;
	if ((request->input || request->output) && !control->buffer)
		return STATUS_INVALID_PARAMETER;
	return STATUS_SUCCESS;
}

static NTSTATUS windows_serve(struct parbiter_client *client,
			      struct parbiter_control *control)
{
	const struct windows_request *request = windows_find(control->code);
	bool on = arbiter_is_on(&client->base.port->arb);
	NTSTATUS status = windows_check(request, control);

	if (status == STATUS_SUCCESS && (on || request->also_when_gone))
		status = request->serve(client, control);
	return on ? status : STATUS_DELETE_PENDING;
}

/**
 * parbiter_submit_control() - send a request to a port
 * @client: the client on whose behalf the request is made
 * @control: the request; zeroed before it is used for the first time
 *
 * If this returns STATUS_PENDING, the request waits, and control->done is called
 * exactly once when it has ended, perhaps before this returns. With any other
 * status the request has ended, control->status and control->information are
 * filled in, control->done is not called, and nobody uses @control any more.
 *
 * The requests are those that Documentation/windows.rst lists.
 *
 * Context: any for IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE,
 * IOCTL_INTERNAL_PARALLEL_PORT_FREE, the four requests that lock and unlock the
 * port, the two that set and clear a chip mode, the three of IEEE 1284.3, and
 * IOCTL_INTERNAL_RELEASE_PARALLEL_PORT_INFO; process, may sleep, for the others.
 * Return: the status that the request has ended with; STATUS_PENDING.
 * STATUS_INVALID_PARAMETER: @client or @control is NULL, there is no such
 * request, control->buffer is NULL, or control->done is NULL and the request can
 * wait; STATUS_DELETE_PENDING: the port is gone; STATUS_BUFFER_TOO_SMALL: the
 * input or the output is too small; STATUS_DEVICE_BUSY: @control waits already,
 * and is not changed.
 */
NTSTATUS parbiter_submit_control(struct parbiter_client *client,
				 struct parbiter_control *control)
{
	NTSTATUS status;

	if (!client || !control)
		return STATUS_INVALID_PARAMETER;
	if (READ_ONCE(control->client))
		return STATUS_DEVICE_BUSY;
	control->information = 0;
	status = windows_serve(client, control);
	if (status != STATUS_PENDING)
		control->status = status;
	return status;
}
EXPORT_SYMBOL_GPL(parbiter_submit_control);

/**
 * parbiter_cancel_control() - withdraw a request that waits
 * @control: the request. The client that it was submitted for must not be closed
 *	meanwhile
 *
 * Sets control->cancelled. So a request that another thread is about to submit
 * does not wait, either. Nothing else happens if the request has ended, or was
 * never submitted.
 *
 * Context: any.
 * Return: true: the request ends with STATUS_CANCELLED; false: it does not wait,
 * perhaps because it has just ended.
 */
bool parbiter_cancel_control(struct parbiter_control *control)
{
	struct parbiter_client *client;

	if (!control)
		return false;
	WRITE_ONCE(control->cancelled, true);
	/*
	 * Orders the write of @cancelled before the read of @client. Pairs with
	 * the barrier in pb_windows_wait(): either the client is seen here, or it is
	 * seen there that the request is cancelled.
	 */
	smp_mb();
	client = READ_ONCE(control->client);
	return client && !arbiter_cancel_submitted(&client->base.arb,
						   &control->cancelled);
}
EXPORT_SYMBOL_GPL(parbiter_cancel_control);
