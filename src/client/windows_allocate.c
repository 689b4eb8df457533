// SPDX-License-Identifier: GPL-2.0
/*
 * The requests that allocate and free the port.
 *
 * A client has one request that waits, whether it was made by
 * parbiter_submit_control() or by another function of the kernel API.
 * client->control is the request of parbiter_submit_control() that waits. It is
 * taken by a compare-and-exchange from NULL, and is NULL again before the end of
 * the request is reported. So windows_done() knows which request has ended.
 */
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/errno.h>

#include "windows.h"

/* Return how a request has ended that has waited. */
static NTSTATUS windows_end_status(int result)
{
	switch (result) {
	case 0:
		return STATUS_SUCCESS;
	case -ECANCELED:
	/* As on Windows, a request that waits when the port goes is cancelled. */
	case -ENODEV:
		return STATUS_CANCELLED;
	}
	/* The device did not answer, or another thread has freed the port. */
	return STATUS_UNSUCCESSFUL;
}

/* Report the end of the request that waits. */
static void windows_done(struct parbiter_client *client, int result, void *data)
{
	struct parbiter_control *control = client->control;

	control->information = 0;
	control->status = windows_end_status(result);
	WRITE_ONCE(control->client, NULL);
	/* Release: pairs with the compare-and-exchange in pb_windows_wait(). */
	smp_store_release(&client->control, NULL);
	control->done(control);
}

/**
 * pb_windows_wait() - queue a request that waits for the port
 * @client: the client
 * @control: the request
 * @device: what to select when the port is granted, or PARBITER_DEVICE_NONE
 *
 * Context: any.
 * Return: STATUS_PENDING; STATUS_DEVICE_BUSY: @client owns the port, or has a
 * request that has not ended; STATUS_CANCELLED, STATUS_INSUFFICIENT_RESOURCES,
 * STATUS_DELETE_PENDING as pb_windows_allocate().
 */
NTSTATUS pb_windows_wait(struct parbiter_client *client,
			 struct parbiter_control *control, int device)
{
	int ret;

	if (cmpxchg(&client->control, NULL, control))
		return STATUS_DEVICE_BUSY;
	WRITE_ONCE(control->client, client);
	/*
	 * Orders the write of @client before the read of @cancelled. Pairs with
	 * the barrier in parbiter_cancel_control().
	 */
	smp_mb();
	ret = pb_kapi_submit(client, windows_done, device, &control->cancelled);
	if (!ret)
		return STATUS_PENDING;
	WRITE_ONCE(control->client, NULL);
	/* Release: as in windows_done() */
	smp_store_release(&client->control, NULL);
	return pb_windows_status(ret);
}

/**
 * pb_windows_allocate() - IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE
 * @client: the client
 * @control: the request
 *
 * Context: any.
 * Return: STATUS_SUCCESS; STATUS_PENDING; STATUS_CANCELLED: @control was
 * cancelled before; STATUS_DEVICE_BUSY: @client owns the port, or has a request
 * that has not ended; STATUS_INSUFFICIENT_RESOURCES: the queue is full;
 * STATUS_DELETE_PENDING: the port is gone; STATUS_INVALID_PARAMETER:
 * control->done is NULL.
 */
NTSTATUS pb_windows_allocate(struct parbiter_client *client,
			     struct parbiter_control *control)
{
	if (!control->done)
		return STATUS_INVALID_PARAMETER;
	if (READ_ONCE(control->cancelled))
		return STATUS_CANCELLED;
	if (!parbiter_try_allocate(client))
		return STATUS_SUCCESS;
	return pb_windows_wait(client, control, PARBITER_DEVICE_NONE);
}

/**
 * pb_windows_free() - IOCTL_INTERNAL_PARALLEL_PORT_FREE
 * @client: the client
 * @control: the request
 *
 * This is what the callback FreePort does, which has no result. So the request
 * succeeds even if the free is refused.
 *
 * Context: any.
 * Return: STATUS_SUCCESS.
 */
NTSTATUS pb_windows_free(struct parbiter_client *client,
			 struct parbiter_control *control)
{
	parbiter_free(client);
	return STATUS_SUCCESS;
}

/**
 * pb_windows_lock() - IOCTL_INTERNAL_LOCK_PORT and ..._LOCK_PORT_NO_SELECT
 * @client: the client
 * @control: the request
 *
 * On Windows these are requests to a device at the port. The client stands for
 * the device that needs no selection.
 *
 * Context: any.
 * Return: as pb_windows_allocate(), but STATUS_SUCCESS if @client owns already.
 */
NTSTATUS pb_windows_lock(struct parbiter_client *client,
			 struct parbiter_control *control)
{
	if (parbiter_is_owner(client))
		return STATUS_SUCCESS;
	return pb_windows_allocate(client, control);
}

/**
 * pb_windows_unlock() - IOCTL_INTERNAL_UNLOCK_PORT and
 *	..._UNLOCK_PORT_NO_DESELECT
 * @client: the client
 * @control: the request
 *
 * A client that does not own the port does nothing here. On Windows it owns the
 * port for a moment.
 *
 * Context: any.
 * Return: STATUS_SUCCESS.
 */
NTSTATUS pb_windows_unlock(struct parbiter_client *client,
			   struct parbiter_control *control)
{
	if (parbiter_is_owner(client))
		parbiter_free(client);
	return STATUS_SUCCESS;
}
