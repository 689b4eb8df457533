/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Data to and from a peripheral, in the modes of IEEE 1284 that the parport
 * core drives: the same sequences on ppdev and on parbiter. Each sequence
 * checks what the requests say and what the peripheral got; then what the
 * peripheral saw on its lines, and what it says of itself, must be the same
 * on both devices. So ppdev shows that the peripheral is right, and the
 * peripheral that parbiter is.
 */
#ifndef PARBITER_E2E_LIBPERIPHERAL_H
#define PARBITER_E2E_LIBPERIPHERAL_H

#include "libio.h"
#include "libvport.h"

/**
 * struct device - where the requests go, and what is its own there
 * @path: its name without the port's number
 * @module: provides it
 * @nothing: what write() says with O_NONBLOCK if nothing was taken
 */
struct device {
	const char *path;
	const char *module;
	long nothing;
};

/* The one that a sequence runs on, and its descriptor */
extern const struct device *device;
extern int fd;

/*
 * run_tests() on the devices that the arguments name, without the port's
 * number; without arguments on both, but on the debug kernel on parbiter's
 * only, as it takes its time.
 */
int run_on_devices(int argc, char **argv, const struct test *tests,
		   unsigned int n);

/*
 * On a port of @kind with @peripheral, NULL for none; @fd owns the port. What
 * the peripheral sees must be the same on both devices.
 */
void on_each(void (*sequence)(void), const char *kind, const char *peripheral);
/* What ppdev does not promise */
void on_parbiter(void (*sequence)(void), const char *kind,
		 const char *peripheral);

int open_device(void);
int negotiate(int mode);
void forget_address(int mode);	/* the same mode without addresses */
void change_patience(int which, long seconds, long microseconds);

/* What the peripheral says */
bool peripheral_is(const char *name, const char *value);
void check_at_rest(void);
void check_mode(const char *name);
void check_count(const char *name, long want);

/* Data that tells when a byte is lost, comes twice, or out of order */
unsigned char pattern(size_t i);
unsigned char *fill(size_t count);	/* to be freed */
void check_pattern(const unsigned char *data, size_t from, size_t count);
void send_pattern(size_t from, size_t count);
void check_received(size_t count);	/* all of it, once, in order */

#endif /* PARBITER_E2E_LIBPERIPHERAL_H */
