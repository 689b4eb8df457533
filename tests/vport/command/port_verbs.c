// SPDX-License-Identifier: GPL-2.0
/*
 * The ports of parbiter_vport.ko, and the commands to them.
 *
 * Commands name a port by its number. After unplug the number means the newest
 * unplugged port that had it, until a new port gets it.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/parport.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../vport.h"
#include "command.h"

/* The number of unplugged ports that are kept */
#define VPORT_GONE_MAX		8
#define VPORT_DELAY_MAX		100000

/* The base address that a port reports; nobody accesses it */
#define VPORT_BASE		0x378

/* All ports, newest first */
static LIST_HEAD(vport_slots);
static DEFINE_MUTEX(vport_slots_lock);

static void vport_slot_free(struct kref *ref)
{
	struct vport_slot *slot = container_of(ref, struct vport_slot, ref);

	parbiter_vport_destroy(slot->vport);
	kfree(slot);
}

/**
 * parbiter_vport_slot_put - drop a reference
 * @slot: the slot
 */
void parbiter_vport_slot_put(struct vport_slot *slot)
{
	kref_put(&slot->ref, vport_slot_free);
}

/* Return the port with this number, or else the newest unplugged one that had it. */
static struct vport_slot *vport_slot_find(int number)
{
	struct vport_slot *slot, *gone = NULL;

	lockdep_assert_held(&vport_slots_lock);

	list_for_each_entry(slot, &vport_slots, list) {
		if (parbiter_vport_number(slot->vport) != number)
			continue;
		if (!parbiter_vport_unplugged(slot->vport))
			return slot;
		if (!gone)
			gone = slot;
	}
	return gone;
}

/**
 * parbiter_vport_slot_get - find the port that a command names
 * @word: the port's number
 *
 * Return: the slot, with a reference, or an ERR_PTR().
 */
struct vport_slot *parbiter_vport_slot_get(const char *word)
{
	struct vport_slot *slot;
	int number, ret;

	ret = kstrtoint(word, 0, &number);
	if (ret)
		return ERR_PTR(ret);
	mutex_lock(&vport_slots_lock);
	slot = vport_slot_find(number);
	if (slot)
		kref_get(&slot->ref);
	mutex_unlock(&vport_slots_lock);
	return slot ? slot : ERR_PTR(-ENODEV);
}

/**
 * parbiter_vport_place_get - find the port and the place that a command names
 * @word: the port's number, or "N.K" for place K in the daisy chain of port N
 * @place: where to store the place; VPORT_END if the word is a port's number
 *
 * Return: the slot, with a reference, or an ERR_PTR().
 */
struct vport_slot *parbiter_vport_place_get(const char *word, int *place)
{
	const char *dot = strchr(word, '.');
	struct vport_slot *slot;
	unsigned int number;
	char *port;
	int ret;

	*place = VPORT_END;
	if (!dot)
		return parbiter_vport_slot_get(word);
	ret = kstrtouint(dot + 1, 10, &number);
	if (!ret && number >= VPORT_DEVICES)
		ret = -ENXIO;
	if (ret)
		return ERR_PTR(ret);
	*place = number;
	port = kmemdup_nul(word, dot - word, GFP_KERNEL);
	if (!port)
		return ERR_PTR(-ENOMEM);
	slot = parbiter_vport_slot_get(port);
	kfree(port);
	return slot;
}

/* Free the unplugged ports, except for the @keep newest ones. */
static void vport_forget(unsigned int keep)
{
	struct vport_slot *slot, *next;
	LIST_HEAD(old);

	mutex_lock(&vport_slots_lock);
	list_for_each_entry_safe(slot, next, &vport_slots, list) {
		if (!parbiter_vport_unplugged(slot->vport))
			continue;
		if (keep)
			keep--;
		else
			list_move(&slot->list, &old);
	}
	mutex_unlock(&vport_slots_lock);

	list_for_each_entry_safe(slot, next, &old, list) {
		list_del(&slot->list);
		parbiter_vport_slot_put(slot);
	}
}

static struct vport_slot *vport_slot_create(const struct vport_config *config)
{
	struct vport_slot *slot = kzalloc(sizeof(*slot), GFP_KERNEL);
	struct vport *vport;

	if (!slot)
		return ERR_PTR(-ENOMEM);
	kref_init(&slot->ref);
	vport = parbiter_vport_create(config);
	if (IS_ERR(vport)) {
		kfree(slot);
		return ERR_CAST(vport);
	}
	slot->vport = vport;
	return slot;
}

/* If @word is "@name" or "@name=ID", return the ID, which may be ""; else NULL. */
static const char *vport_id_word(const char *word, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(word, name, len))
		return NULL;
	if (!word[len])
		return word + len;
	return word[len] == '=' ? word + len + 1 : NULL;
}

static int vport_add_option(const char *word, struct vport_config *config)
{
	const char *id = vport_id_word(word, "device");

	if (id) {
		if (config->devices == VPORT_DEVICES)
			return -EINVAL;
		config->device[config->devices++] = id;
		return 0;
	}
	id = vport_id_word(word, "end");
	if (id && !config->end)
		config->end = id;
	else if (!strcmp(word, "irq"))
		config->irq = true;
	else if (!strcmp(word, "ecp"))
		config->ecp = true;
	else if (!strcmp(word, "noecr"))
		config->no_ecr = true;
	else if (!strcmp(word, "noio"))
		config->base = 0;
	else if (strcmp(word, "polled"))
		return -EINVAL;
	return 0;
}

/* add [irq|polled] [ecp] [noecr] [noio] [device[=ID]]... [end[=ID]] */
static int vport_add(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_config config = { .base = VPORT_BASE };
	struct vport_slot *slot;
	int i, ret;

	for (i = 0; i < argc; i++) {
		ret = vport_add_option(argv[i], &config);
		if (ret)
			return ret;
	}
	slot = vport_slot_create(&config);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	parbiter_vport_reply(reply, "%d\n", parbiter_vport_number(slot->vport));
	mutex_lock(&vport_slots_lock);
	list_add(&slot->list, &vport_slots);
	mutex_unlock(&vport_slots_lock);
	return 0;
}

/* remove N */
static int vport_remove(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot = parbiter_vport_slot_get(argv[0]);

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	parbiter_vport_unplug(slot->vport);
	parbiter_vport_slot_put(slot);
	vport_forget(VPORT_GONE_MAX);
	return 0;
}

/* forget */
static int vport_forget_all(int argc, char **argv, struct vport_reply *reply)
{
	vport_forget(0);
	return 0;
}

static void vport_list_one(struct vport *vport, struct vport_reply *reply)
{
	bool gone = parbiter_vport_unplugged(vport);

	parbiter_vport_reply(reply, "%d %s irq=%d masked=%d late=%llu released=%d\n",
			     parbiter_vport_number(vport),
			     gone ? "unplugged" : "plugged",
			     parbiter_vport_irq(vport),
			     parbiter_vport_irq_masked(vport),
			     parbiter_vport_late(vport),
			     parbiter_vport_released(vport));
}

/* list */
static int vport_list(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot;

	mutex_lock(&vport_slots_lock);
	list_for_each_entry(slot, &vport_slots, list)
		vport_list_one(slot->vport, reply);
	mutex_unlock(&vport_slots_lock);
	return 0;
}

/* show N */
static int vport_show(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot = parbiter_vport_slot_get(argv[0]);

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	vport_list_one(slot->vport, reply);
	parbiter_vport_slot_put(slot);
	return 0;
}

/* irq N [force] */
static int vport_irq(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot;
	bool force = argc > 1;
	int ret;

	if (force && strcmp(argv[1], "force"))
		return -EINVAL;
	slot = parbiter_vport_slot_get(argv[0]);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	ret = parbiter_vport_raise_irq(slot->vport, force);
	if (ret >= 0) {
		parbiter_vport_sync_irq(slot->vport);
		parbiter_vport_reply(reply, "%d\n", ret);
	}
	parbiter_vport_slot_put(slot);
	return ret < 0 ? ret : 0;
}

/* Run a command that drives lines; its words are the port's number and a byte. */
static int vport_drive(char **argv, void (*drive)(struct vport *, u8))
{
	struct vport_slot *slot;
	u8 value;
	int ret;

	ret = kstrtou8(argv[1], 16, &value);
	if (ret)
		return ret;
	slot = parbiter_vport_slot_get(argv[0]);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	drive(slot->vport, value);
	parbiter_vport_slot_put(slot);
	return 0;
}

/* status N XX */
static int vport_status(int argc, char **argv, struct vport_reply *reply)
{
	return vport_drive(argv, parbiter_vport_set_status);
}

/* input N XX */
static int vport_input(int argc, char **argv, struct vport_reply *reply)
{
	return vport_drive(argv, parbiter_vport_set_input);
}

/* regs N */
static int vport_regs(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot = parbiter_vport_slot_get(argv[0]);
	int reg;

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	for (reg = 0; reg < VPORT_NR_REGISTERS; reg++)
		parbiter_vport_reply(reply, "%s %02x\n",
				     parbiter_vport_register_name(reg),
				     parbiter_vport_register(slot->vport, reg));
	parbiter_vport_slot_put(slot);
	return 0;
}

/* mode N: the port's IEEE 1284 mode, phase and device in the core's struct parport */
static int vport_mode(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot = parbiter_vport_slot_get(argv[0]);
	struct parport *port;
	int ret = 0;

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	if (parbiter_vport_unplugged(slot->vport)) {
		ret = -ENODEV;
	} else {
		port = parbiter_vport_parport(slot->vport);
		parbiter_vport_reply(reply, "mode %x\nphase %x\ndaisy %d\n",
				     port->ieee1284.mode, port->ieee1284.phase,
				     port->daisy);
	}
	parbiter_vport_slot_put(slot);
	return ret;
}

/* reset N */
static int vport_reset(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot = parbiter_vport_slot_get(argv[0]);

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	parbiter_vport_reset(slot->vport);
	parbiter_vport_slot_put(slot);
	return 0;
}

static void vport_hook_irq(struct vport *vport, enum vport_op op,
			   void *context)
{
	parbiter_vport_raise_irq(vport, false);
}

static void vport_hook_delay(struct vport *vport, enum vport_op op,
			     void *context)
{
	struct vport_slot *slot = context;
	unsigned int us = READ_ONCE(slot->delay[op]);

	mdelay(us / 1000);
	udelay(us % 1000);
}

static int vport_set_hook(struct vport_slot *slot, enum vport_op op, int argc,
			  char **argv)
{
	unsigned int delay;
	int ret;

	if (argc == 1 && !strcmp(argv[0], "none")) {
		parbiter_vport_set_hook(slot->vport, op, NULL, NULL);
		return 0;
	}
	/* The hook of the interrupt must not raise another one: that would never end. */
	if (argc == 1 && !strcmp(argv[0], "irq") && op != VPORT_IRQ) {
		parbiter_vport_set_hook(slot->vport, op, vport_hook_irq, slot);
		return 0;
	}
	if (argc != 2 || strcmp(argv[0], "delay"))
		return -EINVAL;
	ret = kstrtouint(argv[1], 0, &delay);
	if (ret)
		return ret;
	if (delay > VPORT_DELAY_MAX)
		return -EINVAL;
	WRITE_ONCE(slot->delay[op], delay);
	parbiter_vport_set_hook(slot->vport, op, vport_hook_delay, slot);
	return 0;
}

/* hook N OP none|irq|delay USEC */
static int vport_hook(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot;
	int op, ret;

	for (op = 0; op < VPORT_NR_OPS; op++)
		if (!strcmp(argv[1], parbiter_vport_op_name(op)))
			break;
	if (op == VPORT_NR_OPS)
		return -EINVAL;
	slot = parbiter_vport_slot_get(argv[0]);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	ret = vport_set_hook(slot, op, argc - 2, argv + 2);
	parbiter_vport_slot_put(slot);
	return ret;
}

static void vport_print_counters(const struct vport_counters *sum,
				 struct vport_reply *reply)
{
	int i;

	for (i = 0; i < VPORT_NR_REGISTERS; i++)
		parbiter_vport_reply(reply, "reads.%s %llu\nwrites.%s %llu\n",
				     parbiter_vport_register_name(i),
				     sum->reads[i],
				     parbiter_vport_register_name(i),
				     sum->writes[i]);
	for (i = 0; i < VPORT_IRQ; i++)
		parbiter_vport_reply(reply, "ops.%s %llu\nlate.%s %llu\n",
				     parbiter_vport_op_name(i), sum->ops[i],
				     parbiter_vport_op_name(i), sum->late[i]);
	parbiter_vport_reply(reply, "unclaimed %llu\n", sum->unclaimed);
	parbiter_vport_reply(reply, "irq.raised %llu\nirq.suppressed %llu\n",
			     sum->raised, sum->suppressed);
	parbiter_vport_reply(reply, "irq.merged %llu\nirq.handled %llu\n",
			     sum->merged, sum->handled);
	parbiter_vport_reply(reply, "records %llu\nlost %llu\n",
			     sum->records, sum->lost);
}

/* counters N */
static int vport_counters(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot = parbiter_vport_slot_get(argv[0]);
	struct vport_counters *sum;

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	sum = kzalloc(sizeof(*sum), GFP_KERNEL);
	if (sum) {
		parbiter_vport_counters(slot->vport, sum);
		vport_print_counters(sum, reply);
		parbiter_vport_reply(reply, "late %llu\n",
				     parbiter_vport_late(slot->vport));
		kfree(sum);
	}
	parbiter_vport_slot_put(slot);
	return sum ? 0 : -ENOMEM;
}

/* trace N */
static int vport_trace(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot = parbiter_vport_slot_get(argv[0]);
	struct vport_record rec;
	char line[160];
	u64 pos = 0;
	int left = 2 * VPORT_TRACE_RECORDS;

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	/* Stop after a while, because a busy port may add records as fast as this reads. */
	while (left-- && parbiter_vport_read(slot->vport, &pos, &rec)) {
		parbiter_vport_format(&rec, line, sizeof(line));
		parbiter_vport_reply(reply, "%s", line);
	}
	parbiter_vport_slot_put(slot);
	return 0;
}

/* seq */
static int vport_seq(int argc, char **argv, struct vport_reply *reply)
{
	parbiter_vport_reply(reply, "%llu\n", parbiter_vport_sequence());
	return 0;
}

/* clear */
static int vport_clear(int argc, char **argv, struct vport_reply *reply)
{
	parbiter_vport_unlock();
	parbiter_vport_remove_natives();
	parbiter_vport_remove_ports();
	return 0;
}

/**
 * parbiter_vport_remove_ports - unplug and forget all ports
 *
 * Context: process; may sleep.
 */
void parbiter_vport_remove_ports(void)
{
	struct vport_slot *slot, *next;
	LIST_HEAD(all);

	mutex_lock(&vport_slots_lock);
	list_splice_init(&vport_slots, &all);
	mutex_unlock(&vport_slots_lock);

	list_for_each_entry_safe(slot, next, &all, list) {
		list_del(&slot->list);
		parbiter_vport_slot_put(slot);
	}
}

const struct vport_verb parbiter_vport_port_verbs[] = {
	{ "add", 0, 2 + VPORT_DEVICES, vport_add },
	{ "remove", 1, 1, vport_remove },
	{ "forget", 0, 0, vport_forget_all },
	{ "clear", 0, 0, vport_clear },
	{ "list", 0, 0, vport_list },
	{ "show", 1, 1, vport_show },
	{ "irq", 1, 2, vport_irq },
	{ "status", 2, 2, vport_status },
	{ "input", 2, 2, vport_input },
	{ "regs", 1, 1, vport_regs },
	{ "mode", 1, 1, vport_mode },
	{ "reset", 1, 1, vport_reset },
	{ "hook", 3, 4, vport_hook },
	{ "counters", 1, 1, vport_counters },
	{ "trace", 1, 1, vport_trace },
	{ "seq", 0, 0, vport_seq },
	{ }
};
