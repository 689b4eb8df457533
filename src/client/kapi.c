// SPDX-License-Identifier: GPL-2.0
/* The kernel API: clients that are other drivers. See linux/parbiter.h. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/parport.h>
#include <linux/printk.h>
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
 * To wait for a callback, parbiter_client.calls is used and not flush_work(): if
 * one client's callback closes another client, lockdep would report flush_work()
 * as recursion.
 */
static struct workqueue_struct *kapi_wq;

static void kapi_work(struct work_struct *work)
{
	struct parbiter_client *client = container_of(work,
						      struct parbiter_client,
						      work);
	parbiter_done_t done = client->done;
	int result = client->result;

	/* From here on the callback, or another thread, may ask again. */
	atomic_set_release(&client->asking, 0);
	WRITE_ONCE(client->caller, current);
	if (!client->closed)
		done(client, result, client->data);
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

static void kapi_ended(struct arbiter_client *arb, int result)
{
	struct parbiter_client *client = pb_kapi_of(pb_client_of(arb));

	if (!result)
		pb_registers_forget(&client->base.port->registers);
	client->result = result;
	/* @asking allows one request at a time, so @work is not queued. */
	kref_get(&client->base.ref);
	atomic_inc(&client->calls);
	queue_work(kapi_wq, &client->work);
}

static void kapi_contended(struct arbiter_client *arb)
{
	struct parbiter_client *client = pb_kapi_of(pb_client_of(arb));

	if (client->ops && client->ops->contended)
		irq_work_queue(&client->base.notify);
}

static void kapi_notify(struct irq_work *work)
{
	struct parbiter_client *client = container_of(work,
						      struct parbiter_client,
						      base.notify);

	client->ops->contended(client, client->data);
}

/*
 * The driver is told before it is waited for: a driver that stays inside the port
 * for long can end its stay when it is told.
 */
static void kapi_removed(struct pb_client *base)
{
	struct parbiter_client *client = pb_kapi_of(base);

	if (client->ops && client->ops->removed)
		client->ops->removed(client, client->data);
	pb_use_end(client);
}

static void kapi_free(struct pb_client *base)
{
	kfree(pb_kapi_of(base));
}

static const struct pb_client_ops kapi_client_ops = {
	.arb.ended = kapi_ended,
	.arb.contended = kapi_contended,
	.notify = kapi_notify,
	.removed = kapi_removed,
	.is_quiet = kapi_is_quiet,
	.free = kapi_free,
};

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
	ret = pb_client_attach(&client->base, port, &kapi_client_ops);
	if (ret)
		kfree(client);
out_put_port:
	pb_port_put(port);
	return ret ? ERR_PTR(ret) : client;
}

/**
 * parbiter_open() - become a client of a port
 * @number: N of parportN
 * @name: who you are, for messages and PARBITER_GET_STATUS; copied, and cut
 *	to PARBITER_NAME_LEN - 1 bytes
 * @ops: what you want to be told; may be NULL. Must stay until
 *	parbiter_close() returns
 * @data: yours, for the callbacks
 *
 * While a port has clients the module that drives it cannot be unloaded.
 *
 * Context: process, may sleep. Not from struct parport_driver callbacks for
 * the same port's removal.
 * Return: the client; ERR_PTR() of -EINVAL (@name is NULL), -ENODEV (no such
 * port), -EBUSY (a native driver is registered on the port exclusively, or
 * at all if parbiter was loaded with exclusive=1; the log names it), -ENOMEM.
 */
struct parbiter_client *parbiter_open(unsigned int number, const char *name,
				      const struct parbiter_client_ops *ops,
				      void *data)
{
	if (!name)
		return ERR_PTR(-EINVAL);
	return kapi_open(pb_port_get_number(number), name, ops, data);
}
EXPORT_SYMBOL_GPL(parbiter_open);

/**
 * parbiter_open_parport() - become a client of a port known by struct parport
 * @parport: the port, or a multiplexed clone of it
 * @name: as for parbiter_open()
 * @ops: as for parbiter_open()
 * @data: as for parbiter_open()
 *
 * Context: process, may sleep. @parport must not go away meanwhile.
 * Return: as parbiter_open(); -EINVAL also if @parport is NULL.
 */
struct parbiter_client *parbiter_open_parport(struct parport *parport,
					      const char *name,
					      const struct parbiter_client_ops *ops,
					      void *data)
{
	if (!parport || !name)
		return ERR_PTR(-EINVAL);
	return kapi_open(pb_port_get_parport(parport), name, ops, data);
}
EXPORT_SYMBOL_GPL(parbiter_open_parport);

/**
 * parbiter_close() - be a client no more
 * @client: from parbiter_open(), or NULL
 *
 * Frees the port if the client owns it, and withdraws its request: an
 * asynchronous one's callback is called with -ECANCELED. No callback runs
 * when this returns, unless it is called from inside that very callback; a
 * further request that the callback made before it closed is then dropped
 * without being called back.
 * The last call for a client; none may be under way, and nobody may be inside
 * the port: parbiter_leave() first.
 *
 * Context: process, may sleep.
 */
void parbiter_close(struct parbiter_client *client)
{
	if (!client)
		return;
	pb_use_abandon(client);
	pb_client_detach(&client->base);
	/* Work does not run beside itself: a further call comes after this. */
	if (READ_ONCE(client->caller) == current)
		client->closed = true;
	pb_client_put(&client->base);
}
EXPORT_SYMBOL_GPL(parbiter_close);

/* Became owner by a call: from here on the registers may be its. */
static int kapi_granted(struct parbiter_client *client, int ret)
{
	if (!ret)
		pb_registers_forget(&client->base.port->registers);
	return ret;
}

/* Not inline, so that parbiter_try_allocate() needs no stack frame. */
static noinline int kapi_try_slow(struct parbiter_client *client)
{
	return kapi_granted(client, arbiter_try_slow(&client->base.arb));
}

/*
 * The task that waits here may be frozen for suspend. Otherwise it would keep
 * waiting for the port's owner, who may be frozen already, and suspend would
 * fail; or the signal by which the freezer wakes processes would end the request,
 * which would then lose its position. Kernel threads that are not freezable are
 * not affected.
 */
static int kapi_wait(struct parbiter_client *client, unsigned int task_state,
		     ktime_t deadline)
{
	return kapi_granted(client,
			    arbiter_wait(&client->base.arb,
					 task_state | TASK_FREEZABLE, deadline));
}

/**
 * parbiter_try_allocate() - own the port now or not at all
 * @client: a client
 *
 * Never queues and never overtakes a queued request: a driver that uses
 * nothing else may never own a contended port. The semantics are those of
 * Windows' PPARALLEL_TRY_ALLOCATE_ROUTINE.
 *
 * With native drivers on the port the claim must be asked of the parport
 * core. Where that cannot be done it is refused: with interrupts off, in
 * interrupt context, and on PREEMPT_RT wherever one may be called from a
 * parport interrupt handler, if the core's own lock is taken; on PREEMPT_RT
 * always in a context that cannot be preempted.
 *
 * Context: any.
 * Return: 0; -EBUSY: owned (by @client, too), waited for, held by a native
 * driver, or not possible in this context; -ENODEV: the port is gone.
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
 * parbiter_allocate() - wait in order for the port, then own it
 * @client: a client
 *
 * A task that waits may be frozen for suspend: it holds no lock that a task
 * may be waiting for which is to be frozen, too.
 *
 * Context: process, may sleep; any signal ends the wait.
 * Return: 0; -EDEADLK: @client owns the port already; -EALREADY: it has a
 * request queued already; -EUSERS: the queue is full, with 16,777,215
 * requests; -ERESTARTSYS: a signal came; -ECANCELED:
 * parbiter_cancel(); -ENODEV: the port is gone. With an error the request is
 * withdrawn.
 */
int parbiter_allocate(struct parbiter_client *client)
{
	return kapi_wait(client, TASK_INTERRUPTIBLE, KTIME_MAX);
}
EXPORT_SYMBOL_GPL(parbiter_allocate);

/**
 * parbiter_allocate_killable() - the same, ended by fatal signals only
 * @client: a client
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
 * parbiter_allocate_timeout() - the same as parbiter_allocate(), for a time
 * @client: a client
 * @timeout_ns: nanoseconds of CLOCK_MONOTONIC; PARBITER_FOREVER: no limit;
 *	0: now or not at all
 *
 * Context: process, may sleep; any signal ends the wait.
 * Return: as parbiter_allocate(); -ETIMEDOUT: the time ran out.
 */
int parbiter_allocate_timeout(struct parbiter_client *client, u64 timeout_ns)
{
	return kapi_wait(client, TASK_INTERRUPTIBLE,
			 pb_client_deadline(timeout_ns));
}
EXPORT_SYMBOL_GPL(parbiter_allocate_timeout);

/**
 * parbiter_allocate_async() - queue for the port and be called back
 * @client: a client
 * @done: called exactly once if this returns 0, perhaps before it returns,
 *	also if the port was free
 *
 * Context: any.
 * Return: 0; -EINVAL: @done is NULL; -EDEADLK: @client owns the port already;
 * -EALREADY: it has a request queued, or a callback still to come; -EUSERS:
 * the queue is full, with 16,777,215 requests; -ENODEV: the port is gone.
 */
int parbiter_allocate_async(struct parbiter_client *client,
			    parbiter_done_t done)
{
	int ret;

	if (!done)
		return -EINVAL;
	if (atomic_cmpxchg(&client->asking, 0, 1))
		return -EALREADY;
	client->done = done;
	ret = arbiter_submit(&client->base.arb);
	if (ret == -EINPROGRESS)
		return 0;
	atomic_set_release(&client->asking, 0);
	return ret;
}
EXPORT_SYMBOL_GPL(parbiter_allocate_async);

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
 * parbiter_free() - give the port up; the longest waiting request is granted
 * @client: a client
 *
 * Complete for the caller on return. Where the parport core cannot be called
 * (interrupt context, interrupts off; on PREEMPT_RT any context that cannot
 * be preempted) and native drivers use the port, a work item returns it to
 * the core a moment later; until then they find it taken.
 *
 * Context: any.
 * Return: 0; -EPERM: @client does not own the port (counted, and reported
 * once per client in the log); -ENODEV: the port is gone.
 */
int parbiter_free(struct parbiter_client *client)
{
	if (unlikely(!arbiter_resign(&client->base.arb)))
		return kapi_refuse_free(client);
	return arbiter_pass_on(&client->base.arb);
}
EXPORT_SYMBOL_GPL(parbiter_free);

/**
 * parbiter_cancel() - withdraw the client's queued request
 * @client: a client
 *
 * Its sleeper gets -ECANCELED; an asynchronous request's callback is called
 * with -ECANCELED.
 *
 * Context: any.
 * Return: 0; -ENOENT: nothing is queued, or it was granted just before;
 * -ENODEV: the port is gone.
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
 * parbiter_yield() - let whoever waits have a turn, and wait for the next
 * @client: a client that owns the port
 *
 * If anybody waits, native drivers included: gives the port up, joins the
 * tail of the queue and waits as parbiter_allocate() does.
 *
 * Context: process, may sleep; any signal ends the wait.
 * Return: 0: owner (still or again); -EPERM: @client does not own the port;
 * else as parbiter_allocate(), and the port is given up.
 */
int parbiter_yield(struct parbiter_client *client)
{
	int ret;

	ret = pb_client_begin_yield(&client->base, kapi_give_up);
	if (ret != -EINPROGRESS)
		return ret;
	return parbiter_allocate(client);
}
EXPORT_SYMBOL_GPL(parbiter_yield);

/**
 * parbiter_query_waiters() - number of queued requests
 * @client: a client
 *
 * 0 both when the port is free and when it is owned and nobody waits; the
 * owner is not counted. One atomic read. The semantics are those of Windows'
 * PPARALLEL_QUERY_WAITERS_ROUTINE.
 *
 * Context: any.
 * Return: as named.
 */
unsigned int parbiter_query_waiters(struct parbiter_client *client)
{
	return arbiter_waiters(&client->base.port->arb);
}
EXPORT_SYMBOL_GPL(parbiter_query_waiters);

/**
 * parbiter_is_port_free() - does nobody own or wait for the port?
 * @client: a client
 *
 * A pure read, native drivers included; may be out of date on return.
 *
 * Context: any.
 * Return: as named; false if the port is gone.
 */
bool parbiter_is_port_free(struct parbiter_client *client)
{
	return pb_port_is_free(client->base.port);
}
EXPORT_SYMBOL_GPL(parbiter_is_port_free);

/**
 * parbiter_is_owner() - does this client own the port?
 * @client: a client
 *
 * Context: any.
 * Return: as named; false if the port is gone.
 */
bool parbiter_is_owner(struct parbiter_client *client)
{
	return arbiter_is_owner(&client->base.arb) &&
	       arbiter_is_on(&client->base.port->arb);
}
EXPORT_SYMBOL_GPL(parbiter_is_owner);

/**
 * parbiter_client_data() - what was given to parbiter_open()
 * @client: a client
 *
 * Context: any.
 * Return: as named.
 */
void *parbiter_client_data(struct parbiter_client *client)
{
	return client->data;
}
EXPORT_SYMBOL_GPL(parbiter_client_data);

/**
 * pb_kapi_init() - prepare for clients
 *
 * Return: 0, -ENOMEM.
 */
int pb_kapi_init(void)
{
	kapi_wq = alloc_workqueue("parbiter",
				  WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM,
				  WQ_UNBOUND_MAX_ACTIVE);
	return kapi_wq ? 0 : -ENOMEM;
}

/**
 * pb_kapi_exit() - the reverse; no client is left
 */
void pb_kapi_exit(void)
{
	destroy_workqueue(kapi_wq);
}
