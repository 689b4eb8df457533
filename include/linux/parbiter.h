/* SPDX-License-Identifier: GPL-2.0 */
/*
 * parbiter for kernel drivers: share a PC-style parallel port in strict
 * arrival order with every other client, in the kernel or in user space.
 *
 * A driver opens a client per port it wants, allocates the port before it
 * touches the hardware and frees it afterwards. Ports are unplugged without
 * asking: a driver enters the port for as long as it touches it, and finds out
 * then whether it is still there:
 *
 *	client = parbiter_open(0, "mydriver", &my_ops, my);
 *	if (IS_ERR(client))
 *		return PTR_ERR(client);
 *	...
 *	ret = parbiter_allocate(client);
 *	if (ret)
 *		return ret;
 *	parport = parbiter_enter(client);
 *	if (parport) {
 *		parport_write_data(parport, 0x55);
 *		parbiter_leave(client);
 *	}
 *	parbiter_free(client);
 *	...
 *	parbiter_close(client);
 *
 * Contexts. "Any context" means: process, softirq and hard interrupt context,
 * with interrupts on or off, under spinlocks and raw spinlocks, on PREEMPT_RT
 * too; not NMI. These calls never sleep and never allocate.
 *
 * Every call but parbiter_close() may race every other on one client: a
 * request ends exactly once, and a grant beats whatever it races.
 */
#ifndef _LINUX_PARBITER_H
#define _LINUX_PARBITER_H

#include <linux/types.h>

struct parbiter_client;
struct parport;

/* parbiter_allocate_timeout(): wait for ever */
#define PARBITER_FOREVER	U64_MAX

/**
 * struct parbiter_client_ops - what a client wants to be told
 * @removed: the port is gone. The client's request, if any, has ended with
 *	-ENODEV; its ownership is void. If it owned the port it may enter it
 *	here for the last time, to leave the hardware in order; everywhere
 *	else parbiter_enter() says NULL already. Unplugging goes on when this
 *	has returned and everybody who was inside has left. Process context,
 *	may sleep; called once, with the parport core's registration lock
 *	held, so it must not register or unregister parport drivers or ports.
 *	parbiter_close() may be called from here. Optional.
 * @contended: the client owns the port and somebody waits for it: free it
 *	soon. Called when the client becomes owner, if somebody waits already,
 *	and whenever the queue gets its first waiter or a native driver begins
 *	to wait; never for a native driver that was refused and does not wait.
 *	May be called more often than that, before parbiter_allocate() returns
 *	or the callback of parbiter_allocate_async() is called, and just after
 *	the client freed. Hard interrupt context (on PREEMPT_RT: a kernel
 *	thread that must not sleep); the calls that take any context may be
 *	made. Optional.
 */
struct parbiter_client_ops {
	void (*removed)(struct parbiter_client *client, void *data);
	void (*contended)(struct parbiter_client *client, void *data);
};

/*
 * How an asynchronous request ended: 0: the client owns the port now;
 * -ECANCELED: parbiter_cancel() or parbiter_close(); -ENODEV: the port is
 * gone. Runs in process context and may sleep, free, and ask again. Whoever
 * frees the port is never kept waiting by it, and the stack does not grow
 * however many clients free from here.
 */
typedef void (*parbiter_done_t)(struct parbiter_client *client, int result,
				void *data);

struct parbiter_client *parbiter_open(unsigned int number, const char *name,
				      const struct parbiter_client_ops *ops,
				      void *data);
struct parbiter_client *parbiter_open_parport(struct parport *parport,
					      const char *name,
					      const struct parbiter_client_ops *ops,
					      void *data);
void parbiter_close(struct parbiter_client *client);

struct parport *parbiter_enter(struct parbiter_client *client);
void parbiter_leave(struct parbiter_client *client);

int parbiter_try_allocate(struct parbiter_client *client);
int parbiter_allocate(struct parbiter_client *client);
int parbiter_allocate_killable(struct parbiter_client *client);
int parbiter_allocate_timeout(struct parbiter_client *client, u64 timeout_ns);
int parbiter_allocate_async(struct parbiter_client *client,
			    parbiter_done_t done);
int parbiter_free(struct parbiter_client *client);
int parbiter_cancel(struct parbiter_client *client);
int parbiter_yield(struct parbiter_client *client);
unsigned int parbiter_query_waiters(struct parbiter_client *client);
bool parbiter_is_port_free(struct parbiter_client *client);
bool parbiter_is_owner(struct parbiter_client *client);
void *parbiter_client_data(struct parbiter_client *client);

#endif /* _LINUX_PARBITER_H */
