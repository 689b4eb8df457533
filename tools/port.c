// SPDX-License-Identifier: GPL-2.0
/* Name, open and ask a port, and explain what fails. */
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

#include "ancestor.h"
#include "boot.h"
#include "clean.h"
#include "error.h"
#include "kernel.h"
#include "missing.h"
#include "module.h"
#include "permission.h"
#include "port.h"
#include "text.h"
#include "util.h"

#define MAX_PORTS	64	/* more ports than a machine has */

void port_init(struct port *port, unsigned int number)
{
	port->number = number;
	port->fd = -1;
	snprintf(port->name, sizeof(port->name), "parport%u", number);
	snprintf(port->path, sizeof(port->path), "/dev/parbiter%u", number);
}

/* Return 12 for "parbiter12" with prefix "parbiter"; -1 if @s is no such name. */
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

/* Get the name that sysfs has for the character device at a path. */
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

/* The device tells which port it is; if nothing is there yet, the name does. */
static int parse_path(struct port *port, const char *path)
{
	char name[PATH_MAX];
	int number = -1;

	if (device_name(name, sizeof(name), path))
		number = number_after(name, "parbiter");
	else if (access(path, F_OK) && errno == ENOENT)
		number = number_after(base_name(path), "parbiter");
	if (number < 0) {
		print_error("%s: %s", path, access(path, F_OK) ?
			    strerror(errno) : "is not a device of parbiter");
		print_remedy("name a port as 0, parport0, parbiter0 or /dev/parbiter0");
		return EXIT_NO_PORT;
	}
	port_init(port, number);
	snprintf(port->path, sizeof(port->path), "%s", path);
	return 0;
}

/* Return N of "parportN", "parbiterN" or "N"; -1: it is none of these. */
static int parse_name(const char *arg)
{
	int number;

	number = number_after(arg, "parport");
	if (number < 0)
		number = number_after(arg, "parbiter");
	return number < 0 ? number_after(arg, "") : number;
}

bool port_is_named(const char *arg)
{
	return strchr(arg, '/') || parse_name(arg) >= 0;
}

int port_parse(struct port *port, const char *command, const char *arg)
{
	int number;

	if (!arg)
		return usage_error(command, "no port given");
	if (strchr(arg, '/'))
		return parse_path(port, arg);
	number = parse_name(arg);
	if (number < 0)
		return usage_error(command,
				   "'%s' is not a port: name it as 0, parport0, parbiter0 or /dev/parbiter0",
				   arg);
	port_init(port, number);
	return 0;
}

int port_try_open(struct port *port)
{
	struct parbiter_port_info info;
	int ret;

	/* Without O_NONBLOCK, a path that is a FIFO would block. */
	port->fd = open(port->path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (port->fd < 0)
		return errno;
	ret = port_info(port, &info);
	if (ret)
		port_close(port);
	return -ret;
}

int port_open(struct port *port)
{
	int error = port_try_open(port);

	return error ? port_explain(port, error) : 0;
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
	if (!ret)	/* a process may give itself any name */
		clean_text(status->owner, stdout);
	return ret;
}

bool port_is_owner(const struct port *port)
{
	struct parbiter_status status;

	return !port_status(port, &status) &&
	       status.caller == PARBITER_CALLER_OWNER;
}

bool port_is_ours(const struct parbiter_status *status)
{
	return status->state == PARBITER_STATE_OWNED && status->owner_pid > 0 &&
	       ancestor_is(status->owner_pid);
}

static int explain_no_port(const struct port *port)
{
	char names[256], conf[PATH_MAX];

	kernel_port_names(names, sizeof(names));
	if (names[0]) {
		print_error("%s: no such port; the kernel has %s", port->name, names);
		return EXIT_NO_PORT;
	}
	print_error("%s: the kernel has no parallel port", port->name);
	print_remedy("run 'modprobe parport_pc' as root; check that the firmware's setup enables the port");
	if (boot_loads(conf, sizeof(conf), "parport_pc"))
		print_remedy("%s loads parport_pc at boot; 'journalctl -b -u systemd-modules-load' says what went wrong there",
			     conf);
	return EXIT_NO_PORT;
}

static int explain_no_node(const struct port *port)
{
	if (!module_is_loaded())
		return missing_explain();
	if (!kernel_has_port(port->number))
		return explain_no_port(port);
	print_error("%s: the kernel has the port, but there is no %s", port->name,
		    port->path);
	print_remedy("see 'dmesg | grep parbiter'; unload and load the module parbiter");
	return EXIT_NO_PORT;
}

/* A file of cups-filters loads lp at boot. */
static void print_lp_remedy(void)
{
	char conf[PATH_MAX];

	if (boot_loads(conf, sizeof(conf), "lp"))
		print_remedy("to keep lp from being loaded at boot, take it out of %s",
			     conf);
}

/* open() failed: a native driver that is registered on the port excludes parbiter. */
static int explain_exclusive_native(const struct port *port)
{
	char natives[TEXT_LEN];

	kernel_native_drivers(natives, sizeof(natives), port->number);
	if (!natives[0])
		snprintf(natives, sizeof(natives), "a native driver");
	if (module_is_exclusive()) {
		print_error("%s: busy: %s is registered on it, and parbiter has exclusive=1",
			    port->name, natives);
		print_remedy("unload %s, or load the module parbiter without exclusive=1",
			     natives);
		if (kernel_has_native(port->number, "lp"))
			print_lp_remedy();
	} else {
		print_error("%s: busy: %s has it exclusively", port->name, natives);
		print_remedy("end the program that has it open: 'fuser -v /dev/parport%u /dev/lp*'",
			     port->number);
	}
	return EXIT_BUSY;
}

/* The path leads to something that does not know parbiter's requests. */
static int explain_no_requests(const struct port *port)
{
	char name[PATH_MAX];

	if (!device_name(name, sizeof(name), port->path) ||
	    number_after(name, "parbiter") < 0) {
		print_error("%s: %s is not a device of parbiter", port->name, port->path);
		print_remedy("remove it, then unload and load the module parbiter");
		return EXIT_NO_PORT;
	}
	print_error("%s: %s does not support the requests of this program",
		    port->name, port->path);
	print_remedy("load the module parbiter of version %s", PARBITER_VERSION);
	return EXIT_NO_MODULE;
}

/* The attributes of the node are not asked for if a device cgroup refuses. */
static int explain_cgroup(const struct port *port)
{
	print_error("%s: no permission to open %s: the container or the unit in which this command runs may not use the device",
		    port->name, port->path);
	print_remedy("allow it: 'DeviceAllow=%s rw' in a unit of systemd, '--device %s' for a container",
		     port->path, port->path);
	return EXIT_PERMISSION;
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
		return explain_exclusive_native(port);
	case ENXIO:
	case ENODEV:
		if (!module_is_loaded())
			return missing_explain();
		print_error("%s: the port is gone: unplugged, or its driver unloaded",
			    port->name);
		print_remedy("connect it again, or load its driver; 'parbiter list' names the ports");
		return EXIT_NO_MODULE;
	case ENOTTY:
		return explain_no_requests(port);
	default:
		if (error == EPERM && port->fd < 0)
			return explain_cgroup(port);
		print_error("%s: %s: %s", port->name, port->path, strerror(error));
		return EXIT_SYSTEM;
	}
}

static void print_native_remedy(const char *driver)
{
	if (!strncmp(driver, "lp", strlen("lp"))) {
		print_remedy("close /dev/lp*: lp holds the port until then ('fuser -v /dev/lp*')");
		print_remedy("or print without lp, by 'parbiter print' or by CUPS with cups-backend-parbiter: they take their turn");
		print_lp_remedy();
	} else if (!strncmp(driver, "ppdev", strlen("ppdev"))) {
		print_remedy("wait, or end the program that has it open ('fuser -v /dev/parport*')");
	} else {
		print_remedy("wait, or unload %s", driver);
	}
}

static void print_owner_remedy(const struct port *port,
			       const struct parbiter_status *status)
{
	if (status->owner_kind == PARBITER_KIND_DRIVER)
		print_remedy("wait, or unload that driver (%s)",
			     status->owner);
	else if (port_is_ours(status))
		print_remedy("process %d has started this command: use the port that it owns, or free the port before this command",
			     status->owner_pid);
	else if (status->owner_pid)
		print_remedy("wait, or end process %d",
			     status->owner_pid);
	else
		print_remedy("wait, or end the process that has it open ('fuser -v %s')",
			     port->path);
}

int port_explain_busy(const struct port *port, const char *what)
{
	struct parbiter_status status;
	char state[TEXT_LEN];
	int ret;

	ret = port_status(port, &status);
	if (ret)
		return port_explain(port, -ret);
	text_state_since(state, sizeof(state), &status);
	print_error("%s: %s: %s%s", port->name, what,
		    status.state == PARBITER_STATE_FREE ?
		    "another client was faster; now the port is " : "", state);
	if (status.state == PARBITER_STATE_NATIVE)
		print_native_remedy(status.owner);
	else if (status.state == PARBITER_STATE_FREE)
		print_remedy("try again");
	else
		print_owner_remedy(port, &status);
	return EXIT_BUSY;
}

int port_explain_no_ports(void)
{
	unsigned int number = MAX_PORTS;
	struct port port;

	while (number && !kernel_has_port(number))
		number--;
	port_init(&port, number);
	return port_explain(&port, ENOENT);
}
