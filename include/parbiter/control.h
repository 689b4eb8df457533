/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Send a request of parbiter/parallel.h to the port, as Windows' drivers do with
 * an IRP: a control code, and a buffer for what goes in and what comes out.
 *
 * parbiter_submit_control() is documented where it is defined, in
 * src/client/windows.c. Documentation/windows.rst has a table of all requests:
 * the sizes, the statuses, and what differs from Windows.
 */
#ifndef _PARBITER_CONTROL_H
#define _PARBITER_CONTROL_H

#include <parbiter/ntdef.h>

struct parbiter_client;

/**
 * struct parbiter_control - one request
 * @code: an IOCTL_INTERNAL_* code of parbiter/parallel.h
 * @buffer: The input, and after success the output. It must be as large as the
 *	larger one of @input_length and @output_length, and exist until the
 *	request has ended. It is not changed if the request fails.
 * @input_length: size of the input in bytes
 * @output_length: room for the output in bytes
 * @status: how the request has ended
 * @information: size of the output in bytes; 0 if there is none
 * @cancelled: Somebody has called parbiter_cancel_control(). A request that can
 *	wait and is submitted with this set ends with STATUS_CANCELLED at once.
 *	Whoever submits the structure again clears it before.
 * @done: Called once when the request ends, if parbiter_submit_control() has
 *	returned STATUS_PENDING, and perhaps before it does so. The structure may
 *	be submitted again or freed inside. A request that can wait needs it.
 *	Context: as parbiter_done_t of the same client, see linux/parbiter.h.
 * @data: the caller's own
 *
 * The structure is zeroed before it is used for the first time. From the time
 * when it is submitted until the request has ended, the caller may only call
 * parbiter_cancel_control() for it.
 */
struct parbiter_control {
	ULONG code;
	PVOID buffer;
	ULONG input_length;
	ULONG output_length;
	NTSTATUS status;
	ULONG_PTR information;
	bool cancelled;
	void (*done)(struct parbiter_control *control);
	void *data;
	/* private: the client while the request waits; else NULL */
	struct parbiter_client *client;
};

NTSTATUS parbiter_submit_control(struct parbiter_client *client,
				 struct parbiter_control *control);
bool parbiter_cancel_control(struct parbiter_control *control);

#endif /* _PARBITER_CONTROL_H */
