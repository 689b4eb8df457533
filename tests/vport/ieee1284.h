/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The IEEE 1284 peripheral: declarations for ieee1284.c, which has the states, and
 * ieee1284_events.c, which has the standard's events.
 *
 * Levels are those of the registers. Of the control lines, only nInit is high when
 * its bit is set; of the status lines, all but Busy are.
 */
#ifndef _PARBITER_VPORT_IEEE1284_H
#define _PARBITER_VPORT_IEEE1284_H

#include "peripheral.h"

/* The host's lines, and the direction bit */
#define STROBE		PARPORT_CONTROL_STROBE
#define AUTOFD		PARPORT_CONTROL_AUTOFD
#define INIT		PARPORT_CONTROL_INIT
#define SELIN		PARPORT_CONTROL_SELECT
#define REVERSE		VPORT_CONTROL_REVERSE

/* The peripheral's lines */
#define FAULT		PARPORT_STATUS_ERROR
#define XFLAG		PARPORT_STATUS_SELECT
#define PERROR		PARPORT_STATUS_PAPEROUT
#define ACK		PARPORT_STATUS_ACK
#define NBUSY		PARPORT_STATUS_BUSY

bool parbiter_vport_1284_event(struct vport *vport, u8 to);
void parbiter_vport_1284_offer(struct vport *vport);
void parbiter_vport_1284_give_up(struct vport *vport);

#endif /* _PARBITER_VPORT_IEEE1284_H */
