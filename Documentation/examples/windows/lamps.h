/* SPDX-License-Identifier: GPL-2.0 */
/* Eight lamps at the data lines of a parallel port; source for Windows */
#ifndef _LAMPS_H_
#define _LAMPS_H_

typedef struct _LAMPS {
    PDEVICE_OBJECT              PortDeviceObject;
    PARALLEL_PORT_INFORMATION   Port;
} LAMPS, *PLAMPS;

NTSTATUS LampsOpen(IN PLAMPS Lamps, IN PCWSTR PortName);
NTSTATUS LampsSet(IN PLAMPS Lamps, IN UCHAR Value);

#endif
