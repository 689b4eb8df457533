/* SPDX-License-Identifier: GPL-2.0 */
/* The parport core's wait list: native drivers that wait for a port. */
#ifndef _PB_WAITLIST_H
#define _PB_WAITLIST_H

#include <linux/types.h>

struct pardevice;
struct parport;

bool pb_waitlist_has(const struct pardevice *dev);
bool pb_waitlist_has_others(const struct parport *parport,
			    const struct pardevice *dev);
void pb_waitlist_remove(struct parport *parport, struct pardevice *dev);
bool pb_waitlist_mend(struct parport *parport,
		      const struct pardevice *gone);

#endif /* _PB_WAITLIST_H */
