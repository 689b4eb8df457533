// SPDX-License-Identifier: GPL-2.0
/*
 * borrow: a kernel client of parbiter in its smallest complete form. Waits
 * for parport0 in line, writes a byte to its data lines, gives it back.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/parbiter.h>
#include <linux/parport.h>

static struct parbiter_client *client;

/* Process context, once it is our turn, or not any more. */
static void borrow_done(struct parbiter_client *client, int result, void *data)
{
	struct parport *parport;

	if (result) {
		pr_info("borrow: no turn: %d\n", result);
		return;
	}
	/* The port may have been unplugged since; while inside it cannot be. */
	parport = parbiter_enter(client);
	if (parport) {
		parport_write_data(parport, 0x55);
		parbiter_leave(client);
	}
	pr_info("borrow: done, %u wait\n", parbiter_query_waiters(client));
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
