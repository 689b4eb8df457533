// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boot.h"
#include "util.h"

/* A file hides the files of the same name in the directories behind its own. */
static const char * const dirs[] = {
	"/etc/modules-load.d", "/run/modules-load.d",
	"/usr/local/lib/modules-load.d", "/usr/lib/modules-load.d",
};

static int is_conf(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".conf");
}

/* Each line is the name of a module, or a comment. */
static bool file_loads(const char *path, const char *module)
{
	FILE *file = fopen(path, "re");
	char word[64], line[256];
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%63s", word) == 1 && !strcmp(word, module);
	fclose(file);
	return found;
}

static bool is_hidden(unsigned int dir, const char *name)
{
	char path[512];

	while (dir--) {
		snprintf(path, sizeof(path), "%s/%s", dirs[dir], name);
		if (!access(path, F_OK))
			return true;
	}
	return false;
}

static bool dir_loads(char *path, size_t size, unsigned int dir,
		      const char *module)
{
	struct dirent **entries;
	bool found = false;
	int i, n;

	n = scandir(dirs[dir], &entries, is_conf, alphasort);
	if (n < 0)
		return false;
	for (i = 0; i < n; i++) {
		if (!found && !is_hidden(dir, entries[i]->d_name)) {
			snprintf(path, size, "%s/%s", dirs[dir], entries[i]->d_name);
			found = file_loads(path, module);
		}
		free(entries[i]);
	}
	free(entries);
	return found;
}

bool boot_loads(char *path, size_t size, const char *module)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dirs); i++)
		if (dir_loads(path, size, i, module))
			return true;
	return false;
}
