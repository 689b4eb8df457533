/* SPDX-License-Identifier: GPL-2.0 */
/* The identity of clients, and of the owner of a port. */
#ifndef _PB_WHO_H
#define _PB_WHO_H

#include <linux/types.h>
#include <uapi/linux/parbiter.h>

struct pb_client;
struct pb_port;
struct pid;

/**
 * struct pb_who - the identity of a client or of a native driver
 * @kind: PARBITER_KIND_*; PARBITER_KIND_NONE: there is none
 * @pid: process ID in the caller's pid namespace; 0: there is no process, it is
 *	not visible there, or it has ended
 * @name: name of the driver, or command name of the process
 */
struct pb_who {
	u32 kind;
	s32 pid;
	char name[PARBITER_NAME_LEN];
};

s32 pb_who_pid(struct pid *pid);
void pb_who_is_locked(const struct pb_client *client, struct pb_who *who);
bool pb_who_owns_here(struct pb_port *port, struct pb_who *who,
		      unsigned long *held);
void pb_who_owns(struct pb_port *port, struct pb_who *who,
		 unsigned long *held);

#endif /* _PB_WHO_H */
