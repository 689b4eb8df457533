/* SPDX-License-Identifier: GPL-2.0 */
/* The parport core's wait list: who waits for a port outside of parbiter. */
#ifndef _PARBITER_WAITLIST_H
#define _PARBITER_WAITLIST_H

#include <linux/types.h>

struct pardevice;
struct parport;

bool parbiter_waitlist_has(const struct pardevice *dev);
bool parbiter_waitlist_has_others(const struct parport *parport,
				  const struct pardevice *dev);
void parbiter_waitlist_remove(struct parport *parport, struct pardevice *dev);
bool parbiter_waitlist_mend(struct parport *parport,
			    const struct pardevice *gone);

#endif /* _PARBITER_WAITLIST_H */
