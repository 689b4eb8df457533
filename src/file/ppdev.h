/* SPDX-License-Identifier: GPL-2.0 */
/* ppdev's requests, on a file of parbiter. */
#ifndef _PB_PPDEV_H
#define _PB_PPDEV_H

struct file;

long pb_ppdev_ioctl(struct file *filp, unsigned int cmd, void __user *arg);

#endif /* _PB_PPDEV_H */
