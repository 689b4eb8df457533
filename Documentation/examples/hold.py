#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Own parport0 for one second; wait for it for at most five seconds."""
import errno, fcntl, os, struct, sys, time

ALLOCATE_TIMEOUT, FREE, QUERY_WAITERS = 0x4008d702, 0xd704, 0x8004d707

fd = os.open("/dev/parbiter0", os.O_RDWR)
try:
    fcntl.ioctl(fd, ALLOCATE_TIMEOUT, struct.pack("Q", 5 * 10**9))
except OSError as e:
    sys.exit(f"parport0 was not granted: {errno.errorcode[e.errno]}")
time.sleep(1)
waiters = struct.unpack("I", fcntl.ioctl(fd, QUERY_WAITERS, bytes(4)))[0]
print(f"this process owns parport0; waiters: {waiters}")
fcntl.ioctl(fd, FREE)
