/* SPDX-License-Identifier: GPL-2.0 */
/* IEEE 1284.3 daisy chains of virtual ports, see tests/vport/README */
#ifndef PARBITER_E2E_LIBCHAIN_H
#define PARBITER_E2E_LIBCHAIN_H

#include "libio.h"
#include "libvport.h"

/* Commands of the host; the address is to be added to those with an address. */
#define CHAIN_ASSIGN	0x00
#define CHAIN_QUERY	0x08
#define CHAIN_DESELECT	0x30
#define CHAIN_DISABLE	0x40
#define CHAIN_ENABLE	0x48
#define CHAIN_CLEAR	0x50
#define CHAIN_LATCH	0x58
#define CHAIN_SELECT	0xe0

/* The place of the device that is connected to the host; -1: the end */
int chain_selected(unsigned int port);
/* A value that "chain N show" has in its first line, or that a device has */
long chain_value(unsigned int port, const char *name);
long chain_device(unsigned int port, int place, const char *name);
/* A value of "peripheral N.K show"; @place -1: the end */
long chain_peripheral(unsigned int port, int place, const char *name);

/*
 * Send a command packet with one command, register by register, as the owner of the
 * port. Return whether a device obeyed.
 */
bool chain_command(int fd, unsigned int command);

#endif /* PARBITER_E2E_LIBCHAIN_H */
