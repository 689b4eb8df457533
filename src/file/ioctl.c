// SPDX-License-Identifier: GPL-2.0
/*
 * The requests of a file: the table of parbiter's own requests, and the way to
 * ppdev's. See uapi/linux/parbiter.h for what each request does.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/nospec.h>
#include <uapi/linux/parbiter.h>

#include "acquire.h"
#include "file.h"
#include "ioctl.h"
#include "port/port.h"
#include "ppdev.h"
#include "query.h"

static long ioctl_try(struct file *filp, void __user *arg)
{
	return pb_acquire_try(filp->private_data);
}

static long ioctl_free(struct file *filp, void __user *arg)
{
	struct pb_file *file = filp->private_data;

	return pb_io_free(&file->io);
}

static long ioctl_cancel(struct file *filp, void __user *arg)
{
	struct pb_file *file = filp->private_data;

	return arbiter_cancel(&file->client.arb);
}

/**
 * struct ioctl_request - a request
 * @cmd: PARBITER_*
 * @handle: Does the request. @arg is the argument of ioctl(). Process context,
 *	may sleep. Returns 0 or an error. Whatever it returns, the caller gets
 *	-ENODEV once the port is gone.
 */
struct ioctl_request {
	unsigned int cmd;
	long (*handle)(struct file *filp, void __user *arg);
};

static const struct ioctl_request ioctl_requests[] = {
	[_IOC_NR(PARBITER_REQUEST)] = {
		PARBITER_REQUEST, pb_acquire_request
	},
	[_IOC_NR(PARBITER_ALLOCATE)] = {
		PARBITER_ALLOCATE, pb_acquire_allocate
	},
	[_IOC_NR(PARBITER_ALLOCATE_TIMEOUT)] = {
		PARBITER_ALLOCATE_TIMEOUT, pb_acquire_timeout
	},
	[_IOC_NR(PARBITER_TRY_ALLOCATE)] = {
		PARBITER_TRY_ALLOCATE, ioctl_try
	},
	[_IOC_NR(PARBITER_FREE)] = {
		PARBITER_FREE, ioctl_free
	},
	[_IOC_NR(PARBITER_CANCEL)] = {
		PARBITER_CANCEL, ioctl_cancel
	},
	[_IOC_NR(PARBITER_YIELD)] = {
		PARBITER_YIELD, pb_acquire_yield
	},
	[_IOC_NR(PARBITER_QUERY_WAITERS)] = {
		PARBITER_QUERY_WAITERS, pb_query_waiters
	},
	[_IOC_NR(PARBITER_IS_PORT_FREE)] = {
		PARBITER_IS_PORT_FREE, pb_query_is_port_free
	},
	[_IOC_NR(PARBITER_GET_PORT_INFO)] = {
		PARBITER_GET_PORT_INFO, pb_query_port_info
	},
	[_IOC_NR(PARBITER_GET_STATUS)] = {
		PARBITER_GET_STATUS, pb_query_status
	},
	[_IOC_NR(PARBITER_GET_QUEUE)] = {
		PARBITER_GET_QUEUE, pb_query_queue
	},
};

/* Return the row of a request; NULL: it is none of parbiter's own. */
static const struct ioctl_request *ioctl_find(unsigned int cmd)
{
	unsigned int nr = _IOC_NR(cmd);
	const struct ioctl_request *request;

	if (nr >= ARRAY_SIZE(ioctl_requests))
		return NULL;
	request = &ioctl_requests[array_index_nospec(nr,
					ARRAY_SIZE(ioctl_requests))];
	return request->handle && request->cmd == cmd ? request : NULL;
}

static noinline long ioctl_slow(struct file *filp, unsigned int cmd,
				void __user *arg)
{
	const struct ioctl_request *request = ioctl_find(cmd);
	struct pb_file *file = filp->private_data;
	long ret;

	if (request)
		ret = request->handle(filp, arg);
	else
		ret = pb_ppdev_ioctl(file, cmd, arg);
	/*
	 * Once the port is gone, return -ENODEV whatever the request has
	 * returned.
	 */
	if (ret != -ENOTTY && !arbiter_is_on(&file->client.port->arb))
		return -ENODEV;
	return ret;
}

/**
 * pb_ioctl() - do a request of parbiter's or of ppdev's
 * @filp: a file of parbiter
 * @cmd: PARBITER_* or PP*
 * @arg: the argument of the request
 *
 * The two requests that most programs make most often do not go through the
 * table. They return -ENODEV by themselves.
 *
 * Context: process, may sleep.
 * Return: 0; an error that uapi/linux/parbiter.h names; -ENOTTY: @cmd is no
 * request.
 */
long pb_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct pb_file *file = filp->private_data;

	if (cmd == PARBITER_TRY_ALLOCATE)
		return pb_acquire_try(file);
	if (cmd == PARBITER_FREE)
		return pb_io_free(&file->io);
	return ioctl_slow(filp, cmd, (void __user *)arg);
}
