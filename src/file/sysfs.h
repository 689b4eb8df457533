/* SPDX-License-Identifier: GPL-2.0 */
/* What a port's device shows in sysfs. */
#ifndef _PB_SYSFS_H
#define _PB_SYSFS_H

struct attribute_group;
struct pb_node;

extern const struct attribute_group *pb_sysfs_groups[];

void pb_sysfs_begin(struct pb_node *node);

#endif /* _PB_SYSFS_H */
