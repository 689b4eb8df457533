/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The port-access files of drivers include the driver kit's ntstrsafe.h, but use
 * none of its functions: there are none here.
 */
#ifndef _PARBITER_WDK_NTSTRSAFE_H
#define _PARBITER_WDK_NTSTRSAFE_H

#include <parbiter/ntdef.h>

#endif /* _PARBITER_WDK_NTSTRSAFE_H */
