/* SPDX-License-Identifier: GPL-2.0 */
/* A file: an open file description of /dev/parbiterN, which is one client. */
#ifndef _PARBITER_FILE_H
#define _PARBITER_FILE_H

#include <linux/build_bug.h>
#include <linux/container_of.h>
#include <linux/stddef.h>
#include <linux/wait.h>
#include <uapi/linux/parbiter.h>

#include "arbiter/own.h"
#include "client/client.h"
#include "io.h"

struct file;

/**
 * struct parbiter_file - an open file description
 * @client: the client that it is. First: the client's release frees it
 * @io: its use of the port
 * @claimed: it has asked by PPCLAIM before: PPEXCL comes too late. No lock: a
 *	program that races the two gets either answer
 * @exclusive: PPEXCL came in time; as @claimed
 * @wait: who polls it. Woken by client->news, because its lock sleeps on
 *	PREEMPT_RT and the arbiter may have the news anywhere
 */
struct parbiter_file {
	struct parbiter_client client;
	struct parbiter_io io;
	bool claimed;
	bool exclusive;
	wait_queue_head_t wait;
};

static_assert(offsetof(struct parbiter_file, client) == 0);

/* The file that @client is; @client is no driver. */
static inline struct parbiter_file *
parbiter_file_of(struct parbiter_client *client)
{
	return container_of(client, struct parbiter_file, client);
}

/* The barrier in wq_has_sleeper() pairs with the one in cdev_poll(). */
static inline void parbiter_file_notify(struct parbiter_file *file)
{
	if (wq_has_sleeper(&file->wait))
		irq_work_queue(&file->client.news);
}

/* cdev.c */
struct parbiter_file *parbiter_file_get(struct file *filp);

/* acquire.c: requests that ask for the port */
int parbiter_acquire(struct file *filp, u32 flags, ktime_t deadline);
int parbiter_acquire_request(struct file *filp,
			     const struct parbiter_request __user *arg);
int parbiter_acquire_timeout(struct file *filp, const u64 __user *arg);
int parbiter_acquire_claim(struct parbiter_file *file);
int parbiter_acquire_exclude(struct parbiter_file *file);
int parbiter_acquire_yield(struct parbiter_file *file, bool nonblock);
int parbiter_acquire_yield_claim(struct parbiter_file *file);
void parbiter_acquire_forget_restarts(void);

/* query.c: requests that tell about the port */
int parbiter_query_port_info(struct parbiter_file *file, void __user *arg);
int parbiter_query_status(struct parbiter_file *file, void __user *arg);
int parbiter_query_queue(struct parbiter_file *file,
			 struct parbiter_queue __user *arg);

/* Became owner by a call: whoever polls the same descriptor should know. */
static inline int parbiter_file_granted(struct parbiter_file *file, int ret)
{
	if (!ret)
		parbiter_file_notify(file);
	return ret;
}

/**
 * parbiter_acquire_try() - own now or not at all
 * @file: a file
 *
 * Context: process; does not sleep.
 * Return: as arbiter_try().
 */
static inline int parbiter_acquire_try(struct parbiter_file *file)
{
	parbiter_client_note_caller(&file->client);
	return parbiter_file_granted(file, arbiter_try(&file->client.arb));
}

#endif /* _PARBITER_FILE_H */
