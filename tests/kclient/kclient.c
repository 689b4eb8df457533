// SPDX-License-Identifier: GPL-2.0
/* Kernel clients of parbiter, which tests control; see kclient.h. */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/irq_work.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/parbiter.h>
#include <linux/parport.h>
#include <linux/poll.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "contend.h"
#include "kclient.h"
#include "ported.h"
#include "request.h"

#define COMMAND_LEN	64
#define ANSWER_LEN	160
#define BLOCK_LEN	512
#define RACE_LEN	1000

/**
 * struct kclient - one open file
 * @client: the client, or NULL if it is closed
 * @lock: guards @client while it is opened or closed
 * @number: the number of the port
 * @ported: the device extension of the ported Windows source
 * @info: the answer from which @ported was filled
 * @request: the requests under their Windows names
 * @result: the result of the asynchronous request
 * @removed: number of calls of the removed callback
 * @contended: number of calls of the contended callback
 * @done_in_irq: what the client is opened with
 * @close_on_removed: close the client inside the removed callback
 * @free_on_done: free the port inside the asynchronous callback
 * @wait: wait queue of poll()
 * @sent: number of bytes transferred
 * @crew: threads that contend
 * @answer: the text for read()
 */
struct kclient {
	struct parbiter_client *client;
	struct mutex lock; /* one command at a time */
	unsigned int number;
	DEVICE_EXTENSION ported;
	PARALLEL_PORT_INFORMATION info;
	struct request request;
	int result;
	atomic_t removed;
	atomic_t contended;
	bool done_in_irq;
	bool close_on_removed;
	bool free_on_done;
	wait_queue_head_t wait;
	unsigned long sent;
	struct crew crew;
	char answer[ANSWER_LEN];
};

struct cell *cell;

static void kclient_removed(struct parbiter_client *client, void *data)
{
	struct kclient *kc = data;

	atomic_inc(&kc->removed);
	if (kc->close_on_removed) {
		parbiter_close(client);
		kc->client = NULL;
	}
	wake_up(&kc->wait);
}

static void kclient_contended(struct parbiter_client *client, void *data)
{
	struct kclient *kc = data;

	atomic_inc(&kc->contended);
}

static const struct parbiter_client_ops kclient_ops = {
	.removed = kclient_removed,
	.contended = kclient_contended,
};

static const struct parbiter_client_ops kclient_irq_ops = {
	.removed = kclient_removed,
	.contended = kclient_contended,
	.done_in_irq = true,
};

static void kclient_done(struct parbiter_client *client, int result, void *data)
{
	struct kclient *kc = data;

	if (!result && kc->free_on_done)
		result = parbiter_free(client);
	/*
	 * Release: a reader that sees the result in command() or kclient_poll()
	 * (smp_load_acquire()) also sees what this client did as owner.
	 */
	smp_store_release(&kc->result, result);
	wake_up(&kc->wait);
}

static struct parbiter_client *open_by_parport(struct kclient *kc, int number)
{
	struct parport *parport = parport_find_number(number);
	struct parbiter_client *client;

	if (!parport)
		return ERR_PTR(-ENODEV);
	client = parbiter_open_parport(parport, "kclient", &kclient_ops, kc);
	parport_put_port(parport);
	return client;
}

static int adopt(struct kclient *kc, struct parbiter_client *client,
		 unsigned int number)
{
	NTSTATUS status;

	if (IS_ERR(client))
		return PTR_ERR(client);
	status = parbiter_get_parallel_port_info(client, &kc->info);
	if (NT_SUCCESS(status))
		status = PtdStartDevice(&kc->ported, &kc->info);
	if (!NT_SUCCESS(status)) {
		parbiter_close(client);
		return -EIO;
	}
	kc->number = number;
	kc->client = client;
	return 0;
}

static int do_open(struct kclient *kc, const char *arg, bool by_parport)
{
	struct parbiter_client *client;
	unsigned int number;
	int ret;

	ret = kstrtouint(arg, 0, &number);
	if (ret)
		return ret;
	mutex_lock(&kc->lock);
	if (kc->client) {
		ret = -EBUSY;
	} else {
		client = by_parport ? open_by_parport(kc, number) :
			 parbiter_open(number, "kclient",
				       kc->done_in_irq ? &kclient_irq_ops :
							 &kclient_ops, kc);
		ret = adopt(kc, client, number);
	}
	mutex_unlock(&kc->lock);
	return ret;
}

static int do_close(struct kclient *kc)
{
	mutex_lock(&kc->lock);
	if (kc->client)
		parbiter_close(kc->client);
	kc->client = NULL;
	mutex_unlock(&kc->lock);
	return 0;
}

static int do_timeout(struct kclient *kc, const char *arg)
{
	u64 ns;
	int ret = kstrtou64(arg, 0, &ns);

	return ret ? ret : parbiter_allocate_timeout(kc->client, ns);
}

static int do_async(struct kclient *kc)
{
	int ret;

	/* The readers are smp_load_acquire() in command() and in kclient_poll(). */
	smp_store_release(&kc->result, -EINPROGRESS);
	ret = parbiter_allocate_async(kc->client, kclient_done);
	return ret;
}

static int answer(struct kclient *kc, long value)
{
	snprintf(kc->answer, sizeof(kc->answer), "%ld\n", value);
	return 0;
}

static int do_info(struct kclient *kc)
{
	snprintf(kc->answer, sizeof(kc->answer),
		 "original %#llx controller %#lx span %u\n",
		 (unsigned long long)kc->info.OriginalController.QuadPart,
		 (unsigned long)kc->info.Controller,
		 kc->info.SpanOfController);
	return 0;
}

/* Run a command that is allowed in any context; -ENOTTY if it is none of those. */
static int any_context(struct kclient *kc, const char *cmd)
{
	if (!strcmp(cmd, "try"))
		return parbiter_try_allocate(kc->client);
	if (!strcmp(cmd, "free"))
		return parbiter_free(kc->client);
	if (!strcmp(cmd, "cancel"))
		return parbiter_cancel(kc->client);
	if (!strcmp(cmd, "enter"))
		return parbiter_enter(kc->client) ? 0 : -EINVAL;
	if (!strcmp(cmd, "leave")) {
		parbiter_leave(kc->client);
		return 0;
	}
	if (!strcmp(cmd, "query"))
		return answer(kc, parbiter_query_waiters(kc->client));
	if (!strcmp(cmd, "isfree"))
		return answer(kc, parbiter_is_port_free(kc->client));
	if (!strcmp(cmd, "isowner"))
		return answer(kc, parbiter_is_owner(kc->client));
	if (!strcmp(cmd, "wtry"))
		return PtdAcquirePort(&kc->ported) ? 0 : -EBUSY;
	if (!strcmp(cmd, "wquery"))
		return answer(kc, PtdQueryWaiters(&kc->ported));
	if (!strcmp(cmd, "wfree"))
		PtdReleasePort(&kc->ported);
	else if (!strcmp(cmd, "wpolite"))
		PtdBePolite(&kc->ported);
	else
		return -ENOTTY;
	return 0;
}

struct hard_call {
	struct irq_work work;
	struct completion done;
	struct kclient *kc;
	const char *cmd;
	bool in_hardirq;
	int ret;
};

static void hard_call(struct irq_work *work)
{
	struct hard_call *call = container_of(work, struct hard_call, work);

	call->in_hardirq = in_hardirq();
	call->ret = any_context(call->kc, call->cmd);
	complete(&call->done);
}

static int from_hardirq(struct kclient *kc, const char *cmd)
{
	struct hard_call call = { .kc = kc, .cmd = cmd };

	call.work = IRQ_WORK_INIT_HARD(hard_call);
	init_completion(&call.done);
	irq_work_queue(&call.work);
	wait_for_completion(&call.done);
	irq_work_sync(&call.work);
	return call.in_hardirq ? call.ret : -EPROTO;
}

static int interrupts_off(struct kclient *kc, const char *cmd)
{
	unsigned long flags;
	int ret;

	local_irq_save(flags);
	ret = any_context(kc, cmd);
	if (!irqs_disabled())
		ret = -EPROTO;
	local_irq_restore(flags);
	return ret;
}

/* As owner, transfer a block between each enter and leave, until entering fails. */
static int do_send(struct kclient *kc)
{
	char *block = kzalloc(BLOCK_LEN, GFP_KERNEL);
	struct parport *parport;
	ssize_t len = 0;

	if (!block)
		return -ENOMEM;
	while (len >= 0 && (parport = parbiter_enter(kc->client))) {
		len = parport_write(parport, block, BLOCK_LEN);
		parbiter_leave(kc->client);
		WRITE_ONCE(kc->sent, kc->sent + max_t(ssize_t, len, 0));
	}
	kfree(block);
	return len < 0 ? len : -ENODEV;
}

static int waiting_command(struct kclient *kc, const char *cmd, const char *arg)
{
	int ret = request_command(&kc->request, kc->client, cmd, arg,
				  kc->answer, sizeof(kc->answer));

	if (ret != -ENOTTY)
		return ret;
	if (!strcmp(cmd, "allocate"))
		return parbiter_allocate(kc->client);
	if (!strcmp(cmd, "killable"))
		return parbiter_allocate_killable(kc->client);
	if (!strcmp(cmd, "timeout"))
		return do_timeout(kc, arg);
	if (!strcmp(cmd, "async"))
		return do_async(kc);
	if (!strcmp(cmd, "send"))
		return do_send(kc);
	if (!strcmp(cmd, "yield"))
		return parbiter_yield(kc->client);
	if (!strcmp(cmd, "hard"))
		return from_hardirq(kc, arg);
	if (!strcmp(cmd, "off"))
		return interrupts_off(kc, arg);
	if (!strcmp(cmd, "select"))
		return parbiter_select(kc->client, PARBITER_DEVICE_END);
	return any_context(kc, cmd);
}

static int setting(bool *flag, const char *arg, const char *on, const char *off)
{
	if (!strcmp(arg, on))
		*flag = true;
	else if (!strcmp(arg, off))
		*flag = false;
	else
		return -EINVAL;
	return 0;
}

static int do_contend(struct kclient *kc, const char *arg)
{
	unsigned int with, without;

	if (sscanf(arg, "%u %u", &with, &without) != 2)
		return -EINVAL;
	return crew_contend(&kc->crew, kc->number, with, without);
}

static int do_storm(struct kclient *kc, const char *arg)
{
	unsigned int rounds;
	int ret = kstrtouint(arg, 0, &rounds);

	if (ret)
		return ret;
	ret = storm(kc->number, rounds);
	return ret < 0 ? ret : answer(kc, ret);
}

/* Leak memory on purpose: a test checks that the search for leaks finds it. */
static int do_leak(void)
{
	return kmalloc(128, GFP_KERNEL) ? 0 : -ENOMEM;
}

/* What do_race() changes */
static unsigned int raced;

/*
 * Change memory without a lock while others may do the same: a test checks that
 * the detector of data races finds it.
 */
static int do_race(void)
{
	unsigned int i;

	for (i = 0; i < RACE_LEN; i++) {
		raced++;
		/* Do not add RACE_LEN at once. */
		barrier();
	}
	return 0;
}

/*
 * Answer what was in memory that was never written: a test checks that the
 * detector of the use of such memory finds it.
 */
static int do_stale(struct kclient *kc)
{
	unsigned int *stale = kmalloc(sizeof(*stale), GFP_KERNEL);
	int ret;

	if (!stale)
		return -ENOMEM;
	ret = answer(kc, *stale);
	kfree(stale);
	return ret;
}

/*
 * Call with preemption off what may sleep: a test checks that the kernel says so,
 * though nothing sleeps now.
 */
static int do_careless(struct kclient *kc, const char *cmd)
{
	int ret = 0;

	mutex_lock(&kc->lock);
	preempt_disable();
	if (!strcmp(cmd, "close")) {
		parbiter_close(kc->client);
		kc->client = NULL;
	} else {
		ret = waiting_command(kc, cmd, "");
	}
	preempt_enable();
	mutex_unlock(&kc->lock);
	return ret;
}

/* Run a command. Those that need an open client come last. */
static int command(struct kclient *kc, const char *cmd, const char *arg)
{
	if (!strcmp(cmd, "open"))
		return do_open(kc, arg, false);
	if (!strcmp(cmd, "openport"))
		return do_open(kc, arg, true);
	if (!strcmp(cmd, "close"))
		return do_close(kc);
	if (!strcmp(cmd, "leak"))
		return do_leak();
	if (!strcmp(cmd, "race"))
		return do_race();
	if (!strcmp(cmd, "stale"))
		return do_stale(kc);
	if (!strcmp(cmd, "result")) {
		/* Acquire: pairs with smp_store_release() in kclient_done(). */
		return answer(kc, smp_load_acquire(&kc->result));
	}
	if (!strcmp(cmd, "sent"))
		return answer(kc, READ_ONCE(kc->sent));
	if (!strcmp(cmd, "removed"))
		return answer(kc, atomic_read(&kc->removed));
	if (!strcmp(cmd, "contended"))
		return answer(kc, atomic_read(&kc->contended));
	if (!strcmp(cmd, "onremove"))
		return setting(&kc->close_on_removed, arg, "close", "keep");
	if (!strcmp(cmd, "ondone"))
		return setting(&kc->free_on_done, arg, "free", "keep");
	if (!strcmp(cmd, "donein"))
		return setting(&kc->done_in_irq, arg, "irq", "worker");
	if (!strcmp(cmd, "contend"))
		return do_contend(kc, arg);
	if (!strcmp(cmd, "storm"))
		return do_storm(kc, arg);
	if (!strcmp(cmd, "join"))
		return answer(kc, crew_join(&kc->crew));
	if (!kc->client)
		return -ENOTCONN;
	if (!strcmp(cmd, "careless"))
		return do_careless(kc, arg);
	if (!strcmp(cmd, "info"))
		return do_info(kc);
	return waiting_command(kc, cmd, arg);
}

static ssize_t kclient_write(struct file *file, const char __user *buf,
			     size_t len, loff_t *pos)
{
	char text[COMMAND_LEN];
	char *arg = text;
	char *cmd;
	int ret;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	text[len] = '\0';
	cmd = strsep(&arg, " \n");
	ret = command(file->private_data, cmd, arg ? strim(arg) : "");
	return ret < 0 ? ret : len;
}

static ssize_t kclient_read(struct file *file, char __user *buf, size_t len,
			    loff_t *pos)
{
	struct kclient *kc = file->private_data;

	len = min(len, strlen(kc->answer));
	return copy_to_user(buf, kc->answer, len) ? -EFAULT : len;
}

static __poll_t kclient_poll(struct file *file, poll_table *table)
{
	struct kclient *kc = file->private_data;
	__poll_t mask = 0;

	poll_wait(file, &kc->wait, table);
	/* Acquire: pairs with smp_store_release() in kclient_done(). */
	if (smp_load_acquire(&kc->result) != -EINPROGRESS)
		mask |= EPOLLIN;
	if (atomic_read(&kc->removed))
		mask |= EPOLLHUP;
	return mask;
}

static int kclient_mmap(struct file *file, struct vm_area_struct *vma)
{
	return remap_vmalloc_range(vma, cell, vma->vm_pgoff);
}

static int kclient_open(struct inode *inode, struct file *file)
{
	struct kclient *kc = kzalloc(sizeof(*kc), GFP_KERNEL);

	if (!kc)
		return -ENOMEM;
	mutex_init(&kc->lock);
	init_waitqueue_head(&kc->wait);
	request_init(&kc->request, &kc->wait);
	kc->result = -EINPROGRESS;
	file->private_data = kc;
	return nonseekable_open(inode, file);
}

static int kclient_release(struct inode *inode, struct file *file)
{
	struct kclient *kc = file->private_data;

	crew_join(&kc->crew);
	do_close(kc);
	kfree(kc);
	return 0;
}

static const struct file_operations kclient_fops = {
	.owner = THIS_MODULE,
	.open = kclient_open,
	.release = kclient_release,
	.read = kclient_read,
	.write = kclient_write,
	.poll = kclient_poll,
	.mmap = kclient_mmap,
};

static struct miscdevice kclient_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "parbiter_kclient",
	.fops = &kclient_fops,
	.mode = 0600,
};

static int __init kclient_init(void)
{
	int ret;

	cell = vmalloc_user(PAGE_SIZE);
	if (!cell)
		return -ENOMEM;
	ret = misc_register(&kclient_device);
	if (ret)
		vfree(cell);
	return ret;
}
module_init(kclient_init);

static void __exit kclient_exit(void)
{
	misc_deregister(&kclient_device);
	vfree(cell);
}
module_exit(kclient_exit);

MODULE_DESCRIPTION("Kernel clients of parbiter on command, for tests");
MODULE_LICENSE("GPL");
