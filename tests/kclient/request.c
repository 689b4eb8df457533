// SPDX-License-Identifier: GPL-2.0
/* Requests under their Windows names, on command */
#include <linux/completion.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "request.h"

static void request_done(struct parbiter_control *control)
{
	struct request *request = container_of(control, struct request,
					       control);

	/* Release: pairs with smp_load_acquire() in request_command(). */
	smp_store_release(&request->ended, control->status);
	wake_up(request->wait);
}

void request_init(struct request *request, wait_queue_head_t *wait)
{
	request->wait = wait;
	request->control.done = request_done;
}

/* Send a request whose input is in the buffer. */
static int request_send(struct request *request, struct parbiter_client *client,
			ULONG code, char *answer, size_t size)
{
	struct parbiter_control *control = &request->control;
	NTSTATUS status;

	control->code = code;
	control->buffer = request->buffer;
	control->input_length = REQUEST_ROOM;
	control->output_length = REQUEST_ROOM;
	control->cancelled = false;
	WRITE_ONCE(request->ended, STATUS_PENDING);
	status = parbiter_submit_control(client, control);
	snprintf(answer, size, "%#x %lu\n", status,
		 status == STATUS_PENDING ? 0 : control->information);
	return 0;
}

static BOOLEAN request_interrupt(PKINTERRUPT interrupt, PVOID context)
{
	struct request *request = context;

	atomic_inc(&request->interrupts);
	return TRUE;
}

static VOID request_port_free(PVOID context)
{
	struct request *request = context;

	atomic_inc(&request->free);
}

static int request_connect(struct request *request,
			   struct parbiter_client *client, ULONG code,
			   char *answer, size_t size)
{
	PARALLEL_INTERRUPT_SERVICE_ROUTINE *in = (void *)request->buffer;

	memset(in, 0, sizeof(*in));
	in->InterruptServiceRoutine = request_interrupt;
	in->InterruptServiceContext = request;
	in->DeferredPortCheckRoutine = request_port_free;
	in->DeferredPortCheckContext = request;
	return request_send(request, client, code, answer, size);
}

static int request_ioctl(struct request *request,
			 struct parbiter_client *client, const char *arg,
			 char *answer, size_t size)
{
	unsigned int code, input = 0;

	if (sscanf(arg, "%x %x", &code, &input) < 1)
		return -EINVAL;
	request->buffer[0] = input;
	return request_send(request, client, code, answer, size);
}

/* Run a command; -ENOTTY if it is none of these. */
int request_command(struct request *request, struct parbiter_client *client,
		    const char *cmd, const char *arg, char *answer, size_t size)
{
	int value;

	if (!strcmp(cmd, "ioctl"))
		return request_ioctl(request, client, arg, answer, size);
	if (!strcmp(cmd, "connect"))
		return request_connect(request, client,
				       IOCTL_INTERNAL_PARALLEL_CONNECT_INTERRUPT,
				       answer, size);
	if (!strcmp(cmd, "disconnect"))
		return request_connect(request, client,
				       IOCTL_INTERNAL_PARALLEL_DISCONNECT_INTERRUPT,
				       answer, size);
	if (!strcmp(cmd, "iocancel"))
		value = parbiter_cancel_control(&request->control);
	else if (!strcmp(cmd, "iostatus"))
		/* Acquire: pairs with the release in request_done(). */
		value = smp_load_acquire(&request->ended);
	else if (!strcmp(cmd, "interrupts"))
		value = atomic_read(&request->interrupts);
	else if (!strcmp(cmd, "checks"))
		value = atomic_read(&request->free);
	else
		return -ENOTTY;
	snprintf(answer, size, "%d\n", value);
	return 0;
}

/* A request that a thread waits for */
struct request_wait {
	struct parbiter_control control;
	struct completion ended;
};

static void request_end_wait(struct parbiter_control *control)
{
	complete(&container_of(control, struct request_wait, control)->ended);
}

int request_allocate(struct parbiter_client *client, bool *queued)
{
	struct request_wait wait = {
		.control.code = IOCTL_INTERNAL_PARALLEL_PORT_ALLOCATE,
		.control.done = request_end_wait,
	};
	NTSTATUS status;

	init_completion(&wait.ended);
	status = parbiter_submit_control(client, &wait.control);
	*queued = status == STATUS_PENDING;
	if (status == STATUS_PENDING) {
		wait_for_completion(&wait.ended);
		status = wait.control.status;
	}
	return status == STATUS_SUCCESS ? 0 : -EIO;
}

int request_free(struct parbiter_client *client)
{
	struct parbiter_control control = {
		.code = IOCTL_INTERNAL_PARALLEL_PORT_FREE,
	};

	return parbiter_submit_control(client, &control) == STATUS_SUCCESS ?
	       0 : -EIO;
}
