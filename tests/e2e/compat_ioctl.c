// SPDX-License-Identifier: GPL-2.0
/*
 * All of ioctl.c once more, as a 32-bit program on the 64-bit kernel.
 *
 * vm: ports=one kernels=stock,debug timeout=180 smp=any
 */
#include "libcompat.h"

#ifndef NO_32BIT
#include "ioctl.c"
#endif
