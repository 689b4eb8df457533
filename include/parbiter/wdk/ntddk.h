/* SPDX-License-Identifier: GPL-2.0 */
/* What clients of the parallel port use of the driver kit's ntddk.h is in wdm.h. */
#ifndef _PARBITER_WDK_NTDDK_H
#define _PARBITER_WDK_NTDDK_H

#include <parbiter/wdk/wdm.h>

#endif /* _PARBITER_WDK_NTDDK_H */
