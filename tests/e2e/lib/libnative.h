/* SPDX-License-Identifier: GPL-2.0 */
/* Native drivers: ppdev and lp, as other programs would use them. */
#ifndef PARBITER_E2E_LIBNATIVE_H
#define PARBITER_E2E_LIBNATIVE_H

#include <linux/ppdev.h>

#include "lib.h"

/**
 * struct native - a process that claims the port through ppdev
 * @pid: the process
 * @claimed: readable once it owns the port
 * @go: written to: it lets go of the port by close() and exits with 0
 *
 * It lets go by close(), not by PPRELEASE: that would wait for whoever
 * sleeps in PPCLAIM (ppdev's global mutex). It runs on the last CPU, away
 * from the port's interrupt: a native driver that hands the port to another
 * where the interrupt comes can lock that CPU up, without any parbiter.
 */
struct native {
	pid_t pid;
	int claimed;
	int go;
};

int ppdev_open(unsigned int number);
int ppdev_claim(int fd);
int ppdev_release(int fd);

void native_start(struct native *native, unsigned int number);
bool native_owns(const struct native *native);
void native_wait_asleep(const struct native *native);
void native_wait_owner(const struct native *native);
void native_let_go(struct native *native);

/* /proc/sys/dev/parport/parportN/devices/active, "" if none */
const char *core_owner(unsigned int number);

#endif /* PARBITER_E2E_LIBNATIVE_H */
