// SPDX-License-Identifier: GPL-2.0
/* Kernel threads and hard interrupts that contend for a port */
#include <linux/atomic.h>
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/parbiter.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "contend.h"
#include "kclient.h"
#include "request.h"

/**
 * struct contender - one thread's client
 * @client: the client
 * @crew: the crew to which the thread belongs
 * @granted: completed when the asynchronous request has ended
 * @result: the result of that request
 * @tickets: the thread draws tickets
 * @id: the value for cell.owner, not 0
 */
struct contender {
	struct parbiter_client *client;
	struct crew *crew;
	struct completion granted;
	int result;
	bool tickets;
	u32 id;
};

static void cell_lock(void)
{
	while (cmpxchg_acquire(&cell->lock, 0, 1) != 0)
		cond_resched();
}

static void cell_unlock(void)
{
	/*
	 * Release: stores to the cell are visible before the lock is free to
	 * cmpxchg_acquire() in cell_lock(), or to its like in user space.
	 */
	smp_store_release(&cell->lock, 0);
}

/* Every other contender is called back in an irq_work. */
static const struct parbiter_client_ops contender_irq_ops = {
	.done_in_irq = true,
};

static void contender_done(struct parbiter_client *client, int result,
			   void *data)
{
	struct contender *con = data;

	con->result = result;
	complete(&con->granted);
}

/*
 * Change the cell as only the owner of the port may. The increments are not atomic,
 * so that the work of a second owner at the same time gets lost, which tests notice.
 */
static void own(struct contender *con, u32 ticket, bool queued)
{
	u64 count = READ_ONCE(cell->count);

	if (READ_ONCE(cell->owner))
		cell->overlaps++;
	WRITE_ONCE(cell->owner, con->id);
	if (con->tickets) {
		if (cell->served != ticket)
			cell->disorders++;
		cell->served = ticket + 1;
	}
	cell->handoffs += queued;
	barrier();
	if (READ_ONCE(cell->owner) != con->id)
		cell->overlaps++;
	WRITE_ONCE(cell->count, count + 1);
	WRITE_ONCE(cell->owner, 0);
}

/* The request is made under the cell's lock: tickets are in the queue's order. */
static int take_turn_with_ticket(struct contender *con)
{
	bool queued;
	u32 ticket;
	int ret;

	reinit_completion(&con->granted);
	cell_lock();
	ticket = cell->next_ticket;
	ret = parbiter_allocate_async(con->client, contender_done);
	queued = !parbiter_is_owner(con->client);
	if (!ret)
		cell->next_ticket = ticket + 1;
	cell_unlock();
	if (ret)
		return ret;
	wait_for_completion(&con->granted);
	if (con->result)
		return con->result;
	own(con, ticket, queued);
	return parbiter_free(con->client);
}

/* As drivers do that were written for Windows */
static int take_turn_by_request(struct contender *con)
{
	bool queued;
	int ret = request_allocate(con->client, &queued);

	if (ret)
		return ret;
	own(con, 0, queued);
	return request_free(con->client);
}

static int take_turn(struct contender *con)
{
	int ret;
	bool queued;

	if (con->id % 4 >= 2)
		return take_turn_by_request(con);
	ret = parbiter_try_allocate(con->client);
	queued = ret;
	if (ret)
		ret = parbiter_allocate(con->client);
	if (ret)
		return ret;
	own(con, 0, queued);
	return parbiter_free(con->client);
}

/* Return 0, or the number of failures, when the thread is stopped. */
static int contend(void *data)
{
	struct contender *con = data;
	int ret = 0;

	complete(&con->crew->started);
	while (!ret && !READ_ONCE(cell->stop)) {
		ret = con->tickets ? take_turn_with_ticket(con) :
				     take_turn(con);
		cond_resched();
	}
	/*
	 * kthread_stop() interrupts a thread that waits for the port. Requests end
	 * by themselves: the other contenders free the port.
	 */
	if (ret == -ERESTARTSYS && READ_ONCE(cell->stop))
		ret = 0;
	if (ret)
		pr_err("a contender failed: %d\n", ret);
	parbiter_close(con->client);
	kfree(con);
	return ret;
}

static struct contender *contender_new(unsigned int number, bool tickets,
				       u32 id)
{
	struct contender *con = kzalloc(sizeof(*con), GFP_KERNEL);
	struct parbiter_client *client;

	if (!con)
		return ERR_PTR(-ENOMEM);
	init_completion(&con->granted);
	con->tickets = tickets;
	con->id = id;
	client = parbiter_open(number, "contender",
			       id % 2 ? &contender_irq_ops : NULL, con);
	if (IS_ERR(client)) {
		kfree(con);
		return ERR_CAST(client);
	}
	con->client = client;
	return con;
}

static int crew_add(struct crew *crew, unsigned int number, bool tickets)
{
	struct contender *con;
	struct task_struct *task;

	con = contender_new(number, tickets, 1000 + crew->size);
	if (IS_ERR(con))
		return PTR_ERR(con);
	con->crew = crew;
	init_completion(&crew->started);
	task = kthread_create(contend, con, "contender/%u", crew->size);
	if (IS_ERR(task)) {
		parbiter_close(con->client);
		kfree(con);
		return PTR_ERR(task);
	}
	get_task_struct(task);
	crew->tasks[crew->size++] = task;
	wake_up_process(task);
	wait_for_completion(&crew->started);
	return 0;
}

int crew_contend(struct crew *crew, unsigned int number, unsigned int with,
		 unsigned int without)
{
	unsigned int i;
	int ret = 0;

	if (crew->size || with > CREW_MAX || without > CREW_MAX - with)
		return -EINVAL;
	for (i = 0; !ret && i < with + without; i++)
		ret = crew_add(crew, number, i < with);
	return ret;
}

/* Wait for all threads. Return the number of threads that failed. */
int crew_join(struct crew *crew)
{
	int failures = 0;
	unsigned int i;

	for (i = 0; i < crew->size; i++) {
		WRITE_ONCE(cell->stop, 1);
		if (kthread_stop(crew->tasks[i]))
			failures++;
		put_task_struct(crew->tasks[i]);
	}
	crew->size = 0;
	return failures;
}

/**
 * struct bolt - an interrupt that tries to allocate, and frees if granted
 * @work: runs bolt_work() in hard interrupt context
 * @client: the client
 * @grants: number of successful tries
 * @errors: number of results that must not be
 */
struct bolt {
	struct irq_work work;
	struct parbiter_client *client;
	unsigned int grants;
	unsigned int errors;
};

static void bolt_strike(void *data)
{
	struct bolt *bolt = data;
	int ret = parbiter_try_allocate(bolt->client);

	/* An idle CPU may run the function outside of an interrupt, but with interrupts off. */
	if (!irqs_disabled())
		bolt->errors++;
	if (ret == -EBUSY)
		return;
	if (ret) {
		bolt->errors++;
		return;
	}
	bolt->grants++;
	if (parbiter_free(bolt->client))
		bolt->errors++;
}

static void bolt_work(struct irq_work *work)
{
	bolt_strike(container_of(work, struct bolt, work));
}

static void bolt_throw(struct bolt *bolt, unsigned int cpu)
{
	if (cpu == get_cpu())
		irq_work_queue(&bolt->work);
	else
		smp_call_function_single(cpu, bolt_strike, bolt, 1);
	put_cpu();
	irq_work_sync(&bolt->work);
}

/* Interrupt each CPU in turn, whatever it is doing. */
int storm(unsigned int number, unsigned int rounds)
{
	struct bolt bolt = { .work = IRQ_WORK_INIT_HARD(bolt_work) };
	unsigned int cpu = 0;

	bolt.client = parbiter_open(number, "storm", NULL, NULL);
	if (IS_ERR(bolt.client))
		return PTR_ERR(bolt.client);
	while (rounds--) {
		cpus_read_lock();
		cpu = cpumask_next(cpu, cpu_online_mask);
		if (cpu >= nr_cpu_ids)
			cpu = cpumask_first(cpu_online_mask);
		bolt_throw(&bolt, cpu);
		cpus_read_unlock();
		cond_resched();
	}
	parbiter_close(bolt.client);
	return bolt.errors ? -EPROTO : bolt.grants;
}
