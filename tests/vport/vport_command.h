/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands to parbiter_vport.ko, and the replies to them.
 */
#ifndef _PARBITER_VPORT_COMMAND_H
#define _PARBITER_VPORT_COMMAND_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

/**
 * struct vport_reply - text that grows
 * @text: the text, not terminated
 * @len: its length
 * @size: room for it
 * @failed: there was no memory for all of it
 */
struct vport_reply {
	char *text;
	size_t len;
	size_t size;
	bool failed;
};

/**
 * struct vport_verb - one command
 * @name: its first word
 * @min: how many words it needs after that
 * @max: how many it takes
 * @run: does it; @argv starts behind the first word
 */
struct vport_verb {
	const char *name;
	int min;
	int max;
	int (*run)(int argc, char **argv, struct vport_reply *reply);
};

/* Each ends with an entry without a name. */
extern const struct vport_verb parbiter_vport_port_verbs[];
extern const struct vport_verb parbiter_vport_native_verbs[];

__printf(2, 3)
void parbiter_vport_reply(struct vport_reply *reply, const char *format, ...);

void parbiter_vport_remove_natives(void);
void parbiter_vport_remove_ports(void);

#endif /* _PARBITER_VPORT_COMMAND_H */
