/* SPDX-License-Identifier: GPL-2.0 */
/* ppdev's requests, on a file of parbiter. */
#ifndef _PB_PPDEV_H
#define _PB_PPDEV_H

struct pb_file;

long pb_ppdev_ioctl(struct pb_file *file, unsigned int cmd, void __user *arg);

#endif /* _PB_PPDEV_H */
