/* SPDX-License-Identifier: GPL-2.0 */
/* What DKMS, which builds modules for each kernel, knows of the module parbiter */
#ifndef TOOLS_DKMS_H
#define TOOLS_DKMS_H

#include <stdbool.h>
#include <stddef.h>

/* The certificate of the key with which DKMS signs */
#define DKMS_CERTIFICATE	"/var/lib/dkms/mok.pub"

/* Get the newest version whose sources DKMS has. Return false if it has none. */
bool dkms_version(char *s, size_t size);

/* Has DKMS put the module at this path? */
bool dkms_has_built(const char *path);

/*
 * Is the key with which DKMS signs enrolled for Secure Boot? Return 1 if it is, 0 if it is
 * not, and -1 if that cannot be told.
 */
int dkms_key_is_enrolled(void);

#endif /* TOOLS_DKMS_H */
