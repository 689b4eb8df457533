/* SPDX-License-Identifier: GPL-2.0 */
/* What a port keeps while the machine sleeps. */
#ifndef _PB_PM_H
#define _PB_PM_H

#include <linux/parport.h>
#include <linux/pm.h>
#include <linux/types.h>

/**
 * struct pb_pm - the registers of a port while the machine sleeps
 * @suspended: the registers were saved here
 * @data: the data lines
 * @state: the other registers
 *
 * Written by the core's power management callbacks, one after the other.
 */
struct pb_pm {
	bool suspended;
	u8 data;
	struct parport_state state;
};

extern const struct dev_pm_ops pb_pm_ops;

#endif /* _PB_PM_H */
