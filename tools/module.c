// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "module.h"

#define MODULES_DIR	"/lib/modules"
#define PATH_LEN	512

bool module_is_loaded(void)
{
	return !access("/sys/module/parbiter", F_OK);
}

bool module_is_exclusive(void)
{
	char value[8];

	return kernel_read(value, sizeof(value),
			   "/sys/module/parbiter/parameters/exclusive") &&
	       value[0] == 'Y';
}

void module_version(char *s, size_t size)
{
	if (!kernel_read(s, size, "/sys/module/parbiter/version"))
		snprintf(s, size, "?");
}

/*
 * Ask modinfo, because the file of the module may be compressed. Return false, and "", on
 * an error.
 */
static bool ask_modinfo(char *s, size_t size, const char *field, const char *module)
{
	char command[PATH_LEN + 128];
	FILE *output;

	s[0] = '\0';
	snprintf(command, sizeof(command),
		 "PATH=$PATH:/usr/sbin:/sbin modinfo -F %s '%s' 2>/dev/null",
		 field, module);
	output = popen(command, "re");
	if (!output)
		return false;
	if (!fgets(s, size, output))
		s[0] = '\0';
	s[strcspn(s, "\n")] = '\0';
	return !pclose(output);
}

void module_installed_version(char *s, size_t size)
{
	ask_modinfo(s, size, "version", "parbiter");
}

bool module_is_unsigned(const char *path)
{
	char id[64];

	return ask_modinfo(id, sizeof(id), "sig_id", path) && !id[0];
}

/*
 * Is this line of modules.dep or modules.builtin the one of a module,
 * "extra/parbiter.ko.xz: ..." or "kernel/drivers/parport/parport.ko"?
 */
static bool is_line_of(const char *line, const char *name)
{
	size_t len = strcspn(line, ":\n");
	const char *base = memrchr(line, '/', len);

	base = base ? base + 1 : line;
	len = strlen(name);
	return !strncmp(base, name, len) && !strncmp(base + len, ".ko", strlen(".ko"));
}

/*
 * Find the path of a module in modules.dep or modules.builtin of a kernel release.
 * Return -1 if there is no such list, 0 if the module is not in it.
 */
static int find_in_list(char *path, size_t size, const char *release,
			const char *list, const char *name)
{
	char *line = NULL;
	int found = 0;
	size_t alloc = 0;
	FILE *file;

	snprintf(path, size, MODULES_DIR "/%s/%s", release, list);
	file = fopen(path, "re");
	if (!file)
		return -1;
	while (!found && getline(&line, &alloc, file) > 0) {
		found = is_line_of(line, name);
		if (found)
			snprintf(path, size, MODULES_DIR "/%s/%.*s", release,
				 (int)strcspn(line, ":\n"), line);
	}
	free(line);
	fclose(file);
	return found;
}

bool module_find(char *path, size_t size, const char *release)
{
	return find_in_list(path, size, release, "modules.dep", "parbiter") > 0;
}

bool module_lacks_parport(const char *release)
{
	char path[PATH_LEN];

	return !find_in_list(path, sizeof(path), release, "modules.dep", "parport") &&
	       !find_in_list(path, sizeof(path), release, "modules.builtin", "parport");
}

bool module_find_release(char *s, size_t size)
{
	struct dirent *entry;
	char path[PATH_LEN];
	bool found = false;
	DIR *dir;

	dir = opendir(MODULES_DIR);
	if (!dir)
		return false;
	while (!found && (entry = readdir(dir))) {
		found = entry->d_name[0] != '.' &&
			module_find(path, sizeof(path), entry->d_name);
		if (found)
			snprintf(s, size, "%s", entry->d_name);
	}
	closedir(dir);
	return found;
}
