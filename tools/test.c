// SPDX-License-Identifier: GPL-2.0
/* parbiter test: check whether a port can be used; stop at the first problem. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "boot.h"
#include "command.h"
#include "dkms.h"
#include "error.h"
#include "headers.h"
#include "kernel.h"
#include "missing.h"
#include "module.h"
#include "option.h"
#include "port.h"
#include "text.h"
#include "util.h"

static const char test_help[] =
"Usage: parbiter test PORT\n"
"Check in this order: the module, its version, whether it is loaded at boot, and\n"
"whether the headers of the next kernel come along for DKMS; the port, its device\n"
"node, the permission to open it, native drivers that have the port exclusively,\n"
"the features of the module, and the owner; then allocate the port and free it.\n"
"Stop at the first problem, and print it with its remedy. A version that does not\n"
"fit, or headers that do not come along, are no problem, but a note.\n"
"\n"
"  -h, --help  print this text\n"
"\n"
"Exit status: 0 no problem; 64 wrong usage, 66 no such port, 69 module not loaded\n"
"or port gone, 71 system error, 74 standard output cannot be written, 75 port\n"
"busy, 77 no permission.\n";

static void print_line(const char *prefix, const char *fmt, va_list args)
{
	fputs(prefix, stdout);
	vprintf(fmt, args);
	putchar('\n');
}

__printf(1, 2) static void pass(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line("ok: ", fmt, args);
	va_end(args);
}

/* Has note() been called? */
static bool noted;

/* Print what keeps nobody from using the port, but should be mended. */
__printf(1, 2) static void note(const char *fmt, ...)
{
	va_list args;

	noted = true;
	va_start(args, fmt);
	print_line("note: ", fmt, args);
	va_end(args);
}

/* Each check returns 0, or an exit code after printing an error. */

static int check_module(struct port *port)
{
	char version[64];

	(void)port;
	if (!module_is_loaded())
		return missing_explain();
	module_version(version, sizeof(version));
	pass("the module parbiter is loaded (version %s)%s", version,
	     module_is_exclusive() ? ", with exclusive=1" : "");
	return 0;
}

/* An upgrade leaves the old module loaded, and the new command works with it. */
static int check_version(struct port *port)
{
	char loaded[64], installed[64];

	(void)port;
	module_version(loaded, sizeof(loaded));
	module_installed_version(installed, sizeof(installed));
	if (installed[0] && strcmp(installed, loaded))
		note("version %s of the module is installed, but version %s is loaded: 'modprobe -r parbiter && modprobe parbiter' as root when no program has a port open, or reboot",
		     installed, loaded);
	else if (strcmp(loaded, PARBITER_VERSION))
		note("this command has version %s, and the module has version %s: install both of one version",
		     PARBITER_VERSION, loaded);
	return 0;
}

static int check_boot(struct port *port)
{
	char conf[TEXT_LEN];

	(void)port;
	if (boot_loads(conf, sizeof(conf), "parbiter"))
		pass("it is loaded at boot (%s)", conf);
	else
		pass("nothing in /etc/modules-load.d loads it at boot; if it should be: echo parbiter >/etc/modules-load.d/parbiter.conf");
	return 0;
}

/* DKMS builds the module for the next kernel if that kernel comes with its headers. */
static int check_headers(struct port *port)
{
	char path[TEXT_LEN], package[TEXT_LEN];
	struct utsname running;

	(void)port;
	uname(&running);
	if (module_find(path, sizeof(path), running.release) && dkms_has_built(path) &&
	    headers_package_missing(package, sizeof(package), running.release))
		note("the next kernel comes without its headers, with which DKMS builds the module: 'apt install %s' as root",
		     package);
	return 0;
}

static int check_port(struct port *port)
{
	if (!kernel_has_port(port->number))
		return port_explain(port, ENOENT);
	pass("the kernel has %s", port->name);
	return 0;
}

static int check_node(struct port *port)
{
	struct stat st;

	if (stat(port->path, &st))
		return port_explain(port, errno);
	pass("its device node is %s", port->path);
	return 0;
}

static int check_permission(struct port *port)
{
	if (access(port->path, R_OK | W_OK) && errno != EROFS)
		return port_explain(port, errno);
	pass("this user may open the device node");
	return 0;
}

/* cups-filters loads lp at boot, although nothing may print through it. */
static void tell_lp(const struct port *port)
{
	char conf[TEXT_LEN];

	if (!kernel_has_native(port->number, "lp"))
		return;
	pass("lp shares the port as a native driver: it has the port while a program has /dev/lp* open; 'parbiter print' and cups-backend-parbiter do not need it");
	if (boot_loads(conf, sizeof(conf), "lp"))
		pass("%s loads lp at boot; if nothing prints through /dev/lp*, take lp out of it and run 'modprobe -r lp', as root",
		     conf);
}

static int check_native(struct port *port)
{
	char natives[TEXT_LEN];
	int ret;

	ret = port_open(port);
	if (ret)
		return ret;
	kernel_native_drivers(natives, sizeof(natives), port->number);
	if (natives[0])
		pass("no native driver has the port exclusively (registered: %s)",
		     natives);
	else
		pass("no native driver has the port exclusively (none is registered)");
	tell_lp(port);
	return 0;
}

static int check_features(struct port *port)
{
	struct parbiter_port_info info;
	char address[TEXT_LEN], modes[TEXT_LEN];
	int ret;

	ret = port_info(port, &info);
	if (ret)
		return port_explain(port, -ret);
	if (!(info.features & PARBITER_FEATURE_ARBITER))
		return port_explain(port, ENOTTY);
	text_address(address, sizeof(address), info.base, info.base_hi);
	text_modes(modes, sizeof(modes), info.modes);
	pass("the module can arbitrate%s; the port: address %s, modes %s, %s",
	     info.features & PARBITER_FEATURE_IO ? " and transfer data" : "",
	     address, modes, info.irq < 0 ? "no interrupt" : "with interrupt");
	return 0;
}

static int check_owner(struct port *port)
{
	struct parbiter_status status;
	int ret;

	ret = port_status(port, &status);
	if (ret)
		return port_explain(port, -ret);
	if (status.state != PARBITER_STATE_FREE || status.waiters)
		return port_explain_busy(port, "busy");
	pass("the port is free, and nobody waits for it");
	return 0;
}

/* Another client may be faster since check_owner(). */
static int check_allocate(struct port *port)
{
	int ret;

	ret = port_request(port, PARBITER_TRY_ALLOCATE, NULL);
	if (ret == -EBUSY)
		return port_explain_busy(port, "busy");
	if (!ret)
		ret = port_request(port, PARBITER_FREE, NULL);
	if (ret)
		return port_explain(port, -ret);
	pass("this command has allocated the port and freed it again");
	return 0;
}

static int test(struct port *port)
{
	static int (* const checks[])(struct port *port) = {
		check_module, check_version, check_boot, check_headers, check_port,
		check_node, check_permission, check_native, check_features,
		check_owner, check_allocate,
	};
	unsigned int i;
	int ret = 0;

	for (i = 0; !ret && i < ARRAY_SIZE(checks); i++)
		ret = checks[i](port);
	port_close(port);
	if (!ret)
		printf("%s: %s\n", port->name, noted ?
		       "can be used; see the note above" : "all is well");
	return ret;
}

int test_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct port port;
	int option, ret;

	while ((option = option_next(argc, argv, ":h", options)) != -1) {
		if (option != 'h')
			return usage_hint("test");
		fputs(test_help, stdout);
		return 0;
	}
	if (argc - optind != 1)
		return usage_error("test", "give exactly one port");
	ret = port_parse(&port, "test", argv[optind]);
	return ret ? ret : test(&port);
}
