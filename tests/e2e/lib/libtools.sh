# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2317	# used, and called, by who sources this
# For tests of the command parbiter from outside. To be sourced, not run.
#
# Needs the program as parbiter beside the test, or named by PARBITER_TOOL. A
# test defines functions, lists their names in the array cases, and ends with
# run_cases "$@".
set -u
here=$(cd "$(dirname "$0")" && pwd)
tool=${PARBITER_TOOL:-$here/parbiter}
release=$(uname -r)

# Each check names what it wants; the first that fails ends its case.
fail() {
	echo "# $*"
	exit 1
}

# wants STATUS ARG...: run the tool; its output is in out and err
wants() {
	local want=$1 status=0
	shift
	timeout 60 "$tool" "$@" >out 2>err </dev/null || status=$?
	[ "$status" = "$want" ] ||
		fail "parbiter $*: status $status, not $want: $(cat err)"
}

says() {	# FILE WORDS
	grep -qF -- "$2" "$1" || fail "no '$2' in $1: $(cat "$1")"
}

eventually() {	# COMMAND...
	local limit=$((SECONDS + 30))

	while [ "$SECONDS" -lt "$limit" ]; do
		"$@" && return
		sleep 0.1
	done
	fail "never came true: $*"
}

field() {	# NAME [PORT]: that column of the port's line
	"$tool" list 2>/dev/null | awk -F'\t' -v name="$1" -v port="${2:-parport0}" '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i }
		$1 == port { print $c }'
}

is() {	# NAME VALUE [PORT]
	[ "$(field "$1" "${3:-}")" = "$2" ]
}

counter() {	# NAME
	"$tool" list --json | sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p"
}

load() { insmod "$PARBITER_KO" "$@"; }

unload() {
	local i

	for ((i = 0; i < 100; i++)); do
		rmmod "$1" 2>/dev/null
		[ -d "/sys/module/$1" ] || return 0
		sleep 0.1
	done
	fail "cannot unload $1"
}

# Somebody who owns the port until ended by name: $holder
hold() {
	"$tool" run 0 -- sleep 1000 &
	holder=$!
	eventually is owner sleep
}

release() {
	kill "$holder"
	wait "$holder" 2>/dev/null
	eventually is state free
}

# The port's hardware, where the firmware describes it
plugged() { ls /sys/bus/pnp/drivers/parport_pc/0* >/dev/null 2>&1; }

unplug() {
	basename /sys/bus/pnp/drivers/parport_pc/0* >dev
	cat dev >/sys/bus/pnp/drivers/parport_pc/unbind
}

plug() { cat dev >/sys/bus/pnp/drivers/parport_pc/bind; }

on_a_terminal() {	# COMMAND
	TERM=linux script -qec "stty cols 100; $1" /dev/null </dev/null
}

# A case that fails leaves nothing behind that would fail the next one.
run_case() (	# NAME DIR
	trap 'jobs -p | xargs -r kill 2>/dev/null' EXIT
	mkdir "$2" && cd "$2" && "$1"
)

# run_cases [NAME...]: only these, for trying out by hand; else all. Exits.
run_cases() {
	local i status failed=0

	[ $# = 0 ] || cases=("$@")
	echo "KTAP version 1"
	echo "1..${#cases[@]}"
	for i in "${!cases[@]}"; do
		status=0
		run_case "${cases[i]}" "case$i" || status=$?
		case $status in
		0)	echo "ok $((i + 1)) - ${cases[i]}" ;;
		4)	echo "ok $((i + 1)) - ${cases[i]} # SKIP not on this kernel" ;;
		*)	echo "not ok $((i + 1)) - ${cases[i]}"; failed=1 ;;
		esac
	done
	exit $failed
}
