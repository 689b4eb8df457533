// SPDX-License-Identifier: GPL-2.0
/* The kernel API: clients that are other drivers. See linux/parbiter.h. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/parport.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arbiter/own.h"
#include "client.h"
#include "kapi.h"
#include "port/port.h"
#include "who.h"

/*
 * Callbacks of asynchronous requests run on a queue of their own, because they
 * may sleep for long, and nobody else should wait for them. Callbacks may even
 * wait for each other. So the limit on how many of them run at a time is the
 * highest that there is, and it does not depend on the CPUs on which their
 * requests ended; Documentation/kapi.rst states it. The queue has a rescuer
 * thread, because a block driver may need a callback in order to free memory.
 *
 * To wait for a callback, parbiter_client.calls is used and not flush_work():
 * if one client's callback closes another client, lockdep would report
 * flush_work() as recursion.
 */
static struct workqueue_struct *kapi_wq;

/* The bits of parbiter_client.news */
enum {
	KAPI_ENDED = 1,		/* the asynchronous request has ended */
	KAPI_CONTENDED = 2,	/* the client owns the port, and somebody waits */
};

/* Call the driver back for the request that has ended. */
static void kapi_call_done(struct parbiter_client *client)
{
	parbiter_done_t done = client->done;
	int result = client->result;

	if (!result && client->device != PARBITER_DEVICE_NONE)
		result = pb_kapi_select(client, client->device);
	/* From here on, the callback or any thread may submit a request. */
	atomic_set_release(&client->asking, 0);
	if (!client->closed)
		done(client, result, client->data);
}

static void kapi_work(struct work_struct *work)
{
	struct parbiter_client *client = container_of(work,
						      struct parbiter_client,
						      work);

	WRITE_ONCE(client->caller, current);
	kapi_call_done(client);
	WRITE_ONCE(client->caller, NULL);
	/*
	 * Orders what the callback did before the decrement. Pairs with the
	 * acquire in kapi_is_quiet().
	 */
	smp_mb__before_atomic();
	atomic_dec(&client->calls);
	wake_up_all(&client->base.port->callback_ended);
	pb_client_put(&client->base);
}

static bool kapi_is_quiet(struct pb_client *base)
{
	struct parbiter_client *client = pb_kapi_of(base);

	return !atomic_read_acquire(&client->calls) ||
	       READ_ONCE(client->caller) == current;
}

static void kapi_tell(struct parbiter_client *client, int news)
{
	/*
	 * Orders client->result before KAPI_ENDED. A call of kapi_notify() that
	 * is under way on another CPU may see the bit before pb_client_notify().
	 * Pairs with the full barrier of the exchange there.
	 */
	smp_mb__before_atomic();
	atomic_or(news, &client->news);
	pb_client_notify(&client->base);
}

static void kapi_ended(struct arbiter_client *arb, int result)
{
	struct parbiter_client *client = pb_kapi_of(pb_client_of(arb));

	if (!result)
		pb_registers_forget(&client->base.port->registers);
	client->result = result;
	/*
	 * No reference is needed: the client exists until parbiter_close(),
	 * which waits for client->base.notify, and which this callback must not
	 * call.
	 */
	if (client->ops && client->ops->done_in_irq) {
		kapi_tell(client, KAPI_ENDED);
		return;
	}
	/* @asking allows one request at a time, so @work is not queued. */
	kref_get(&client->base.ref);
	atomic_inc(&client->calls);
	queue_work(kapi_wq, &client->work);
}

static void kapi_contended(struct arbiter_client *arb)
{
	struct parbiter_client *client = pb_kapi_of(pb_client_of(arb));

	if (client->ops && client->ops->contended)
		kapi_tell(client, KAPI_CONTENDED);
}

static void kapi_notify(struct pb_client *base)
{
	struct parbiter_client *client = pb_kapi_of(base);
	int news = atomic_xchg(&client->news, 0);

	if (news & KAPI_ENDED)
		kapi_call_done(client);
	if (news & KAPI_CONTENDED)
		client->ops->contended(client, client->data);
}

/*
 * Call the driver's removed callback first and wait afterwards, so that a
 * driver that stays inside the port for long can leave it in the callback.
 */
static void kapi_removed(struct pb_client *base)
{
	struct parbiter_client *client = pb_kapi_of(base);

	if (client->ops && client->ops->removed)
		client->ops->removed(client, client->data);
	pb_interrupt_end(client);
	pb_use_end(client);
}

static void kapi_free(struct pb_client *base)
{
	kfree_rcu(pb_kapi_of(base), base.rcu);
}

static const struct pb_client_ops kapi_client_ops = {
	.arb.ended = kapi_ended,
	.arb.contended = kapi_contended,
	.arb.traced = pb_client_traced,
	.notify = kapi_notify,
	.removed = kapi_removed,
	.is_quiet = kapi_is_quiet,
	.free = kapi_free,
};

/* Windows counts ports from 1. */
static void kapi_name_port(struct parbiter_client *client, unsigned int number)
{
	char name[PB_WINDOWS_NAME_LEN] = "";
	unsigned int i;

	snprintf(name, sizeof(name), "LPT%u", number + 1);
	for (i = 0; i < sizeof(name); i++)
		client->port_name[i] = name[i];
}

/* Open a client; drops the caller's reference on the port. */
static struct parbiter_client *kapi_open(struct pb_port *port,
					 const char *name,
					 const struct parbiter_client_ops *ops,
					 void *data)
{
	struct parbiter_client *client;
	int ret = -ENOMEM;

	if (!port)
		return ERR_PTR(-ENODEV);

	client = kzalloc(sizeof(*client), GFP_KERNEL);
	if (!client)
		goto out_put_port;
	INIT_WORK(&client->work, kapi_work);
	client->ops = ops;
	client->data = data;
	strscpy(client->base.name, name, sizeof(client->base.name));
	kapi_name_port(client, port->number);
	ret = pb_client_attach(&client->base, port, &kapi_client_ops);
	if (ret)
		kfree(client);
out_put_port:
	pb_port_put(port);
	return ret ? ERR_PTR(ret) : client;
}

/**
 * parbiter_open() - open a port for a driver
 * @number: N of parportN
 * @name: the driver's name, for messages and PARBITER_GET_STATUS; copied, and
 *	cut to PARBITER_NAME_LEN - 1 bytes
 * @ops: the driver's callbacks; may be NULL. It must exist until
 *	parbiter_close() returns
 * @data: a pointer of the driver's own, which is passed to the callbacks
 *
 * The module that drives the port cannot be unloaded while the port has
 * clients.
 *
 * Context: process, may sleep. Not from a callback of struct parport_driver for
 * the removal of the same port.
 * Return: the new client; ERR_PTR() of -EINVAL: @name is NULL or empty; -ENODEV:
 * there is no such port; -EBUSY: a native driver is registered on the port
 * exclusively, or, if parbiter was loaded with exclusive=1, any native driver
 * is registered on the port (the log names the driver); -ENOMEM: out of memory.
 */
struct parbiter_client *parbiter_open(unsigned int number, const char *name,
				      const struct parbiter_client_ops *ops,
				      void *data)
{
	if (!name || !*name)
		return ERR_PTR(-EINVAL);
	return kapi_open(pb_port_get_number(number), name, ops, data);
}
EXPORT_SYMBOL_GPL(parbiter_open);

/**
 * parbiter_open_parport() - open a port that is given by struct parport
 * @parport: the core's port, or a multiplexed clone of it
 * @name: as for parbiter_open()
 * @ops: as for parbiter_open()
 * @data: as for parbiter_open()
 *
 * Context: as parbiter_open(). @parport must exist until this returns.
 * Return: as parbiter_open(); -EINVAL also if @parport is NULL.
 */
struct parbiter_client *parbiter_open_parport(struct parport *parport,
					      const char *name,
					      const struct parbiter_client_ops *ops,
					      void *data)
{
	if (!parport || !name || !*name)
		return ERR_PTR(-EINVAL);
	return kapi_open(pb_port_get_parport(parport), name, ops, data);
}
EXPORT_SYMBOL_GPL(parbiter_open_parport);

/**
 * parbiter_close() - close a client
 * @client: from parbiter_open() or parbiter_open_parport(), or NULL
 *
 * If the client owns the port, this frees the port. If the client has a queued
 * request, this withdraws the request; the callback of an asynchronous request
 * is called with -ECANCELED. On return no callback of the client is running,
 * other than the callback that this is called from, if any. If that callback
 * has submitted a further request before it closes the client, the further
 * request is dropped, and its callback is not called.
 *
 * This is the last call for a client. No other call for the client may be under
 * way, and nobody may be inside the port: call parbiter_leave() first. That
 * includes calls that a callback makes: a driver whose callback requests the
 * port again must have stopped doing so.
 *
 * Context: process, may sleep. Neither from the contended callback nor, if
 * ops->done_in_irq is set, from the callback of an asynchronous request: this
 * waits until they have returned.
 */
void parbiter_close(struct parbiter_client *client)
{
	might_sleep();
	if (!client)
		return;
	pb_interrupt_end(client);
	pb_use_abandon(client);
	pb_client_detach(&client->base);
	/*
	 * A work item does not run concurrently with itself, so a further call
	 * of the client's callback comes after this.
	 */
	if (READ_ONCE(client->caller) == current)
		client->closed = true;
	pb_client_put(&client->base);
}
EXPORT_SYMBOL_GPL(parbiter_close);

/*
 * A call has ended with @ret. If the client became owner, the registers may be
 * the driver's from here on. Returns @ret.
 */
static int kapi_granted(struct parbiter_client *client, int ret)
{
	if (!ret)
		pb_registers_forget(&client->base.port->registers);
	return ret;
}

/* This is not inline so that parbiter_try_allocate() needs no stack frame. */
static noinline int kapi_try_slow(struct parbiter_client *client)
{
	return kapi_granted(client, arbiter_try_slow(&client->base.arb));
}

/*
 * Wait for the port.
 *
 * The task that waits here may be frozen for suspend. Otherwise it would keep
 * waiting for the port's owner, which may be frozen already, and suspend would
 * fail; or the signal by which the freezer wakes processes would end the
 * request, which would then lose its position. Kernel threads that are not
 * freezable are not affected.
 */
static int kapi_wait(struct parbiter_client *client, unsigned int task_state,
		     ktime_t deadline)
{
	might_sleep();
	return kapi_granted(client,
			    arbiter_wait(&client->base.arb,
					 task_state | TASK_FREEZABLE, deadline));
}

/**
 * parbiter_try_allocate() - own the port now or not at all
 * @client: a client
 *
 * This never queues, and never overtakes a queued request. So a driver that
 * calls nothing else may never own a contended port. The semantics are those of
 * Windows' PPARALLEL_TRY_ALLOCATE_ROUTINE.
 *
 * If parbiter has not claimed the port from the parport core, or has given the
 * claim up, as it does when a native driver asks, the core must be asked. If
 * that cannot be done in the caller's context, the call fails with -EBUSY:
 *
 * - without PREEMPT_RT: if interrupts are off, or in interrupt context, and the
 *   core's own lock is taken;
 * - on PREEMPT_RT: in a context that cannot be preempted; and, inside an RCU
 *   read-side critical section or with a spinlock held, as in a parport
 *   interrupt handler, if the core's own lock is taken.
 *
 * Context: any.
 * Return: 0: @client owns the port; -EBUSY: somebody owns the port (perhaps
 * @client itself) or waits for it, a native driver has it, this context does
 * not allow the attempt, or another context is just claiming the port from the
 * core or giving it back; -ENODEV: the port is gone.
 */
int parbiter_try_allocate(struct parbiter_client *client)
{
	struct arbiter_client *arb_client = &client->base.arb;
	struct pb_port *port = client->base.port;

	if (unlikely(!arbiter_take(&port->arb)))
		return kapi_try_slow(client);
	/* OWNED, which has just been set, guards the registers. */
	pb_registers_forget(&port->registers);
	return arbiter_own(&port->arb, arb_client);
}
EXPORT_SYMBOL_GPL(parbiter_try_allocate);

/**
 * parbiter_allocate() - wait in the queue for the port, and own it
 * @client: a client
 *
 * The task may be frozen for suspend while it waits. So the caller must not
 * hold a lock for which another task may wait that is to be frozen, too.
 *
 * Context: process, may sleep; any signal ends the wait.
 * Return: 0: @client owns the port; -EDEADLK: @client owned the port already;
 * -EALREADY: @client has a queued request already; -EUSERS: the queue is full,
 * with 4,194,303 requests; -ERESTARTSYS: a signal came; -ECANCELED:
 * parbiter_cancel() was called; -ENODEV: the port is gone. If this returns an
 * error, its request is withdrawn.
 */
int parbiter_allocate(struct parbiter_client *client)
{
	return kapi_wait(client, TASK_INTERRUPTIBLE, KTIME_MAX);
}
EXPORT_SYMBOL_GPL(parbiter_allocate);

/**
 * parbiter_allocate_killable() - wait for the port until a fatal signal
 * @client: a client
 *
 * This is parbiter_allocate(), but only fatal signals end the wait.
 *
 * Context: process, may sleep.
 * Return: as parbiter_allocate().
 */
int parbiter_allocate_killable(struct parbiter_client *client)
{
	return kapi_wait(client, TASK_KILLABLE, KTIME_MAX);
}
EXPORT_SYMBOL_GPL(parbiter_allocate_killable);

/**
 * parbiter_allocate_timeout() - wait for the port for a limited time
 * @client: a client
 * @timeout_ns: the limit, in nanoseconds of CLOCK_MONOTONIC; PARBITER_FOREVER:
 *	there is no limit; 0: do not wait
 *
 * This is parbiter_allocate() with a time limit.
 *
 * Context: process, may sleep; any signal ends the wait.
 * Return: as parbiter_allocate(); -ETIMEDOUT: the time is over.
 */
int parbiter_allocate_timeout(struct parbiter_client *client, u64 timeout_ns)
{
	return kapi_wait(client, TASK_INTERRUPTIBLE,
			 pb_client_deadline(timeout_ns));
}
EXPORT_SYMBOL_GPL(parbiter_allocate_timeout);

/**
 * pb_kapi_submit() - queue an asynchronous request
 * @client: a client
 * @done: the callback, as for parbiter_allocate_async()
 * @device: what to select before @done is called, or PARBITER_DEVICE_NONE
 * @cancelled: as for arbiter_submit_unless()
 *
 * Context: any.
 * Return: as parbiter_allocate_async(); -ECANCELED as arbiter_submit_unless().
 */
int pb_kapi_submit(struct parbiter_client *client, parbiter_done_t done,
		   int device, const bool *cancelled)
{
	int ret;

	if (!done)
		return -EINVAL;
	if (atomic_cmpxchg(&client->asking, 0, 1))
		return -EALREADY;
	client->done = done;
	client->device = device;
	ret = arbiter_submit_unless(&client->base.arb, cancelled,
				    pb_select_tag(device));
	if (ret == -EINPROGRESS)
		return 0;
	atomic_set_release(&client->asking, 0);
	return ret;
}

/**
 * parbiter_allocate_async() - queue a request, and be called back when it ends
 * @client: a client
 * @done: the callback. If this returns 0, it is called exactly once, perhaps
 *	before this returns, and also if the port was free. See parbiter_done_t
 *	for its context
 *
 * Context: any.
 * Return: 0: the request is accepted; -EINVAL: @done is NULL; -EDEADLK: @client
 * owns the port already; -EALREADY: @client has a queued request already, or
 * the callback of an earlier request has not begun; -EUSERS: the queue is full,
 * with 4,194,303 requests; -ENODEV: the port is gone.
 */
int parbiter_allocate_async(struct parbiter_client *client,
			    parbiter_done_t done)
{
	return pb_kapi_submit(client, done, PARBITER_DEVICE_NONE, NULL);
}
EXPORT_SYMBOL_GPL(parbiter_allocate_async);

/* Log the first refused free of the client, and who owns the port. */
static void kapi_report_free(struct parbiter_client *client)
{
	struct pb_port *port = client->base.port;
	struct pb_who owner;

	if (atomic_xchg(&client->reported, 1))
		return;
	pb_who_owns_here(port, &owner, NULL);
	pr_warn("%s: %s freed the port without owning it (the owner is %s): refused; it must allocate first. Reported once, counted always.\n",
		port->name, client->base.name,
		owner.kind == PARBITER_KIND_NONE ? "nobody" : owner.name);
}

static noinline int kapi_refuse_free(struct parbiter_client *client)
{
	int ret = arbiter_refuse_free(&client->base.arb);

	if (ret == -EPERM)
		kapi_report_free(client);
	return ret;
}

/**
 * parbiter_free() - free the port, and grant the longest waiting request
 * @client: a client
 *
 * The call is complete for @client on return. If the claim is to be given back
 * to the parport core, because several native drivers are registered on the port
 * or one has asked for it, and the core cannot be called in this context (in
 * interrupt context, or with interrupts off; on PREEMPT_RT in any context that
 * cannot be preempted, and in others while the core's own lock is taken), a work
 * item gives the port back to the core a moment later. Until then native drivers
 * find the port taken, and parbiter_try_allocate() may fail with -EBUSY.
 *
 * Context: any.
 * Return: 0: @client has freed the port; -EPERM: @client does not own the port,
 * which is counted, and reported in the log once for each client; -ENODEV: the
 * port is gone.
 */
int parbiter_free(struct parbiter_client *client)
{
	if (unlikely(!arbiter_resign(&client->base.arb)))
		return kapi_refuse_free(client);
	return arbiter_pass_on(&client->base.arb);
}
EXPORT_SYMBOL_GPL(parbiter_free);

/**
 * parbiter_cancel() - withdraw a client's queued request
 * @client: a client
 *
 * The task that sleeps for the request gets -ECANCELED. The callback of an
 * asynchronous request is called with -ECANCELED.
 *
 * Context: any.
 * Return: 0: the request is withdrawn; -ENOENT: no request is queued, perhaps
 * because it has just been granted; -ENODEV: the port is gone.
 */
int parbiter_cancel(struct parbiter_client *client)
{
	return arbiter_cancel(&client->base.arb);
}
EXPORT_SYMBOL_GPL(parbiter_cancel);

static int kapi_give_up(struct pb_client *base)
{
	return parbiter_free(pb_kapi_of(base));
}

/**
 * parbiter_yield() - free the port if somebody waits, and wait for it again
 * @client: a client that owns the port
 *
 * If neither a client nor a native driver waits, the client keeps the port.
 * Otherwise this frees the port, joins the tail of the queue, and waits as
 * parbiter_allocate() does.
 *
 * Context: process, may sleep; any signal ends the wait.
 * Return: 0: @client owns the port, still or again; -EPERM: @client does not
 * own the port; other errors as parbiter_allocate(): @client does not own the
 * port any more.
 */
int parbiter_yield(struct parbiter_client *client)
{
	int ret;

	might_sleep();
	ret = pb_client_begin_yield(&client->base, kapi_give_up);
	if (ret != -EINPROGRESS)
		return ret;
	return parbiter_allocate(client);
}
EXPORT_SYMBOL_GPL(parbiter_yield);

/**
 * parbiter_query_waiters() - count the queued requests
 * @client: a client
 *
 * This is one atomic read. The owner is not counted. So the number is 0 if the
 * port is free, and also if somebody owns the port and nobody waits. The
 * semantics are those of Windows' PPARALLEL_QUERY_WAITERS_ROUTINE.
 *
 * Context: any.
 * Return: the number of requests in the port's queue. It may be out of date on
 * return.
 */
unsigned int parbiter_query_waiters(struct parbiter_client *client)
{
	return arbiter_waiters(&client->base.port->arb);
}
EXPORT_SYMBOL_GPL(parbiter_query_waiters);

/**
 * parbiter_is_port_free() - find out whether the port is free
 * @client: a client
 *
 * This changes nothing. Native drivers are considered.
 *
 * Context: any.
 * Return: true if neither a client nor a native driver owns the port, and no
 * request is queued; false otherwise, and once the port is gone. The answer may
 * be out of date on return.
 */
bool parbiter_is_port_free(struct parbiter_client *client)
{
	return pb_port_is_free(client->base.port);
}
EXPORT_SYMBOL_GPL(parbiter_is_port_free);

/**
 * parbiter_is_owner() - find out whether a client owns the port
 * @client: a client
 *
 * Context: any.
 * Return: true if @client owns the port; false otherwise, and once the port is
 * gone.
 */
bool parbiter_is_owner(struct parbiter_client *client)
{
	return arbiter_is_owner(&client->base.arb) &&
	       arbiter_is_on(&client->base.port->arb);
}
EXPORT_SYMBOL_GPL(parbiter_is_owner);

/**
 * parbiter_client_data() - return the driver's pointer
 * @client: a client
 *
 * Context: any.
 * Return: the @data that was passed to parbiter_open() or
 * parbiter_open_parport().
 */
void *parbiter_client_data(struct parbiter_client *client)
{
	return client->data;
}
EXPORT_SYMBOL_GPL(parbiter_client_data);

/**
 * pb_kapi_init() - create the workqueue for callbacks
 *
 * Context: process, may sleep.
 * Return: 0; -ENOMEM: out of memory.
 */
int pb_kapi_init(void)
{
	kapi_wq = alloc_workqueue("parbiter",
				  WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM,
				  WQ_UNBOUND_MAX_ACTIVE);
	return kapi_wq ? 0 : -ENOMEM;
}

/**
 * pb_kapi_exit() - destroy the workqueue for callbacks
 *
 * Context: process, may sleep. No client is left.
 */
void pb_kapi_exit(void)
{
	destroy_workqueue(kapi_wq);
}
