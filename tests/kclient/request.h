/* SPDX-License-Identifier: GPL-2.0 */
/* Requests under their Windows names, on command */
#ifndef PARBITER_KCLIENT_REQUEST_H
#define PARBITER_KCLIENT_REQUEST_H

#include <linux/wait.h>
#include <parbiter/control.h>
#include <parbiter/parallel.h>

#define REQUEST_ROOM	128

/**
 * struct request - what a client has sent
 * @control: the request
 * @buffer: its input and output
 * @ended: the status of the last request that waited; STATUS_PENDING until it ends
 * @wait: woken when it ends
 * @interrupts: number of calls of the service routine
 * @free: number of calls of the deferred port check routine
 */
struct request {
	struct parbiter_control control;
	u8 buffer[REQUEST_ROOM] __aligned(8);
	NTSTATUS ended;
	wait_queue_head_t *wait;
	atomic_t interrupts;
	atomic_t free;
};

void request_init(struct request *request, wait_queue_head_t *wait);
int request_command(struct request *request, struct parbiter_client *client,
		    const char *cmd, const char *arg, char *answer,
		    size_t size);

/* Allocate, and wait until the port is granted; free. Both by request. */
int request_allocate(struct parbiter_client *client, bool *queued);
int request_free(struct parbiter_client *client);

#endif /* PARBITER_KCLIENT_REQUEST_H */
