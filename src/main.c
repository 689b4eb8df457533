// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter: share one PC-style parallel port safely. Init and exit only.
 */
#include <linux/module.h>

#include "file/node.h"
#include "client/client.h"
#include "file/file.h"
#include "file/io.h"
#include "port/port.h"

static const struct parbiter_port_hooks main_hooks = {
	.added = parbiter_cdev_add,
	.removing = parbiter_cdev_remove,
	.removed = parbiter_client_removed,
};

static int __init main_init(void)
{
	int ret;

	ret = parbiter_kapi_init();
	if (ret)
		return ret;
	ret = parbiter_closing_init();
	if (ret)
		goto err_exit_kapi;
	ret = parbiter_port_init(&main_hooks);
	if (ret)
		goto err_exit_closing;
	return 0;

err_exit_closing:
	parbiter_closing_exit();
err_exit_kapi:
	parbiter_kapi_exit();
	return ret;
}
module_init(main_init);

static void __exit main_exit(void)
{
	parbiter_acquire_forget_restarts();
	parbiter_port_exit();
	parbiter_closing_exit();
	parbiter_kapi_exit();
}
module_exit(main_exit);

MODULE_DESCRIPTION("Arbiter for sharing a PC-style parallel port in arrival order");
MODULE_AUTHOR("The parbiter developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(PARBITER_VERSION);
