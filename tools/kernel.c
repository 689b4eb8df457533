// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel.h"

#define PARPORT_DIR	"/proc/sys/dev/parport"

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
	return entry->d_name[0] != '.' && strcmp(entry->d_name, "active") &&
	       strncmp(entry->d_name, "parbiter", strlen("parbiter"));
}

/* List those entries of a directory that the filter accepts. */
static void join_names(char *s, size_t size, const char *path,
		       int (*filter)(const struct dirent *))
{
	struct dirent **entries;
	size_t len = 0;
	int i, n;

	s[0] = '\0';
	n = scandir(path, &entries, filter, versionsort);
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

void kernel_port_names(char *s, size_t size)
{
	join_names(s, size, PARPORT_DIR, is_port);
}

void kernel_native_drivers(char *s, size_t size, unsigned int number)
{
	char path[64];

	snprintf(path, sizeof(path), PARPORT_DIR "/parport%u/devices", number);
	join_names(s, size, path, is_native);
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
