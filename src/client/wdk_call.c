// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of an IRP: it is sent to a port, ends, and completes; or it is
 * cancelled. Which IRPs there are, and where they are, is in wdk_irp.c.
 *
 * One thread, or parbiter_control, ends an IRP that has been sent:
 *
 *	send	IRP_HERE to IRP_SENT; takes a reference
 *	end	empties the stack location;
 *		IRP_SENT to IRP_HERE, then calls the completion routine. If the
 *		routine returns STATUS_MORE_PROCESSING_REQUIRED, the IRP is its
 *		driver's again: to be sent, completed or freed, perhaps by another
 *		thread before the routine has returned. Otherwise it is completed.
 *		Drops the reference
 *	complete	An IRP that was built is taken out of the table of IRPs, once;
 *		gives its results to the caller of IoBuildDeviceIoControlRequest();
 *		and is freed
 */
#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "wdk.h"
#include "wdk_irp.h"

/* The severity of a status is in its two highest bits; 3 is an error. */
#define IRP_IS_ERROR(status)	((u32)(status) >> 30 == 3)

/*
 * The IRP has ended, and its driver has not stopped that, or continues it. Pass the
 * results on, and let go of an IRP that was built.
 */
static void irp_complete(struct wdk_irp *irp)
{
	NTSTATUS status = irp->irp.IoStatus.Status;
	bool removed, tell;

	tell = pb_irp_finish(irp, &removed);
	/* An error that came at once is known to the caller already. */
	if (tell && (irp->irp.PendingReturned || !IRP_IS_ERROR(status))) {
		if (irp->built && !IRP_IS_ERROR(status))
			memcpy(irp->irp.UserBuffer, irp->buffer,
			       min_t(size_t, irp->irp.IoStatus.Information,
				     irp->out_length));
		if (irp->irp.UserIosb)
			*irp->irp.UserIosb = irp->irp.IoStatus;
		/* From here on, the caller may leave its stack. */
		if (irp->irp.UserEvent)
			parbiter_set_event(irp->irp.UserEvent, 1);
	}
	if (removed)
		pb_irp_put(irp);
}

/*
 * Empty the stack location of an IRP that has ended, as Windows does before it calls
 * the completion routine. So a driver that sends the IRP again fills it again. The
 * kind of the request stays, and a routine that Control does not name is not called.
 */
static void irp_clear_stack(struct wdk_irp *irp)
{
	irp->stack.MinorFunction = 0;
	irp->stack.Flags = 0;
	irp->stack.Control = 0;
	memset(&irp->stack.Parameters, 0, sizeof(irp->stack.Parameters));
	irp->stack.FileObject = NULL;
}

/*
 * Call the completion routine, if there is one, and if @control (SL_INVOKE_ON_*) says
 * that it is for this result. Return whether the IRP is to be completed.
 */
static bool irp_call_routine(struct wdk_irp *irp, UCHAR control)
{
	PIO_COMPLETION_ROUTINE routine = irp->stack.CompletionRoutine;
	UCHAR when = NT_SUCCESS(irp->irp.IoStatus.Status) ?
		     SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR;

	/* IoCancelIrp() writes it at any time. */
	if (READ_ONCE(irp->irp.Cancel))
		when |= SL_INVOKE_ON_CANCEL;
	if (!routine || !(control & when))
		return true;
	/* As on Windows, who sends an IRP has no device object of its own. */
	return routine(NULL, &irp->irp, irp->stack.Context) !=
	       STATUS_MORE_PROCESSING_REQUIRED;
}

/* The request has ended. Drops the reference of the request. */
static void irp_end(struct wdk_irp *irp, NTSTATUS status, bool pending)
{
	UCHAR control = irp->stack.Control;

	irp->irp.IoStatus.Status = status;
	irp->irp.IoStatus.Information = irp->control.information;
	irp->irp.PendingReturned = pending;
	irp_clear_stack(irp);
	if (pb_irp_return(irp, pending) && irp_call_routine(irp, control))
		irp_complete(irp);
	if (pending)
		pb_irp_land(irp);
	pb_irp_put(irp);
}

static void irp_done(struct parbiter_control *control)
{
	irp_end(control->data, control->status, true);
}

static NTSTATUS irp_submit(struct wdk_irp *irp, PDEVICE_OBJECT device)
{
	if (irp->stack.MajorFunction != IRP_MJ_INTERNAL_DEVICE_CONTROL)
		return STATUS_NOT_SUPPORTED;
	return parbiter_submit_control(device->DeviceExtension, &irp->control);
}

/**
 * parbiter_call_irp() - IoCallDriver()
 * @device: from parbiter_get_device()
 * @irp: the IRP; if it was built, it may not exist any more on return
 *
 * If this returns anything but STATUS_PENDING, the request has ended, and its
 * completion routine has been called. A request to wait for the port that was
 * cancelled before it is sent ends at once, with STATUS_CANCELLED.
 *
 * Context: that of the request, see parbiter_submit_control(). The completion
 * routine of a request that was pending is called in the context of
 * parbiter_control.done.
 * Return: STATUS_PENDING, or how the request has ended;
 * STATUS_INVALID_PARAMETER also: @device is NULL, there is no such IRP, or it has
 * been sent already.
 */
NTSTATUS parbiter_call_irp(PDEVICE_OBJECT device, PIRP irp)
{
	struct wdk_irp *sent = device ? pb_irp_send(irp, irp_done) : NULL;
	NTSTATUS status;

	if (!sent)
		return STATUS_INVALID_PARAMETER;
	status = irp_submit(sent, device);
	if (status != STATUS_PENDING)
		irp_end(sent, status, false);
	pb_irp_put(sent);
	return status;
}
EXPORT_SYMBOL_GPL(parbiter_call_irp);

/**
 * parbiter_complete_irp() - IoCompleteRequest()
 * @irp: an IRP that has ended, and whose completion routine has returned
 *	STATUS_MORE_PROCESSING_REQUIRED, or is about to
 *
 * Continues with what the routine has stopped: the caller of
 * IoBuildDeviceIoControlRequest() gets its results and its event, and the IRP is
 * freed. An IRP that is not here, or does not exist, is left alone.
 *
 * Context: any.
 */
VOID parbiter_complete_irp(PIRP irp)
{
	struct wdk_irp *found = pb_irp_get(irp);

	if (!found)
		return;
	if (!pb_irp_is_sent(found))
		irp_complete(found);
	pb_irp_put(found);
}
EXPORT_SYMBOL_GPL(parbiter_complete_irp);

/* Cancel an IRP of which the caller has a reference. */
static bool irp_cancel(struct wdk_irp *irp)
{
	/*
	 * Of pb_irp_is_sent() and pb_irp_send(), one has the lock first: either
	 * pb_irp_send() sees Cancel, or the whole request is seen here.
	 */
	WRITE_ONCE(irp->irp.Cancel, TRUE);
	return pb_irp_is_sent(irp) && parbiter_cancel_control(&irp->control);
}

/**
 * parbiter_cancel_irp() - IoCancelIrp()
 * @irp: the IRP, which may have ended already, and may not exist any more
 *
 * A request that waits for the port ends with STATUS_CANCELLED, perhaps before this
 * returns. If it has just been granted, it stays granted.
 *
 * Context: any.
 * Return: TRUE: the request is cancelled; FALSE: it was not waiting.
 */
BOOLEAN parbiter_cancel_irp(PIRP irp)
{
	struct wdk_irp *found = pb_irp_get(irp);
	bool cancelled;

	if (!found)
		return FALSE;
	cancelled = irp_cancel(found);
	pb_irp_put(found);
	return cancelled;
}
EXPORT_SYMBOL_GPL(parbiter_cancel_irp);

/**
 * parbiter_free_irp() - IoFreeIrp()
 * @irp: the IRP
 *
 * If the request is still pending, which is an error of the driver, it is cancelled,
 * and its completion routine is not called. A pointer to what is no IRP any more is
 * ignored.
 *
 * Context: any.
 */
VOID parbiter_free_irp(PIRP irp)
{
	struct wdk_irp *found = pb_irp_take(irp);

	if (!found)
		return;
	irp_cancel(found);
	pb_irp_put(found);
}
EXPORT_SYMBOL_GPL(parbiter_free_irp);

/**
 * pb_irp_cancel_own() - cancel the IRPs that the current task has sent
 *
 * Context: process.
 */
void pb_irp_cancel_own(void)
{
	struct wdk_irp *irp;

	while ((irp = pb_irp_get_own())) {
		irp_cancel(irp);
		pb_irp_put(irp);
	}
}

/**
 * pb_irp_end_own() - cancel the IRPs that the current task has sent, and wait until
 *	they have ended
 *
 * Context: process, may sleep.
 */
void pb_irp_end_own(void)
{
	pb_irp_cancel_own();
	pb_irp_wait_own();
}

/**
 * pb_irp_abandon() - forget a module's IRPs
 * @owner: the module, which is about to go
 *
 * On return no IRP of the module calls it or writes to its memory, except for a
 * completion routine that is under way.
 *
 * Context: process.
 */
void pb_irp_abandon(struct module *owner)
{
	struct wdk_irp *irp;

	while ((irp = pb_irp_take_of(owner))) {
		irp_cancel(irp);
		pb_irp_put(irp);
	}
}
