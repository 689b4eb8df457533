// SPDX-License-Identifier: GPL-2.0
/* Kernel clients on command */
#include "libkclient.h"

#include <sys/mman.h>

/* Load a module, and open the device that has its name. */
static int open_device_of(const char *module)
{
	char path[64];
	int fd;

	need_module(module);
	snprintf(path, sizeof(path), "/dev/%s", module);
	wait_for(access(path, F_OK) == 0);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		fail("open %s: %s", path, strerror(errno));
	return fd;
}

int kclient_new(void)
{
	return open_device_of("parbiter_kclient");
}

int wdk_new(void)
{
	return open_device_of("parbiter_wdk");
}

int kclient_open(unsigned int number)
{
	int fd = kclient_new();
	char command[32];

	snprintf(command, sizeof(command), "open %u", number);
	check_eq(kclient(fd, command), 0);
	return fd;
}

int kclient(int fd, const char *command)
{
	return write(fd, command, strlen(command)) < 0 ? -errno : 0;
}

const char *kclient_text(int fd, const char *command)
{
	static char text[256];
	ssize_t len;

	check_eq(kclient(fd, command), 0);
	len = read(fd, text, sizeof(text) - 1);
	check(len >= 0);
	text[len] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return text;
}

long kclient_ask(int fd, const char *command)
{
	return strtol(kclient_text(fd, command), NULL, 0);
}

struct cell *kclient_cell(int fd)
{
	struct cell *cell = mmap(NULL, (size_t)getpagesize(),
				 PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (cell == MAP_FAILED)
		fail("mmap of the cell: %s", strerror(errno));
	memset(cell, 0, sizeof(*cell));
	return cell;
}

/* Also check poll(), which wakes once the request has ended. */
void kclient_wait_result(int fd, int result)
{
	check(port_poll_wait(fd, POLLIN) & POLLIN);
	check_eq(kclient_ask(fd, "result"), result);
}
