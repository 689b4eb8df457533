// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dkms.h"

#define DKMS_DIR	"/var/lib/dkms/parbiter"

/* DKMS has a directory for each version, with a link to its sources. */
static int is_version(const struct dirent *entry)
{
	char path[512];

	snprintf(path, sizeof(path), DKMS_DIR "/%s/source", entry->d_name);
	return entry->d_name[0] != '.' && !access(path, F_OK);
}

bool dkms_version(char *s, size_t size)
{
	struct dirent **entries;
	int i, n;

	n = scandir(DKMS_DIR, &entries, is_version, versionsort);
	if (n < 0)
		return false;
	for (i = 0; i < n; i++) {
		snprintf(s, size, "%s", entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return n > 0;
}

bool dkms_has_built(const char *path)
{
	return strstr(path, "/updates/dkms/");
}
