// SPDX-License-Identifier: GPL-2.0
/*
 * What a developer sees of a port: the file parbiter/parportN in debugfs. The file is for
 * people to read, and for reports of defects; its form may change at any time.
 */
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "client/client.h"
#include "client/who.h"
#include "debugfs.h"
#include "port/port.h"
#include "port/waitlist.h"

static struct dentry *debugfs_dir;

/* The state word in words: its flags, and the number of waiters */
static void show_word(struct seq_file *seq, struct arbiter *arb)
{
	static const struct {
		int flag;
		const char *name;
	} flags[] = {
		ARBITER_FLAG_NAMES
	};
	int state = atomic_read(&arb->state);
	unsigned int i;

	seq_puts(seq, "state:");
	for (i = 0; i < ARRAY_SIZE(flags); i++)
		if (state & flags[i].flag)
			seq_printf(seq, " %s", flags[i].name);
	seq_printf(seq, " waiters=%u\n",
		   (unsigned int)state / ARBITER_WAITER);
}

/*
 * Show whose request or port a line is about. A process may call itself anything: escaped, its
 * name neither makes a line of its own nor controls the reader's terminal.
 */
static void show_who(struct seq_file *seq, const struct pb_who *who)
{
	seq_printf(seq, "%*pE pid=%d", (int)strlen(who->name), who->name,
		   who->pid);
}

static void show_owner(struct seq_file *seq, struct pb_port *port)
{
	unsigned long held = 0;
	struct pb_who who;

	seq_puts(seq, "owner: ");
	if (pb_who_owns_here(port, &who, &held)) {
		show_who(seq, &who);
		seq_printf(seq, " since_ms=%u\n", jiffies_to_msecs(held));
	} else {
		seq_puts(seq, "-\n");
	}
}

struct show_walk {
	struct arbiter_walk walk;
	struct seq_file *seq;
	u64 now;
};

static bool show_request(struct arbiter_walk *walk,
			 const struct arbiter_request *req)
{
	struct show_walk *show = container_of(walk, struct show_walk, walk);
	struct pb_who who;
	s64 waited;

	pb_who_is_locked(pb_client_of(req->client), &who);
	/* The request may have been queued after the walk began. */
	waited = max_t(s64, show->now - req->since, 0);
	seq_printf(show->seq, "queue %u: ", walk->position);
	show_who(show->seq, &who);
	seq_printf(show->seq, " since_ms=%lld\n",
		   div_s64(waited, NSEC_PER_MSEC));
	return !seq_has_overflowed(show->seq);
}

static int show_core(struct seq_file *seq, struct pb_port *port)
{
	struct pb_waitlist_view *view;
	int ret = -ENODEV;

	view = kmalloc(sizeof(*view), GFP_KERNEL);
	if (!view)
		return -ENOMEM;
	mutex_lock(&port->lock);
	if (!port->gone) {
		pb_waitlist_view(port->parport, view);
		ret = 0;
	}
	mutex_unlock(&port->lock);
	if (!ret)
		seq_printf(seq, "core owner: %s\ncore wait list:%s\n",
			   view->owner, view->waiters);
	kfree(view);
	return ret;
}

static int debugfs_port_show(struct seq_file *seq, void *unused)
{
	struct pb_port *port = seq->private;
	struct show_walk show = {
		.walk.visit = show_request,
		.seq = seq,
		.now = ktime_get_ns(),
	};
	int ret;

	show_word(seq, &port->arb);
	show_owner(seq, port);
	ret = arbiter_walk(&port->arb, &show.walk);
	return ret ?: show_core(seq, port);
}
DEFINE_SHOW_ATTRIBUTE(debugfs_port);

/**
 * pb_debugfs_add() - show a port in debugfs
 * @port: a port that appeared
 *
 * Context: process, may sleep.
 * Return: what debugfs_remove() must be called for, before the port is freed; without
 * pb_port.lock, which a reader takes. debugfs_remove() waits for a reader, which may be
 * slow to take what it reads; only root can open the file.
 */
struct dentry *pb_debugfs_add(struct pb_port *port)
{
	return debugfs_create_file(port->name, 0400, debugfs_dir, port,
				   &debugfs_port_fops);
}

/**
 * pb_debugfs_init() - make the directory
 *
 * Without debugfs, nothing is shown.
 *
 * Context: process, may sleep.
 */
void pb_debugfs_init(void)
{
	debugfs_dir = debugfs_create_dir("parbiter", NULL);
}

/**
 * pb_debugfs_exit() - remove the directory
 *
 * Context: process, may sleep. No port is left.
 */
void pb_debugfs_exit(void)
{
	debugfs_remove(debugfs_dir);
}
