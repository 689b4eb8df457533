/* SPDX-License-Identifier: GPL-2.0 */
/* A port that parbiter watch watches */
#ifndef TOOLS_WATCHED_H
#define TOOLS_WATCHED_H

#include <stdbool.h>
#include <sys/stat.h>

#include "port.h"
#include "text.h"

/**
 * struct watched - the port
 * @port: the port
 * @known: @status is valid
 * @status: the status that was read last, and whose changes were printed
 * @error: errno of the last attempt to open the port; 0: it was opened, or there was
 *	no attempt yet
 * @exit_code: the exit code for @error, which has been explained; 0: not yet
 * @node: attributes of the device node at that attempt
 * @natives: list of the native drivers on the port at that attempt
 */
struct watched {
	struct port port;
	bool known;
	struct parbiter_status status;
	int error;
	int exit_code;
	struct stat node;
	char natives[TEXT_LEN];
};

/*
 * Open the port, if an attempt makes sense now. If it fails, and not only because udev
 * has yet to give the node its group, call @before, and print why, once.
 */
void watched_open(struct watched *w, void (*before)(void *context), void *context);

/* Does the status differ from the one that was read last? */
bool watched_differs(const struct watched *w, const struct parbiter_status *status);

#endif /* TOOLS_WATCHED_H */
