// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dkms.h"
#include "util.h"

#define DKMS_DIR	"/var/lib/dkms/parbiter"
#define VARIABLES	"/sys/firmware/efi/efivars"

/* The firmware's keys, and the owner's, of which shim makes a copy (RT) for the kernel */
static const char * const lists[] = {
	VARIABLES "/MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23",
	VARIABLES "/db-d719b2cb-3d3a-4596-a3bc-dad00e67656f",
};

#define LIST_SIZE	65536

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

/* Read a file of this size at most. Return its length, 0 on an error. */
static size_t read_bytes(char *bytes, size_t size, const char *path)
{
	FILE *file = fopen(path, "re");
	size_t len;

	if (!file)
		return 0;
	len = fread(bytes, 1, size, file);
	fclose(file);
	return len;
}

/* A list has certificates as they are in a file. */
int dkms_key_is_enrolled(void)
{
	static char key[LIST_SIZE], list[LIST_SIZE];
	size_t key_len, list_len;
	unsigned int i;
	int ret = -1;

	key_len = read_bytes(key, sizeof(key), DKMS_CERTIFICATE);
	for (i = 0; key_len && i < ARRAY_SIZE(lists); i++) {
		list_len = read_bytes(list, sizeof(list), lists[i]);
		if (memmem(list, list_len, key, key_len))
			return 1;
		if (list_len)
			ret = 0;
	}
	return ret;
}
