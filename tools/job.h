/* SPDX-License-Identifier: GPL-2.0 */
/* One file that parbiter print sends */
#ifndef TOOLS_JOB_H
#define TOOLS_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "allocate.h"
#include "port.h"

/**
 * struct job - a file that is printed
 * @name: name of the file, for messages
 * @path: path of the file; NULL: standard input
 * @fd: open descriptor of the file
 * @stall_limit: give up when the printer takes no data for this time, in seconds;
 *	or NO_LIMIT
 * @total: size of the file in bytes; 0: not known
 * @sent: number of bytes that the printer has taken
 * @begun: when the port was allocated, as clock_seconds()
 * @seconds: for how long the port was owned, in seconds
 */
struct job {
	char *name;
	const char *path;
	int fd;
	double stall_limit;
	uint64_t total;
	uint64_t sent;
	double begun;
	double seconds;
};

/*
 * Allocate the open port, send the file, and free the port. An empty file does not
 * allocate the port. Return 0, or an exit code after printing an error.
 */
int job_print(struct job *job, const struct port *port,
	      const struct wait_options *options);

#endif /* TOOLS_JOB_H */
