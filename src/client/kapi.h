/* SPDX-License-Identifier: GPL-2.0 */
/* A driver's client: what linux/parbiter.h does not show of it. */
#ifndef _PB_KAPI_H
#define _PB_KAPI_H

#include <linux/parbiter.h>
#include <linux/workqueue.h>

#include "client.h"

struct completion;
struct parbiter_control;

/* "LPT", a number of up to ten digits, and a final zero */
#define PB_WINDOWS_NAME_LEN	14

/**
 * struct parbiter_client - a client of a driver
 * @base: the client
 * @ops: the driver's callbacks, or NULL
 * @data: the driver's, for its callbacks
 * @inside: number of stays in the port that have not ended, see use.c
 * @left: completed by the last of them when removal waits (@inside)
 * @work: calls @done, unless @ops->done_in_irq is set
 * @news: what pb_client.notify has still to tell the driver: KAPI_ENDED,
 *	KAPI_CONTENDED
 * @asking: An asynchronous request has not ended yet, or its callback has not
 *	begun. The thread that changes it from 0 to 1 may write @done.
 * @done: the callback of the asynchronous request
 * @device: what is selected before @done is called, or PARBITER_DEVICE_NONE;
 *	written as @done is
 * @result: the result for @done; written when the request ends, before @work
 *	is queued or KAPI_ENDED is set
 * @calls: number of calls of @done by @work that are queued or under way
 * @caller: the task that is inside @done, called by @work; NULL: none
 * @closed: the client was closed from inside @done, which is not called again;
 *	written by @caller
 * @reported: a refused free has been reported in the log
 * @control: The request of parbiter_submit_control() that has not ended yet;
 *	NULL: there is none. Changed by compare-and-exchange from NULL, and by
 *	the end of the request to NULL.
 * @port_name: The port's name on Windows, "LPT" and a number, in UTF-16 with a
 *	final zero. Written before anybody knows the client.
 * @has_connected: the client may have connected interrupt service routines
 */
struct parbiter_client {
	struct pb_client base;
	const struct parbiter_client_ops *ops;
	void *data;
	atomic_t inside;
	struct completion *left;
	struct work_struct work;
	atomic_t news;
	atomic_t asking;
	parbiter_done_t done;
	int device;
	int result;
	atomic_t calls;
	struct task_struct *caller;
	bool closed;
	atomic_t reported;
	struct parbiter_control *control;
	u16 port_name[PB_WINDOWS_NAME_LEN];
	bool has_connected;
};

/* Return the driver's client that @client is the base of. */
static inline struct parbiter_client *pb_kapi_of(struct pb_client *client)
{
	return container_of(client, struct parbiter_client, base);
}

int pb_kapi_submit(struct parbiter_client *client, parbiter_done_t done,
		   int device, const bool *cancelled);

/* select.c */
int pb_kapi_select(struct parbiter_client *client, int device);

int pb_kapi_init(void);
void pb_kapi_exit(void);

/* interrupt.c */
void pb_interrupt_end(struct parbiter_client *client);

/* use.c */
void pb_use_end(struct parbiter_client *client);
void pb_use_abandon(struct parbiter_client *client);

#endif /* _PB_KAPI_H */
