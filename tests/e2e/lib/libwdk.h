/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver in the words of Windows' driver kit, on command: see
 * tests/kclient/wdk/module.c
 */
#ifndef PARBITER_E2E_LIBWDK_H
#define PARBITER_E2E_LIBWDK_H

#include "libkclient.h"

/* What Windows calls the results */
#define WDK_SUCCESS			0L
#define WDK_PENDING			0x00000103L
#define WDK_DEVICE_BUSY			0x80000011L
#define WDK_UNSUCCESSFUL		0xc0000001L
#define WDK_INVALID_PARAMETER		0xc000000dL
#define WDK_NO_SUCH_DEVICE		0xc000000eL
#define WDK_NAME_NOT_FOUND		0xc0000034L
#define WDK_DELETE_PENDING		0xc0000056L
#define WDK_NOT_SUPPORTED		0xc00000bbL
#define WDK_CANCELLED			0xc0000120L
#define WDK_INVALID_DEVICE_STATE	0xc0000184L

#define WDK_MODULE	"parbiter_wdk"

/* returns a descriptor of the driver, which has looked up the port */
int wdk_open(unsigned int number);
/* the answer to a command that has a number as argument */
long wdk_ask(int driver, const char *verb, long value);
/*
 * Start a process that sends a command. It exits with 0 if the answer is right.
 * While the command waits, other commands need another descriptor.
 */
pid_t wdk_order(int driver, const char *command, long answer);

#endif /* PARBITER_E2E_LIBWDK_H */
