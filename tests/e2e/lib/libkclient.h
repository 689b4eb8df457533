/* SPDX-License-Identifier: GPL-2.0 */
/* Kernel clients on command: see ../kclient/kclient.h. */
#ifndef PARBITER_E2E_LIBKCLIENT_H
#define PARBITER_E2E_LIBKCLIENT_H

#include "../../kclient/kclient.h"
#include "lib.h"

int kclient_new(void);			/* a descriptor, no port yet */
int kclient_open(unsigned int number);	/* the same with a client of the port */
int kclient(int fd, const char *command);	/* 0 or a negative error */
long kclient_ask(int fd, const char *command);	/* its answer */
const char *kclient_text(int fd, const char *command);
struct cell *kclient_cell(int fd);
void kclient_wait_result(int fd, int result);	/* of "async" */

#endif /* PARBITER_E2E_LIBKCLIENT_H */
