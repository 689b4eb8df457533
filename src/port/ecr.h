/* SPDX-License-Identifier: GPL-2.0 */
/* The mode bits of a port's extended control register (ECR). */
#ifndef _PB_ECR_H
#define _PB_ECR_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct arbiter_client;
struct pb_port;

/* The modes, as bits 5 to 7 of the ECR */
enum {
	PB_ECR_SPP = 0x00,
	PB_ECR_BYTE = 0x20,
	PB_ECR_ECP = 0x60,
	PB_ECR_EPP = 0x80,
	PB_ECR_MODE = 0xe0,
};

/**
 * struct pb_ecr - the mode that the owner of a port has set
 * @lock: Guards the members below, and is held while the ECR is accessed. Raw,
 *	because Free must work in hard interrupt context on PREEMPT_RT. Taken
 *	outside of arbiter.lock.
 * @mode: the mode that the owner has set, or PB_ECR_SPP
 * @changed: the ECR has been changed
 * @saved: its value before that
 */
struct pb_ecr {
	raw_spinlock_t lock; /* see above */
	u8 mode;
	bool changed;
	u8 saved;
};

void pb_ecr_init(struct pb_ecr *ecr);
int pb_ecr_set(struct pb_port *port, struct arbiter_client *client, u8 mode);
int pb_ecr_clear(struct pb_port *port, struct arbiter_client *client, u8 mode);
u8 pb_ecr_mode(struct pb_port *port, struct arbiter_client *client);
void pb_ecr_undo(struct pb_port *port);

#endif /* _PB_ECR_H */
