// SPDX-License-Identifier: GPL-2.0
/*
 * The commands of parbiter_vport.ko to the daisy chains of its ports
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../vport.h"
#include "command.h"

static void vport_show_device(const struct vport_chain_stats *stats, int place,
			      struct vport_reply *reply)
{
	parbiter_vport_reply(reply, "device=%d address=%d fault=%s",
			     place, stats->device[place].address,
			     parbiter_vport_fault_name(stats->device[place].fault));
	parbiter_vport_reply(reply, " selects=%llu enabled=%d latched=%d\n",
			     stats->device[place].selects,
			     stats->device[place].enabled,
			     stats->device[place].latched);
}

static int vport_show_chain(struct vport *vport, int place,
			    struct vport_reply *reply)
{
	struct vport_chain_stats stats;
	int ret = parbiter_vport_chain_stats(vport, &stats);
	int i;

	if (ret)
		return ret;
	if (place != VPORT_END) {
		if (place >= stats.devices)
			return -ENXIO;
		vport_show_device(&stats, place, reply);
		return 0;
	}
	parbiter_vport_reply(reply, "devices=%u selected=%d packets=%llu unheard=%llu\n",
			     stats.devices, stats.selected, stats.packets,
			     stats.unheard);
	for (i = 0; i < stats.devices; i++)
		vport_show_device(&stats, i, reply);
	return 0;
}

static int vport_device_irq(struct vport *vport, int place,
			    struct vport_reply *reply)
{
	int ret = parbiter_vport_device_irq(vport, place);

	if (ret < 0)
		return ret;
	parbiter_vport_sync_irq(vport);
	parbiter_vport_reply(reply, "%d\n", ret);
	return 0;
}

static int vport_set_fault(struct vport *vport, int place, const char *name)
{
	enum vport_fault fault;

	for (fault = 0; fault < VPORT_NR_FAULTS; fault++)
		if (!strcmp(name, parbiter_vport_fault_name(fault)))
			return parbiter_vport_set_fault(vport, place, fault);
	return -EINVAL;
}

/* chain N show, chain N.K show|irq|well|silent|refuse|wrong|stuck */
static int vport_chain(int argc, char **argv, struct vport_reply *reply)
{
	int ret, place;
	struct vport_slot *slot = parbiter_vport_place_get(argv[0], &place);

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	if (!strcmp(argv[1], "show"))
		ret = vport_show_chain(slot->vport, place, reply);
	else if (!strcmp(argv[1], "irq"))
		ret = vport_device_irq(slot->vport, place, reply);
	else
		ret = vport_set_fault(slot->vport, place, argv[1]);
	parbiter_vport_slot_put(slot);
	return ret;
}

const struct vport_verb parbiter_vport_chain_verbs[] = {
	{ "chain", 2, 2, vport_chain },
	{ }
};
