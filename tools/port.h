/* SPDX-License-Identifier: GPL-2.0 */
/* A port: its names, its descriptor, and what is wrong with it in words. */
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
 * @fd: its descriptor; -1: not open
 * @name: "parportN"
 * @path: of its device node
 */
struct port {
	unsigned int number;
	int fd;
	char name[PORT_NAME_LEN];
	char path[PATH_MAX];
};

void port_init(struct port *port, unsigned int number);

/* The ports that have a device node, in order; the number of them, to free */
int port_scan(unsigned int **numbers);

/* These return 0 or, having complained, an exit code. */
int port_parse(struct port *port, const char *arg);
int port_open(struct port *port);

/* Says why nothing works with this error number; returns the exit code. */
int port_explain(const struct port *port, int error);

/* There is no port to work on: says why; returns the exit code. */
int port_explain_none(void);

/* Says who is in the way, and the remedy; returns EXIT_BUSY. */
int port_explain_busy(const struct port *port, const char *what);

/* These return 0 or a negative error number. */
int port_try_open(struct port *port);
int port_request(const struct port *port, unsigned long request, void *arg);
int port_info(const struct port *port, struct parbiter_port_info *info);
int port_status(const struct port *port, struct parbiter_status *status);

/* Does this descriptor's client own the port? */
bool port_is_owner(const struct port *port);

void port_close(struct port *port);

#endif /* TOOLS_PORT_H */
