/* SPDX-License-Identifier: GPL-2.0 */
/* parbiter as a driver of the parport core: ports appear and disappear. */
#ifndef _PB_DRIVER_H
#define _PB_DRIVER_H

struct pb_port;

/**
 * struct pb_driver_hooks - what the layers above do about ports
 * @added: a port appeared
 * @removing: the port is gone; from now on nobody may open it
 * @removed: the port's requests have ended; notify its clients
 *
 * All are called in process context, under the core's registration lock.
 */
struct pb_driver_hooks {
	void (*added)(struct pb_port *port);
	void (*removing)(struct pb_port *port);
	void (*removed)(struct pb_port *port);
};

int pb_driver_init(const struct pb_driver_hooks *hooks);
void pb_driver_exit(void);

#endif /* _PB_DRIVER_H */
