/* SPDX-License-Identifier: GPL-2.0 */
/* How a port is doing, as PARBITER_GET_STATUS tells it. */
#ifndef _PARBITER_STATUS_H
#define _PARBITER_STATUS_H

#include <linux/types.h>

struct parbiter_client;
struct parbiter_status;
struct pid;

u32 parbiter_status_kind(const struct pid *pid);
s32 parbiter_status_pid(struct pid *pid);
int parbiter_status_fill(struct parbiter_client *client,
			 struct parbiter_status *status);

#endif /* _PARBITER_STATUS_H */
