/* SPDX-License-Identifier: GPL-2.0 */
/* A driver's client: what linux/parbiter.h does not show of it. */
#ifndef _PB_KAPI_H
#define _PB_KAPI_H

#include <linux/parbiter.h>
#include <linux/workqueue.h>

#include "client.h"

struct completion;

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
 * @result: the result for @done; written when the request ends, before @work
 *	is queued or KAPI_ENDED is set
 * @calls: number of calls of @done by @work that are queued or under way
 * @caller: the task that is inside @done, called by @work; NULL: none
 * @closed: the client was closed from inside @done, which is not called again;
 *	written by @caller
 * @reported: a refused free has been reported in the log
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
	int result;
	atomic_t calls;
	struct task_struct *caller;
	bool closed;
	atomic_t reported;
};

/* Return the driver's client that @client is the base of. */
static inline struct parbiter_client *pb_kapi_of(struct pb_client *client)
{
	return container_of(client, struct parbiter_client, base);
}

int pb_kapi_init(void);
void pb_kapi_exit(void);

/* use.c */
void pb_use_end(struct parbiter_client *client);
void pb_use_abandon(struct parbiter_client *client);

#endif /* _PB_KAPI_H */
