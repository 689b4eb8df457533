/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transfers to and from a peripheral in the modes of IEEE 1284 that the parport
 * core drives. Each sequence runs on ppdev and on parbiter. It checks the
 * results of the requests and what the peripheral received. Then what the
 * peripheral saw on its lines and what it reports must be the same on both
 * devices. So ppdev shows that the virtual peripheral is right, and the
 * peripheral shows that parbiter is right.
 */
#ifndef PARBITER_E2E_LIBPERIPHERAL_H
#define PARBITER_E2E_LIBPERIPHERAL_H

#include "libio.h"
#include "libvport.h"

/**
 * struct device - a device that the sequences run on
 * @path: path of the device without the number of the port
 * @module: the module that provides the device
 * @nothing: what write() returns with O_NONBLOCK if nothing was taken
 */
struct device {
	const char *path;
	const char *module;
	long nothing;
};

/* The device that a sequence runs on, and its descriptor */
extern const struct device *device;
extern int fd;

/*
 * Run the cases on the devices that the arguments name (without the number of
 * the port). Without arguments they run on both devices, but on the debug
 * kernel only on that of parbiter, because that kernel is slow.
 */
int run_on_devices(int argc, char **argv, const struct test *tests,
		   unsigned int n);

/*
 * Run @sequence on each device, on a new port of @kind with @peripheral (NULL:
 * none) at its connector; fd owns the port. What the peripheral sees must be
 * the same on both devices.
 */
void on_each(void (*sequence)(void), const char *kind, const char *peripheral);
/* Run @sequence on parbiter only, because ppdev does not promise the result. */
void on_parbiter(void (*sequence)(void), const char *kind,
		 const char *peripheral);

int open_device(void);
int negotiate(int mode);
void forget_address(int mode);	/* negotiate the mode without addresses */
void change_patience(int which, long seconds, long microseconds);

/* What the peripheral reports */
bool peripheral_is(const char *name, const char *value);
void check_at_rest(void);
void check_mode(const char *name);
void check_count(const char *name, long want);

/*
 * A pattern of data in which a byte that is lost, comes twice or is out of
 * order is noticed
 */
unsigned char pattern(size_t i);
unsigned char *fill(size_t count);	/* the caller frees it */
void check_pattern(const unsigned char *data, size_t from, size_t count);
void send_pattern(size_t from, size_t count);
void check_received(size_t count);	/* all bytes, once and in order */

#endif /* PARBITER_E2E_LIBPERIPHERAL_H */
