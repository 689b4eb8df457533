// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "error.h"
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

/* Is "extra/parbiter.ko.xz: kernel/..." the module's line in modules.dep? */
static bool is_module_line(const char *line)
{
	const char *end = strchr(line, ':');
	const char *base;

	if (!end)
		return false;
	base = memrchr(line, '/', end - line);
	base = base ? base + 1 : line;
	return !strncmp(base, "parbiter.ko", strlen("parbiter.ko"));
}

/* Finds the module that is installed for a kernel. */
static bool find_file(char *path, size_t size, const char *release)
{
	char *line = NULL;
	bool found = false;
	char dep[PATH_LEN];
	size_t alloc = 0;
	FILE *file;

	snprintf(dep, sizeof(dep), MODULES_DIR "/%s/modules.dep", release);
	file = fopen(dep, "re");
	if (!file)
		return false;
	while (!found && getline(&line, &alloc, file) > 0) {
		found = is_module_line(line);
		if (found)
			snprintf(path, size, MODULES_DIR "/%s/%.*s", release,
				 (int)strcspn(line, ":"), line);
	}
	free(line);
	fclose(file);
	return found;
}

/* Finds a kernel, other than the running one, that it is installed for. */
static bool find_other_release(char *s, size_t size)
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
			find_file(path, sizeof(path), entry->d_name);
		if (found)
			snprintf(s, size, "%s", entry->d_name);
	}
	closedir(dir);
	return found;
}

/* Does the kernel take signed modules only, as with Secure Boot? */
static bool kernel_wants_signature(void)
{
	char value[64];

	if (kernel_read(value, sizeof(value),
			"/sys/module/module/parameters/sig_enforce") &&
	    value[0] == 'Y')
		return true;
	return kernel_read(value, sizeof(value),
			   "/sys/kernel/security/lockdown") &&
	       strchr(value, '[') && !strstr(value, "[none]");
}

/* A compressed module is taken to be signed: its end does not show it. */
static bool is_signed(const char *path)
{
	static const char mark[] = "~Module signature appended~\n";
	char end[sizeof(mark) - 1];
	bool ret = false;
	int fd;

	if (!strstr(path, ".ko") || strcmp(strstr(path, ".ko"), ".ko"))
		return true;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	if (lseek(fd, -(off_t)sizeof(end), SEEK_END) >= 0 &&
	    read(fd, end, sizeof(end)) == sizeof(end))
		ret = !memcmp(end, mark, sizeof(end));
	close(fd);
	return ret;
}

static void explain_installed(const char *path)
{
	if (!kernel_wants_signature()) {
		complain("the module parbiter is not loaded");
		advise("'modprobe parbiter' as root");
	} else if (is_signed(path)) {
		complain("the module parbiter is not loaded");
		advise("'modprobe parbiter' as root");
		advise("if its key is rejected (Secure Boot): 'mokutil --import' that key");
	} else {
		complain("the module parbiter is not loaded, and this kernel refuses it:");
		complain("Secure Boot wants signed modules, and %s is not", path);
		advise("sign it (see README, Secure Boot), then 'modprobe parbiter' as root");
	}
}

int module_explain(void)
{
	char path[PATH_LEN];
	char other[NAME_MAX + 1];
	struct utsname running;

	uname(&running);
	if (find_file(path, sizeof(path), running.release)) {
		explain_installed(path);
	} else if (find_other_release(other, sizeof(other))) {
		complain("the module parbiter is not loaded: it is installed for kernel %s,",
			 other);
		complain("but this is kernel %s", running.release);
		advise("'make clean', 'make install' and 'modprobe parbiter' as root");
	} else {
		complain("the module parbiter is neither loaded nor installed");
		advise("'make install' in its source, then 'modprobe parbiter', as root");
	}
	return EXIT_NO_MODULE;
}
