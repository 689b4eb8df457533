// SPDX-License-Identifier: GPL-2.0
/* parbiter_bench.ko: measures calls inside the kernel for bench.c; see kbench.h. */
#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/mutex.h>
#include <linux/parport.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "kbench_internal.h"

static char kbench_answer[64];

static __always_inline void once_empty(struct kbench *b)
{
}

/* Stepping through a call is slow, but gives the same result each time. */
static unsigned int kbench_runs(const struct kbench *b)
{
	return b->unit == KBENCH_UNIT_CYCLE ? KBENCH_RUNS : KBENCH_STEPPED;
}

/*
 * Measure one call at a time, so that an interrupt disturbs one measurement but not
 * the median. @undo, which is not measured, makes the next call possible.
 */
static __always_inline void measure_call(struct kbench *b,
					 void (*once)(struct kbench *b),
					 void (*undo)(struct kbench *b),
					 bool irqs_off)
{
	unsigned long flags = 0;
	unsigned int i;
	u32 start;

	for (i = 0; i < KBENCH_WARM + kbench_runs(b); i++) {
		if (irqs_off)
			local_irq_save(flags);
		if (b->unit != KBENCH_UNIT_CYCLE && i >= KBENCH_WARM) {
			b->samples[i] = kbench_step(b, once);
		} else {
			start = kbench_now();
			once(b);
			b->samples[i] = kbench_now() - start;
		}
		if (irqs_off)
			local_irq_restore(flags);
		undo(b);
		cond_resched();
	}
}

static __always_inline void kbench_measure(struct kbench *b,
					   void (*once)(struct kbench *b),
					   bool irqs_off)
{
	measure_call(b, once, once_empty, irqs_off);
}

static __always_inline void once_loop(struct kbench *b)
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

static __always_inline void once_try(struct kbench *b)
{
	b->failed |= parbiter_try_allocate(b->client);
}

static __always_inline void once_free(struct kbench *b)
{
	b->failed |= parbiter_free(b->client);
}

static void kbench_interrupt(void *private)
{
}

/*
 * An earlier owner of the port may have left its interrupt enabled. QEMU's port then
 * keeps an interrupt pending and raises it again at each write, until the status
 * register is read.
 */
static void kbench_quieten(struct parport *parport)
{
	parport->ops->disable_irq(parport);
	parport->ops->read_status(parport);
}

/* Register a native driver; its only callback is an interrupt handler, if @armed. */
static struct pardevice *kbench_register(struct parport *parport, const char *name,
					 bool armed)
{
	struct pardev_cb cb = { .irq_func = armed ? kbench_interrupt : NULL };
	struct pardevice *dev;

	dev = parport_register_dev_model(parport, name, &cb, parport->number);
	if (dev)
		kbench_quieten(parport);
	return dev;
}

static int kbench_attach(struct kbench *b, bool armed)
{
	struct parport *parport = parport_find_number(b->port);

	if (!parport)
		return -ENODEV;
	b->dev = kbench_register(parport, "kbench", armed);
	parport_put_port(parport);
	return b->dev ? 0 : -EBUSY;
}

int kbench_open(struct kbench *b, const struct parbiter_client_ops *ops)
{
	if (!parbiter_open)
		return -ENODEV;
	b->client = parbiter_open(b->port, "kbench", ops, b);
	return PTR_ERR_OR_ZERO(b->client);
}

/* parbiter masks the port's interrupt around a release; see src/port/claim.c. */
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

/* Interrupts are off unless @armed: then the claim raises one, which counts. */
static int measure_parport(struct kbench *b, bool armed)
{
	int ret = kbench_attach(b, armed);

	if (ret)
		return ret;
	kbench_measure(b, once_parport, !armed);
	parport_unregister_device(b->dev);
	return 0;
}

/* Measure claim and release while a client of parbiter has the port open. */
static int measure_opened(struct kbench *b)
{
	int ret = kbench_open(b, NULL);

	if (ret)
		return ret;
	ret = measure_parport(b, false);
	parbiter_close(b->client);
	return ret;
}

static __always_inline int measure_client(struct kbench *b,
					  void (*before)(struct kbench *b),
					  void (*once)(struct kbench *b),
					  void (*undo)(struct kbench *b))
{
	int ret = kbench_open(b, NULL);

	if (ret)
		return ret;
	before(b);
	measure_call(b, once, undo, true);
	parbiter_close(b->client);
	return 0;
}

/* Measure a client beside one native driver, whose claim parbiter need not give back. */
static int measure_beside(struct kbench *b)
{
	int ret = kbench_attach(b, false);

	if (ret)
		return ret;
	ret = measure_client(b, once_empty, once_parbiter, once_empty);
	parport_unregister_device(b->dev);
	return ret;
}

/* Measure a native driver to which parbiter's idle claim is handed over. */
static int measure_handed(struct kbench *b)
{
	int ret = kbench_attach(b, false);

	if (ret)
		return ret;
	ret = measure_client(b, once_parbiter, once_parport, once_parbiter);
	parport_unregister_device(b->dev);
	return ret;
}

/*
 * Measure a client beside two native drivers. Interrupts are on, because parbiter
 * defers the release to a work item otherwise.
 */
static int measure_shared(struct kbench *b)
{
	struct pardevice *second;
	int ret = kbench_attach(b, false);

	if (ret)
		return ret;
	second = kbench_register(b->dev->port, "kbench-second", false);
	ret = second ? kbench_open(b, NULL) : -EBUSY;
	if (!ret) {
		kbench_measure(b, once_parbiter, false);
		parbiter_close(b->client);
	}
	if (second)
		parport_unregister_device(second);
	parport_unregister_device(b->dev);
	return ret;
}

static int measure(struct kbench *b, const char *what)
{
	if (!strcmp(what, "empty"))
		kbench_measure(b, once_empty, true);
	else if (!strcmp(what, "loop"))
		kbench_measure(b, once_loop, true);
	else if (!strcmp(what, "cmpxchg"))
		kbench_measure(b, once_cmpxchg, true);
	else if (!strcmp(what, "mutex"))
		kbench_measure(b, once_mutex, false);
	else if (!strcmp(what, "mask"))
		return measure_mask(b);
	else if (!strcmp(what, "parport"))
		return measure_parport(b, false);
	else if (!strcmp(what, "opened"))
		return measure_opened(b);
	else if (!strcmp(what, "armed"))
		return measure_parport(b, true);
	else if (!strcmp(what, "parbiter"))
		return measure_client(b, once_empty, once_parbiter,
				      once_empty);
	else if (!strcmp(what, "try"))
		return measure_client(b, once_empty, once_try, once_free);
	else if (!strcmp(what, "free"))
		return measure_client(b, once_try, once_free, once_try);
	else if (!strcmp(what, "beside"))
		return measure_beside(b);
	else if (!strcmp(what, "handed"))
		return measure_handed(b);
	else if (!strcmp(what, "shared"))
		return measure_shared(b);
	else
		return kbench_queue(b, what);
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
	unsigned int n = kbench_runs(b);
	int ret;

	init_waitqueue_head(&b->ended);
	ret = kbench_step_begin();
	if (ret)
		return ret;
	ret = measure(b, what);
	kbench_step_end();
	if (ret)
		return ret;
	if (b->failed)
		return -EPROTO;
	sort(samples, n, sizeof(*samples), compare, NULL);
	snprintf(kbench_answer, sizeof(kbench_answer), "%u %u %u",
		 samples[n / 2], samples[0],
		 samples[n - 1]);
	return 0;
}

/* The kernel calls kbench_set() and kbench_get() with the parameters' lock held. */
static int kbench_set(const char *text, const struct kernel_param *kp)
{
	struct kbench *b;
	char what[16];
	int ret;

	b = kzalloc(sizeof(*b), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	ret = -EINVAL;
	if (strstarts(text, KBENCH_LOCKED)) {
		b->unit = KBENCH_UNIT_LOCKED;
		text += strlen(KBENCH_LOCKED);
	} else if (strstarts(text, KBENCH_STEPS)) {
		b->unit = KBENCH_UNIT_STEP;
		text += strlen(KBENCH_STEPS);
	}
	if (sscanf(text, "%15s %u %u", what, &b->port, &b->length) >= 2)
		ret = run(b, what);
	kfree(b);
	return ret;
}

static int kbench_get(char *text, const struct kernel_param *kp)
{
	return sysfs_emit(text, "%s\n", kbench_answer);
}

static const struct kernel_param_ops kbench_ops = {
	.set = kbench_set,
	.get = kbench_get,
};
module_param_cb(measure, &kbench_ops, NULL, 0600);
MODULE_PARM_DESC(measure, "See kbench.h");

static int kbench_get_steps(char *text, const struct kernel_param *kp)
{
	return kbench_steps(text);
}

static const struct kernel_param_ops kbench_steps_ops = {
	.get = kbench_get_steps,
};
module_param_cb(steps, &kbench_steps_ops, NULL, 0400);
MODULE_PARM_DESC(steps, "Functions of what \"locked\" measured last");

MODULE_DESCRIPTION("Measures parbiter and the parport core from inside");
MODULE_LICENSE("GPL");
