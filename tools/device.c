// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "device.h"
#include "kernel.h"
#include "text.h"

/* Copy the value of a line "KEY:VALUE;" of the kernel's file; "": no such line. */
static void copy_field(char *s, const char *text, const char *key)
{
	size_t len = strlen(key);

	s[0] = '\0';
	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, key, len) || text[len] != ':')
			continue;
		snprintf(s, DEVICE_FIELD_LEN, "%s", text + len + 1);
		s[strcspn(s, ";\n")] = '\0';
		clean_text(s, stdout);
		return;
	}
}

bool device_read(struct device *info, unsigned int number, int device)
{
	char name[16] = "autoprobe", text[512];

	if (device != PARBITER_DEVICE_END)
		snprintf(name, sizeof(name), "autoprobe%d", device);
	if (!kernel_port_text(text, sizeof(text), number, name) || !text[0])
		return false;
	copy_field(info->manufacturer, text, "MANUFACTURER");
	copy_field(info->model, text, "MODEL");
	copy_field(info->class, text, "CLASS");
	return true;
}

void device_text(char *s, size_t size, const struct device *info)
{
	bool both = info->manufacturer[0] && info->model[0];

	snprintf(s, size, "%s%s%s%s%s%s", info->manufacturer, both ? " " : "",
		 info->model, info->class[0] ? " (" : "", info->class,
		 info->class[0] ? ")" : "");
}

bool device_parse(int *device, const char *arg)
{
	if (!strcmp(arg, "end"))
		*device = PARBITER_DEVICE_END;
	else if (arg[0] >= '0' && arg[0] < '0' + PARBITER_DEVICE_END && !arg[1])
		*device = arg[0] - '0';
	else
		return false;
	return true;
}

void device_number(char *s, size_t size, int device)
{
	if (device == PARBITER_DEVICE_NONE)
		snprintf(s, size, "-");
	else if (device == PARBITER_DEVICE_END)
		snprintf(s, size, "end");
	else
		snprintf(s, size, "%d", device);
}
