// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"
#include "util.h"

#define PARPORT_DIR	"/proc/sys/dev/parport"
#define BUS_DIR		"/sys/bus/parport/devices"

bool kernel_read_all(char *s, size_t size, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len;

	if (fd < 0)
		return false;
	len = read(fd, s, size - 1);
	close(fd);
	if (len < 0)
		return false;
	s[len] = '\0';
	return true;
}

bool kernel_read(char *s, size_t size, const char *path)
{
	if (!kernel_read_all(s, size, path))
		return false;
	s[strcspn(s, "\n")] = '\0';
	return true;
}

bool kernel_has_port(unsigned int number)
{
	char path[64];

	snprintf(path, sizeof(path), PARPORT_DIR "/parport%u", number);
	return !access(path, F_OK);
}

static int is_port(const struct dirent *entry)
{
	return !strncmp(entry->d_name, "parport", strlen("parport"));
}

/* parbiter registers itself on a port as parbiter and parbiter-listener. */
static int is_native(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && !is_port(entry) &&
	       strncmp(entry->d_name, "parbiter", strlen("parbiter"));
}

/* Is the device parportN of the bus the parent of this one? */
static bool is_on_port(const char *name, unsigned int number)
{
	char link[320], target[PATH_MAX], parent[32];
	ssize_t len;
	char *slash;

	snprintf(link, sizeof(link), BUS_DIR "/%s", name);
	len = readlink(link, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = '\0';
	slash = strrchr(target, '/');
	if (!slash)
		return false;
	*slash = '\0';
	snprintf(parent, sizeof(parent), "parport%u", number);
	return !strcmp(base_name(target), parent);
}

void kernel_port_names(char *s, size_t size)
{
	struct dirent **entries;
	size_t len = 0;
	int i, n;

	s[0] = '\0';
	n = scandir(PARPORT_DIR, &entries, is_port, versionsort);
	if (n < 0)
		return;
	for (i = 0; i < n; i++) {
		if (len < size)
			len += snprintf(s + len, size - len, "%s%s",
					i ? ", " : "", entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

/*
 * /proc/sys/dev/parport lists one driver of a port at most, the first that was there. The
 * devices of the bus are named after their drivers: lp.0, ppdev0.1.
 */
void kernel_native_drivers(char *s, size_t size, unsigned int number)
{
	struct dirent **entries;
	const char *last = "";
	size_t len = 0;
	int i, n;

	s[0] = '\0';
	n = scandir(BUS_DIR, &entries, is_native, versionsort);
	for (i = 0; i < n; i++) {
		char *name = entries[i]->d_name;

		if (!is_on_port(name, number))
			continue;
		*strchrnul(name, '.') = '\0';
		if (len < size && strcmp(name, last))
			len += snprintf(s + len, size - len, "%s%s",
					len ? ", " : "", name);
		last = name;
	}
	for (i = 0; i < n; i++)
		free(entries[i]);
	if (n >= 0)
		free(entries);
}

bool kernel_has_native(unsigned int number, const char *driver)
{
	char natives[256], *name, *rest = natives;

	kernel_native_drivers(natives, sizeof(natives), number);
	while ((name = strsep(&rest, ", ")))
		if (!strcmp(name, driver))
			return true;
	return false;
}

bool kernel_port_text(char *s, size_t size, unsigned int number,
		      const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), PARPORT_DIR "/parport%u/%s", number, name);
	return kernel_read_all(s, size, path);
}

bool kernel_port_value(char *s, size_t size, unsigned int number,
		       const char *name)
{
	if (!kernel_port_text(s, size, number, name))
		return false;
	s[strcspn(s, "\n")] = '\0';
	return true;
}
