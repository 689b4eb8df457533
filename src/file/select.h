/* SPDX-License-Identifier: GPL-2.0 */
/* The IEEE 1284.3 device that a file asks for and selects. */
#ifndef _PB_FILE_SELECT_H
#define _PB_FILE_SELECT_H

#include "io.h"

int pb_io_enqueue(struct pb_io *io, int device);
int pb_io_withdraw(struct pb_io *io);
int pb_io_select(struct pb_io *io, int device);
int pb_io_deselect(struct pb_io *io);
int pb_io_begin_selected(struct pb_io *io, int device);

#endif /* _PB_FILE_SELECT_H */
