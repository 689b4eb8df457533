/* SPDX-License-Identifier: GPL-2.0 */
/* Read from /proc and /sys what the kernel knows of a port, without opening it. */
#ifndef TOOLS_KERNEL_H
#define TOOLS_KERNEL_H

#include <stdbool.h>
#include <stddef.h>

/* Read the first line of a file, without its newline. Return false on an error. */
bool kernel_read(char *s, size_t size, const char *path);

/* Read all of a file, as far as it fits. Return false on an error. */
bool kernel_read_all(char *s, size_t size, const char *path);

/* Does the kernel have parportN? */
bool kernel_has_port(unsigned int number);

/* List all ports: "parport0, parport1"; "": none. */
void kernel_port_names(char *s, size_t size);

/* List the native drivers registered on a port: "lp, ppdev0"; "": none. */
void kernel_native_drivers(char *s, size_t size, unsigned int number);

/* Is a native driver of this name registered on a port? */
bool kernel_has_native(unsigned int number, const char *driver);

/* Read base-addr, irq, dma or modes of a port. Return false on an error. */
bool kernel_port_value(char *s, size_t size, unsigned int number,
		       const char *name);

/* Read a file of a port that may have several lines. Return false on an error. */
bool kernel_port_text(char *s, size_t size, unsigned int number,
		      const char *name);

#endif /* TOOLS_KERNEL_H */
