// SPDX-License-Identifier: GPL-2.0
/* The device node of a port, /dev/parbiterN: a misc device. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/parport.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "debugfs.h"
#include "file.h"
#include "node.h"
#include "sysfs.h"

/**
 * pb_node_add() - give a port its device node
 * @port: a port that appeared
 *
 * If this fails, that is logged, and the port serves kernel clients only.
 *
 * Context: process, may sleep.
 */
void pb_node_add(struct pb_port *port)
{
	struct pb_node *node;
	int ret = -ENOMEM;

	node = kzalloc(sizeof(*node), GFP_KERNEL);
	if (!node)
		goto err;
	node->port = port;
	snprintf(node->name, sizeof(node->name), "parbiter%u", port->number);
	node->misc.minor = MISC_DYNAMIC_MINOR;
	node->misc.name = node->name;
	node->misc.fops = &pb_file_fops;
	node->misc.mode = 0660;
	node->misc.parent = &port->parport->bus_dev;
	node->misc.groups = pb_sysfs_groups;
	ret = misc_register(&node->misc);
	if (ret)
		goto err_free_node;
	port->device_node = node;
	pb_sysfs_begin(node);
	node->debugfs = pb_debugfs_add(port);
	return;

err_free_node:
	kfree(node);
err:
	pr_err("%s: no /dev/parbiter%u: error %d; drivers can use the port; for programs, unload parbiter and load it again\n",
	       port->name, port->number, ret);
}

/**
 * pb_node_remove() - take a port's device node away
 * @port: a port that is gone
 *
 * On return no task is inside open(), and none reads the port's files in sysfs and
 * debugfs. Open descriptors stay open.
 *
 * Context: process, may sleep.
 */
void pb_node_remove(struct pb_port *port)
{
	if (!port->device_node)
		return;
	debugfs_remove(port->device_node->debugfs);
	misc_deregister(&port->device_node->misc);
	pb_watch_end(port);
	kfree(port->device_node);
	port->device_node = NULL;
}
