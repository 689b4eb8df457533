#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# "parbiter list": ports, columns and the queue; names that are not ASCII, users without
# rights, files that are no devices, closed descriptors.
#
# vm: ports=none kernels=stock timeout=300 smp=any seconds=20
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

set_up() {
	modprobe parport
	insmod "$VPORT_KO"
	insmod "$PARBITER_KO"
	echo "add" >/dev/parbiter-vport
	eventually test -e /dev/parbiter0
}

# own_as NAME: own the port as a program of this name, as process $holder
own_as() {
	cp "$(command -v sleep)" "./$1"
	"$tool" run 0 -- "./$1" 1000 &
	holder=$!
	eventually is state owned
}

names_are_shown_as_they_are() {
	own_as "grün"
	is owner "grün" || fail "owner: $(field owner)"
	"$tool" list --json | grep -q '"owner": "grün"' || fail "$("$tool" list --json)"
	on_a_terminal "LC_ALL=C $tool list --json >json; LC_ALL=C $tool list" >seen
	grep -q '"owner": "grün"' json || fail "in a file: $(<json)"
	says seen "gr??n (pid"
	release
	own_as "日本"
	on_a_terminal "LC_ALL=C.UTF-8 $tool list -o owner,state" >seen
	grep -q '^OWNER  STATE' seen || fail "headings: $(<seen)"
	grep -q '^日本   owned' seen || fail "not aligned: $(<seen)"
	release
	own_as $'a\033[1m\xffz'
	is owner "a?[1m?z" || fail "owner: $(field owner)"
	release
}

# A process may have an empty name; its column is not empty, or the next one would be read
# in its place.
names_may_be_empty() {
	python3 -c '
import fcntl, os, signal
with open("/proc/self/comm", "w") as comm:
    comm.write("\0")
fcntl.ioctl(os.open("/dev/parbiter0", os.O_RDWR), 0xd701)
signal.pause()' &
	holder=$!
	eventually is state owned
	is owner - || fail "owner: $(field owner)"
	is pid "$holder" || fail "pid: $(field pid)"
	"$tool" list --json | grep -q '"owner": "", "owner_kind": "process"' ||
		fail "$("$tool" list --json)"
	"$tool" watch --json | head -n 1 >out
	says out '"owner": "", "owner_kind": "process"'
	release
}

messages_control_no_terminal() {
	local argument=$'\033[1mport' arguments

	for arguments in "run $argument true" "list $argument" "$argument" \
			"run 0 -- ./$argument" "run -w $argument 0 true" \
			"test /dev/$argument" "list --$argument" "print 0 $argument"; do
		# shellcheck disable=SC2086	# words
		"$tool" $arguments >out 2>err && fail "$arguments: no error"
		! grep -q $'\033' out err || fail "$arguments: $(cat -v err)"
		says err "[1mport"
	done
}

# The path of a port is what the user has named.
paths_control_nothing() {
	local path=$PWD/$'a\n\t\033[1m\xff"'

	ln -s /dev/parbiter0 "$path"
	wants 0 list --json "$path"
	python3 -c 'import json, sys; port, = json.load(open(sys.argv[1], encoding="utf-8"))
assert port["device"].endswith("/a???[1m?\""), port' out || fail "said: $(<out)"
	wants 0 list -n -o port,device,state "$path"
	[ "$(<out)" = $'parport0\t'"$PWD"$'/a???[1m?"\tfree' ] || fail "said: $(cat -v out)"
	rm "$path"
}

modes_do_not_depend_on_rights() {
	local modes

	modes=$(field modes)
	[ -n "$modes" ] || fail "no modes"
	chmod 600 /dev/parbiter0
	setpriv --reuid 65534 --regid 65534 --clear-groups "$tool" list >out 2>err
	chmod 660 /dev/parbiter0
	says out "	$modes	"
}

files_are_no_devices() {
	: >parbiter0
	wants 66 run ./parbiter0 true
	says err "./parbiter0: is not a device of parbiter"
	mv /dev/parbiter0 /dev/moved
	: >/dev/parbiter0
	wants 66 run 0 true
	rm /dev/parbiter0
	mv /dev/moved /dev/parbiter0
	says err "/dev/parbiter0 is not a device of parbiter"
	wants 0 run 0 true
}

# No user is told to join a group if a device cgroup refuses.
explains_a_device_cgroup() {
	mkdir cgroup
	mount -t cgroup -o devices none cgroup 2>/dev/null || return 4
	mkdir cgroup/test
	echo "c 10:* rwm" >cgroup/test/devices.deny
	sh -c 'echo $$ >cgroup/test/cgroup.procs; exec "$0" run 0 true' "$tool" 2>err
	[ $? = 77 ] || fail "another status: $(<err)"
	rmdir cgroup/test
	umount cgroup
	says err "may not use the device"
	says err "DeviceAllow=/dev/parbiter0"
}

named_ports() {
	echo "add" >/dev/parbiter-vport
	eventually test -e /dev/parbiter1
	wants 0 list -n
	[ "$(cut -f1 out | tr '\n' ' ')" = "parport0 parport1 " ] || fail "said: $(<out)"
	wants 0 list -n 1
	[ "$(cut -f1 out)" = parport1 ] || fail "said: $(<out)"
	wants 0 -n /dev/parbiter1 parport0
	[ "$(cut -f1 out | tr '\n' ' ')" = "parport1 parport0 " ] || fail "said: $(<out)"
	wants 66 list -n 7 0
	[ "$(cut -f1 out)" = parport0 ] || fail "said: $(<out)"
	says err "parport7: no such port"
	wants 64 list nonsense
	echo "remove 1" >/dev/parbiter-vport
}

named_columns() {
	wants 0 list -o state,port
	[ "$(<out)" = $'state\tport\nfree\tparport0' ] || fail "said: $(<out)"
	wants 0 list --output=port --no-headings
	[ "$(<out)" = parport0 ] || fail "said: $(<out)"
	wants 64 list -o port,nothing
	says err "'nothing' is not a column; the columns are port, device,"
	wants 64 list -o ""
	wants 64 list --queue -o owner
	on_a_terminal "$tool list -o port,state" >seen
	grep -q '^PORT      STATE' seen || fail "not aligned: $(<seen)"
	on_a_terminal "$tool list" >seen
	grep -q '^PORT      STATE  OWNER  FOR' seen || fail "another table: $(<seen)"
}

queue_in_its_order() {
	local first second

	hold
	"$tool" run 0 -- true &
	first=$!
	eventually is waiters 1
	"$tool" run 0 -- cat </dev/null &
	second=$!
	eventually is waiters 2
	wants 0 list --queue -n -o place,name,kind,device
	[ "$(<out)" = $'1\ttrue\tprocess\t-\n2\tcat\tprocess\t-' ] || fail "said: $(<out)"
	wants 0 list --queue
	head -n 1 out | grep -qx $'port\tplace\tname\tpid\tkind\tdevice\twaiting\tsince' ||
		fail "headings: $(<out)"
	grep -qE $'^parport0\t1\ttrue\t[0-9]+\tprocess\t-\t[0-9.]+\t20[0-9-]+T[0-9:.]+[+-][0-9:]+$' out ||
		fail "said: $(<out)"
	pgrep -P "$first" | grep -qx "$("$tool" list --queue -n -o pid 0 | head -n 1)" ||
		fail "not the process that waits: $(<out)"
	wants 0 --queue --json
	python3 -c 'import json, sys; port, = json.load(open(sys.argv[1]))
assert [w["name"] for w in port["queue"]] == ["true", "cat"], port
assert port["queue"][0]["place"] == 1 and port["queue"][1]["waiting"] > 0, port' out ||
		fail "said: $(<out)"
	release
	wait "$first" "$second"
	wants 0 list --queue -n
	[ ! -s out ] || fail "said: $(<out)"
}

# Queue the waiter $waiter; succeed if this was early in the second $second of the clock.
# Then a time that is a little late does not belong to the next second.
waits_since_early() {
	local before waiting after

	"$tool" run 0 -- true &
	waiter=$!
	eventually is waiters 1
	before=${EPOCHREALTIME/[.,]/}
	waiting=$("$tool" list --queue -n -o waiting)
	after=${EPOCHREALTIME/[.,]/}
	waiting=$((10#${waiting/./} * 1000))
	second=$(((before - waiting - 1000) / 1000000))
	((after - waiting < second * 1000000 + 700000)) && return
	kill "$waiter"
	wait "$waiter" 2>/dev/null
	eventually is waiters 0
	return 1
}

# The time at which a waiter has begun to wait does not change while it waits.
since_stays() {
	local waiter second since i

	hold
	eventually waits_since_early
	since=$("$tool" list --queue -n -o since)
	[[ "$since" =~ ^20[0-9-]{8}T[0-9:]{8}[+-][0-9:]{5}$ ]] || fail "since $since"
	[ "$(date -d "$since" +%s)" = "$second" ] || fail "since $since, not $second"
	for i in {1..20}; do
		[ "$("$tool" list --queue -n -o since)" = "$since" ] || fail "not $since any more"
	done
	release
	wait "$waiter"
}

# A file that may not grow is an error, for the command itself: not for what it runs.
limited_files() {
	local said status=0

	said=$( (ulimit -f 0; exec "$tool" list >full) 2>&1) || status=$?
	[ "$status" = 74 ] || fail "status $status"
	[ "$said" = "parbiter: cannot write standard output: File too large" ] || fail "said: $said"
	status=0
	said=$(echo text | (ulimit -f 0; exec "$tool" print 0) 2>&1) || status=$?
	[ "$status" = 71 ] || fail "status $status: $said"
	[[ "$said" = *"temporary file in /tmp: File too large"*"remedy: raise the limit"* ]] ||
		fail "said: $said"
	status=0
	(ulimit -f 0; exec "$tool" run 0 -- dd if=/dev/zero of=full count=1 status=none 2>/dev/null) ||
		status=$?
	[ "$status" = $((128 + $(kill -l XFSZ))) ] || fail "status $status of the command"
	status=0
	(ulimit -f 0; trap '' XFSZ
		exec "$tool" run 0 -- dd if=/dev/zero of=full count=1 status=none 2>/dev/null) ||
		status=$?
	[ "$status" = 1 ] || fail "status $status of a command that ignores the signal"
}

closed_descriptors() {
	"$tool" list >&- 2>err
	[ $? = 74 ] || fail "no error without standard output"
	"$tool" print 0 - <&- 2>err
	[ $? = 65 ] || fail "no error without standard input"
	says err "standard input"
	"$tool" run 0 -- sh -c 'exec 3>&1 3<&0' <&- >&- 2>err && fail "not closed for the command"
	"$tool" run 0 -- true 2>&- || fail "no message is needed"
}

cases=(set_up names_are_shown_as_they_are names_may_be_empty messages_control_no_terminal
	paths_control_nothing modes_do_not_depend_on_rights files_are_no_devices
	explains_a_device_cgroup closed_descriptors limited_files named_ports named_columns
	queue_in_its_order since_stays)

run_cases "$@"
