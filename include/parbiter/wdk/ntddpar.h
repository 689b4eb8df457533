/* SPDX-License-Identifier: GPL-2.0 */
/* The driver kit's ntddpar.h, under the name that drivers include */
#ifndef _PARBITER_WDK_NTDDPAR_H
#define _PARBITER_WDK_NTDDPAR_H

#include <parbiter/ntddpar.h>

#endif /* _PARBITER_WDK_NTDDPAR_H */
