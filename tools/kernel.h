/* SPDX-License-Identifier: GPL-2.0 */
/* What /proc and /sys say of a port, without opening it. */
#ifndef TOOLS_KERNEL_H
#define TOOLS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

/* The first line of a small file, without its end; false: cannot be read */
bool kernel_read(char *s, size_t size, const char *path);

/* Does the parport core have parportN? */
bool kernel_has_port(unsigned int number);

/* "parport0, parport1"; "": none */
void kernel_port_names(char *s, size_t size);

/* The native drivers that are registered on the port: "lp, ppdev0"; "": none */
void kernel_natives(char *s, size_t size, unsigned int number);

/* One of base-addr, irq, dma, modes of the port; false: cannot be read */
bool kernel_port_value(char *s, size_t size, unsigned int number,
		       const char *name);

#endif /* TOOLS_KERNEL_H */
