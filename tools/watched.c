// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>
#include <time.h>

#include "kernel.h"
#include "watched.h"

#define SETTLE_SECONDS	5	/* udev has set the attributes of a node by then */

static bool is_permission(int error)
{
	return error == EACCES || error == EPERM;
}

/* A module that was loaded again between two readings has made a new node. */
static bool same_attributes(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_rdev == b->st_rdev &&
	       a->st_mode == b->st_mode && a->st_uid == b->st_uid &&
	       a->st_gid == b->st_gid && a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* The kernel makes the node for root alone; then udev gives it its group. */
static bool may_still_change(const struct stat *node)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec >= node->st_ctim.tv_sec &&
	       now.tv_sec - node->st_ctim.tv_sec < SETTLE_SECONDS;
}

/*
 * Opening a port that has just refused is of no use until its native drivers or the
 * attributes of its node change, and each refusal by a native driver adds a line to
 * the kernel log.
 */
static bool should_open(const struct watched *w, const struct stat *node,
			const char *natives)
{
	if (!w->error || !w->exit_code)
		return true;
	return strcmp(natives, w->natives) || !same_attributes(node, &w->node);
}

void watched_open(struct watched *w, void (*before)(void *context), void *context)
{
	char natives[TEXT_LEN];
	struct stat node;

	if (stat(w->port.path, &node)) {
		w->error = 0;
		w->exit_code = 0;
		return;
	}
	kernel_native_drivers(natives, sizeof(natives), w->port.number);
	if (!should_open(w, &node, natives))
		return;
	memcpy(w->natives, natives, sizeof(natives));
	w->node = node;
	w->exit_code = 0;
	w->error = port_try_open(&w->port);
	if (!w->error || (is_permission(w->error) && may_still_change(&node)))
		return;
	before(context);
	w->exit_code = port_explain(&w->port, w->error);
}

bool watched_differs(const struct watched *w, const struct parbiter_status *status)
{
	const struct parbiter_status *old = &w->status;

	return !w->known || old->state != status->state ||
	       old->owner_pid != status->owner_pid ||
	       old->waiters != status->waiters ||
	       old->device != status->device ||
	       old->allocates != status->allocates ||
	       strcmp(old->owner, status->owner);
}
