// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "headers.h"

/* Each package of Debian has a directory here. */
#define DOC_DIR		"/usr/share/doc"
#define PATH_LEN	512

bool headers_are_installed(const char *release)
{
	char path[PATH_LEN];

	snprintf(path, sizeof(path), "/lib/modules/%s/build/Makefile", release);
	return !access(path, F_OK);
}

/*
 * Does linux-image-NAME bring along the successors of a kernel release? NAME is "amd64" for
 * 6.12.117+deb13-amd64 or 6.1.0-40-amd64; "6.12-amd64" for 6.12.117+deb12-amd64.
 */
static bool brings_successors(const char *name, const char *release)
{
	const char *flavour = name;
	size_t version, len;

	version = strspn(name, "0123456789.");
	if (version && name[version] == '-') {
		if (strncmp(name, release, version) || release[version] != '.')
			return false;
		flavour += version + 1;
	}
	len = strlen(flavour);
	return strlen(release) > len &&
	       !strcmp(release + strlen(release) - len, flavour) &&
	       release[strlen(release) - len - 1] == '-';
}

/* For a kernel "-rt-amd64", both "amd64" and "rt-amd64" fit: the longest is the one. */
static bool find_image(char *s, size_t size, const char *release)
{
	static const char prefix[] = "linux-image-";
	DIR *dir = opendir(DOC_DIR);
	struct dirent *entry;
	const char *name;

	s[0] = '\0';
	if (!dir)
		return false;
	while ((entry = readdir(dir))) {
		name = entry->d_name + strlen(prefix);
		if (!strncmp(entry->d_name, prefix, strlen(prefix)) &&
		    brings_successors(name, release) && strlen(name) > strlen(s))
			snprintf(s, size, "%s", name);
	}
	closedir(dir);
	return s[0];
}

bool headers_package_missing(char *s, size_t size, const char *release)
{
	char name[256], path[PATH_LEN];

	if (!find_image(name, sizeof(name), release))
		return false;
	snprintf(s, size, "linux-headers-%s", name);
	snprintf(path, sizeof(path), DOC_DIR "/%s", s);
	/* It may be a link to the directory of another package. */
	return faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW);
}
