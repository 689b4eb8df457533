/* SPDX-License-Identifier: GPL-2.0 */
/* The requests by which a file asks for the port. */
#ifndef _PB_ACQUIRE_H
#define _PB_ACQUIRE_H

#include "file.h"

long pb_acquire_request(struct file *filp, void __user *arg);
long pb_acquire_allocate(struct file *filp);
long pb_acquire_timeout(struct file *filp, void __user *arg);
long pb_acquire_yield(struct file *filp);
long pb_acquire_select(struct file *filp, void __user *arg);
long pb_acquire_deselect(struct file *filp, void __user *arg);

int pb_acquire_wait(struct pb_file *file, ktime_t deadline);
int pb_acquire_next_turn(struct pb_file *file, bool nonblock);
void pb_acquire_forget_restarts(void);

/**
 * pb_acquire_try() - own now or not at all
 * @file: a file
 *
 * Context: process; does not sleep.
 * Return: as arbiter_try().
 */
static inline int pb_acquire_try(struct pb_file *file)
{
	pb_client_note_caller(&file->client);
	return pb_file_granted(file, arbiter_try(&file->client.arb));
}

#endif /* _PB_ACQUIRE_H */
