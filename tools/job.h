/* SPDX-License-Identifier: GPL-2.0 */
/* What parbiter print sends in one turn */
#ifndef TOOLS_JOB_H
#define TOOLS_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "port.h"
#include "turn.h"

/**
 * struct job - a file that is printed
 * @name: its name, for messages
 * @fd: it is open here
 * @patience: give up when the printer took nothing for so many seconds, or
 *	TURN_FOREVER
 * @total: its size; 0: not known
 * @sent: bytes that the printer took
 * @begun: when the turn began
 * @seconds: how long it took
 */
struct job {
	const char *name;
	int fd;
	double patience;
	uint64_t total;
	uint64_t sent;
	double begun;
	double seconds;
};

/*
 * Waits for the turn, sends, frees the port. 0, or, having complained, an exit
 * code. A job that is empty takes no turn.
 */
int job_print(struct job *job, const struct port *port,
	      const struct turn *turn);

#endif /* TOOLS_JOB_H */
