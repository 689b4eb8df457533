/* SPDX-License-Identifier: GPL-2.0 */
/* The requests that report something about the port and change nothing. */
#ifndef _PB_QUERY_H
#define _PB_QUERY_H

struct file;

long pb_query_waiters(struct file *filp, void __user *arg);
long pb_query_is_port_free(struct file *filp, void __user *arg);
long pb_query_port_info(struct file *filp, void __user *arg);
long pb_query_status(struct file *filp, void __user *arg);
long pb_query_queue(struct file *filp, void __user *arg);

#endif /* _PB_QUERY_H */
