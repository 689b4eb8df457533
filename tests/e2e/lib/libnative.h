/* SPDX-License-Identifier: GPL-2.0 */
/* Native drivers: ppdev and lp, used as other programs use them */
#ifndef PARBITER_E2E_LIBNATIVE_H
#define PARBITER_E2E_LIBNATIVE_H

#include <linux/ppdev.h>

#include "lib.h"

/**
 * struct native - a process that claims the port through ppdev
 * @pid: the process
 * @claimed: readable once the process owns the port
 * @go: a write to it makes the process close ppdev and exit with 0
 *
 * The process gives up the port by close(), not by PPRELEASE: PPRELEASE would wait
 * for another process that sleeps in PPCLAIM, because of ppdev's global mutex. The
 * process runs on the last processor, away from the port's interrupt: a native
 * driver that hands the port to another one on the processor that takes the
 * interrupt can lock up that processor, even without parbiter.
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

/*
 * Return what /proc/sys/dev/parport/parportN/devices/active contains, "" for
 * "none".
 */
const char *core_owner(unsigned int number);

#endif /* PARBITER_E2E_LIBNATIVE_H */
