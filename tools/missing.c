// SPDX-License-Identifier: GPL-2.0
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "boot.h"
#include "dkms.h"
#include "error.h"
#include "headers.h"
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

/* What MokManager asks at the next boot, for ten seconds */
static const char enroll[] =
"reboot, press a key when MokManager asks for one, and choose 'Enroll MOK', 'Continue' and 'Yes'";

/* The kernel knows the keys that somebody has made the firmware know. */
static void print_key_remedy(const char *path)
{
	if (!dkms_has_built(path) || access(DKMS_CERTIFICATE, F_OK))
		print_remedy("if the kernel rejects its key (Secure Boot): 'mokutil --import' that key as root, %s",
			     enroll);
	else if (dkms_key_is_enrolled() < 0)
		print_remedy("if the kernel rejects DKMS's key (Secure Boot): 'mokutil --import %s' as root, %s",
			     DKMS_CERTIFICATE, enroll);
	else if (!dkms_key_is_enrolled())
		print_remedy("'mokutil --import %s' as root, which asks for a new password; %s, with that password",
			     DKMS_CERTIFICATE, enroll);
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

	if (enforced && module_is_unsigned(path)) {
		explain_unsigned(path, release);
		return;
	}
	if (enforced && dkms_has_built(path) && !dkms_key_is_enrolled()) {
		print_error("the module parbiter is not loaded: Secure Boot requires that DKMS's key is enrolled, and it is not");
		print_key_remedy(path);
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

/* The archive has the headers of a kernel only for as long as it has the kernel. */
static void explain_no_headers(const char *release)
{
	char package[PATH_LEN], other[NAME_MAX + 1];
	bool missing = headers_package_missing(package, sizeof(package), release);
	bool elsewhere = module_find_release(other, sizeof(other));

	print_error("the module parbiter is not loaded: DKMS has not built it for this kernel, %s, whose headers are not installed",
		    release);
	print_remedy("%s%s%s'apt install linux-headers-%s%s%s', at which DKMS builds it, then 'modprobe parbiter', as root; if apt has no such headers any more, 'apt full-upgrade', and reboot",
		     elsewhere ? "boot kernel " : "", elsewhere ? other : "",
		     elsewhere ? ", for which DKMS has built it; for this kernel: " : "",
		     release, missing ? " " : "", missing ? package : "");
}

/* DKMS has the sources, and builds the module for each kernel that has headers. */
static void explain_not_built(const char *release, const char *version)
{
	if (!headers_are_installed(release)) {
		explain_no_headers(release);
		return;
	}
	print_error("the module parbiter is not loaded: DKMS has not built it for this kernel, %s",
		    release);
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
