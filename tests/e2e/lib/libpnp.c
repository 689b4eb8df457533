// SPDX-License-Identifier: GPL-2.0
/* The real port: its driver is unbound from the device, and bound again. */
#include "libpnp.h"

#include <dirent.h>

#define DRIVER	"/sys/bus/pnp/drivers/parport_pc/"

const char *pnp_device(void)
{
	static char name[32];
	struct dirent *entry;
	DIR *dir;

	if (name[0])
		return name;
	dir = opendir(DRIVER);
	check(dir);
	while ((entry = readdir(dir)))
		if (strchr(entry->d_name, ':'))
			snprintf(name, sizeof(name), "%.31s", entry->d_name);
	closedir(dir);
	check(name[0]);
	return name;
}

void pnp_unplug(void)
{
	check_eq(write_file(DRIVER "unbind", pnp_device()), 0);
}

void pnp_plug(void)
{
	check_eq(write_file(DRIVER "bind", pnp_device()), 0);
	wait_for(port_present(0));
}
