/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <host.h>

#define jiffies		host_jiffies()

#endif /* _LINUX_JIFFIES_H */
