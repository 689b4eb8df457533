/* SPDX-License-Identifier: GPL-2.0 */
/* Debian's packages with the headers of the kernel, with which DKMS builds modules */
#ifndef TOOLS_HEADERS_H
#define TOOLS_HEADERS_H

#include <stdbool.h>
#include <stddef.h>

/* Are the headers of a kernel release installed? */
bool headers_are_installed(const char *release);

/*
 * Get the package that brings along the headers of each new kernel, "linux-headers-amd64",
 * if the package is not installed, although the one that brings along the new kernels is.
 * Return false otherwise.
 */
bool headers_package_missing(char *s, size_t size, const char *release);

#endif /* TOOLS_HEADERS_H */
