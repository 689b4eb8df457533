/* SPDX-License-Identifier: GPL-2.0 */
/* What a developer sees of a port in debugfs. */
#ifndef _PB_DEBUGFS_H
#define _PB_DEBUGFS_H

struct dentry;
struct pb_port;

void pb_debugfs_init(void);
void pb_debugfs_exit(void);
struct dentry *pb_debugfs_add(struct pb_port *port);

#endif /* _PB_DEBUGFS_H */
