/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_JIFFIES_H
#define _USER_LINUX_JIFFIES_H

#include <host.h>

#define jiffies		host_jiffies()

#endif /* _USER_LINUX_JIFFIES_H */
