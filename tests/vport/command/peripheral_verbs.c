// SPDX-License-Identifier: GPL-2.0
/*
 * The commands of parbiter_vport.ko to the peripherals of its ports
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "../peripheral.h"
#include "command.h"

/* If @word is "@name=NUMBER", store the number and return true. */
static bool vport_number_word(const char *word, const char *name,
			      unsigned int *number)
{
	size_t len = strlen(name);

	return !strncmp(word, name, len) && word[len] == '=' &&
	       !kstrtouint(word + len + 1, 0, number);
}

/* Parse "modes=MODE,..."; a peripheral accepts nibble mode in any case. */
static int vport_modes_word(char *word, u8 *accept)
{
	char *mode;

	if (strncmp(word, "modes=", 6))
		return -EINVAL;
	word += 6;
	*accept = 0;
	while ((mode = strsep(&word, ","))) {
		if (!strcmp(mode, "byte"))
			*accept |= VPORT_ACCEPT_BYTE;
		else if (!strcmp(mode, "ecp"))
			*accept |= VPORT_ACCEPT_ECP;
		else if (!strcmp(mode, "epp"))
			*accept |= VPORT_ACCEPT_EPP;
		else if (strcmp(mode, "nibble"))
			return -EINVAL;
	}
	return 0;
}

static int vport_option(char *word, struct vport_peripheral_config *config)
{
	if (!strcmp(word, "ack-irq")) {
		config->ack_irq = true;
		return 0;
	}
	if (!strncmp(word, "id=", 3)) {
		config->id = word + 3;
		return 0;
	}
	if (vport_number_word(word, "stall", &config->stall) ||
	    vport_number_word(word, "polls", &config->polls) ||
	    vport_number_word(word, "after", &config->after) ||
	    vport_number_word(word, "slow", &config->slow) ||
	    vport_number_word(word, "mute", &config->mute))
		return 0;
	if (config->kind->accept)
		return vport_modes_word(word, &config->accept);
	return -EINVAL;
}

static int vport_connect(struct vport *vport, int place, int argc,
			 char **argv)
{
	struct vport_peripheral_config config = { };
	int i, ret;

	config.kind = parbiter_vport_find_kind(argv[0]);
	if (!config.kind)
		return -EINVAL;
	config.accept = config.kind->accept;
	for (i = 1; i < argc; i++) {
		ret = vport_option(argv[i], &config);
		if (ret)
			return ret;
	}
	return parbiter_vport_set_peripheral(vport, place, &config);
}

static int vport_show_peripheral(struct vport *vport, int place,
				 struct vport_reply *reply)
{
	struct vport_peripheral_stats stats;
	int ret = parbiter_vport_peripheral_stats(vport, place, &stats);

	if (ret)
		return ret;
	parbiter_vport_reply(reply, "kind %s\nmode %s\nstate %s\nbusy %d\n",
			     stats.kind, parbiter_vport_mode_name(stats.mode),
			     stats.state, stats.busy);
	parbiter_vport_reply(reply, "received %llu\nlost %llu\nqueued %llu\nsent %llu\nacks %llu\n",
			     stats.received, stats.lost, stats.queued,
			     stats.sent, stats.acks);
	parbiter_vport_reply(reply, "negotiations %llu\nrefusals %llu\nterminations %llu\n",
			     stats.negotiations, stats.refusals,
			     stats.terminations);
	parbiter_vport_reply(reply, "addresses %llu\naddress %02x\nviolations %llu\n",
			     stats.addresses, stats.address, stats.violations);
	if (stats.violations)
		parbiter_vport_reply(reply, "violated %s %02x %02x\n",
				     stats.violated, stats.violated_from,
				     stats.violated_to);
	return 0;
}

/* peripheral N[.K] none|ready|show|KIND [OPTION...] */
static int vport_peripheral(int argc, char **argv, struct vport_reply *reply)
{
	int ret, place;
	struct vport_slot *slot = parbiter_vport_place_get(argv[0], &place);

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	if (argc == 2 && !strcmp(argv[1], "none"))
		ret = parbiter_vport_set_peripheral(slot->vport, place, NULL);
	else if (argc == 2 && !strcmp(argv[1], "ready"))
		ret = parbiter_vport_ready(slot->vport, place);
	else if (argc == 2 && !strcmp(argv[1], "show"))
		ret = vport_show_peripheral(slot->vport, place, reply);
	else
		ret = vport_connect(slot->vport, place, argc - 1, argv + 1);
	parbiter_vport_slot_put(slot);
	return ret;
}

static int vport_reply_received(struct vport *vport, int place, u64 pos,
				struct vport_reply *reply)
{
	ssize_t len;
	void *room;

	len = parbiter_vport_received(vport, place, pos, NULL,
				      VPORT_RECEIVED_BYTES);
	if (len < 0)
		return len;
	room = parbiter_vport_reply_room(reply, max_t(size_t, len, 1));
	if (!room)
		return -ENOMEM;
	len = parbiter_vport_received(vport, place, pos, room, len);
	if (len < 0)
		return len;
	reply->len += len;
	return 0;
}

/* received N[.K] [OFFSET] */
static int vport_received(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot;
	int ret, place;
	u64 pos = 0;

	if (argc > 1) {
		ret = kstrtou64(argv[1], 0, &pos);
		if (ret)
			return ret;
	}
	slot = parbiter_vport_place_get(argv[0], &place);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	ret = vport_reply_received(slot->vport, place, pos, reply);
	parbiter_vport_slot_put(slot);
	return ret;
}

/* received-count N[.K] */
static int vport_received_count(int argc, char **argv,
				struct vport_reply *reply)
{
	struct vport_peripheral_stats stats;
	int ret, place;
	struct vport_slot *slot = parbiter_vport_place_get(argv[0], &place);

	if (IS_ERR(slot))
		return PTR_ERR(slot);
	ret = parbiter_vport_peripheral_stats(slot->vport, place, &stats);
	if (!ret)
		parbiter_vport_reply(reply, "%llu\n", stats.received);
	parbiter_vport_slot_put(slot);
	return ret;
}

/* Replace @len pairs of digits by the bytes that they mean. */
static int vport_unhex(char *text, size_t len)
{
	char digits[3] = "";
	size_t i;
	int ret;
	u8 byte;

	for (i = 0; i < len; i++) {
		memcpy(digits, text + 2 * i, 2);
		ret = kstrtou8(digits, 16, &byte);
		if (ret)
			return ret;
		text[i] = byte;
	}
	return 0;
}

/* send N[.K] HEX */
static int vport_send(int argc, char **argv, struct vport_reply *reply)
{
	size_t len = strlen(argv[1]);
	struct vport_slot *slot;
	int ret, place;

	if (len % 2 || vport_unhex(argv[1], len / 2))
		return -EINVAL;
	slot = parbiter_vport_place_get(argv[0], &place);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	ret = parbiter_vport_send(slot->vport, place, argv[1], len / 2);
	parbiter_vport_slot_put(slot);
	return ret;
}

/* send-run N[.K] COUNT XX */
static int vport_send_run(int argc, char **argv, struct vport_reply *reply)
{
	struct vport_slot *slot;
	unsigned int count;
	int ret, place;
	u8 byte;

	if (kstrtouint(argv[1], 0, &count) || kstrtou8(argv[2], 16, &byte))
		return -EINVAL;
	slot = parbiter_vport_place_get(argv[0], &place);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	ret = parbiter_vport_send_run(slot->vport, place, count, byte);
	parbiter_vport_slot_put(slot);
	return ret;
}

const struct vport_verb parbiter_vport_peripheral_verbs[] = {
	{ "peripheral", 2, 9, vport_peripheral },
	{ "received", 1, 2, vport_received },
	{ "received-count", 1, 1, vport_received_count },
	{ "send", 2, 2, vport_send },
	{ "send-run", 3, 3, vport_send_run },
	{ }
};
