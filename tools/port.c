// SPDX-License-Identifier: GPL-2.0
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "error.h"
#include "kernel.h"
#include "module.h"
#include "permission.h"
#include "port.h"
#include "text.h"
#include "util.h"

/* More ports than a machine has */
#define MANY	64

void port_init(struct port *port, unsigned int number)
{
	port->number = number;
	port->fd = -1;
	snprintf(port->name, sizeof(port->name), "parport%u", number);
	snprintf(port->path, sizeof(port->path), "/dev/parbiter%u", number);
}

/* "parbiter12" with prefix "parbiter": 12; -1: something else */
static int number_after(const char *s, const char *prefix)
{
	size_t len = strlen(prefix);

	if (strncmp(s, prefix, len))
		return -1;
	s += len;
	if (!*s || strlen(s) > 6 || strspn(s, "0123456789") != strlen(s))
		return -1;
	return atoi(s);
}

static int is_node(const struct dirent *entry)
{
	return number_after(entry->d_name, "parbiter") >= 0;
}

int port_scan(unsigned int **numbers)
{
	struct dirent **entries;
	int i, n;

	*numbers = NULL;
	n = scandir("/dev", &entries, is_node, versionsort);
	if (n <= 0)
		return 0;
	*numbers = calloc(n, sizeof(**numbers));
	for (i = 0; i < n; i++) {
		if (*numbers)
			(*numbers)[i] = number_after(entries[i]->d_name,
						     "parbiter");
		free(entries[i]);
	}
	free(entries);
	return *numbers ? n : 0;
}

/* The name that sysfs has for the device that a path leads to */
static bool device_name(char *s, size_t size, const char *path)
{
	char link[64], target[PATH_MAX];
	struct stat st;
	ssize_t len;

	if (stat(path, &st) || !S_ISCHR(st.st_mode))
		return false;
	snprintf(link, sizeof(link), "/sys/dev/char/%u:%u", major(st.st_rdev),
		 minor(st.st_rdev));
	len = readlink(link, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = '\0';
	snprintf(s, size, "%s", base_name(target));
	return true;
}

/* By what device it is, or, if there is none yet, by its name */
static int parse_path(struct port *port, const char *path)
{
	char name[PATH_MAX];
	int number;

	if (device_name(name, sizeof(name), path))
		number = number_after(name, "parbiter");
	else
		number = number_after(base_name(path), "parbiter");
	if (number < 0) {
		complain("%s: %s: name a port, as in parport0, or its device",
			 path, access(path, F_OK) ? strerror(errno) :
			 "not a device of parbiter's");
		return EXIT_NO_PORT;
	}
	port_init(port, number);
	snprintf(port->path, sizeof(port->path), "%s", path);
	return 0;
}

int port_parse(struct port *port, const char *arg)
{
	int number;

	if (strchr(arg, '/'))
		return parse_path(port, arg);
	number = number_after(arg, "parport");
	if (number < 0)
		number = number_after(arg, "parbiter");
	if (number < 0)
		number = number_after(arg, "");
	if (number < 0) {
		complain("'%s' names no port, as 0, parport0 or /dev/parbiter0 do",
			 arg);
		return EXIT_USAGE;
	}
	port_init(port, number);
	return 0;
}

int port_try_open(struct port *port)
{
	/* Opening a device that is something else must not block either. */
	port->fd = open(port->path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return port->fd < 0 ? -errno : 0;
}

int port_open(struct port *port)
{
	struct parbiter_port_info info;
	int ret;

	ret = port_try_open(port);
	if (!ret) {
		ret = port_info(port, &info);
		if (ret)
			port_close(port);
	}
	return ret ? port_explain(port, -ret) : 0;
}

void port_close(struct port *port)
{
	if (port->fd >= 0)
		close(port->fd);
	port->fd = -1;
}

int port_request(const struct port *port, unsigned long request, void *arg)
{
	return ioctl(port->fd, request, arg) < 0 ? -errno : 0;
}

int port_info(const struct port *port, struct parbiter_port_info *info)
{
	info->size = sizeof(*info);
	return port_request(port, PARBITER_GET_PORT_INFO, info);
}

int port_status(const struct port *port, struct parbiter_status *status)
{
	int ret;

	status->size = sizeof(*status);
	ret = port_request(port, PARBITER_GET_STATUS, status);
	if (!ret)	/* a process chooses its name itself */
		text_clean(status->owner);
	return ret;
}

bool port_is_owner(const struct port *port)
{
	struct parbiter_status status;

	return !port_status(port, &status) &&
	       status.caller == PARBITER_CALLER_OWNER;
}

static int explain_no_port(const struct port *port)
{
	char names[256];

	kernel_port_names(names, sizeof(names));
	if (names[0]) {
		complain("%s: no such port: there is %s", port->name, names);
	} else {
		complain("%s: the kernel has no parallel port", port->name);
		advise("'modprobe parport_pc' as root; is it enabled in the firmware's setup?");
	}
	return EXIT_NO_PORT;
}

static int explain_no_node(const struct port *port)
{
	if (!module_is_loaded())
		return module_explain();
	if (!kernel_has_port(port->number))
		return explain_no_port(port);
	complain("%s: the kernel has the port, but there is no %s", port->name,
		 port->path);
	advise("see 'dmesg | grep parbiter'; load the module again");
	return EXIT_NO_PORT;
}

/* A native driver registered on the port bars parbiter from it. */
static int explain_barred(const struct port *port)
{
	char natives[TEXT_LEN];

	kernel_natives(natives, sizeof(natives), port->number);
	if (!natives[0])
		snprintf(natives, sizeof(natives), "a native driver");
	if (module_is_exclusive()) {
		complain("%s: busy: %s is registered on it, and parbiter has exclusive=1",
			 port->name, natives);
		advise("unload that driver, or load parbiter without exclusive=1");
	} else {
		complain("%s: busy: %s keeps it exclusively", port->name, natives);
		advise("end what has it open: 'fuser -v /dev/parport%u /dev/lp*'",
		       port->number);
	}
	return EXIT_BUSY;
}

int port_explain(const struct port *port, int error)
{
	switch (error) {
	case ENOENT:
		return explain_no_node(port);
	case EACCES:
		permission_explain(port->name, port->path);
		return EXIT_PERMISSION;
	case EBUSY:
		return explain_barred(port);
	case ENXIO:
	case ENODEV:
		if (!module_is_loaded())
			return module_explain();
		complain("%s: the port is gone: unplugged, or its driver unloaded",
			 port->name);
		advise("connect it again, or load its driver; 'parbiter list' names the ports");
		return EXIT_NO_MODULE;
	case ENOTTY:
		complain("%s: %s does not know parbiter's requests", port->name,
			 port->path);
		advise("load the module of this version, %s", PARBITER_VERSION);
		return EXIT_NO_MODULE;
	default:
		complain("%s: %s: %s", port->name, port->path, strerror(error));
		return EXIT_SYSTEM;
	}
}

static void advise_native(const char *driver)
{
	if (!strncmp(driver, "lp", strlen("lp")))
		advise("close /dev/lp*, lp keeps the port until then ('fuser -v /dev/lp*')");
	else if (!strncmp(driver, "ppdev", strlen("ppdev")))
		advise("wait, or end what has it open ('fuser -v /dev/parport*')");
	else
		advise("wait, or unload that driver");
}

int port_explain_busy(const struct port *port, const char *what)
{
	struct parbiter_status status;
	char state[TEXT_LEN];
	int ret;

	ret = port_status(port, &status);
	if (ret)
		return port_explain(port, -ret);
	text_state_now(state, sizeof(state), &status);
	complain("%s: %s: %s%s", port->name, what,
		 status.state == PARBITER_STATE_FREE ?
		 "somebody was faster; now it is " : "", state);
	if (status.state == PARBITER_STATE_NATIVE)
		advise_native(status.owner);
	else if (status.state == PARBITER_STATE_FREE)
		advise("try again");
	else if (status.owner_kind == PARBITER_KIND_DRIVER)
		advise("wait ('parbiter run' without -w), or unload that driver");
	else if (status.owner_pid)
		advise("wait ('parbiter run' without -w), or end process %d",
		       status.owner_pid);
	else
		advise("wait ('parbiter run' without -w), or end what has it ('fuser -v %s')",
		       port->path);
	return EXIT_BUSY;
}

int port_explain_none(void)
{
	unsigned int number = MANY;
	struct port port;

	while (number && !kernel_has_port(number))
		number--;
	port_init(&port, number);
	return port_explain(&port, ENOENT);
}
