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

/* Is this line of modules.dep the one of parbiter, "extra/parbiter.ko.xz: ..."? */
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

/* Find the file of the module that is installed for a kernel release. */
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

/* Find a kernel release for which the module is installed. */
static bool find_release(char *s, size_t size)
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

/* Does the kernel load signed modules only, as with Secure Boot? */
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

/*
 * Is the module signed? A compressed module is assumed to be: its signature is
 * not visible at the end of the file.
 */
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
	bool enforced = kernel_wants_signature();

	if (enforced && !is_signed(path)) {
		print_error("the module parbiter is not loaded: Secure Boot requires signed modules, and %s is not signed",
			    path);
		print_remedy("sign it (Documentation/install.rst, Secure Boot), then run 'modprobe parbiter' as root");
		return;
	}
	print_error("the module parbiter is not loaded");
	print_remedy("'modprobe parbiter' as root");
	if (enforced)
		print_remedy("if the kernel rejects its key (Secure Boot): 'mokutil --import' that key");
}

int module_explain_not_loaded(void)
{
	char path[PATH_LEN];
	char other[NAME_MAX + 1];
	struct utsname running;

	uname(&running);
	if (find_file(path, sizeof(path), running.release)) {
		explain_installed(path);
	} else if (find_release(other, sizeof(other))) {
		print_error("the module parbiter is not loaded: it is installed for kernel %s, but this is kernel %s",
			    other, running.release);
		print_remedy("'make clean' and 'make install' in parbiter's source, then 'modprobe parbiter', as root");
	} else {
		print_error("the module parbiter is neither loaded nor installed");
		print_remedy("'make install' in parbiter's source, then 'modprobe parbiter', as root");
	}
	return EXIT_NO_MODULE;
}
