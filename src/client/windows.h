/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The requests of parbiter/parallel.h: one function for each code. windows.c has
 * the table of codes, and checks the sizes of input and output that the table
 * demands, so a function finds them large enough, and control->buffer not NULL.
 *
 * A function returns the status of the request. If that is not STATUS_SUCCESS,
 * it has not changed the buffer. If it is STATUS_PENDING, the request may have
 * ended, and @control may be gone.
 */
#ifndef _PB_WINDOWS_H
#define _PB_WINDOWS_H

#include <parbiter/control.h>
#include <parbiter/parallel.h>

#include "kapi.h"

NTSTATUS pb_windows_status(int error);

/* windows_allocate.c */
NTSTATUS pb_windows_allocate(struct parbiter_client *client,
			     struct parbiter_control *control);
NTSTATUS pb_windows_wait(struct parbiter_client *client,
			 struct parbiter_control *control, int device);
NTSTATUS pb_windows_free(struct parbiter_client *client,
			 struct parbiter_control *control);
NTSTATUS pb_windows_lock(struct parbiter_client *client,
			 struct parbiter_control *control);
NTSTATUS pb_windows_unlock(struct parbiter_client *client,
			   struct parbiter_control *control);

/* windows_info.c */
NTSTATUS pb_windows_port_info(struct parbiter_client *client,
			      struct parbiter_control *control);
NTSTATUS pb_windows_more_info(struct parbiter_client *client,
			      struct parbiter_control *control);
NTSTATUS pb_windows_release_info(struct parbiter_client *client,
				 struct parbiter_control *control);

/* windows_interrupt.c */
extern bool pb_windows_interrupts;

NTSTATUS pb_windows_connect(struct parbiter_client *client,
			    struct parbiter_control *control);
NTSTATUS pb_windows_disconnect(struct parbiter_client *client,
			       struct parbiter_control *control);

/* windows_mode.c */
NTSTATUS pb_windows_try_set_mode(PVOID context, UCHAR flags);
NTSTATUS pb_windows_clear_mode_of(PVOID context, UCHAR flags);
NTSTATUS pb_windows_set_mode(struct parbiter_client *client,
			     struct parbiter_control *control);
NTSTATUS pb_windows_clear_mode(struct parbiter_client *client,
			       struct parbiter_control *control);

/* windows_select.c */
NTSTATUS pb_windows_try_select(PVOID context, PVOID command);
NTSTATUS pb_windows_deselect_of(PVOID context, PVOID command);
NTSTATUS pb_windows_select(struct parbiter_client *client,
			   struct parbiter_control *control);
NTSTATUS pb_windows_deselect(struct parbiter_client *client,
			     struct parbiter_control *control);
NTSTATUS pb_windows_init_bus(struct parbiter_client *client,
			     struct parbiter_control *control);

/* windows_pnp.c */
NTSTATUS pb_windows_pnp_info(struct parbiter_client *client,
			     struct parbiter_control *control);

#endif /* _PB_WINDOWS_H */
