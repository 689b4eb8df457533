/* SPDX-License-Identifier: GPL-2.0 */
/* A port: its names, its descriptor, and messages that tell why it fails. */
#ifndef TOOLS_PORT_H
#define TOOLS_PORT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include <linux/parbiter.h>

#define PORT_NAME_LEN	32

/**
 * struct port - a port
 * @number: N of parportN
 * @fd: descriptor of its device node; -1: not open
 * @name: "parportN"
 * @path: path of its device node
 */
struct port {
	unsigned int number;
	int fd;
	char name[PORT_NAME_LEN];
	char path[PATH_MAX];
};

/* Prepare parportN with the path /dev/parbiterN. Do not open it. */
void port_init(struct port *port, unsigned int number);

/*
 * Find the ports that have a device node. Return how many there are, and their
 * numbers, in ascending order, in an array that the caller frees.
 */
int port_scan(unsigned int **numbers);

/* Does a word look like the name of a port, or like a path? */
bool port_is_named(const char *arg);

/*
 * Parse the port that was given on the command line; @arg is NULL if none was.
 * Return 0, or an exit code after printing an error.
 */
int port_parse(struct port *port, const char *command, const char *arg);

/*
 * Open the device node and check that it is parbiter's. Return 0, or an exit
 * code after printing an error.
 */
int port_open(struct port *port);

/* The same, without a message. Return 0 or an errno. */
int port_try_open(struct port *port);

/* Print what an errno of this port means, and the remedy. Return the exit code. */
int port_explain(const struct port *port, int error);

/* Print why there is no port at all, and the remedy. Return the exit code. */
int port_explain_no_ports(void);

/*
 * Print @what, the port's owner and the remedy: somebody else has the port.
 * Return EXIT_BUSY, or another exit code if the owner cannot be found out.
 */
int port_explain_busy(const struct port *port, const char *what);

/* Make an ioctl request, or fill the structure. Return 0 or a negative errno. */
int port_request(const struct port *port, unsigned long request, void *arg);
int port_info(const struct port *port, struct parbiter_port_info *info);
int port_status(const struct port *port, struct parbiter_status *status);

/* Does the client of this descriptor own the port? */
bool port_is_owner(const struct port *port);

/* Does this process own the port, or a process that has started this one? */
bool port_is_ours(const struct parbiter_status *status);

void port_close(struct port *port);

#endif /* TOOLS_PORT_H */
