/* SPDX-License-Identifier: GPL-2.0 */
/* ppdev's requests, on a file of parbiter's. */
#ifndef _PARBITER_PPDEV_H
#define _PARBITER_PPDEV_H

struct parbiter_io;

long parbiter_ppdev_ioctl(struct parbiter_io *io, unsigned int cmd,
			  void __user *arg);

#endif /* _PARBITER_PPDEV_H */
