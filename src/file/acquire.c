// SPDX-License-Identifier: GPL-2.0
/*
 * Requests by which a file asks for the port. PARBITER_REQUEST is the general
 * form; PARBITER_ALLOCATE, PARBITER_ALLOCATE_TIMEOUT and PARBITER_TRY_ALLOCATE
 * run through the same parbiter_acquire(). See uapi/linux/parbiter.h for what
 * each means.
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/restart_block.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/thread_info.h>
#include <linux/uaccess.h>
#include <asm/syscall.h>

#include "file.h"
#include "port/port.h"

static_assert(sizeof(struct parbiter_request) == PARBITER_REQUEST_SIZE_V1);

static int acquire_wait(struct parbiter_file *file, ktime_t deadline)
{
	return arbiter_wait(&file->client.arb,
			    TASK_INTERRUPTIBLE | TASK_FREEZABLE, deadline);
}

static int acquire_wait_or_queue(struct parbiter_file *file, bool queue)
{
	if (queue)
		return arbiter_enqueue(&file->client.arb);
	return acquire_wait(file, KTIME_MAX);
}

static int acquire_until(struct file *filp, ktime_t deadline);

/*
 * The rest of a request with a deadline, after a signal that ran no handler.
 * The file is found by its descriptor's number again, as the kernel finds it
 * for any call that is restarted.
 */
static long acquire_restart(struct restart_block *restart)
{
	struct file *filp = fget(restart->futex.val);
	ktime_t deadline = restart->futex.time;
	struct parbiter_file *file;
	long ret = -EINTR;

	if (!filp)
		return ret;
	file = parbiter_file_get(filp);
	if (file) {
		ret = acquire_until(filp, deadline);
		/* Of a port that is gone nothing else is true. */
		if (!arbiter_is_on(&file->client.port->arb))
			ret = -ENODEV;
	}
	fput(filp);
	return ret;
}

/*
 * Makes the kernel call acquire_restart() if the signal turns out to run no
 * handler (stop and continue, a tracer that attaches); if a handler runs, the
 * call fails with EINTR, SA_RESTART or not: to a handler a signal must say
 * that the time has not run out. Only the ioctl system call itself says in its
 * arguments which descriptor it is for.
 */
static int acquire_interrupted(struct file *filp, ktime_t deadline)
{
	struct restart_block *restart = &current->restart_block;
	unsigned long args[6];
	struct file *named;
	bool same;

	syscall_get_arguments(current, current_pt_regs(), args);
	named = fget(args[0]);
	same = named == filp;
	if (named)
		fput(named);
	if (!same)
		return -EINTR;
	restart->futex.val = args[0];
	restart->futex.time = deadline;
	set_restart_fn(restart, acquire_restart);
	return -ERESTART_RESTARTBLOCK;
}

/* Waits in this call until the deadline, even under O_NONBLOCK. */
static int acquire_until(struct file *filp, ktime_t deadline)
{
	struct parbiter_file *file = filp->private_data;
	int ret;

	parbiter_client_note_caller(&file->client);
	ret = acquire_wait(file, deadline);
	if (ret == -ERESTARTSYS)
		return acquire_interrupted(filp, deadline);
	return parbiter_file_granted(file, ret);
}

/**
 * parbiter_acquire_forget_restarts() - no thread calls acquire_restart() later
 *
 * A thread that was stopped in a request with a deadline keeps the address of
 * acquire_restart(). It calls it when it goes on, unless another thread has
 * closed the descriptor; then nothing keeps this module from being unloaded.
 * So before that happens, those threads get the address that means "do not
 * restart", which every thread has that was not interrupted so.
 *
 * Context: process, may sleep. No file of the module is open.
 */
void parbiter_acquire_forget_restarts(void)
{
	struct task_struct *process, *thread;

	rcu_read_lock();
	for_each_process_thread(process, thread)
		cmpxchg(&thread->restart_block.fn, acquire_restart,
			init_task.restart_block.fn);
	rcu_read_unlock();
	/* A thread that has read the address a moment ago leaves the module. */
	synchronize_rcu_tasks();
}

/**
 * parbiter_acquire() - ask for the port
 * @filp: a file of parbiter's
 * @flags: PARBITER_REQUEST_* bits
 * @deadline: with PARBITER_REQUEST_DEADLINE: of CLOCK_MONOTONIC; KTIME_MAX:
 *	none
 *
 * Context: process, may sleep.
 * Return: 0: the file owns the port; else as PARBITER_REQUEST; -ERESTARTSYS
 * and -ERESTART_RESTARTBLOCK: a signal came.
 */
int parbiter_acquire(struct file *filp, u32 flags, ktime_t deadline)
{
	struct parbiter_file *file = filp->private_data;

	switch (flags) {
	case PARBITER_REQUEST_TRY:
		return parbiter_acquire_try(file);
	case PARBITER_REQUEST_DEADLINE:
		return acquire_until(filp, deadline);
	case PARBITER_REQUEST_QUEUE:
	case 0:
		parbiter_client_note_caller(&file->client);
		return parbiter_file_granted(file, acquire_wait_or_queue(file,
				flags || (filp->f_flags & O_NONBLOCK)));
	default:
		return -EINVAL;
	}
}

/**
 * parbiter_acquire_request() - PARBITER_REQUEST
 * @filp: a file of parbiter's
 * @arg: its argument
 *
 * Context: process, may sleep.
 * Return: as parbiter_acquire(); -EFAULT; -EINVAL, -E2BIG: see
 * uapi/linux/parbiter.h.
 */
int parbiter_acquire_request(struct file *filp,
			     const struct parbiter_request __user *arg)
{
	struct parbiter_request request;
	u32 size;
	int ret;

	if (get_user(size, &arg->size))
		return -EFAULT;
	if (size < PARBITER_REQUEST_SIZE_V1)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	ret = copy_struct_from_user(&request, sizeof(request), arg, size);
	if (ret)
		return ret;
	if (request.device != PARBITER_DEVICE_NONE || request.reserved ||
	    (request.deadline_ns &&
	     request.flags != PARBITER_REQUEST_DEADLINE))
		return -EINVAL;
	return parbiter_acquire(filp, request.flags,
				min_t(u64, request.deadline_ns, KTIME_MAX));
}

/**
 * parbiter_acquire_timeout() - PARBITER_ALLOCATE_TIMEOUT
 * @filp: a file of parbiter's
 * @arg: its argument
 *
 * Context: process, may sleep.
 * Return: as parbiter_acquire(); -EFAULT.
 */
int parbiter_acquire_timeout(struct file *filp, const u64 __user *arg)
{
	u64 timeout_ns;

	if (copy_from_user(&timeout_ns, arg, sizeof(timeout_ns)))
		return -EFAULT;
	return parbiter_acquire(filp, PARBITER_REQUEST_DEADLINE,
				parbiter_client_deadline(timeout_ns));
}

/**
 * parbiter_acquire_yield() - PARBITER_YIELD
 * @file: a file
 * @nonblock: queue instead of waiting
 *
 * Context: process, may sleep.
 * Return: as PARBITER_YIELD.
 */
int parbiter_acquire_yield(struct parbiter_file *file, bool nonblock)
{
	struct parbiter_client *client = &file->client;
	int ret;

	if (arbiter_is_owner(&client->arb) &&
	    !arbiter_is_contended(&client->port->arb))
		return 0;
	ret = parbiter_io_free(&file->io);
	if (ret)
		return ret;
	parbiter_client_note_caller(client);
	ret = acquire_wait_or_queue(file, nonblock);
	/* A restarted call would find itself not the owner. */
	if (ret == -ERESTARTSYS)
		return -EINTR;
	return parbiter_file_granted(file, ret);
}

/**
 * parbiter_acquire_claim() - PPCLAIM
 * @file: a file
 *
 * As ppdev, it waits even with O_NONBLOCK, and any handled signal ends the
 * wait, SA_RESTART or not: programs bound it by alarm().
 *
 * Context: process, may sleep.
 * Return: as PARBITER_ALLOCATE, but -EINVAL for -EDEADLK; -ERESTARTNOHAND: a
 * signal came.
 */
int parbiter_acquire_claim(struct parbiter_file *file)
{
	int ret;

	parbiter_client_note_caller(&file->client);
	WRITE_ONCE(file->claimed, true);
	ret = acquire_wait(file, KTIME_MAX);
	if (ret == -EDEADLK)
		return -EINVAL;
	if (ret == -ERESTARTSYS)
		return -ERESTARTNOHAND;
	if (ret)
		return ret;
	/* The lines are to be as the program left them, now. */
	parbiter_io_load(&file->io);
	return parbiter_file_granted(file, 0);
}

/**
 * parbiter_acquire_yield_claim() - PPYIELD
 * @file: a file
 *
 * Context: process, may sleep.
 * Return: as PARBITER_YIELD, but -EINVAL for -EPERM.
 */
int parbiter_acquire_yield_claim(struct parbiter_file *file)
{
	int ret = parbiter_acquire_yield(file, false);

	if (ret == -EPERM)
		return -EINVAL;
	if (!ret)
		parbiter_io_load(&file->io);
	return ret;
}

/**
 * parbiter_acquire_exclude() - PPEXCL
 * @file: a file
 *
 * To own a port is to own it alone: there is nothing to do but to answer.
 *
 * Context: process.
 * Return: 0; -EINVAL: the file has asked by PPCLAIM before.
 */
int parbiter_acquire_exclude(struct parbiter_file *file)
{
	if (READ_ONCE(file->claimed))
		return READ_ONCE(file->exclusive) ? 0 : -EINVAL;
	WRITE_ONCE(file->exclusive, true);
	return 0;
}
