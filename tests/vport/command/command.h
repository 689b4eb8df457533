/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands to parbiter_vport.ko, and the replies to them
 */
#ifndef _PARBITER_VPORT_COMMAND_H
#define _PARBITER_VPORT_COMMAND_H

#include <linux/compiler_attributes.h>
#include <linux/kref.h>
#include <linux/types.h>

#include "../vport.h"

/**
 * struct vport_reply - the reply to a command, a buffer that grows
 * @text: the text or bytes; not terminated
 * @len: length of @text
 * @size: size of the buffer
 * @failed: there was not enough memory for the whole reply
 */
struct vport_reply {
	char *text;
	size_t len;
	size_t size;
	bool failed;
};

/**
 * struct vport_verb - a command
 * @name: the first word of the command
 * @min: least number of words after it
 * @max: greatest number of words after it
 * @run: run the command; @argv starts after the first word
 */
struct vport_verb {
	const char *name;
	int min;
	int max;
	int (*run)(int argc, char **argv, struct vport_reply *reply);
};

/**
 * struct vport_slot - a port that commands can name
 * @list: in the list of all ports, newest first
 * @ref: reference count
 * @vport: the port
 * @delay: delay of each operation's hook, in microseconds
 */
struct vport_slot {
	struct list_head list;
	struct kref ref;
	struct vport *vport;
	unsigned int delay[VPORT_NR_OPS];
};

struct vport_slot *parbiter_vport_slot_get(const char *word);
struct vport_slot *parbiter_vport_place_get(const char *word, int *place);
void parbiter_vport_slot_put(struct vport_slot *slot);

/* Each table ends with an entry without a name. */
extern const struct vport_verb parbiter_vport_port_verbs[];
extern const struct vport_verb parbiter_vport_chain_verbs[];
extern const struct vport_verb parbiter_vport_lock_verbs[];
extern const struct vport_verb parbiter_vport_native_verbs[];
extern const struct vport_verb parbiter_vport_peripheral_verbs[];

__printf(2, 3)
void parbiter_vport_reply(struct vport_reply *reply, const char *format, ...);

void *parbiter_vport_reply_room(struct vport_reply *reply, size_t size);

int parbiter_vport_unlock(void);
void parbiter_vport_remove_natives(void);
void parbiter_vport_remove_ports(void);

#endif /* _PARBITER_VPORT_COMMAND_H */
