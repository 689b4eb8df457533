/* SPDX-License-Identifier: GPL-2.0 */
/*
 * parbiter for kernel drivers: share a PC-style parallel port in strict
 * arrival order with all other clients, in the kernel and in user space.
 *
 * A driver opens one client for each port that it uses. It allocates the port
 * before it touches the hardware, and frees it afterwards. Because a port may
 * be unplugged at any time, the owner also enters the port for each access;
 * unplugging waits until it has left the port again:
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
 * The functions are documented where they are defined.
 *
 * "Context: any" means: process, softirq and hard interrupt context, with
 * interrupts on or off, under spinlocks and raw spinlocks, also on PREEMPT_RT;
 * but not NMI. Such a function neither sleeps nor allocates memory.
 *
 * All functions except parbiter_close() may run concurrently on one client.
 * Each request ends exactly once. If a grant races with a signal, a timeout or
 * a cancel, the grant wins.
 */
#ifndef _LINUX_PARBITER_H
#define _LINUX_PARBITER_H

#include <linux/types.h>
#include <uapi/linux/parbiter.h>

struct parbiter_client;
struct parport;

/* parbiter_allocate_timeout(): no time limit */
#define PARBITER_FOREVER	U64_MAX

/**
 * struct parbiter_client_ops - callbacks of a client, each may be NULL; and how
 *	they are called
 * @removed: The port is gone. The client's request, if it had one, has ended
 *	with -ENODEV, and the client does not own the port any more. If it
 *	owned the port, parbiter_enter() works in this callback, and only here,
 *	for the last time, so that the driver can leave the hardware in a
 *	defined state. Unplugging continues when the callback has returned and
 *	every thread has left the port.
 *	Called once, in process context; may sleep. The parport core's
 *	registration lock is held, so the callback must not register or
 *	unregister parport drivers or ports. It may call parbiter_close().
 * @contended: The client owns the port and another client or a native driver
 *	waits for it: free it soon. Called when the client becomes owner while
 *	somebody waits, when the queue gets its first waiter, and when a native
 *	driver begins to wait; not for a native driver that is refused and does
 *	not wait. It may be called more often, also before parbiter_allocate()
 *	returns or the parbiter_done_t callback runs, and just after the client
 *	freed the port.
 *	Called in hard interrupt context, on PREEMPT_RT in a kernel thread; must
 *	not sleep. It may call the functions whose context is "any".
 * @done_in_irq: Call the client's parbiter_done_t callbacks in the context of
 *	@contended, and not from a work queue.
 */
struct parbiter_client_ops {
	void (*removed)(struct parbiter_client *client, void *data);
	void (*contended)(struct parbiter_client *client, void *data);
	bool done_in_irq;
};

/**
 * typedef parbiter_done_t - end of an asynchronous request
 * @client: the client that made the request
 * @result: 0: the client owns the port; -ECANCELED: parbiter_cancel() or
 *	parbiter_close() withdrew the request; -ENODEV: the port is gone. After
 *	parbiter_select_async() also -ENXIO: the device does not answer, and the
 *	client does not own the port; -EPERM: the client was granted the port,
 *	and has freed it before the device was selected
 * @data: the pointer that was given to parbiter_open()
 *
 * The callback runs from a work queue: it does not delay the client that frees
 * the port, and the stack does not grow however many callbacks free the port.
 * It may free the port, request it again, and close the client.
 *
 * If ops->done_in_irq is set, an irq_work calls it, whatever @result is, on the
 * CPU on which the request has ended: at once, or as soon as that CPU has turned
 * interrupts on; or on the CPU on which a callback of @client is running at that
 * time, after that callback. No thread is woken, and the context that frees the
 * port is interrupted for as long as the callback takes; so it must be short. It
 * may call the functions whose context is "any", for instance to free the port
 * and request it again. It must not close a client. The stack does not grow, for
 * the irq_work of the next owner runs after this one. The callbacks done and
 * contended of one client do not run at the same time.
 *
 * Context: process, may sleep; with ops->done_in_irq hard interrupt, on
 * PREEMPT_RT a kernel thread that must not sleep.
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

int parbiter_try_select(struct parbiter_client *client, int device);
int parbiter_select(struct parbiter_client *client, int device);
int parbiter_select_killable(struct parbiter_client *client, int device);
int parbiter_select_timeout(struct parbiter_client *client, int device,
			    u64 timeout_ns);
int parbiter_select_async(struct parbiter_client *client, int device,
			  parbiter_done_t done);
int parbiter_select_keep(struct parbiter_client *client, int device);
int parbiter_deselect(struct parbiter_client *client);
int parbiter_deselect_keep(struct parbiter_client *client);

int parbiter_yield(struct parbiter_client *client);
unsigned int parbiter_query_waiters(struct parbiter_client *client);
bool parbiter_is_port_free(struct parbiter_client *client);
bool parbiter_is_owner(struct parbiter_client *client);
void *parbiter_client_data(struct parbiter_client *client);

#endif /* _LINUX_PARBITER_H */
