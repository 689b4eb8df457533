/* SPDX-License-Identifier: GPL-2.0 */
/* One call of the parport core, for a read or a write. */
#ifndef _PB_HANDSHAKE_H
#define _PB_HANDSHAKE_H

#include <linux/types.h>

struct pb_io;

ssize_t pb_handshake_read(struct pb_io *io, char *buffer, size_t count,
			  bool *more);
ssize_t pb_handshake_write(struct pb_io *io, const char *buffer, size_t count,
			   bool *more);

#endif /* _PB_HANDSHAKE_H */
