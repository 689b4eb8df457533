// SPDX-License-Identifier: GPL-2.0
/*
 * All of structure.c once more, as a 32-bit program on the 64-bit kernel.
 *
 * vm: ports=one kernels=stock timeout=120 smp=any
 */
#include "libcompat.h"

#ifndef NO_32BIT
#include "structure.c"
#endif
