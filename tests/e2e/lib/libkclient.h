/* SPDX-License-Identifier: GPL-2.0 */
/* Kernel clients on command, see tests/kclient/kclient.h and .../wdk/module.c. */
#ifndef PARBITER_E2E_LIBKCLIENT_H
#define PARBITER_E2E_LIBKCLIENT_H

#include "../../kclient/kclient.h"
#include "lib.h"

/* returns a descriptor without a port */
int kclient_new(void);
/* returns one with a client of the port */
int kclient_open(unsigned int number);
/* 0 or a negative error number */
int kclient(int fd, const char *command);
long kclient_ask(int fd, const char *command);	/* returns the answer */
const char *kclient_text(int fd, const char *command);
struct cell *kclient_cell(int fd);
void kclient_wait_result(int fd, int result);	/* result of "async" */

/*
 * The driver of tests/kclient/wdk without a port; kclient() and kclient_ask() send
 * its commands, too. See also libwdk.h.
 */
int wdk_new(void);

#endif /* PARBITER_E2E_LIBKCLIENT_H */
