// SPDX-License-Identifier: GPL-2.0
/*
 * The native drivers of parbiter_vport.ko, and the commands to them.
 *
 * They have one parport driver in common, whose detach() unregisters them when their
 * port is unplugged. It is registered with the first native driver, because the core
 * loads parport_pc when a driver finds no port.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/parport.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../vport.h"
#include "command.h"

/* The longest device ID that is read */
#define VPORT_ID_MAX		2048

struct vport_entry {
	struct list_head list;
	struct vport_native *native;
};

static LIST_HEAD(vport_entries);
/* Guards vport_entries. Nests inside the core's registration lock (vport_detach()). */
static DEFINE_MUTEX(vport_entries_lock);

static bool vport_driver_registered;
/* Guards vport_driver_registered. The core's registration lock nests inside it. */
static DEFINE_MUTEX(vport_driver_lock);

static void vport_entry_free(struct vport_entry *entry)
{
	list_del(&entry->list);
	parbiter_vport_native_unregister(entry->native);
	parbiter_vport_native_put(entry->native);
	kfree(entry);
}

static void vport_detach(struct parport *port)
{
	struct vport_entry *entry, *next;

	mutex_lock(&vport_entries_lock);
	list_for_each_entry_safe(entry, next, &vport_entries, list)
		if (parbiter_vport_native_number(entry->native) == port->number)
			vport_entry_free(entry);
	mutex_unlock(&vport_entries_lock);
}

/* A new port gets no native driver: commands add them. */
static void vport_match(struct parport *port)
{
}

static struct parport_driver vport_driver = {
	.name		= KBUILD_MODNAME,
	.match_port	= vport_match,
	.detach		= vport_detach,
};

static int vport_driver_register(void)
{
	int ret = 0;

	mutex_lock(&vport_driver_lock);
	if (!vport_driver_registered) {
		ret = parport_register_driver(&vport_driver);
		vport_driver_registered = !ret;
	}
	mutex_unlock(&vport_driver_lock);
	return ret;
}

/**
 * parbiter_vport_remove_natives - take all native drivers off their ports
 *
 * Context: process; may sleep.
 */
void parbiter_vport_remove_natives(void)
{
	mutex_lock(&vport_driver_lock);
	if (vport_driver_registered)
		parport_unregister_driver(&vport_driver);
	vport_driver_registered = false;
	mutex_unlock(&vport_driver_lock);
}

static struct vport_entry *vport_entry_find(int number, const char *name)
{
	struct vport_entry *entry;

	lockdep_assert_held(&vport_entries_lock);

	list_for_each_entry(entry, &vport_entries, list)
		if (parbiter_vport_native_number(entry->native) == number &&
		    !strcmp(parbiter_vport_native_name(entry->native), name))
			return entry;
	return NULL;
}

/* Return the native driver that the first two words name, with a reference. */
static struct vport_native *vport_native_find(char **argv)
{
	struct vport_native *native = ERR_PTR(-ENOENT);
	struct vport_entry *entry;
	int number, ret;

	ret = kstrtoint(argv[0], 0, &number);
	if (ret)
		return ERR_PTR(ret);
	mutex_lock(&vport_entries_lock);
	entry = vport_entry_find(number, argv[1]);
	if (entry) {
		native = entry->native;
		parbiter_vport_native_get(native);
	}
	mutex_unlock(&vport_entries_lock);
	return native;
}

static int vport_parse_daisy(const char *option,
			     struct vport_native_config *config)
{
	if (strncmp(option, "daisy=", 6))
		return -EINVAL;
	config->chained = true;
	return kstrtoint(option + 6, 0, &config->daisy);
}

static int vport_parse_option(const char *option,
			      struct vport_native_config *config)
{
	if (!strcmp(option, "preempt=yes"))
		config->preempt = VPORT_PREEMPT_ACCEPT;
	else if (!strcmp(option, "preempt=no"))
		config->preempt = VPORT_PREEMPT_REFUSE;
	else if (!strcmp(option, "wakeup=yes"))
		config->wakeup = VPORT_WAKEUP_CLAIM;
	else if (!strcmp(option, "wakeup=count"))
		config->wakeup = VPORT_WAKEUP_COUNT;
	else if (!strcmp(option, "wakeup=no"))
		config->wakeup = VPORT_WAKEUP_NONE;
	else if (!strcmp(option, "irq"))
		config->irq = true;
	else if (!strcmp(option, "excl"))
		config->exclusive = true;
	else
		return vport_parse_daisy(option, config);
	return 0;
}

/* The port cannot go away meanwhile, because vport_detach() waits for the lock. */
static int vport_entry_create(struct parport *port,
			      const struct vport_native_config *config)
{
	struct vport_native *native;
	struct vport_entry *entry;

	lockdep_assert_held(&vport_entries_lock);

	if (!test_bit(PARPORT_ANNOUNCED, &port->devflags))
		return -ENODEV;
	if (vport_entry_find(port->number, config->name))
		return -EEXIST;
	entry = kzalloc(sizeof(*entry), GFP_KERNEL);
	if (!entry)
		return -ENOMEM;
	native = parbiter_vport_native_create(port, config);
	if (IS_ERR(native)) {
		kfree(entry);
		return PTR_ERR(native);
	}
	entry->native = native;
	list_add_tail(&entry->list, &vport_entries);
	return 0;
}

/* nadd N NAME [preempt=yes|no] [wakeup=yes|count|no] [irq] [excl] [daisy=A] */
static int vport_nadd(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_native_config config = { .name = argv[1] };
	struct parport *port;
	int number, ret, i;

	ret = kstrtoint(argv[0], 0, &number);
	for (i = 2; !ret && i < argc; i++)
		ret = vport_parse_option(argv[i], &config);
	if (ret)
		return ret;
	port = parport_find_number(number);
	if (!port)
		return -ENODEV;
	ret = vport_driver_register();
	if (!ret) {
		mutex_lock(&vport_entries_lock);
		ret = vport_entry_create(port, &config);
		mutex_unlock(&vport_entries_lock);
	}
	parport_put_port(port);
	return ret;
}

/* nremove N NAME */
static int vport_nremove(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_entry *entry;
	int number, ret;

	ret = kstrtoint(argv[0], 0, &number);
	if (ret)
		return ret;
	mutex_lock(&vport_entries_lock);
	entry = vport_entry_find(number, argv[1]);
	if (entry)
		vport_entry_free(entry);
	mutex_unlock(&vport_entries_lock);
	return entry ? 0 : -ENOENT;
}

/* Replace errors at which a program that writes would try again by itself. */
static int vport_errno(int ret)
{
	switch (ret) {
	case -EAGAIN:
		return -EBUSY;
	case -EINTR:
		return -ECANCELED;
	default:
		return ret;
	}
}

/* Run a command that takes no further argument. */
static int vport_tell(char **argv, int (*what)(struct vport_native *native))
{
	struct vport_native *native = vport_native_find(argv);
	int ret;

	if (IS_ERR(native))
		return PTR_ERR(native);
	ret = what(native);
	parbiter_vport_native_put(native);
	return vport_errno(ret);
}

/* nclaim N NAME */
static int vport_nclaim(int argc, char **argv, struct vport_reply *reply)
{
	return vport_tell(argv, parbiter_vport_native_claim);
}

/* nclaim-irq N NAME */
static int vport_nclaim_irq(int argc, char **argv, struct vport_reply *reply)
{
	return vport_tell(argv, parbiter_vport_native_claim_irq);
}

/* nclaim-block N NAME */
static int vport_nblock(int argc, char **argv, struct vport_reply *reply)
{
	return vport_tell(argv, parbiter_vport_native_claim_block);
}

/* nsignal N NAME */
static int vport_nsignal(int argc, char **argv, struct vport_reply *reply)
{
	return vport_tell(argv, parbiter_vport_native_signal);
}

/* nrelease N NAME */
static int vport_nrelease(int argc, char **argv, struct vport_reply *reply)
{
	return vport_tell(argv, parbiter_vport_native_release);
}

/* nyield N NAME */
static int vport_nyield(int argc, char **argv, struct vport_reply *reply)
{
	return vport_tell(argv, parbiter_vport_native_yield);
}

/* nwait N NAME MS */
static int vport_nwait(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_native *native;
	unsigned int ms;
	int ret;

	ret = kstrtouint(argv[2], 0, &ms);
	if (ret)
		return ret;
	native = vport_native_find(argv);
	if (IS_ERR(native))
		return PTR_ERR(native);
	ret = parbiter_vport_native_wait(native, ms);
	parbiter_vport_native_put(native);
	return vport_errno(ret);
}

/* nwrite N NAME XX */
static int vport_nwrite(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_native *native;
	u8 data;
	int ret;

	ret = kstrtou8(argv[2], 16, &data);
	if (ret)
		return ret;
	native = vport_native_find(argv);
	if (IS_ERR(native))
		return PTR_ERR(native);
	ret = parbiter_vport_native_write(native, data);
	parbiter_vport_native_put(native);
	return ret;
}

/* nid N NAME */
static int vport_nid(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_native *native = vport_native_find(argv);
	ssize_t len = -ENOMEM;
	void *room;

	if (IS_ERR(native))
		return PTR_ERR(native);
	room = parbiter_vport_reply_room(reply, VPORT_ID_MAX);
	if (room)
		len = parbiter_vport_native_id(native, room, VPORT_ID_MAX);
	parbiter_vport_native_put(native);
	if (len < 0)
		return vport_errno(len);
	reply->len += len;
	return 0;
}

static void vport_print_native(struct vport_native *native,
			       struct vport_reply *reply)
{
	struct vport_native_stats stats;

	parbiter_vport_native_stats(native, &stats);
	parbiter_vport_reply(reply, "%d %s %s",
			     parbiter_vport_native_number(native),
			     parbiter_vport_native_name(native),
			     stats.owner ? "owner" :
			     stats.blocked ? "blocked" :
			     stats.wanting ? "waiting" : "idle");
	parbiter_vport_reply(reply, " claims=%llu grants=%llu wakeups=%llu",
			     stats.claims, stats.grants, stats.wakeups);
	parbiter_vport_reply(reply, " asked=%llu irqs=%llu result=%d",
			     stats.asked, stats.irqs, stats.result);
	parbiter_vport_reply(reply, " seq=%llu ns=%llu\n",
			     stats.seq, stats.ns);
}

/* nshow N NAME */
static int vport_nshow(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_native *native = vport_native_find(argv);

	if (IS_ERR(native))
		return PTR_ERR(native);
	vport_print_native(native, reply);
	parbiter_vport_native_put(native);
	return 0;
}

/* nlist */
static int vport_nlist(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_entry *entry;

	mutex_lock(&vport_entries_lock);
	list_for_each_entry(entry, &vport_entries, list)
		vport_print_native(entry->native, reply);
	mutex_unlock(&vport_entries_lock);
	return 0;
}

const struct vport_verb parbiter_vport_native_verbs[] = {
	{ "nadd", 2, 7, vport_nadd },
	{ "nremove", 2, 2, vport_nremove },
	{ "nclaim", 2, 2, vport_nclaim },
	{ "nclaim-irq", 2, 2, vport_nclaim_irq },
	{ "nclaim-block", 2, 2, vport_nblock },
	{ "nwait", 3, 3, vport_nwait },
	{ "nsignal", 2, 2, vport_nsignal },
	{ "nrelease", 2, 2, vport_nrelease },
	{ "nyield", 2, 2, vport_nyield },
	{ "nwrite", 3, 3, vport_nwrite },
	{ "nid", 2, 2, vport_nid },
	{ "nshow", 2, 2, vport_nshow },
	{ "nlist", 0, 0, vport_nlist },
	{ }
};
