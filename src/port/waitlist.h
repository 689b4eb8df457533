/* SPDX-License-Identifier: GPL-2.0 */
/* The parport core's wait list: native drivers that wait for a port. */
#ifndef _PB_WAITLIST_H
#define _PB_WAITLIST_H

#include <linux/types.h>
#include <uapi/linux/parbiter.h>

struct pardevice;
struct parport;

/**
 * struct pb_waitlist_view - what the core says about a port, to be read by people
 * @owner: the name of the device that has claimed the port; "-": none has
 * @waiters: the names of the devices on the wait list, in order, each after a space;
 *	" ...": there are more
 */
struct pb_waitlist_view {
	char owner[PARBITER_NAME_LEN];
	char waiters[256];
};

bool pb_waitlist_has(const struct pardevice *dev);
bool pb_waitlist_has_others(const struct parport *parport,
			    const struct pardevice *dev);
void pb_waitlist_remove(struct parport *parport, struct pardevice *dev);
void pb_waitlist_view(struct parport *parport, struct pb_waitlist_view *view);
bool pb_waitlist_mend(struct parport *parport,
		      const struct pardevice *gone);
void pb_waitlist_wake_owner(struct parport *parport);

#endif /* _PB_WAITLIST_H */
