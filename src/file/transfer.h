/* SPDX-License-Identifier: GPL-2.0 */
/* read() and write() of a file. */
#ifndef _PB_TRANSFER_H
#define _PB_TRANSFER_H

#include <linux/types.h>

struct pb_io;

ssize_t pb_transfer_read(struct pb_io *io, char __user *buf, size_t count,
			 bool nonblock);
ssize_t pb_transfer_write(struct pb_io *io, const char __user *buf,
			  size_t count, bool nonblock);

#endif /* _PB_TRANSFER_H */
