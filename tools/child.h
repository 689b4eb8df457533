/* SPDX-License-Identifier: GPL-2.0 */
/* The process that owns the port and becomes the command of parbiter run */
#ifndef TOOLS_CHILD_H
#define TOOLS_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "allocate.h"
#include "port.h"

/**
 * struct child - what the process does
 * @wait: how to wait for the port
 * @command: argv of the command
 * @close: do not pass the descriptor of the port to the command
 * @granted_fd: the process writes a byte to this descriptor when it owns the port
 */
struct child {
	struct wait_options wait;
	char **command;
	bool close;
	int granted_fd;
};

/*
 * Request the open port, then execute the command. @parent is the process that has
 * started this one. Return only if that fails: an exit code, after printing an error.
 */
int child_run(const struct child *child, struct port *port, pid_t parent);

#endif /* TOOLS_CHILD_H */
