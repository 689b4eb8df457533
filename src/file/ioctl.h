/* SPDX-License-Identifier: GPL-2.0 */
/* The requests of a file. */
#ifndef _PB_IOCTL_H
#define _PB_IOCTL_H

struct file;

long pb_ioctl(struct file *filp, unsigned int cmd, unsigned long arg);

#endif /* _PB_IOCTL_H */
