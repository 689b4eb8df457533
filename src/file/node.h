/* SPDX-License-Identifier: GPL-2.0 */
/* The device node of a port, /dev/parbiterN. */
#ifndef _PB_NODE_H
#define _PB_NODE_H

#include <linux/miscdevice.h>

#include "port/port.h"

struct dentry;

/**
 * struct pb_node - a port's device node
 * @misc: the misc device
 * @port: its port, which outlives it
 * @debugfs: its file in debugfs
 * @name: "parbiterN"
 */
struct pb_node {
	struct miscdevice misc;
	struct pb_port *port;
	struct dentry *debugfs;
	char name[PB_PORT_NAME_LEN];
};

void pb_node_add(struct pb_port *port);
void pb_node_remove(struct pb_port *port);

#endif /* _PB_NODE_H */
