#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# "parbiter list" and "parbiter run --device" on a virtual port with an IEEE 1284.3
# daisy chain of two devices and a peripheral behind it.
#
# vm: ports=none kernels=stock timeout=200 smp=any seconds=15
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

# vport COMMAND: send a command to the virtual port, and print its answer
vport() {
	local fd

	exec {fd}<>/dev/parbiter-vport
	echo "$*" >&"$fd"
	cat <&"$fd"
	exec {fd}>&-
}

set_up() {
	modprobe parport
	insmod "$VPORT_KO"
	insmod "$PARBITER_KO"
	number=$(vport "add device=MFG:ACME;MDL:Disk;CLS:MEDIA; device=MFG:ACME;MDL:Scan; end=MFG:OLD;MDL:Printer;CLS:PRINTER;")
	port=parport$number
	eventually test -e "/dev/parbiter$number"
}

# selected: print the place of the device that is connected to the host
selected() {
	vport "chain $number show" | sed -n 's/.*selected=\(-*[0-9]*\).*/\1/p'
}

list_names_the_devices() {
	is devices "0 ACME Disk (MEDIA);1 ACME Scan;end OLD Printer (PRINTER)" \
		"$port" || fail "devices: $(field devices "$port")"
	is selected - "$port" || fail "selected: $(field selected "$port")"
	wants 0 list --json
	says out '"selected": null'
	says out '{"device": 0, "class": "MEDIA", "manufacturer": "ACME", "model": "Disk"}'
	says out '{"device": 1, "class": null,'
	says out '{"device": 4, "class": "PRINTER",'
}

# accesses: print how often a register has been read or written
accesses() {
	vport "counters $number" |
		awk '/^(reads|writes)\./ { n += $2 } END { print n + 0 }'
}

# The owner is not disturbed: the kernel has read the IDs before.
list_does_not_touch_the_port() {
	vport "reset $number"
	wants 0 list
	wants 0 list --json
	[ "$(accesses)" = 0 ] || fail "$(vport "counters $number")"
}

run_selects_a_device() {
	local device

	for device in 0 1; do
		"$tool" run --device "$device" "$number" -- sleep 1000 &
		holder=$!
		eventually is selected "$device" "$port"
		[ "$(selected)" = "$device" ] || fail "selected is $(selected)"
		"$tool" list | grep -q "sleep" || fail "$("$tool" list)"
		kill "$holder"
		wait "$holder" 2>/dev/null
		eventually is state free "$port"
		[ "$(selected)" = -1 ] || fail "selected is $(selected)"
	done
	"$tool" run -d end "$number" -- sleep 1000 &
	holder=$!
	eventually is selected end "$port"
	[ "$(selected)" = -1 ] || fail "selected is $(selected)"
	kill "$holder"
	wait "$holder" 2>/dev/null
	eventually is state free "$port"
}

# A request for a device waits, and what it waits for has nothing selected.
run_waits_in_the_queue() {
	local first

	"$tool" run "$number" -- sleep 1000 &
	first=$!
	eventually is owner sleep "$port"
	wants 75 run -n -d 1 "$number" -- true
	"$tool" run -d 1 "$number" -- sleep 1000 &
	holder=$!
	eventually is waiters 1 "$port"
	is selected - "$port" || fail "selected: $(field selected "$port")"
	kill "$first"
	wait "$first" 2>/dev/null
	eventually is selected 1 "$port"
	[ "$(selected)" = 1 ] || fail "selected is $(selected)"
	kill "$holder"
	wait "$holder" 2>/dev/null
	eventually is state free "$port"
}

a_device_that_does_not_answer() {
	wants 69 run -d 3 "$number" -- true
	says err "$port: device 3 does not answer"
	says err "remedy:"
	wants 69 run -n -d 3 "$number" -- true
	is state free "$port" || fail "state: $(field state "$port")"
	"$tool" run "$number" -- sleep 1000 &
	holder=$!
	eventually is owner sleep "$port"
	"$tool" run -d 3 "$number" -- true 2>err &
	eventually is waiters 1 "$port"
	kill "$holder"
	wait "$holder" 2>/dev/null
	eventually is state free "$port"
	eventually grep -q "device 3 does not answer" err
}

wrong_usage() {
	local wrong

	for wrong in 4 -1 00 x ''; do
		wants 64 run --device="$wrong" 0 -- true
		says err "is not a device"
	done
}

cases=(list_names_the_devices list_does_not_touch_the_port run_selects_a_device
	run_waits_in_the_queue a_device_that_does_not_answer wrong_usage)
set_up
run_cases "$@"
