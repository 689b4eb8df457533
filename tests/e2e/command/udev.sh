#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The udev rules with Debian's udev: group and mode of /dev/parbiterN, and the name
# /dev/parportN, which a second file of rules adds.
#
# vm: ports=one kernels=stock own=yes timeout=240 smp=any seconds=15
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

dir=/run/udev/rules.d
# Without this udevadm does nothing, because the root of the virtual machine looks like
# a chroot.
export SYSTEMD_IGNORE_CHROOT=1

# use FILE...: make udev use these rules of parbiter only
use() {
	rm -f "$dir"/*
	[ $# = 0 ] || (cd "$here" && cp "$@" "$dir"/)
	udevadm control --reload
}

# Make udev apply its rules to the device that is there.
trigger() {
	udevadm trigger --settle --action=change /sys/class/misc/parbiter0
}

settle() { udevadm settle --timeout=30; }

load_parbiter() {
	insmod "$PARBITER_KO"
	settle
}

# unload_and_settle MODULE: unload it and wait until udev has done its work
unload_and_settle() {
	unload "$1"
	settle
}

# has "GROUP MODE" WHEN: the device must have this group and mode
has() {
	local seen

	seen=$(stat -c '%G %a' /dev/parbiter0)
	[ "$seen" = "$1" ] || fail "$2: $seen"
}

# is_named COMPLAINT: /dev/parport0 must be a link to the device
is_named() {
	[ "$(readlink /dev/parport0)" = parbiter0 ] ||
		fail "$1: $(ls -l /dev/parport0)"
}

start() {
	local daemon=/lib/systemd/systemd-udevd

	# If parbiter is installed on this machine, its rules must not be used.
	rm -f /etc/udev/rules.d/*parbiter* /lib/udev/rules.d/*parbiter*
	mkdir -p "$dir"
	$daemon --daemon >log 2>&1 || fail "no udev: $(cat log)"
	eventually udevadm control --ping
}

# Debian's udev loads ppdev with parport_pc, unless modprobe.d forbids it.
ppdev_is_kept_away() {
	modprobe parport_pc
	settle
	[ -d /sys/module/ppdev ] || fail "udev does not load ppdev"
	unload ppdev
	unload parport_pc
	echo blacklist ppdev >/etc/modprobe.d/parbiter-parport.conf
	udevadm control --reload
	modprobe parport_pc
	settle
	[ ! -d /sys/module/ppdev ] || fail "ppdev is loaded all the same"
}

# Print what udev complains about when it reads the rules.
complaints() {
	udevadm control --reload
	udevadm test /sys/class/misc/parbiter0 2>&1 |
		grep -iE 'parbiter[^ ]*\.rules:[0-9]+ .*(unknown|invalid|unexpected|ignor|fail)'
}

rules_are_understood() {
	load_parbiter
	use 60-parbiter.rules 61-parbiter-parport.rules
	udevadm test /sys/class/misc/parbiter0 >seen 2>&1
	says seen "$dir/60-parbiter.rules"
	says seen "$dir/61-parbiter-parport.rules"
	! complaints || fail "udev complains"
	sed -i 's/SYMLINK/SYMLNK/' "$dir"/61-parbiter-parport.rules
	complaints >/dev/null || fail "a wrong rule is not noticed"
}

group_and_mode() {
	use
	chown root:root /dev/parbiter0
	trigger
	has "root 660" "without the rule"
	use 60-parbiter.rules
	trigger
	has "lp 660" "with the rule"
	unload parbiter
	load_parbiter
	has "lp 660" "of a new device"
	[ ! -e /dev/parport0 ] || fail "a name that nobody asked for"
}

# A user in group lp watches: no new device is lost, however fast the command is.
a_watcher_loses_no_device() {
	local watcher i

	for i in 1 2 3 4 5 6; do
		unload_and_settle parbiter
		setpriv --reuid 65534 --regid lp --clear-groups \
			"$tool" watch --wait -i 0.01 >out 2>err &
		watcher=$!
		eventually grep -q "^time" out
		load_parbiter
		eventually grep -q "parport0	free" out
		kill "$watcher"
		wait "$watcher" 2>/dev/null
		[ ! -s err ] || fail "said, in round $i: $(<err)"
	done
}

name_without_ppdev() {
	use 60-parbiter.rules 61-parbiter-parport.rules
	trigger
	is_named "no name"
	wants 0 run /dev/parport0 true
	unload_and_settle parbiter
	[ ! -L /dev/parport0 ] || fail "the name outlives the device"
	load_parbiter
	is_named "no name when loaded"
}

is_of_ppdev() {
	[ ! -L /dev/parport0 ] && [ -c /dev/parport0 ] &&
		[ "$(stat -c %t /dev/parport0)" = 63 ]
}

no_name_beside_ppdev() {
	unload_and_settle parbiter
	modprobe ppdev || return 4
	load_parbiter
	is_of_ppdev || fail "not ppdev's: $(ls -l /dev/parport0)"
	# ppdev goes away: the name is made when the rules are applied again.
	unload_and_settle ppdev
	[ ! -e /dev/parport0 ] || fail "still there: $(ls -l /dev/parport0)"
	trigger
	is_named "no name afterwards"
}

# If ppdev is loaded when the name is taken, it gets no device.
ppdev_comes_late() {
	modprobe ppdev || return 4
	settle
	[ -e /sys/class/ppdev/parport0 ] || fail "ppdev has no port"
	is_named "the name changed hands"
	wants 0 run /dev/parport0 true
	trigger
	is_named "looked at: no name"
	unload_and_settle ppdev
	is_named "the name is gone"
}

stop() {
	udevadm control --exit
	rm -r "$dir" /etc/modprobe.d/parbiter-parport.conf
}

cases=(start ppdev_is_kept_away rules_are_understood group_and_mode
	a_watcher_loses_no_device name_without_ppdev no_name_beside_ppdev
	ppdev_comes_late stop)

run_cases "$@"
