/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a file, and of the IEEE 1284 mode that it has left. */
#ifndef _PB_CLOSING_H
#define _PB_CLOSING_H

#include <linux/atomic.h>
#include <linux/timer.h>
#include <linux/workqueue.h>
#include <uapi/linux/parbiter.h>

struct pb_file;

/**
 * struct pb_closing - what remains to be done after the last close of a file
 * @state: how far that is, see closing.c
 * @expiry: when to give up
 * @work: does it
 * @name: the client's name while a process had the file
 */
struct pb_closing {
	atomic_t state;
	struct timer_list expiry;
	struct work_struct work;
	char name[PARBITER_NAME_LEN];
};

int pb_closing_init(void);
void pb_closing_exit(void);
void pb_closing(struct pb_file *file);
void pb_closing_dying(struct pb_file *file);
bool pb_closing_ended(struct pb_closing *closing);

#endif /* _PB_CLOSING_H */
