// SPDX-License-Identifier: GPL-2.0
/*
 * Requests by which a file asks for the port. PARBITER_REQUEST is the general
 * form; PARBITER_ALLOCATE, PARBITER_ALLOCATE_TIMEOUT and PARBITER_TRY_ALLOCATE
 * run through the function acquire(), too. See uapi/linux/parbiter.h for what
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

#include "acquire.h"
#include "file.h"
#include "port/port.h"
#include "select.h"

static_assert(sizeof(struct parbiter_request) == PARBITER_REQUEST_SIZE_V1);
static_assert(sizeof(struct parbiter_select) == PARBITER_SELECT_SIZE_V1);

/**
 * pb_acquire_wait() - wait in the queue for the port
 * @file: a file
 * @deadline: a time of CLOCK_MONOTONIC; KTIME_MAX: there is none; 0: do not
 *	sleep
 *
 * Context: process, may sleep.
 * Return: as arbiter_wait().
 */
int pb_acquire_wait(struct pb_file *file, ktime_t deadline)
{
	return arbiter_wait(&file->client.arb,
			    TASK_INTERRUPTIBLE | TASK_FREEZABLE, deadline);
}

/* Wait until the deadline to own the port, and then select the device. */
static int acquire_wait(struct pb_file *file, ktime_t deadline, int device)
{
	int ret;

	if (device == PARBITER_DEVICE_NONE)
		return pb_acquire_wait(file, deadline);
	ret = arbiter_wait_tagged(&file->client.arb,
				  TASK_INTERRUPTIBLE | TASK_FREEZABLE, deadline,
				  pb_select_tag(device));
	return ret ?: pb_io_begin_selected(&file->io, device);
}

static int acquire_wait_or_queue(struct pb_file *file, bool queue, int device)
{
	int ret;

	if (!queue)
		return acquire_wait(file, KTIME_MAX, device);
	ret = pb_io_enqueue(&file->io, device);
	return ret ?: pb_io_begin_selected(&file->io, device);
}

static int acquire_until(struct file *filp, ktime_t deadline, int device);

/*
 * Continue a request with a deadline, after a signal that ran no handler. The
 * file is looked up by its descriptor again, as the kernel does for any call
 * that is restarted.
 */
static long acquire_restart(struct restart_block *restart)
{
	struct file *filp = fget(restart->futex.val);
	ktime_t deadline = restart->futex.time;
	int device = restart->futex.flags;
	struct pb_file *file;
	long ret = -EINTR;

	if (!filp)
		return ret;
	file = pb_file_get(filp);
	if (file) {
		ret = acquire_until(filp, deadline, device);
		/*
		 * If the port is gone, the result is -ENODEV whatever has ended
		 * the wait.
		 */
		if (!arbiter_is_on(&file->client.port->arb))
			ret = -ENODEV;
	}
	fput(filp);
	return ret;
}

/*
 * Make the kernel call acquire_restart() if the signal runs no handler (stop
 * and continue, or a tracer that attaches).
 *
 * If a handler runs, the call fails with EINTR, with or without SA_RESTART: the
 * program then learns that a signal came before the time ran out. Only the
 * ioctl system call itself has the descriptor in its arguments. If the first
 * argument does not name the file, the call cannot be restarted, and fails with
 * EINTR, too.
 */
static int acquire_interrupted(struct file *filp, ktime_t deadline, int device)
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
	restart->futex.flags = device;
	set_restart_fn(restart, acquire_restart);
	return -ERESTART_RESTARTBLOCK;
}

/* Wait in this call until the deadline, even with O_NONBLOCK. */
static int acquire_until(struct file *filp, ktime_t deadline, int device)
{
	struct pb_file *file = filp->private_data;
	int ret;

	pb_client_note_caller(&file->client);
	ret = acquire_wait(file, deadline, device);
	if (ret == -ERESTARTSYS)
		return acquire_interrupted(filp, deadline, device);
	return pb_file_granted(file, ret);
}

/**
 * pb_acquire_forget_restarts() - keep threads from calling acquire_restart()
 *
 * A thread that was stopped in a request with a deadline keeps the address of
 * acquire_restart(), and calls that function when it continues. If another
 * thread has closed the descriptor, nothing keeps this module from being
 * unloaded before the stopped thread continues. So before the module is
 * unloaded, the address in such threads is replaced by the initial value, which
 * means "do not restart".
 *
 * A thread that has not restarted its request, because it is in a signal
 * handler, may fork. The child gets a copy of the address, and is in no list yet
 * for some time. Hence the second round, which finds the children of all forks
 * that did not sleep between the two rounds.
 *
 * Context: process, may sleep. No file of the module is open.
 */
void pb_acquire_forget_restarts(void)
{
	struct task_struct *process, *thread;
	int round;

	for (round = 0; round < 2; round++) {
		rcu_read_lock();
		for_each_process_thread(process, thread)
			cmpxchg(&thread->restart_block.fn, acquire_restart,
				init_task.restart_block.fn);
		rcu_read_unlock();
		/*
		 * Wait for threads that have read the address, and are in the
		 * module, or that are in the middle of a fork.
		 */
		synchronize_rcu_tasks();
	}
}

/*
 * Ask for the port. @flags are PARBITER_REQUEST_* bits. @deadline, of
 * CLOCK_MONOTONIC, counts if PARBITER_REQUEST_DEADLINE is set. @device is selected
 * unless it is PARBITER_DEVICE_NONE.
 */
static int acquire(struct file *filp, u32 flags, ktime_t deadline, int device)
{
	struct pb_file *file = filp->private_data;

	switch (flags) {
	case PARBITER_REQUEST_TRY:
		return pb_acquire_try(file) ?:
		       pb_io_begin_selected(&file->io, device);
	case PARBITER_REQUEST_DEADLINE:
		return acquire_until(filp, deadline, device);
	case PARBITER_REQUEST_QUEUE:
	case 0:
		pb_client_note_caller(&file->client);
		return pb_file_granted(file, acquire_wait_or_queue(file,
				flags || pb_file_is_nonblocking(filp), device));
	default:
		return -EINVAL;
	}
}

/* Copy a structure of a caller whose version of it may be another one. */
static int acquire_copy(void *to, size_t known, void __user *from, u32 least)
{
	u32 size;

	if (get_user(size, (u32 __user *)from))
		return -EFAULT;
	if (size < least)
		return -EINVAL;
	if (size > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(to, known, from, size);
}

static int acquire_copy_select(struct parbiter_select *select, void __user *arg)
{
	int ret = acquire_copy(select, sizeof(*select), arg,
			       PARBITER_SELECT_SIZE_V1);

	if (ret)
		return ret;
	return select->reserved || (select->flags & ~PARBITER_SELECT_KEEP) ?
	       -EINVAL : 0;
}

static int acquire_check_device(struct file *filp, int device)
{
	struct pb_file *file = filp->private_data;

	return pb_select_check(file->client.port, device);
}

/**
 * pb_acquire_request() - ask for the port by PARBITER_REQUEST
 * @filp: a file of parbiter
 * @arg: the argument, a struct parbiter_request
 *
 * Context: process, may sleep.
 * Return: 0, and the errors that uapi/linux/parbiter.h names; -ERESTARTSYS,
 * -ERESTART_RESTARTBLOCK: a signal came.
 */
long pb_acquire_request(struct file *filp, void __user *arg)
{
	struct parbiter_request request;
	int ret;

	ret = acquire_copy(&request, sizeof(request), arg,
			   PARBITER_REQUEST_SIZE_V1);
	if (ret)
		return ret;
	if (request.reserved ||
	    (request.deadline_ns &&
	     request.flags != PARBITER_REQUEST_DEADLINE))
		return -EINVAL;
	if (request.device != PARBITER_DEVICE_NONE) {
		ret = acquire_check_device(filp, request.device);
		if (ret)
			return ret;
	}
	return acquire(filp, request.flags,
		       min_t(u64, request.deadline_ns, KTIME_MAX),
		       request.device);
}

/**
 * pb_acquire_select() - select a device by PARBITER_SELECT
 * @filp: a file of parbiter
 * @arg: the argument, a struct parbiter_select
 *
 * Context: process, may sleep.
 * Return: as pb_acquire_request(); -EPERM: the file does not own the port.
 */
long pb_acquire_select(struct file *filp, void __user *arg)
{
	struct pb_file *file = filp->private_data;
	struct parbiter_select select;
	int ret;

	ret = acquire_copy_select(&select, arg);
	if (ret)
		return ret;
	ret = acquire_check_device(filp, select.device);
	if (ret)
		return ret;
	if (select.flags & PARBITER_SELECT_KEEP)
		return pb_io_select(&file->io, select.device);
	return acquire(filp, 0, 0, select.device);
}

/**
 * pb_acquire_deselect() - deselect, and give the port up, by PARBITER_DESELECT
 * @filp: a file of parbiter
 * @arg: the argument, a struct parbiter_select
 *
 * Context: process, may sleep.
 * Return: 0, and the errors that uapi/linux/parbiter.h names.
 */
long pb_acquire_deselect(struct file *filp, void __user *arg)
{
	struct pb_file *file = filp->private_data;
	struct parbiter_select select;
	int ret;

	ret = acquire_copy_select(&select, arg);
	if (ret)
		return ret;
	if (select.device != PARBITER_DEVICE_NONE)
		return -EINVAL;
	ret = pb_io_deselect(&file->io);
	if (ret == -EPERM || ret == -EINTR ||
	    (select.flags & PARBITER_SELECT_KEEP))
		return ret;
	return pb_io_free(&file->io) ?: ret;
}

/**
 * pb_acquire_allocate() - ask for the port by PARBITER_ALLOCATE
 * @filp: a file of parbiter
 *
 * Context: process, may sleep.
 * Return: as pb_acquire_request().
 */
long pb_acquire_allocate(struct file *filp)
{
	return acquire(filp, 0, 0, PARBITER_DEVICE_NONE);
}

/**
 * pb_acquire_timeout() - ask for the port by PARBITER_ALLOCATE_TIMEOUT
 * @filp: a file of parbiter
 * @arg: the argument, a __u64
 *
 * Context: process, may sleep.
 * Return: as pb_acquire_request(); -EFAULT: @arg cannot be read.
 */
long pb_acquire_timeout(struct file *filp, void __user *arg)
{
	u64 timeout_ns;

	if (copy_from_user(&timeout_ns, arg, sizeof(timeout_ns)))
		return -EFAULT;
	return acquire(filp, PARBITER_REQUEST_DEADLINE,
		       pb_client_deadline(timeout_ns), PARBITER_DEVICE_NONE);
}

static int acquire_give_up(struct pb_client *client)
{
	return pb_io_free(&pb_file_of(client)->io);
}

/**
 * pb_acquire_next_turn() - give the port up if somebody waits, and ask again
 * @file: a file
 * @nonblock: queue a request instead of waiting
 *
 * Context: process, may sleep.
 * Return: 0, and the errors that uapi/linux/parbiter.h names for
 * PARBITER_YIELD.
 */
int pb_acquire_next_turn(struct pb_file *file, bool nonblock)
{
	int ret;

	ret = pb_client_begin_yield(&file->client, acquire_give_up);
	if (ret != -EINPROGRESS)
		return ret;
	pb_client_note_caller(&file->client);
	ret = acquire_wait_or_queue(file, nonblock, PARBITER_DEVICE_NONE);
	/*
	 * A restarted call would fail, because the file does not own any more.
	 */
	if (ret == -ERESTARTSYS)
		return -EINTR;
	return pb_file_granted(file, ret);
}

/**
 * pb_acquire_yield() - give the port up by PARBITER_YIELD
 * @filp: a file of parbiter
 *
 * Context: process, may sleep.
 * Return: as pb_acquire_next_turn().
 */
long pb_acquire_yield(struct file *filp)
{
	return pb_acquire_next_turn(filp->private_data,
				    pb_file_is_nonblocking(filp));
}
