/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_RCUPDATE_H
#define _USER_LINUX_RCUPDATE_H

#define rcu_dereference_protected(p, c)	(p)

#endif /* _USER_LINUX_RCUPDATE_H */
