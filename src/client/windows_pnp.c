// SPDX-License-Identifier: GPL-2.0
/* What a port is capable of, and the callbacks that are only for some ports. */
#include <linux/parbiter.h>
#include <linux/parport.h>
#include <linux/string.h>

#include "port/port.h"
#include "windows.h"

static ULONG pnp_capabilities(u32 modes)
{
	ULONG capabilities = PPT_NO_HARDWARE_PRESENT;

	if (modes & PARPORT_MODE_ECP)
		capabilities |= PPT_ECP_PRESENT;
	if (modes & PARPORT_MODE_EPP)
		capabilities |= PPT_EPP_PRESENT;
	if (modes & PARPORT_MODE_TRISTATE)
		capabilities |= PPT_BYTE_PRESENT;
	return capabilities;
}

/**
 * pb_windows_pnp_info() - IOCTL_INTERNAL_GET_PARALLEL_PNP_INFO
 * @client: the client
 * @control: the request, with room for a PARALLEL_PNP_INFORMATION
 *
 * A port's driver does not report the FIFO, so its members are 0. The ECP
 * registers are reported if the chip can do ECP: no hardware is touched to look
 * for them, because @client need not own the port. PortName is valid until
 * parbiter_close().
 *
 * Context: process, may sleep.
 * Return: STATUS_SUCCESS; STATUS_DELETE_PENDING: the port is gone.
 */
NTSTATUS pb_windows_pnp_info(struct parbiter_client *client,
			     struct parbiter_control *control)
{
	PARALLEL_PNP_INFORMATION *info = control->buffer;
	int devices = READ_ONCE(client->base.port->chain_devices);
	struct parbiter_port_info port;

	if (pb_port_info(client->base.port, &port))
		return STATUS_DELETE_PENDING;
	memset(info, 0, sizeof(*info));
	if (port.base_hi && (port.modes & PARPORT_MODE_ECP)) {
		info->OriginalEcpController.QuadPart = port.base_hi;
		info->EcpController = (PUCHAR)(unsigned long)port.base_hi;
		info->SpanOfEcpController = ECP_SPAN;
	}
	info->PortNumber = port.number;
	info->HardwareCapabilities = pnp_capabilities(port.modes);
	if (devices > 0) {
		info->HardwareCapabilities |= PPT_1284_3_PRESENT;
		info->Ieee1284_3DeviceCount = devices;
	}
	info->TrySetChipMode = pb_windows_try_set_mode;
	info->ClearChipMode = pb_windows_clear_mode_of;
	info->TrySelectDevice = pb_windows_try_select;
	info->DeselectDevice = pb_windows_deselect_of;
	info->Context = client;
	info->CurrentMode = pb_ecr_mode(client->base.port, &client->base.arb);
	info->PortName = client->port_name;
	control->information = sizeof(*info);
	return STATUS_SUCCESS;
}
