// SPDX-License-Identifier: GPL-2.0
/*
 * All of registers.c once more, as a 32-bit program on the 64-bit kernel.
 *
 * vm: kernels=stock timeout=120 smp=any
 */
#include "libcompat.h"

#ifndef NO_32BIT
#include "registers.c"
#endif
