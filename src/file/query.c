// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that tell about the port: what it is, who owns it, who waits for
 * it. See uapi/linux/parbiter.h for what each says.
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/parport.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "file.h"
#include "port/port.h"
#include "client/status.h"

/* The layouts are the same for 32-bit callers: no padding, no long. */
static_assert(sizeof(struct parbiter_port_info) == PARBITER_PORT_INFO_SIZE_V1);
static_assert(sizeof(struct parbiter_status) == PARBITER_STATUS_SIZE_V1);
static_assert(sizeof(struct parbiter_waiter) == PARBITER_WAITER_SIZE_V1);
static_assert(sizeof(struct parbiter_queue) == PARBITER_QUEUE_SIZE_V1);
static_assert(PARBITER_NAME_LEN >= TASK_COMM_LEN);

/* Reads the size with which a caller's structure begins. */
static int query_get_size(u32 *size, const u32 __user *arg, u32 least)
{
	if (get_user(*size, arg))
		return -EFAULT;
	if (*size < least)
		return -EINVAL;
	return *size > PAGE_SIZE ? -E2BIG : 0;
}

/* Writes a structure, cut or filled up with zeros to the caller's size. */
static int query_put(void __user *arg, size_t size, const void *from,
		     size_t known)
{
	if (copy_to_user(arg, from, min(size, known)))
		return -EFAULT;
	if (size > known && clear_user(arg + known, size - known))
		return -EFAULT;
	return 0;
}

/**
 * parbiter_query_port_info() - PARBITER_GET_PORT_INFO
 * @file: a file
 * @arg: its argument, a struct parbiter_port_info
 *
 * Context: process, may sleep.
 * Return: 0, -ENODEV, -EFAULT, -EINVAL, -E2BIG.
 */
int parbiter_query_port_info(struct parbiter_file *file, void __user *arg)
{
	struct parbiter_port *port = file->client.port;
	struct parbiter_port_info info = {
		.number = port->number,
		.features = PARBITER_FEATURE_ARBITER | PARBITER_FEATURE_IO,
	};
	struct parport *parport;
	u32 size;
	int ret;

	ret = query_get_size(&size, arg, PARBITER_PORT_INFO_SIZE_V1);
	if (ret)
		return ret;

	mutex_lock(&port->lock);
	parport = port->parport;
	if (port->gone || !parport) {
		mutex_unlock(&port->lock);
		return -ENODEV;
	}
	info.base = parport->base;
	info.base_hi = parport->base_hi;
	info.span = parport->size;
	info.irq = parport->irq < 0 ? -1 : parport->irq;
	info.dma = parport->dma < 0 ? -1 : parport->dma;
	info.modes = parport->modes;
	mutex_unlock(&port->lock);

	info.size = min_t(size_t, size, sizeof(info));
	strscpy(info.name, port->name, sizeof(info.name));
	return query_put(arg, size, &info, sizeof(info));
}

/**
 * parbiter_query_status() - PARBITER_GET_STATUS
 * @file: a file
 * @arg: its argument, a struct parbiter_status
 *
 * Context: process, may sleep.
 * Return: 0, -ENODEV, -EFAULT, -EINVAL, -E2BIG.
 */
int parbiter_query_status(struct parbiter_file *file, void __user *arg)
{
	struct parbiter_status status;
	u32 size;
	int ret;

	ret = query_get_size(&size, arg, PARBITER_STATUS_SIZE_V1);
	if (ret)
		return ret;
	ret = parbiter_status_fill(&file->client, &status);
	if (ret)
		return ret;
	status.size = min_t(size_t, size, sizeof(status));
	return query_put(arg, size, &status, sizeof(status));
}

/* A waiter as it is found; its pid is told later, without arbiter.lock. */
struct query_found {
	struct parbiter_waiter waiter;
	struct pid *pid;
};

/**
 * struct query_walk - a walk that finds waiters
 * @walk: the walk
 * @found: room for what is found
 * @first: how many to leave out
 * @room: how many fit into @found
 * @count: how many have been found
 * @now: when the walk began, in nanoseconds of CLOCK_MONOTONIC
 */
struct query_walk {
	struct arbiter_walk walk;
	struct query_found *found;
	u32 first;
	u32 room;
	u32 count;
	u64 now;
};

static bool query_find(struct arbiter_walk *walk,
		       const struct arbiter_request *req)
{
	struct query_walk *query = container_of(walk, struct query_walk, walk);
	struct parbiter_client *client = parbiter_client_of(req->client);
	struct query_found *found = &query->found[query->count];

	if (walk->position <= query->first)
		return true;
	found->pid = get_pid(client->pid);
	found->waiter.kind = parbiter_status_kind(client->pid);
	found->waiter.device = PARBITER_DEVICE_NONE;
	found->waiter.position = walk->position;
	/* It may have been queued after the walk began. */
	found->waiter.waiting_ns = max_t(s64, query->now - req->since, 0);
	strscpy(found->waiter.name, client->name, sizeof(found->waiter.name));
	return ++query->count < query->room;
}

static int query_put_waiters(const struct query_walk *query,
			     void __user *waiters, u32 size)
{
	struct parbiter_waiter *waiter;
	int ret = 0;
	u32 i;

	for (i = 0; i < query->count && !ret; i++) {
		waiter = &query->found[i].waiter;
		waiter->pid = parbiter_status_pid(query->found[i].pid);
		ret = query_put(waiters + (size_t)i * size, size, waiter,
				sizeof(*waiter));
	}
	return ret;
}

/* Fills the caller's array, and says in @queue what it has filled. */
static int query_fill(struct parbiter_file *file, struct parbiter_queue *queue)
{
	struct query_walk query = {
		.walk.visit = query_find,
		.first = queue->first,
		.room = min_t(u32, queue->count, PARBITER_QUEUE_MAX),
		.now = ktime_get_ns(),
	};
	int ret;
	u32 i;

	queue->count = 0;
	queue->length = arbiter_waiters(&file->client.port->arb);
	if (!query.room)
		return 0;
	if (queue->waiters != (unsigned long)queue->waiters)
		return -EFAULT;
	query.found = kcalloc(query.room, sizeof(*query.found), GFP_KERNEL);
	if (!query.found)
		return -ENOMEM;

	ret = arbiter_walk(&file->client.port->arb, &query.walk);
	if (!ret)
		ret = query_put_waiters(&query, u64_to_user_ptr(queue->waiters),
					queue->waiter_size);
	queue->count = query.count;

	for (i = 0; i < query.count; i++)
		put_pid(query.found[i].pid);
	kfree(query.found);
	return ret;
}

/**
 * parbiter_query_queue() - PARBITER_GET_QUEUE
 * @file: a file
 * @arg: its argument
 *
 * Context: process, may sleep.
 * Return: 0, -EFAULT, -EINVAL, -E2BIG, -ENOMEM; -EINTR: killed while another
 * thread read the queue.
 */
int parbiter_query_queue(struct parbiter_file *file,
			 struct parbiter_queue __user *arg)
{
	struct parbiter_queue queue;
	u32 size;
	int ret;

	ret = query_get_size(&size, &arg->size, PARBITER_QUEUE_SIZE_V1);
	if (!ret)
		ret = copy_struct_from_user(&queue, sizeof(queue), arg, size);
	if (ret)
		return ret;
	if (queue.reserved || queue.waiter_size < PARBITER_WAITER_SIZE_V1)
		return -EINVAL;
	if (queue.waiter_size > PAGE_SIZE)
		return -E2BIG;

	ret = query_fill(file, &queue);
	if (ret)
		return ret;
	queue.size = min_t(size_t, size, sizeof(queue));
	return query_put(arg, size, &queue, sizeof(queue));
}
