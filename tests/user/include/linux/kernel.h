/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_KERNEL_H
#define _USER_LINUX_KERNEL_H

#define ARRAY_SIZE(array)	((int)(sizeof(array) / sizeof((array)[0])))

#endif /* _USER_LINUX_KERNEL_H */
