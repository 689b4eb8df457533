// SPDX-License-Identifier: GPL-2.0
#include <cups/backend.h>
#include <stdio.h>
#include <stdlib.h>

#include "discover.h"
#include "identity.h"
#include "port.h"

static void report(unsigned int number)
{
	char uri[sizeof("parbiter:") + PATH_MAX], id[IDENTITY_LEN];
	char model[2 * IDENTITY_LEN], info[3 * IDENTITY_LEN];
	struct port port;

	port_init(&port, number);
	identity_read(id, number);
	identity_model(model, sizeof(model), number);
	snprintf(uri, sizeof(uri), "parbiter:%s", port.path);
	snprintf(info, sizeof(info), "%s at the shared port %s",
		 id[0] ? model : "Printer", port.name);
	cupsBackendReport("direct", uri, model, info, id, "");
	fflush(stdout);
}

void discover(void)
{
	unsigned int *numbers;
	int i, n;

	n = port_scan(&numbers);
	for (i = 0; i < n; i++)
		report(numbers[i]);
	free(numbers);
}
