// SPDX-License-Identifier: GPL-2.0
/*
 * Requests that report something about the port: what it is, who owns it, and
 * who waits for it. They change nothing. See uapi/linux/parbiter.h for what
 * each reports.
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "client/status.h"
#include "client/who.h"
#include "file.h"
#include "port/port.h"
#include "query.h"

/* 32-bit callers have the same layouts: there is no padding and no long. */
static_assert(sizeof(struct parbiter_port_info) == PARBITER_PORT_INFO_SIZE_V1);
static_assert(sizeof(struct parbiter_status) == PARBITER_STATUS_SIZE_V1);
static_assert(sizeof(struct parbiter_waiter) == PARBITER_WAITER_SIZE_V1);
static_assert(sizeof(struct parbiter_queue) == PARBITER_QUEUE_SIZE_V1);
static_assert(PARBITER_NAME_LEN >= TASK_COMM_LEN);

/* Read the size with which a caller's structure begins. */
static int query_get_size(u32 *size, const u32 __user *arg, u32 least)
{
	if (get_user(*size, arg))
		return -EFAULT;
	if (*size < least)
		return -EINVAL;
	return *size > PAGE_SIZE ? -E2BIG : 0;
}

/* Write a structure, cut or extended with zeros to the caller's size. */
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
 * pb_query_waiters() - report the number of queued requests
 * @filp: a file of parbiter
 * @arg: the argument of PARBITER_QUERY_WAITERS, a __u32
 *
 * Context: process, may sleep.
 * Return: 0; -EFAULT: @arg cannot be written.
 */
long pb_query_waiters(struct file *filp, void __user *arg)
{
	struct pb_file *file = filp->private_data;
	u32 waiters = arbiter_waiters(&file->client.port->arb);

	return put_user(waiters, (u32 __user *)arg);
}

/**
 * pb_query_is_port_free() - report whether the port is free
 * @filp: a file of parbiter
 * @arg: the argument of PARBITER_IS_PORT_FREE, a __u8
 *
 * Context: process, may sleep.
 * Return: 0; -EFAULT: @arg cannot be written.
 */
long pb_query_is_port_free(struct file *filp, void __user *arg)
{
	struct pb_file *file = filp->private_data;
	u8 is_free = pb_port_is_free(file->client.port);

	return put_user(is_free, (u8 __user *)arg);
}

/**
 * pb_query_port_info() - describe the hardware of the port
 * @filp: a file of parbiter
 * @arg: the argument of PARBITER_GET_PORT_INFO, a struct parbiter_port_info
 *
 * Context: process, may sleep.
 * Return: 0; -ENODEV: the port is gone; -EFAULT: @arg cannot be read or
 * written; -EINVAL: the size in @arg is less than that of version 1; -E2BIG:
 * the size in @arg is more than a page.
 */
long pb_query_port_info(struct file *filp, void __user *arg)
{
	struct pb_file *file = filp->private_data;
	struct parbiter_port_info info;
	u32 size;
	int ret;

	ret = query_get_size(&size, arg, PARBITER_PORT_INFO_SIZE_V1);
	if (ret)
		return ret;
	ret = pb_port_info(file->client.port, &info);
	if (ret)
		return ret;
	info.size = min_t(size_t, size, sizeof(info));
	info.features = PARBITER_FEATURE_ARBITER | PARBITER_FEATURE_IO |
			PARBITER_FEATURE_SELECT;
	return query_put(arg, size, &info, sizeof(info));
}

/**
 * pb_query_status() - report who owns the port, and the counters
 * @filp: a file of parbiter
 * @arg: the argument of PARBITER_GET_STATUS, a struct parbiter_status
 *
 * Context: process, may sleep.
 * Return: 0; -ENODEV: the port is gone; -EFAULT: @arg cannot be read or
 * written; -EINVAL: the size in @arg is less than that of version 1; -E2BIG:
 * the size in @arg is more than a page.
 */
long pb_query_status(struct file *filp, void __user *arg)
{
	struct pb_file *file = filp->private_data;
	struct parbiter_status status;
	u32 size;
	int ret;

	ret = query_get_size(&size, arg, PARBITER_STATUS_SIZE_V1);
	if (ret)
		return ret;
	ret = pb_status_fill(&file->client, &status);
	if (ret)
		return ret;
	status.size = min_t(size_t, size, sizeof(status));
	return query_put(arg, size, &status, sizeof(status));
}

/**
 * struct query_walk - a walk that collects waiters
 * @walk: the walk
 * @found: array of the waiters that were found
 * @first: number of waiters at the head of the queue to leave out
 * @room: size of @found, in elements
 * @count: number of waiters in @found
 * @now: when the walk began, in nanoseconds of CLOCK_MONOTONIC
 */
struct query_walk {
	struct arbiter_walk walk;
	struct parbiter_waiter *found;
	u32 first;
	u32 room;
	u32 count;
	u64 now;
};

static bool query_visit(struct arbiter_walk *walk,
			const struct arbiter_request *req)
{
	struct query_walk *query = container_of(walk, struct query_walk, walk);
	struct parbiter_waiter *waiter = &query->found[query->count];
	struct pb_who who;

	if (walk->position <= query->first)
		return true;
	pb_who_is_locked(pb_client_of(req->client), &who);
	waiter->kind = who.kind;
	waiter->pid = who.pid;
	strscpy(waiter->name, who.name, sizeof(waiter->name));
	waiter->device = pb_select_tagged(req->tag);
	waiter->position = walk->position;
	/* The request may have been queued after the walk began. */
	waiter->waiting_ns = max_t(s64, query->now - req->since, 0);
	return ++query->count < query->room;
}

/* Copy the waiters that were found to the caller's array. */
static int query_put_waiters(const struct query_walk *query,
			     void __user *waiters, u32 size)
{
	int ret = 0;
	u32 i;

	for (i = 0; i < query->count && !ret; i++)
		ret = query_put(waiters + (size_t)i * size, size,
				&query->found[i], sizeof(query->found[i]));
	return ret;
}

/* Fill the caller's array, and set in @queue how many waiters are in it. */
static int query_fill(struct arbiter *arb, struct parbiter_queue *queue)
{
	struct query_walk query = {
		.walk.visit = query_visit,
		.first = queue->first,
		.room = min_t(u32, queue->count, PARBITER_QUEUE_MAX),
		.now = ktime_get_ns(),
	};
	int ret;

	queue->count = 0;
	queue->length = arbiter_waiters(arb);
	if (!query.room)
		return 0;
	if (queue->waiters != (unsigned long)queue->waiters)
		return -EFAULT;
	query.found = kcalloc(query.room, sizeof(*query.found), GFP_KERNEL);
	if (!query.found)
		return -ENOMEM;

	ret = arbiter_walk(arb, &query.walk);
	if (!ret)
		ret = query_put_waiters(&query, u64_to_user_ptr(queue->waiters),
					queue->waiter_size);
	queue->count = query.count;
	kfree(query.found);
	return ret;
}

/**
 * pb_query_queue() - report who waits for the port, in order
 * @filp: a file of parbiter
 * @arg: the argument of PARBITER_GET_QUEUE, a struct parbiter_queue
 *
 * Context: process, may sleep.
 * Return: 0; -EFAULT: @arg or the array cannot be read or written; -EINVAL: a
 * size is less than that of version 1, or a reserved member is not 0; -E2BIG: a
 * size is more than a page, or @arg has data behind the members that this
 * kernel knows; -ENOMEM: out of memory; -EINTR: the task was killed while
 * another thread read the queue.
 */
long pb_query_queue(struct file *filp, void __user *arg)
{
	struct pb_file *file = filp->private_data;
	struct parbiter_queue queue;
	u32 size;
	int ret;

	ret = query_get_size(&size, arg, PARBITER_QUEUE_SIZE_V1);
	if (!ret)
		ret = copy_struct_from_user(&queue, sizeof(queue), arg, size);
	if (ret)
		return ret;
	if (queue.reserved || queue.waiter_size < PARBITER_WAITER_SIZE_V1)
		return -EINVAL;
	if (queue.waiter_size > PAGE_SIZE)
		return -E2BIG;

	ret = query_fill(&file->client.port->arb, &queue);
	if (ret)
		return ret;
	queue.size = min_t(size_t, size, sizeof(queue));
	return query_put(arg, size, &queue, sizeof(queue));
}
