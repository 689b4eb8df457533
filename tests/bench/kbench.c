// SPDX-License-Identifier: GPL-2.0
/* Measures calls inside the kernel, for bench.c: see kbench.h. */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/minmax.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/parbiter.h>
#include <linux/parport.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include "kbench.h"

#define COMMAND_LEN	64
#define LENGTH_MAX	10000

/**
 * struct kbench - a measurement
 * @port: number of the port
 * @length: of the queue
 * @irq: the port's interrupt line
 * @word: what is compared and exchanged
 * @failed: what the measured calls returned, or-ed: 0 if all succeeded
 * @client: parbiter's client
 * @dev: the native driver's device
 * @clients: those of the queue, and one more; a ring where they take turns
 * @runs: measurements so far
 * @moved: the index of the one that has just left the queue
 * @pending: asynchronous requests whose callback has not come yet
 * @ended: woken by each callback
 * @samples: single measurements
 */
struct kbench {
	unsigned int port;
	unsigned int length;
	int irq;
	atomic_t word;
	int failed;
	struct parbiter_client *client;
	struct pardevice *dev;
	struct parbiter_client **clients;
	unsigned int runs;
	unsigned int moved;
	atomic_t pending;
	wait_queue_head_t ended;
	u32 samples[KBENCH_WARM + KBENCH_RUNS];
};

static DEFINE_MUTEX(kbench_lock);	/* one measurement; guards the answer */
static char kbench_answer[COMMAND_LEN];

/*
 * The counter's lower half: with nothing to put together, what surrounds the
 * measured call is the same whatever the call does with the registers.
 */
static __always_inline u32 kbench_now(void)
{
	u32 now;

	asm volatile("rdtsc" : "=a" (now) : : "edx", "memory");
	return now;
}

/*
 * Measures one call at a time, so that an interrupt spoils one measurement,
 * not their median.
 */
static __always_inline void kbench_measure(struct kbench *b,
					   void (*once)(struct kbench *b),
					   bool irqs_off)
{
	unsigned long flags = 0;
	unsigned int i;
	u32 start;

	for (i = 0; i < ARRAY_SIZE(b->samples); i++) {
		if (irqs_off)
			local_irq_save(flags);
		start = kbench_now();
		once(b);
		b->samples[i] = kbench_now() - start;
		if (irqs_off)
			local_irq_restore(flags);
		cond_resched();
	}
}

static __always_inline void once_empty(struct kbench *b)
{
}

static __always_inline void once_calibrate(struct kbench *b)
{
	unsigned int n = KBENCH_LOOP / 2;

	asm volatile("1: dec %0; jnz 1b" : "+r" (n) : : "cc");
}

static __always_inline void once_cmpxchg(struct kbench *b)
{
	atomic_cmpxchg(&b->word, 0, 1);
	atomic_cmpxchg(&b->word, 1, 0);
}

static DEFINE_MUTEX(kbench_mutex);	/* nothing but measured */

static __always_inline void once_mutex(struct kbench *b)
{
	mutex_lock(&kbench_mutex);
	mutex_unlock(&kbench_mutex);
}

static __always_inline void once_mask(struct kbench *b)
{
	disable_irq_nosync(b->irq);
	enable_irq(b->irq);
}

static __always_inline void once_parport(struct kbench *b)
{
	b->failed |= parport_claim(b->dev);
	parport_release(b->dev);
}

static __always_inline void once_parbiter(struct kbench *b)
{
	b->failed |= parbiter_try_allocate(b->client);
	b->failed |= parbiter_free(b->client);
}

static void kbench_interrupt(void *private)
{
}

/* A native driver without callbacks; @armed: but for its interrupt's, as ppdev */
static int kbench_attach(struct kbench *b, bool armed)
{
	struct parport *parport = parport_find_number(b->port);
	struct pardev_cb cb = { .irq_func = armed ? kbench_interrupt : NULL };

	if (!parport)
		return -ENODEV;
	b->dev = parport_register_dev_model(parport, "kbench", &cb, b->port);
	parport_put_port(parport);
	return b->dev ? 0 : -EBUSY;
}

static int kbench_open(struct kbench *b)
{
	b->client = parbiter_open(b->port, "kbench", NULL, b);
	return PTR_ERR_OR_ZERO(b->client);
}

/* What parbiter adds to a release among native drivers: see src/claim.c. */
static int measure_mask(struct kbench *b)
{
	int ret = kbench_attach(b, false);

	if (ret)
		return ret;
	b->irq = b->dev->port->irq;
	if (b->irq == PARPORT_IRQ_NONE)
		ret = -ENXIO;
	else
		kbench_measure(b, once_mask, false);
	parport_unregister_device(b->dev);
	return ret;
}

static int measure_parport(struct kbench *b)
{
	int ret = kbench_attach(b, false);

	if (ret)
		return ret;
	kbench_measure(b, once_parport, true);
	parport_unregister_device(b->dev);
	return 0;
}

/* Where a claim raises the port's interrupt, that is to be counted. */
static int measure_armed(struct kbench *b)
{
	int ret = kbench_attach(b, true);

	if (ret)
		return ret;
	kbench_measure(b, once_parport, false);
	parport_unregister_device(b->dev);
	return 0;
}

static int measure_parbiter(struct kbench *b)
{
	int ret = kbench_open(b);

	if (ret)
		return ret;
	kbench_measure(b, once_parbiter, true);
	parbiter_close(b->client);
	return 0;
}

/* With interrupts on: otherwise the claim's return is left to a work item. */
static int measure_shared(struct kbench *b)
{
	int ret = kbench_attach(b, false);

	if (ret)
		return ret;
	ret = kbench_open(b);
	if (!ret) {
		kbench_measure(b, once_parbiter, false);
		parbiter_close(b->client);
	}
	parport_unregister_device(b->dev);
	return ret;
}

static void queue_ended(struct parbiter_client *client, int result, void *data)
{
	struct kbench *b = data;

	if (atomic_dec_and_test(&b->pending))
		wake_up(&b->ended);
}

static int queue_ask(struct kbench *b, unsigned int i)
{
	return parbiter_allocate_async(b->clients[i], queue_ended);
}

/* Until the callback of the one that left the queue has come. */
static void queue_settle(struct kbench *b)
{
	wait_event(b->ended, !atomic_read(&b->pending));
}

/* The tail: one that comes, and goes again unmeasured. */
static u32 queue_enqueue(struct kbench *b)
{
	struct parbiter_client *newcomer = b->clients[b->length];
	u32 start, end;

	atomic_set(&b->pending, 1);
	start = kbench_now();
	b->failed |= parbiter_allocate_async(newcomer, queue_ended);
	end = kbench_now();
	b->failed |= parbiter_cancel(newcomer);
	return end - start;
}

/*
 * The one behind the first half. It joins the tail again, so that the next
 * run's stands in its place.
 */
static u32 queue_cancel(struct kbench *b)
{
	unsigned int half = b->length / 2;
	u32 start, end;

	b->moved = half + b->runs % (b->length - half);
	atomic_set(&b->pending, 1);
	start = kbench_now();
	b->failed |= parbiter_cancel(b->clients[b->moved]);
	end = kbench_now();
	return end - start;
}

/* The head owns next, and the one that owned becomes the tail. */
static u32 queue_handoff(struct kbench *b)
{
	struct parbiter_client *owner = b->client;
	u32 start, end;

	b->moved = b->runs % b->length;
	atomic_set(&b->pending, 1);
	start = kbench_now();
	b->failed |= parbiter_free(owner);
	end = kbench_now();
	swap(b->client, b->clients[b->moved]);
	return end - start;
}

static u32 queue_query(struct kbench *b)
{
	u32 start = kbench_now();
	unsigned int waiters = parbiter_query_waiters(b->client);
	u32 end = kbench_now();

	b->failed |= waiters != b->length;
	return end - start;
}

static int queue_open(struct kbench *b)
{
	unsigned int i;

	for (i = 0; i <= b->length; i++) {
		b->clients[i] = parbiter_open(b->port, "kbench", NULL, b);
		if (IS_ERR(b->clients[i]))
			return PTR_ERR(b->clients[i]);
		cond_resched();
	}
	return 0;
}

static void queue_close(struct kbench *b)
{
	unsigned int i;

	for (i = 0; i <= b->length; i++) {
		if (!IS_ERR_OR_NULL(b->clients[i]))
			parbiter_close(b->clients[i]);
		cond_resched();
	}
}

static void queue_measure(struct kbench *b, u32 (*once)(struct kbench *b))
{
	unsigned long flags;

	for (b->runs = 0; !b->failed && b->runs < ARRAY_SIZE(b->samples);
	     b->runs++) {
		atomic_set(&b->pending, 0);
		local_irq_save(flags);
		b->samples[b->runs] = once(b);
		local_irq_restore(flags);
		queue_settle(b);
		/* Whoever left the queue joins its tail again. */
		if (once == queue_cancel || once == queue_handoff)
			b->failed |= queue_ask(b, b->moved);
		b->failed |= parbiter_query_waiters(b->client) != b->length;
		cond_resched();
	}
}

static int measure_queue(struct kbench *b, u32 (*once)(struct kbench *b))
{
	unsigned int i;
	int ret;

	if (!b->length || b->length > LENGTH_MAX)
		return -EINVAL;
	b->clients = vzalloc(array_size(b->length + 1, sizeof(*b->clients)));
	if (!b->clients)
		return -ENOMEM;
	ret = kbench_open(b);
	if (ret)
		goto out_free;
	ret = queue_open(b);
	if (!ret)
		ret = parbiter_try_allocate(b->client);
	for (i = 0; !ret && i < b->length; i++)
		ret = queue_ask(b, i);
	if (!ret)
		queue_measure(b, once);
	queue_close(b);
	parbiter_close(b->client);
out_free:
	vfree(b->clients);
	return ret;
}

static int measure(struct kbench *b, const char *what)
{
	if (!strcmp(what, "empty"))
		kbench_measure(b, once_empty, true);
	else if (!strcmp(what, "calibrate"))
		kbench_measure(b, once_calibrate, true);
	else if (!strcmp(what, "cmpxchg"))
		kbench_measure(b, once_cmpxchg, true);
	else if (!strcmp(what, "mutex"))
		kbench_measure(b, once_mutex, false);
	else if (!strcmp(what, "mask"))
		return measure_mask(b);
	else if (!strcmp(what, "parport"))
		return measure_parport(b);
	else if (!strcmp(what, "armed"))
		return measure_armed(b);
	else if (!strcmp(what, "parbiter"))
		return measure_parbiter(b);
	else if (!strcmp(what, "shared"))
		return measure_shared(b);
	else if (!strcmp(what, "enqueue"))
		return measure_queue(b, queue_enqueue);
	else if (!strcmp(what, "cancel"))
		return measure_queue(b, queue_cancel);
	else if (!strcmp(what, "handoff"))
		return measure_queue(b, queue_handoff);
	else if (!strcmp(what, "query"))
		return measure_queue(b, queue_query);
	else
		return -ENOTTY;
	return 0;
}

static int compare(const void *a, const void *b)
{
	u32 left = *(const u32 *)a, right = *(const u32 *)b;

	return left < right ? -1 : left > right;
}

static int run(struct kbench *b, const char *what)
{
	u32 *samples = b->samples + KBENCH_WARM;
	int ret;

	init_waitqueue_head(&b->ended);
	ret = measure(b, what);
	if (ret)
		return ret;
	if (b->failed)
		return -EPROTO;
	sort(samples, KBENCH_RUNS, sizeof(*samples), compare, NULL);
	snprintf(kbench_answer, sizeof(kbench_answer), "%u %u %u\n",
		 samples[KBENCH_RUNS / 2], samples[0],
		 samples[KBENCH_RUNS - 1]);
	return 0;
}

static ssize_t kbench_write(struct file *file, const char __user *buf,
			    size_t len, loff_t *pos)
{
	char text[COMMAND_LEN], what[16];
	struct kbench *b;
	int ret;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	text[len] = '\0';
	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	ret = -EINVAL;
	if (sscanf(text, "%15s %u %u", what, &b->port, &b->length) >= 2) {
		mutex_lock(&kbench_lock);
		ret = run(b, what);
		mutex_unlock(&kbench_lock);
	}
	kfree(b);
	return ret ? ret : len;
}

static ssize_t kbench_read(struct file *file, char __user *buf, size_t len,
			   loff_t *pos)
{
	ssize_t ret;

	mutex_lock(&kbench_lock);
	len = min(len, strlen(kbench_answer));
	ret = copy_to_user(buf, kbench_answer, len) ? -EFAULT : len;
	mutex_unlock(&kbench_lock);
	return ret;
}

static const struct file_operations kbench_fops = {
	.owner = THIS_MODULE,
	.read = kbench_read,
	.write = kbench_write,
};

static struct miscdevice kbench_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "parbiter_bench",
	.fops = &kbench_fops,
	.mode = 0600,
};

module_misc_device(kbench_device);

MODULE_DESCRIPTION("Measures parbiter and the parport core from inside");
MODULE_LICENSE("GPL");
