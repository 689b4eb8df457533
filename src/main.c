// SPDX-License-Identifier: GPL-2.0
/*
 * The module's init and exit.
 *
 * parbiter makes one PC-style parallel port safely shareable.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>
#include <linux/printk.h>

#include "client/client.h"
#include "client/kapi.h"
#include "client/wdk.h"
#include "file/acquire.h"
#include "file/closing.h"
#include "file/debugfs.h"
#include "file/node.h"
#include "port/driver.h"

static const struct pb_driver_hooks main_hooks = {
	.added = pb_node_add,
	.removing = pb_node_remove,
	.removed = pb_client_removed,
};

static int __init main_init(void)
{
	int ret;

	ret = pb_kapi_init();
	if (ret)
		return ret;
	ret = pb_closing_init();
	if (ret)
		goto err_exit_kapi;
	ret = pb_device_init();
	if (ret)
		goto err_exit_closing;
	pb_debugfs_init();
	ret = pb_driver_init(&main_hooks);
	if (ret)
		goto err_exit_debugfs;
	pr_info("version %s: parallel ports are shared in the order of requests\n",
		PARBITER_VERSION);
	return 0;

err_exit_debugfs:
	pb_debugfs_exit();
	pb_device_exit();
err_exit_closing:
	pb_closing_exit();
err_exit_kapi:
	pb_kapi_exit();
	return ret;
}
module_init(main_init);

static void __exit main_exit(void)
{
	pb_acquire_forget_restarts();
	pb_device_exit();
	pb_driver_exit();
	pb_debugfs_exit();
	pb_closing_exit();
	pb_kapi_exit();
}
module_exit(main_exit);

MODULE_DESCRIPTION("Arbiter for sharing a PC-style parallel port in arrival order");
MODULE_AUTHOR("The parbiter developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(PARBITER_VERSION);
