/* SPDX-License-Identifier: GPL-2.0 */
/* Virtual ports on command, see tests/vport/README. */
#ifndef PARBITER_E2E_LIBVPORT_H
#define PARBITER_E2E_LIBVPORT_H

#include "lib.h"

/* run_tests() with virtual ports only and without native drivers */
int vport_run_tests(const struct test *tests, unsigned int n);

/* Return the answer to a command. The case fails if the command fails. */
const char *vport(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int vport_error(const char *fmt, ...)	/* 0 or a negative error number */
	__attribute__((format(printf, 1, 2)));
/* the caller frees it */
char *vport_ask(const char *command, size_t *len);
/* closes the descriptor of the commands */
void vport_close(void);

unsigned int vport_plug(const char *kind);	/* returns its number */
void vport_unplug(unsigned int number);
void vport_check_gone(unsigned int number);	/* nothing may refer to it */

unsigned int vport_register(unsigned int number, const char *name);
void vport_status(unsigned int number, const char *lines);
unsigned int vport_mode(unsigned int number);	/* IEEE1284_MODE_* */
long vport_counter(unsigned int number, const char *name);
/* number of accesses to all registers */
long vport_accesses(unsigned int number);
/*
 * Wait until the core has read the status lines @n times, most likely because
 * it waits for them to change.
 */
void vport_wait_polls(unsigned int number, long n);

/*
 * What is at the connector: a value of "peripheral N show", and data in both
 * directions
 */
const char *vport_peripheral(unsigned int number, const char *name);
long vport_peripheral_number(unsigned int number, const char *name);
void vport_send(unsigned int number, const void *data, size_t len);
size_t vport_received(unsigned int number, void *data, size_t size);

#endif /* PARBITER_E2E_LIBVPORT_H */
