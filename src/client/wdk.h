/* SPDX-License-Identifier: GPL-2.0 */
/* The driver kit's objects behind parbiter/wdk/wdm.h: devices, IRPs, events */
#ifndef _PB_WDK_H
#define _PB_WDK_H

#include <linux/list.h>
#include <linux/stdarg.h>
#include <linux/types.h>

struct module;

/**
 * struct pb_event_going - a module that goes
 * @node: in the list of such modules; guarded by waits_lock of wdk_event.c
 * @owner: the module
 */
struct pb_event_going {
	struct list_head node;
	struct module *owner;
};

/* wdk_event.c */
void pb_event_begin_going(struct pb_event_going *going, struct module *owner);
void pb_event_end_going(struct pb_event_going *going);

/* wdk_call.c */
void pb_irp_cancel_own(void);
void pb_irp_end_own(void);
void pb_irp_abandon(struct module *owner);

/* wdk_print.c */
void pb_print_text(char *text, size_t size, const char *format, va_list args);

/* wdk_device.c */
void pb_device_abandon(struct module *owner);
int pb_device_init(void);
void pb_device_exit(void);

#endif /* _PB_WDK_H */
