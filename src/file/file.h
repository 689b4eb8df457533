/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file: an open file description of /dev/parbiterN, which is one client.
 *
 * The files of this directory, each uses those before it only: io (the use of
 * the port by its owner), select (IEEE 1284.3 devices), handshake, transfer (read
 * and write), closing, acquire, query, ppdev (three kinds of requests), ioctl (the
 * table of requests), file (open, poll, close), node (the device node).
 */
#ifndef _PB_FILE_H
#define _PB_FILE_H

#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/wait.h>

#include "arbiter/own.h"
#include "client/client.h"
#include "closing.h"
#include "io.h"

/**
 * struct pb_file - an open file description
 * @client: the client that it is
 * @io: its use of the port
 * @closing: what remains to be done after its last close
 * @claimed: The file has made a PPCLAIM before, so PPEXCL comes too late. No
 *	lock: a program that races the two gets either answer.
 * @exclusive: PPEXCL came in time; as @claimed
 * @wait: Tasks that poll the file. It is woken through pb_client_notify(), because
 *	the arbiter may notify in any context, and the lock in @wait sleeps on
 *	PREEMPT_RT.
 */
struct pb_file {
	struct pb_client client;
	struct pb_io io;
	struct pb_closing closing;
	bool claimed;
	bool exclusive;
	wait_queue_head_t wait;
};

extern const struct file_operations pb_file_fops;

/* Return the file that @client is the base of; @client is no driver's. */
static inline struct pb_file *pb_file_of(struct pb_client *client)
{
	return container_of(client, struct pb_file, client);
}

/* Return the file of parbiter that @filp is; NULL: it is something else. */
static inline struct pb_file *pb_file_get(const struct file *filp)
{
	return filp->f_op == &pb_file_fops ? filp->private_data : NULL;
}

/*
 * Wake the tasks that poll the file. The barrier in wq_has_sleeper() pairs with
 * the one in file_poll(): the waker changes the state and then looks for
 * sleepers, the poller becomes a sleeper and then reads the state.
 */
static inline void pb_file_notify(struct pb_file *file)
{
	if (wq_has_sleeper(&file->wait))
		pb_client_notify(&file->client);
}

/*
 * A call has ended with @ret. If the file became owner, wake the tasks that
 * poll the same descriptor. Returns @ret.
 */
static inline int pb_file_granted(struct pb_file *file, int ret)
{
	if (!ret)
		pb_file_notify(file);
	return ret;
}

/*
 * A request has ended with @ret. Once the port is gone, return -ENODEV whatever
 * the request has returned, but for a request that there is none of.
 */
static inline long pb_file_result(const struct pb_file *file, long ret)
{
	if (ret != -ENOTTY && !arbiter_is_on(file->client.arb.arb))
		return -ENODEV;
	return ret;
}

/*
 * Return whether calls on the open file must not wait. The kernel changes the
 * flags without WRITE_ONCE() when a program calls fcntl(), so a call that runs
 * at the same time may see the flag of before.
 */
static inline bool pb_file_is_nonblocking(const struct file *filp)
{
	/* See above. */
	return data_race(READ_ONCE(filp->f_flags)) & O_NONBLOCK;
}

#endif /* _PB_FILE_H */
