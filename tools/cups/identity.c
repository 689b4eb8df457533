// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "clean.h"
#include "device.h"
#include "identity.h"
#include "kernel.h"
#include "util.h"

/* Return the value of a line "KEY:VALUE;" of the kernel's file, and its length. */
static const char *find_value(const char *text, const char *key, int *len)
{
	size_t key_len = strlen(key);

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (!strncmp(text, key, key_len) && text[key_len] == ':') {
			*len = strcspn(text + key_len + 1, ";\n");
			return text + key_len + 1;
		}
	}
	return NULL;
}

bool identity_read(char *id, unsigned int number)
{
	static const struct {
		const char *kernel;
		const char *standard;
	} keys[] = {
		{ "MANUFACTURER", "MFG" },
		{ "MODEL", "MDL" },
		{ "CLASS", "CLS" },
		{ "COMMAND SET", "CMD" },
		{ "DESCRIPTION", "DES" },
	};
	char text[IDENTITY_LEN / 2];
	const char *value;
	size_t used = 0;
	unsigned int i;
	int len;

	id[0] = '\0';
	if (!kernel_port_text(text, sizeof(text), number, "autoprobe"))
		return false;
	for (i = 0; i < ARRAY_SIZE(keys); i++) {
		value = find_value(text, keys[i].kernel, &len);
		if (value)
			used += snprintf(id + used, IDENTITY_LEN - used, "%s:%.*s;",
					 keys[i].standard, len, value);
	}
	clean_text(id, stdout);
	return id[0];
}

void identity_model(char *s, size_t size, unsigned int number)
{
	struct device device;
	size_t len;

	if (!device_read(&device, number, PARBITER_DEVICE_END) || !device.model[0]) {
		snprintf(s, size, "Unknown");
		return;
	}
	len = strlen(device.manufacturer);
	if (!strncasecmp(device.model, device.manufacturer, len))
		snprintf(s, size, "%s", device.model);
	else
		snprintf(s, size, "%s %s", device.manufacturer, device.model);
}
