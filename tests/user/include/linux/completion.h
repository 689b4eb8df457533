/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _USER_LINUX_COMPLETION_H
#define _USER_LINUX_COMPLETION_H

#include <host.h>

struct completion {
	struct host_lock host;
};

#define init_completion(done)		((done)->host.word = 0)
#define reinit_completion(done)		((done)->host.word = 0)
#define complete(done)			host_complete(&(done)->host)
#define wait_for_completion(done)	host_wait_for_completion(&(done)->host)

#endif /* _USER_LINUX_COMPLETION_H */
