#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What "parbiter test" says about the module: installed or not, by packages, DKMS or
# "make install", signed or not, of another version, loaded at boot, beside lp. The files
# from which the command knows that are made up.
#
# vm: ports=one kernels=stock timeout=300 smp=any seconds=30
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

export REAL_TOOL=$tool
tool=$PWD/sees
modules=made/lib/modules/$release
version=0.0.1~dev
installed=updates/dkms/parbiter.ko
# "amd64" of a release such as 6.1.0-40-amd64
flavour=${release##*-}

# The command sees the files in made/ in place of the machine's.
cat >"$tool" <<'EOT'
#!/bin/sh
exec unshare --mount sh -c \
	'mount -aT made/fstab && exec ${AS:-} "$REAL_TOOL" "$@"' sees "$@"
EOT
chmod 755 "$tool"

# hide PATH: let the command see made/PATH in place of a file or directory
hide() { echo "$PWD/made/$1 /$1 none bind" >>made/fstab; }

hide_directory() {
	mkdir -p "made/$1" "/$1"
	hide "$1"
}

# Make files up: there is a kernel with the parport core, and nothing else.
make_up() {
	mkdir -p made
	: >made/fstab
	hide_directory lib/modules
	hide_directory var/lib
	hide_directory etc/modules-load.d
	hide_directory usr/lib/modules-load.d
	mkdir -p "$modules" made/var/lib/dkms
	echo "kernel/drivers/parport/parport.ko:" >"$modules/modules.dep"
}

# install_module FILE: a module that no kernel would load, of which nobody can say whether it
# is signed
install_module() {
	mkdir -p "$modules/${1%/*}"
	echo module >"$modules/$1"
	echo "$1: kernel/drivers/parport/parport.ko" >>"$modules/modules.dep"
}
install_unsigned() {
	install_module "$1"
	case $1 in
	*.xz)	xz <"$PARBITER_KO" >"$modules/$1" ;;
	*)	cp "$PARBITER_KO" "$modules/$1" ;;
	esac
}
# enroll WHAT...: there is UEFI firmware, which knows the keys in these files
enroll() {
	local variables=made/sys/firmware/efi/efivars

	hide_directory sys/firmware
	mkdir -p "$variables"
	cat "$@" >"$variables/MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23"
}
lock_down() {
	hide_directory sys/kernel/security
	echo "none [integrity] confidentiality" >made/sys/kernel/security/lockdown
}
# image_package NAME: dpkg has installed linux-image-NAME, as linux-image-amd64
image_package() {
	hide_directory usr/share/doc
	mkdir -p "made/usr/share/doc/linux-image-$1"
}
dkms_knows() { mkdir -p "made/var/lib/dkms/parbiter/$version/source"; }

# replace FILE TEXT: let a file of the kernel's have this text
replace() {
	mkdir -p "made/${1%/*}"
	echo "$2" >"made/$1"
	hide "$1"
}

# silent_about TEXT: the command must not have said this
silent_about() { ! grep -qF "$1" out err || fail "says '$1': $(cat out err)"; }

not_installed() {
	make_up
	hide_directory usr/share/doc/parbiter
	wants 69 test 0
	says err "neither loaded nor installed"
	says err "remedy: 'make install' or, with DKMS, 'make dkms-install'"
	: >made/usr/share/doc/parbiter/copyright
	wants 69 test 0
	says err "remedy: 'apt install parbiter-dkms'"
	silent_about "make install"
}

# Every command says it, not only test.
installed_for_another_kernel() {
	make_up
	mkdir -p made/lib/modules/0.1
	echo "extra/parbiter.ko:" >made/lib/modules/0.1/modules.dep
	wants 69 run 0 true
	says err "installed for kernel 0.1, but this is kernel $release"
	says err "remedy: 'make clean' and 'make install'"
}

not_loaded() {
	make_up
	install_module extra/parbiter.ko.xz
	wants 69 test 0
	says err "the module parbiter is not loaded"
	says err "remedy: 'modprobe parbiter' as root"
	silent_about mokutil
	printf '# lp\n parbiter\n' >made/usr/lib/modules-load.d/my.conf
	wants 69 test 0
	says err "not loaded, although /usr/lib/modules-load.d/my.conf names it"
	says err "journalctl -b -u systemd-modules-load"
	: >made/etc/modules-load.d/my.conf
	wants 69 test 0
	silent_about my.conf
}

kernel_without_parport() {
	make_up
	dkms_knows
	: >"$modules/modules.dep"
	wants 69 test 0
	says err "not built it"
	: >"$modules/modules.builtin"
	wants 69 test 0
	says err "this kernel, $release, has no support for parallel ports"
	says err "remedy: boot a kernel that has it"
	echo "kernel/drivers/parport/parport.ko" >"$modules/modules.builtin"
	wants 69 test 0
	says err "not built it"
}

not_built_by_dkms() {
	make_up
	dkms_knows
	wants 69 test 0
	says err "DKMS has not built it for this kernel, $release, whose headers are not"
	says err "remedy: 'apt install linux-headers-$release', at which DKMS builds it"
	says err "if apt has no such headers any more, 'apt full-upgrade', and reboot"
	# A kernel has been installed, and the machine was not booted since then.
	mkdir -p made/lib/modules/0.1
	echo "updates/dkms/parbiter.ko:" >made/lib/modules/0.1/modules.dep
	wants 69 test 0
	says err "remedy: boot kernel 0.1, for which DKMS has built it; for this kernel: 'apt install linux-headers-$release', at"
	rm -r made/lib/modules/0.1
	image_package "$flavour"
	wants 69 test 0
	says err "remedy: 'apt install linux-headers-$release linux-headers-$flavour', at"
	mkdir "$modules/build"
	: >"$modules/build/Makefile"
	wants 69 test 0
	says err "DKMS has not built it for this kernel, $release"
	says err "remedy: 'dkms install parbiter/$version -k $release'"
	silent_about linux-headers
	# DKMS may know nothing of it any more.
	rmdir "made/var/lib/dkms/parbiter/$version/source"
	wants 69 test 0
	says err "neither loaded nor installed"
}

not_signed() {
	make_up
	lock_down
	install_unsigned extra/parbiter.ko
	wants 69 test 0
	says err "Secure Boot requires signed modules, and /lib/modules/$release/extra/parbiter.ko is not"
	says err "remedy: sign it"
	make_up
	lock_down
	dkms_knows
	install_unsigned "$installed"
	wants 69 test 0
	says err "$installed is not signed"
	says err "remedy: 'apt install openssl', with which DKMS signs, 'dkms build --force parbiter/$version -k $release', 'dkms install --force"
	silent_about "sign it"
	# Nobody wants a signature.
	rm made/sys/kernel/security/lockdown
	wants 69 test 0
	silent_about sign
	echo "[none] integrity confidentiality" >made/sys/kernel/security/lockdown
	wants 69 test 0
	silent_about sign
	replace sys/module/module/parameters/sig_enforce Y
	wants 69 test 0
	says err "is not signed"
}

# Debian 13 has compressed modules.
compressed_and_not_signed() {
	make_up
	lock_down
	dkms_knows
	install_unsigned "$installed.xz"
	wants 69 test 0
	says err "$installed.xz is not signed"
}

signed_by_an_unknown_key() {
	make_up
	lock_down
	install_module "$installed"
	wants 69 test 0
	says err "remedy: 'modprobe parbiter' as root"
	says err "'mokutil --import' that key"
	echo certificate >made/var/lib/dkms/mok.pub
	wants 69 test 0
	says err "remedy: if the kernel rejects DKMS's key (Secure Boot): 'mokutil --import /var/lib/dkms/mok.pub' as root, reboot, press a key when MokManager asks for one, and choose 'Enroll MOK'"
	# The key of DKMS is not that of other modules.
	make_up
	lock_down
	install_module extra/parbiter.ko.xz
	wants 69 test 0
	says err "'mokutil --import' that key"
}

enrolled_or_not() {
	make_up
	lock_down
	dkms_knows
	install_module "$installed"
	echo certificate >made/var/lib/dkms/mok.pub
	echo other >other
	enroll other
	wants 69 test 0
	says err "Secure Boot requires that DKMS's key is enrolled, and it is not"
	says err "remedy: 'mokutil --import /var/lib/dkms/mok.pub' as root, which asks for a new password; reboot"
	silent_about "'modprobe parbiter'"
	enroll other made/var/lib/dkms/mok.pub other
	wants 69 test 0
	says err "remedy: 'modprobe parbiter' as root"
	silent_about mokutil
	# A key that is enrolled does not sign what DKMS has built without openssl.
	install_unsigned "$installed"
	wants 69 test 0
	says err "is not signed"
	silent_about mokutil
	enroll other
	wants 69 test 0
	says err "is not signed"
	says err "'mokutil --import /var/lib/dkms/mok.pub' as root, which asks"
}

all_is_well() {
	load_all
	make_up
	wants 0 test 0
	says out "the module parbiter is loaded (version "
	says out "ok: nothing in /etc/modules-load.d loads it at boot"
	says out "parport0: all is well"
	silent_about "note:"
	silent_about "lp "
	echo parbiter >made/etc/modules-load.d/parbiter.conf
	wants 0 test 0
	says out "ok: it is loaded at boot (/etc/modules-load.d/parbiter.conf)"
}

# The port's driver is not loaded, although a file names it: it may be on the deny list.
no_port_driver() {
	make_up
	hide_directory proc/sys/dev/parport
	wants 66 test 0
	says err "parport0: the kernel has no parallel port"
	says err "remedy: run 'modprobe parport_pc' as root"
	silent_about journalctl
	printf '%s\n' parport_pc parbiter >made/etc/modules-load.d/parbiter.conf
	wants 66 test 0
	says err "remedy: /etc/modules-load.d/parbiter.conf loads parport_pc at boot; 'journalctl -b -u systemd-modules-load' says"
}

# DKMS has built the module, but the kernel's headers came without the package that brings
# those of the next kernel.
no_headers_for_the_next_kernel() {
	local note="note: the next kernel comes without its headers" number

	number=$(echo "$release" | grep -oE '^[0-9]+[.][0-9]+')
	make_up
	install_module "$installed"
	image_package "$release"
	image_package "x$flavour"
	image_package "9.9-$flavour"
	wants 0 test 0
	silent_about "$note"
	image_package "$flavour"
	wants 0 test 0
	says out "$note, with which DKMS builds the module: 'apt install linux-headers-$flavour' as root"
	says out "parport0: can be used; see the note above"
	mkdir "made/usr/share/doc/linux-headers-$flavour"
	wants 0 test 0
	silent_about "$note"
	image_package "$number-$flavour"
	wants 0 test 0
	says out "'apt install linux-headers-$number-$flavour' as root"
	# Without DKMS, nobody builds the module by itself.
	make_up
	install_module extra/parbiter.ko
	image_package "$flavour"
	wants 0 test 0
	silent_about "$note"
}

# An upgrade has installed another module. modinfo reads the version from its file.
not_reloaded() {
	local now

	now=$(cat /sys/module/parbiter/version)
	make_up
	mkdir -p "$modules/extra"
	cp "$PARBITER_KO" "$modules/extra/parbiter.ko"
	depmod -b made "$release" 2>/dev/null
	wants 0 test 0
	silent_about "note:"
	sed -zi 's/^version=./version=9/' "$modules/extra/parbiter.ko"
	wants 0 test 0
	says out "note: version 9${now:1} of the module is installed, but version $now is loaded: 'modprobe -r parbiter && modprobe parbiter' as root"
	says out "parport0: can be used; see the note above"
	silent_about "all is well"
}

# The package with the command has another version than that with the module.
command_of_another_version() {
	make_up
	replace sys/module/parbiter/version 99
	wants 0 test 0
	says out "note: this command has version "
	says out ", and the module has version 99: install both of one version"
	says out "parport0: can be used; see the note above"
}

# The kernel's /proc lists the first driver of a port only, here parbiter.
loaded_by_cups_filters() {
	make_up
	hold
	modprobe lp || return 4
	wants 75 test 0
	says out "(registered: lp)"
	release
	wants 0 test 0
	says out "ok: lp shares the port as a native driver"
	silent_about "take lp out"
	says out "parport0: all is well"
	printf '%s\n' "# for cups" lp ppdev parport_pc >made/etc/modules-load.d/cups-filters.conf
	wants 0 test 0
	says out "ok: /etc/modules-load.d/cups-filters.conf loads lp at boot; if nothing prints through /dev/lp*, take lp out of it and run 'modprobe -r lp'"
	says out "parport0: all is well"
}

# lp has the port from the first write until it is closed.
owned_by_lp() {
	make_up
	exec 5>/dev/lp0 || fail "cannot open /dev/lp0"
	echo text >&5
	wants 75 test 0
	says err "fuser -v /dev/lp*"
	says err "or print without lp, by 'parbiter print' or by CUPS with cups-backend-parbiter"
	silent_about "at boot,"
	echo lp >made/etc/modules-load.d/cups-filters.conf
	wants 75 test 0
	says err "to keep lp from being loaded at boot, take it out of /etc/modules-load.d/cups-filters.conf"
	exec 5>&-
	eventually is state free
}

excluded_by_lp() {
	unload parbiter
	load exclusive=1
	eventually test -e /dev/parbiter0
	make_up
	echo lp >made/etc/modules-load.d/cups-filters.conf
	wants 75 test 0
	says err "lp is registered on it, and parbiter has exclusive=1"
	says err "take it out of /etc/modules-load.d/cups-filters.conf"
	unload parbiter
	unload lp
	load_all
}

no_rule() {
	local AS="setpriv --reuid 65534 --regid 65534 --clear-groups"

	export AS
	make_up
	hide_directory etc/udev/rules.d
	hide_directory usr/lib/udev/rules.d
	chown root:root /dev/parbiter0
	wants 77 test 0
	says err "remedy: install parbiter's udev rule (the package parbiter, or 'make install'), then 'udevadm"
	: >made/usr/lib/udev/rules.d/60-parbiter.rules
	wants 77 test 0
	says err "remedy: 'udevadm control --reload' and 'udevadm trigger', as root"
}

cases=(not_installed installed_for_another_kernel not_loaded kernel_without_parport
	not_built_by_dkms not_signed compressed_and_not_signed signed_by_an_unknown_key
	enrolled_or_not all_is_well no_port_driver no_headers_for_the_next_kernel not_reloaded
	command_of_another_version loaded_by_cups_filters owned_by_lp excluded_by_lp no_rule)

run_cases "$@"
