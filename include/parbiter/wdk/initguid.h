/* SPDX-License-Identifier: GPL-2.0 */
/*
 * On Windows the file that includes this header defines the GUIDs of the headers
 * after it. Here DEFINE_GUID() of parbiter/ntdef.h defines them in each file.
 */
#ifndef _PARBITER_WDK_INITGUID_H
#define _PARBITER_WDK_INITGUID_H

#include <parbiter/ntdef.h>

#define INITGUID

#endif /* _PARBITER_WDK_INITGUID_H */
