/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_ERRNO_H
#define _USER_LINUX_ERRNO_H

#include_next <linux/errno.h>

/* The kernel's own number: restart the call if no signal handler ran. */
#ifndef ERESTARTSYS
#define ERESTARTSYS	512
#endif

#endif /* _USER_LINUX_ERRNO_H */
