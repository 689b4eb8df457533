/* SPDX-License-Identifier: GPL-2.0 */
/* Kernel threads and hard interrupts that contend for a port */
#ifndef PARBITER_KCLIENT_CONTEND_H
#define PARBITER_KCLIENT_CONTEND_H

#include <linux/completion.h>
#include <linux/types.h>

#define CREW_MAX	32

struct cell;
struct task_struct;

extern struct cell *cell;

/**
 * struct crew - the threads of one open file
 * @tasks: the threads
 * @size: their number
 * @started: completed when the newest thread runs; kthread_stop() would keep a
 *	thread from running at all before that
 */
struct crew {
	struct task_struct *tasks[CREW_MAX];
	unsigned int size;
	struct completion started;
};

int crew_contend(struct crew *crew, unsigned int number, unsigned int with,
		 unsigned int without);
int crew_join(struct crew *crew);
int storm(unsigned int number, unsigned int rounds);

#endif /* PARBITER_KCLIENT_CONTEND_H */
