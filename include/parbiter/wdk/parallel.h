/* SPDX-License-Identifier: GPL-2.0 */
/* The driver kit's parallel.h, under the name that drivers include */
#ifndef _PARBITER_WDK_PARALLEL_H
#define _PARBITER_WDK_PARALLEL_H

#include <parbiter/parallel.h>

#endif /* _PARBITER_WDK_PARALLEL_H */
