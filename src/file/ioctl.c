// SPDX-License-Identifier: GPL-2.0
/*
 * The requests of a file: which function does a request. See
 * uapi/linux/parbiter.h for what each of them does.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/ppdev.h>
#include <uapi/linux/parbiter.h>

#include "acquire.h"
#include "file.h"
#include "ioctl.h"
#include "ppdev.h"
#include "query.h"
#include "select.h"

static int ioctl_cancel(struct file *filp)
{
	struct pb_file *file = filp->private_data;

	return pb_io_withdraw(&file->io);
}

/* Do a request of parbiter's, but for the two in pb_ioctl(). */
static long ioctl_do(struct file *filp, unsigned int cmd, void __user *arg)
{
	switch (cmd) {
	case PARBITER_REQUEST:
		return pb_acquire_request(filp, arg);
	case PARBITER_ALLOCATE:
		return pb_acquire_allocate(filp);
	case PARBITER_ALLOCATE_TIMEOUT:
		return pb_acquire_timeout(filp, arg);
	case PARBITER_CANCEL:
		return ioctl_cancel(filp);
	case PARBITER_YIELD:
		return pb_acquire_yield(filp);
	case PARBITER_QUERY_WAITERS:
		return pb_query_waiters(filp, arg);
	case PARBITER_IS_PORT_FREE:
		return pb_query_is_port_free(filp, arg);
	case PARBITER_GET_PORT_INFO:
		return pb_query_port_info(filp, arg);
	case PARBITER_GET_STATUS:
		return pb_query_status(filp, arg);
	case PARBITER_GET_QUEUE:
		return pb_query_queue(filp, arg);
	case PARBITER_SELECT:
		return pb_acquire_select(filp, arg);
	case PARBITER_DESELECT:
		return pb_acquire_deselect(filp, arg);
	}
	return -ENOTTY;
}

static noinline long ioctl_slow(struct file *filp, unsigned int cmd,
				void __user *arg)
{
	return pb_file_result(filp->private_data, ioctl_do(filp, cmd, arg));
}

/**
 * pb_ioctl() - do a request of parbiter's or of ppdev's
 * @filp: a file of parbiter
 * @cmd: PARBITER_* or PP*
 * @arg: the argument of the request
 *
 * Those of ppdev come first, because programs access registers far more often
 * than they ask for the port. They return -ENODEV by themselves, as TRY_ALLOCATE
 * and FREE do.
 *
 * Context: process, may sleep.
 * Return: 0; an error that uapi/linux/parbiter.h names; -ENOTTY: @cmd is no
 * request.
 */
long pb_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	struct pb_file *file;

	if (_IOC_TYPE(cmd) == PP_IOCTL)
		return pb_ppdev_ioctl(filp, cmd, (void __user *)arg);
	file = filp->private_data;
	if (cmd == PARBITER_TRY_ALLOCATE)
		return pb_acquire_try(file);
	if (cmd == PARBITER_FREE)
		return pb_io_free(&file->io);
	return ioctl_slow(filp, cmd, (void __user *)arg);
}
