/* SPDX-License-Identifier: GPL-2.0 */
/* The IEEE 1284.3 devices that share a port, and their names. */
#ifndef TOOLS_DEVICE_H
#define TOOLS_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/parbiter.h>

#define DEVICE_FIELD_LEN	64
#define DEVICE_TEXT_LEN		(3 * DEVICE_FIELD_LEN + 4)

/**
 * struct device - what the kernel has read from a device when the port appeared
 * @manufacturer: "": not known
 * @model: as @manufacturer
 * @class: as @manufacturer
 */
struct device {
	char manufacturer[DEVICE_FIELD_LEN];
	char model[DEVICE_FIELD_LEN];
	char class[DEVICE_FIELD_LEN];
};

/*
 * Read what a device of parportN has said; @device as in struct parbiter_request.
 * The port is not used. Return false if it has said nothing.
 */
bool device_read(struct device *info, unsigned int number, int device);

/* Format it, in DEVICE_TEXT_LEN bytes: "ACME Disk (MEDIA)". */
void device_text(char *s, size_t size, const struct device *info);

/* Parse the number of a device, or "end". Return false if it is neither. */
bool device_parse(int *device, const char *arg);

/* Format the number of a device, or "end"; "-": none. */
void device_number(char *s, size_t size, int device);

#endif /* TOOLS_DEVICE_H */
