// SPDX-License-Identifier: GPL-2.0
/*
 * borrow: a small but complete kernel client of parbiter. It waits in the queue
 * until it owns parport0, writes one byte to the data lines, and frees the port.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/parbiter.h>
#include <linux/parport.h>

static struct parbiter_client *client;

/* The request has ended. Context: process. */
static void borrow_done(struct parbiter_client *client, int result, void *data)
{
	struct parport *parport;

	if (result) {
		pr_info("borrow: parport0 was not granted: %d\n", result);
		return;
	}
	/* NULL: the port was unplugged since the grant. It stays until we leave. */
	parport = parbiter_enter(client);
	if (parport) {
		parport_write_data(parport, 0x55);
		parbiter_leave(client);
	}
	pr_info("borrow: done, waiters: %u\n", parbiter_query_waiters(client));
	parbiter_free(client);
}

static int __init borrow_init(void)
{
	int ret;

	client = parbiter_open(0, "borrow", NULL, NULL);
	if (IS_ERR(client))
		return PTR_ERR(client);
	ret = parbiter_allocate_async(client, borrow_done);
	if (ret)
		parbiter_close(client);
	return ret;
}
module_init(borrow_init);

static void __exit borrow_exit(void)
{
	parbiter_close(client);
}
module_exit(borrow_exit);

MODULE_DESCRIPTION("Example of a kernel client of parbiter");
MODULE_LICENSE("GPL");
