// SPDX-License-Identifier: GPL-2.0
/*
 * What a port's device shows in sysfs, /sys/class/misc/parbiterN.
 *
 * Documentation/ABI/testing/sysfs-class-misc-parbiter describes each file. The files show
 * what PARBITER_GET_STATUS reports, and reading them opens nothing.
 */
#include <linux/device.h>
#include <linux/kernfs.h>
#include <linux/sysfs.h>

#include "client/status.h"
#include "node.h"
#include "sysfs.h"

static struct pb_port *sysfs_port(struct device *dev)
{
	/* The driver data of a misc device is the struct miscdevice. */
	struct pb_node *node = container_of(dev_get_drvdata(dev),
					    struct pb_node, misc);

	return node->port;
}

/* Read the state of a port, after the watch is armed: see pb_watch_arm(). */
static void sysfs_read(struct device *dev, struct parbiter_status *status)
{
	struct pb_port *port = sysfs_port(dev);

	pb_watch_arm(port);
	pb_status_of_port(port, status);
}

static ssize_t state_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	static const char * const names[] = {
		[PARBITER_STATE_FREE] = "free",
		[PARBITER_STATE_OWNED] = "owned",
		[PARBITER_STATE_NATIVE] = "native",
	};
	struct parbiter_status status;

	sysfs_read(dev, &status);
	return sysfs_emit(buf, "%s\n", names[status.state]);
}
static DEVICE_ATTR_RO(state);

static ssize_t owner_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct parbiter_status status;

	sysfs_read(dev, &status);
	return sysfs_emit(buf, "%s\n", status.owner);
}
static DEVICE_ATTR_RO(owner);

static ssize_t owner_pid_show(struct device *dev,
			      struct device_attribute *attr, char *buf)
{
	struct parbiter_status status;

	sysfs_read(dev, &status);
	return sysfs_emit(buf, "%d\n", status.owner_pid);
}
static DEVICE_ATTR_RO(owner_pid);

static ssize_t waiters_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct parbiter_status status;

	sysfs_read(dev, &status);
	return sysfs_emit(buf, "%u\n", status.waiters);
}
static DEVICE_ATTR_RO(waiters);

/* The counters cannot be polled. */
#define SYSFS_COUNTER(counter)						\
static ssize_t counter##_show(struct device *dev,			\
			      struct device_attribute *attr, char *buf)	\
{									\
	struct parbiter_status status;					\
									\
	pb_status_of_port(sysfs_port(dev), &status);			\
	return sysfs_emit(buf, "%llu\n",				\
			  (unsigned long long)status.counter);		\
}									\
static DEVICE_ATTR_RO(counter)

SYSFS_COUNTER(allocates);
SYSFS_COUNTER(frees);
SYSFS_COUNTER(cancels);
SYSFS_COUNTER(timeouts);
SYSFS_COUNTER(refused_frees);
SYSFS_COUNTER(longest_hold_ns);
SYSFS_COUNTER(longest_wait_ns);

static struct attribute *sysfs_attrs[] = {
	&dev_attr_state.attr,
	&dev_attr_owner.attr,
	&dev_attr_owner_pid.attr,
	&dev_attr_waiters.attr,
	&dev_attr_allocates.attr,
	&dev_attr_frees.attr,
	&dev_attr_cancels.attr,
	&dev_attr_timeouts.attr,
	&dev_attr_refused_frees.attr,
	&dev_attr_longest_hold_ns.attr,
	&dev_attr_longest_wait_ns.attr,
	NULL
};

static const struct attribute_group sysfs_group = {
	.attrs = sysfs_attrs,
};

/* The attributes of each port's device */
const struct attribute_group *pb_sysfs_groups[] = {
	&sysfs_group,
	NULL
};

/**
 * pb_sysfs_begin() - let the files that change be polled
 * @node: a device node that is registered
 *
 * Context: process, may sleep.
 */
void pb_sysfs_begin(struct pb_node *node)
{
	static const char * const names[PB_WATCH_FILES] = {
		"state", "owner", "owner_pid", "waiters"
	};

	pb_watch_begin(node->port, node->misc.this_device->kobj.sd, names);
}
