/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ppdev's requests, read() and write(), on the devices of parbiter or of ppdev
 */
#ifndef PARBITER_E2E_LIBIO_H
#define PARBITER_E2E_LIBIO_H

#include <linux/parport.h>
#include <linux/ppdev.h>

#include "lib.h"

/* number of the port that the case uses */
extern unsigned int number;

/* These functions return 0 or a negative error number. */
int claim(int fd);
int release(int fd);
int set_byte(int fd, unsigned long request, unsigned int value);
int set_int(int fd, unsigned long request, int value);

/* The case fails if one of these requests fails. */
unsigned int get_byte(int fd, unsigned long request);
int get_int(int fd, unsigned long request);
void set_patience(int fd, long seconds, long microseconds);

/* These functions return a number of bytes or a negative error number. */
long do_write(int fd, const void *data, size_t count);
long do_read(int fd, void *data, size_t count);

#endif /* PARBITER_E2E_LIBIO_H */
