/* SPDX-License-Identifier: GPL-2.0 */
/* What is undone when the owner of a port gives it up. */
#ifndef _PB_UNDO_H
#define _PB_UNDO_H

struct pb_port;

void pb_undo(struct pb_port *port);

#endif /* _PB_UNDO_H */
