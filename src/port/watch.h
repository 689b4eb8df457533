/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that poll the files of a port in sysfs. */
#ifndef _PB_WATCH_H
#define _PB_WATCH_H

#include <linux/irq_work.h>
#include <linux/types.h>

struct kernfs_node;
struct pb_port;

/* The number of files of a port that can be polled */
#define PB_WATCH_FILES		4

/**
 * struct pb_watch - who is told that the state of a port has changed
 * @work: wakes those that poll
 * @files: the files that can be polled; NULL before pb_watch_begin() and after
 *	pb_watch_end()
 * @armed: a file was read after the last change (arbiter.lock)
 * @events: trace events about clients are on (arbiter.lock)
 */
struct pb_watch {
	struct irq_work work;
	struct kernfs_node *files[PB_WATCH_FILES];
	bool armed;
	bool events;
};

void pb_watch_init(struct pb_watch *watch);
void pb_watch_begin(struct pb_port *port, struct kernfs_node *directory,
		    const char * const *names);
void pb_watch_end(struct pb_port *port);
void pb_watch_arm(struct pb_port *port);
void pb_watch_set_events(struct pb_port *port, bool on);
void pb_watch_changed_locked(struct pb_port *port);

#endif /* _PB_WATCH_H */
