# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2317	# used, and called, by who sources this
# The functions for tests that are shell scripts, most of all for tests of the
# command parbiter. This file is sourced, not run.
#
# The command is the file "parbiter" in the directory of the test, or the file that
# PARBITER_TOOL names. A test defines one function for each case, lists the
# functions in the array cases, and ends with run_cases "$@".
set -u
here=$(cd "$(dirname "$0")" && pwd)
tool=${PARBITER_TOOL:-$here/parbiter}
release=$(uname -r)

# fail TEXT: say what is wrong and end the case
fail() {
	echo "# $*"
	exit 1
}

# wants STATUS ARG...: run the command, which must end with STATUS; its output is in
# the files out and err
wants() {
	local want=$1 status=0
	shift
	timeout 60 "$tool" "$@" >out 2>err </dev/null || status=$?
	[ "$status" = "$want" ] ||
		fail "parbiter $*: status $status, not $want: $(cat err)"
}

# says FILE TEXT: the file must contain the text
says() {
	[[ "$(<"$1")" = *"$2"* ]] || fail "no '$2' in $1: $(cat "$1")"
}

# Wait for 0.1 s without starting a process, which takes long in an emulator:
# nothing ever comes through this pipe.
exec {never}<> <(:)
pause_briefly() { read -rt 0.1 -u "$never"; }

# eventually COMMAND...: repeat COMMAND until it succeeds, for at most 30 s
eventually() {
	local limit=$((SECONDS + 30))

	while [ "$SECONDS" -lt "$limit" ]; do
		"$@" && return
		pause_briefly
	done
	fail "never came true: $*"
}

# field NAME [PORT]: print what "parbiter list" says in that column of the port's line
field() {
	local names=() values=() i

	while IFS=$'\t' read -r -a values; do
		if [ ${#names[@]} = 0 ]; then
			names=("${values[@]}")
		elif [ "${values[0]}" = "${2:-parport0}" ]; then
			for i in "${!names[@]}"; do
				[ "${names[i]}" != "$1" ] || echo "${values[i]}"
			done
		fi
	done < <("$tool" list 2>/dev/null)
}

# is NAME VALUE [PORT]: is this the value of that column?
is() {
	[ "$(field "$1" "${3:-}")" = "$2" ]
}

# counter NAME: print a counter of the port
counter() {
	"$tool" list --json | sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p"
}

load() { insmod "$PARBITER_KO" "$@"; }

# Load parbiter and the driver of the port parport0.
load_all() {
	modprobe parport_pc
	insmod "$PARBITER_KO"
	eventually test -e /dev/parbiter0
}

# The same, with a virtual port as parport1
load_with_virtual_port() {
	modprobe parport_pc
	insmod "$VPORT_KO"
	echo "add polled" >/dev/parbiter-vport
	insmod "$PARBITER_KO"
	[ -e /dev/parbiter1 ] || fail "no virtual port"
}

unload() {
	local i

	for ((i = 0; i < 100; i++)); do
		rmmod "$1" 2>/dev/null
		[ -d "/sys/module/$1" ] || return 0
		pause_briefly
	done
	fail "cannot unload $1"
}

# Start a program that owns the port until the process $holder is ended.
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

# Does the driver parport_pc have a port that the firmware describes? Such a port can
# be unplugged by unbinding the driver.
plugged() { ls /sys/bus/pnp/drivers/parport_pc/0* >/dev/null 2>&1; }

unplug() {
	basename /sys/bus/pnp/drivers/parport_pc/0* >dev
	cat dev >/sys/bus/pnp/drivers/parport_pc/unbind
}

plug() { cat dev >/sys/bus/pnp/drivers/parport_pc/bind; }

# on_a_terminal COMMAND: run a command on a terminal of its own
on_a_terminal() {
	TERM=linux script -qec "stty cols 100; $1" /dev/null </dev/null
}

# run_case NAME DIR: run one case in a directory of its own. Its background processes
# end with it, so that a case that fails does not make the next one fail.
run_case() (
	trap 'jobs -p | xargs -r kill 2>/dev/null' EXIT
	mkdir "$2" && cd "$2" && "$1"
)

# run_cases [NAME...]: run the named cases, or all of the array cases, and exit
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
