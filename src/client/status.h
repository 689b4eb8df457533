/* SPDX-License-Identifier: GPL-2.0 */
/* The state of a port, as PARBITER_GET_STATUS reports it. */
#ifndef _PB_STATUS_H
#define _PB_STATUS_H

struct parbiter_status;
struct pb_client;
struct pb_port;

void pb_status_of_port(struct pb_port *port, struct parbiter_status *status);
int pb_status_fill(struct pb_client *client, struct parbiter_status *status);

#endif /* _PB_STATUS_H */
