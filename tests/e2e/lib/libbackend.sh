# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2317	# used, and called, by who sources this
# shellcheck disable=SC2154	# libtools.sh sets here
# Functions that run the backend of CUPS as cupsd runs it, with a printer at a virtual
# port. This file is sourced, not run, after libtools.sh.
# shellcheck source=libtrace.sh
. "$here/libtrace.sh"

backend=$here/parbiter-backend
export DEVICE_URI=parbiter:/dev/parbiter0 TMPDIR=$PWD

# a_printer [ID]: plug in a printer at parport0, and load parbiter
a_printer() {
	modprobe parport
	[ -e /dev/parbiter-vport ] || insmod "$VPORT_KO"
	clear_away
	plug_in "${1:-}"
	insmod "$PARBITER_KO"
	eventually test -c /dev/parbiter0
}

plug_in() {
	[ "$(vport add polled "end${1:+=$1}")" = 0 ] || fail "the port is not parport0"
}

# job [FILE [COPIES]]: print a file by its name, or standard input, in the background, as
# process $job
job() {
	: >err
	if [ $# -gt 0 ]; then
		"$backend" 1 alice title "${2:-1}" "" "$1" </dev/null 2>err &
	else
		"$backend" 1 alice title 3 "" 2>err <&0 &
	fi
	job=$!
}

# ends STATUS: wait for the backend, which must end so and leave no reason behind
ends() {
	local status=0

	eventually has_ended
	wait "$job" || status=$?
	[ "$status" = "$1" ] || fail "status $status, not $1: $(<err)"
	[ -z "$(reasons)" ] || fail "left behind: $(reasons)"
}

has_ended() { ! kill -0 "$job" 2>/dev/null; }

# reasons: print the printer's state reasons, as cupsd makes them of the lines STATE
reasons() {
	local -A set=()
	local line word

	while read -r line; do
		[[ "$line" = "STATE: "[-+]* ]] || continue
		for word in $(tr ',' ' ' <<<"${line#STATE: ?}"); do
			case $line in
			*": +"*)	set[$word]=1 ;;
			*)		unset "set[$word]" ;;
			esac
		done
	done <err
	echo ${set[@]+"${!set[@]}"}
}

has_reasons() { [ "$(reasons | tr ' ' '\n' | sort | paste -sd ' ')" = "$*" ]; }
told() { grep -q -- "$1" err; }
received() { [ "$(vport received-count 0)" -ge "$1" ]; }

# printed FILE...: the printer must have got these files, one after the other
printed() {
	cat "$@" | cmp - <(vport received 0) || fail "printed something else than $*"
	is state free || fail "not freed"
}

no_pages() { ! told "^PAGE" || fail "pages: $(<err)"; }

# side_channel SCENE: print a job with a side channel, which is used as side_channel.py says
side_channel() { python3 "$here/side_channel.py" "$backend" "$1" 2>&1 || fail "see above"; }
