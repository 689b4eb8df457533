// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "boot.h"
#include "dkms.h"
#include "error.h"
#include "kernel.h"
#include "missing.h"
#include "module.h"

#define PATH_LEN	512

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

/* The kernel knows the keys that somebody has made the firmware know. */
static void print_key_remedy(const char *path)
{
	if (dkms_has_built(path) && !access(DKMS_CERTIFICATE, F_OK))
		print_remedy("if the kernel rejects DKMS's key (Secure Boot): 'mokutil --import %s' as root, reboot, and choose 'Enroll MOK'",
			     DKMS_CERTIFICATE);
	else
		print_remedy("if the kernel rejects its key (Secure Boot): 'mokutil --import' that key as root, reboot, and choose 'Enroll MOK'");
}

static void explain_unsigned(const char *path, const char *release)
{
	char version[64];

	print_error("the module parbiter is not loaded: Secure Boot requires signed modules, and %s is not signed",
		    path);
	if (!dkms_has_built(path) || !dkms_version(version, sizeof(version))) {
		print_remedy("sign it (Documentation/install.rst, Secure Boot), then 'modprobe parbiter', as root");
		return;
	}
	print_remedy("'apt install openssl', with which DKMS signs, 'dkms build --force parbiter/%s -k %s', 'dkms install --force parbiter/%s -k %s', then 'modprobe parbiter', as root",
		     version, release, version, release);
	print_key_remedy(path);
}

static void explain_installed(const char *path, const char *release)
{
	bool enforced = kernel_wants_signature();
	char conf[PATH_LEN];

	if (enforced && !is_signed(path)) {
		explain_unsigned(path, release);
		return;
	}
	if (boot_loads(conf, sizeof(conf), "parbiter")) {
		print_error("the module parbiter is not loaded, although %s names it", conf);
		print_remedy("'modprobe parbiter' as root; 'journalctl -b -u systemd-modules-load' says what went wrong at boot");
	} else {
		print_error("the module parbiter is not loaded");
		print_remedy("'modprobe parbiter' as root");
	}
	if (enforced)
		print_key_remedy(path);
}

/* DKMS has the sources, and builds the module for each kernel that has headers. */
static void explain_not_built(const char *release, const char *version)
{
	char headers[PATH_LEN];

	snprintf(headers, sizeof(headers), "/lib/modules/%s/build/Makefile", release);
	print_error("the module parbiter is not loaded: DKMS has not built it for this kernel, %s%s",
		    release, access(headers, F_OK) ?
		    ", whose headers are not installed" : "");
	if (access(headers, F_OK))
		print_remedy("'apt install linux-headers-%s', at which DKMS builds it, then 'modprobe parbiter', as root",
			     release);
	else
		print_remedy("'dkms install parbiter/%s -k %s', then 'modprobe parbiter', as root; if DKMS fails, it names the log that says why",
			     version, release);
}

/* Has the command been installed from Debian's package parbiter, which has this file? */
static bool is_packaged(void)
{
	return !access("/usr/share/doc/parbiter/copyright", F_OK);
}

static void explain_not_installed(void)
{
	print_error("the module parbiter is neither loaded nor installed");
	if (is_packaged())
		print_remedy("'apt install parbiter-dkms' (or the file: ./parbiter-dkms_*.deb), then 'modprobe parbiter', as root");
	else
		print_remedy("'make install' or, with DKMS, 'make dkms-install' in parbiter's source, then 'modprobe parbiter', as root");
}

int missing_explain(void)
{
	char path[PATH_LEN], version[64];
	char other[NAME_MAX + 1];
	struct utsname running;

	uname(&running);
	if (module_find(path, sizeof(path), running.release)) {
		explain_installed(path, running.release);
	} else if (module_lacks_parport(running.release)) {
		print_error("the module parbiter is not loaded: this kernel, %s, has no support for parallel ports",
			    running.release);
		print_remedy("boot a kernel that has it (Debian: linux-image-amd64, not that for clouds)");
	} else if (dkms_version(version, sizeof(version))) {
		explain_not_built(running.release, version);
	} else if (module_find_release(other, sizeof(other))) {
		print_error("the module parbiter is not loaded: it is installed for kernel %s, but this is kernel %s",
			    other, running.release);
		print_remedy("'make clean' and 'make install' in parbiter's source, then 'modprobe parbiter', as root");
	} else {
		explain_not_installed();
	}
	return EXIT_NO_MODULE;
}
