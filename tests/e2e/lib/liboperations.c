// SPDX-License-Identifier: GPL-2.0
/* The requests of a client, as a table. See liboperations.h. */
#include "liboperations.h"

#include <linux/parport.h>
#include <linux/ppdev.h>

static int allocate_short(int port)
{
	return port_allocate_timeout(port, 200000);
}

static int ask_to_queue(int port)
{
	return port_ask(port, PARBITER_REQUEST_QUEUE, 0);
}

static int ask_until_soon(int port)
{
	return port_ask(port, PARBITER_REQUEST_DEADLINE, now_ns() + 200000);
}

static int allocate_now(int port)
{
	return port_allocate_timeout(port, 0);
}

static int query(int port)
{
	port_waiters(port);
	return 0;
}

static int status(int port)
{
	struct parbiter_status st = port_status(port);

	check(st.state <= PARBITER_STATE_NATIVE && st.waiters <= 2);
	return 0;
}

static int look(int port)
{
	port_is_free(port);
	return !(port_poll(port) & ~(POLLOUT | POLLPRI)) ? 0 : -EIO;
}

static int dup_and_close(int port)
{
	close(dup(port));
	return 0;
}

static int claim(int port)
{
	return port_request(port, PPCLAIM, NULL);
}

static int release(int port)
{
	return port_request(port, PPRELEASE, NULL);
}

static int write_data(int port)
{
	unsigned char byte = 0x55;

	return port_request(port, PPWDATA, &byte);
}

static int set_mode(int port)
{
	int mode = IEEE1284_MODE_COMPAT;

	return port_request(port, PPSETMODE, &mode);
}

static int print(int port)
{
	return write(port, "x", 1) < 0 ? -errno : 0;
}

const struct operation operations[] = {
	{ .name = "ALLOCATE", .run = port_allocate },
	{ .name = "ALLOCATE_TIMEOUT 0", .run = allocate_now },
	{ .name = "ALLOCATE_TIMEOUT", .run = allocate_short },
	{ .name = "TRY_ALLOCATE", .run = port_try },
	{ .name = "REQUEST queue", .run = ask_to_queue },
	{ .name = "REQUEST deadline", .run = ask_until_soon },
	{ .name = "FREE", .run = port_free },
	{ .name = "CANCEL", .run = port_cancel },
	{ .name = "YIELD", .run = port_yield },
	{ .name = "QUERY_WAITERS", .run = query },
	{ .name = "GET_STATUS", .run = status },
	{ .name = "poll", .run = look },
	{ .name = "dup, close", .run = dup_and_close },
	{ .name = "PPCLAIM", .run = claim, .may_sleep = true },
	{ .name = "PPRELEASE", .run = release },
	{ .name = "PPWDATA", .run = write_data },
	{ .name = "PPSETMODE", .run = set_mode },
	{ .name = "write", .run = print },
};

const unsigned int n_operations = ARRAY_SIZE(operations);

void give_up(int port)
{
	int ret = port_cancel(port);

	check(ret == 0 || ret == -ENOENT);
	ret = port_free(port);
	check(ret == 0 || ret == -EPERM);
}
