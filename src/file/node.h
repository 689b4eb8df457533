/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/parbiterN: clients that are file descriptions. */
#ifndef _PARBITER_CDEV_H
#define _PARBITER_CDEV_H

struct parbiter_port;

void parbiter_cdev_add(struct parbiter_port *port);
void parbiter_cdev_remove(struct parbiter_port *port);

#endif /* _PARBITER_CDEV_H */
