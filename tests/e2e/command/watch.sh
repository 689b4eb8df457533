#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# "parbiter watch": when it ends, ports that appear, ports that cannot be opened, and
# the terminal. parport0 and the others are virtual ports; udev does not run.
#
# vm: ports=none kernels=stock timeout=300 smp=any seconds=30
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

set_up() {
	modprobe parport
	insmod "$VPORT_KO"
	insmod "$PARBITER_KO"
	add_port 0
}

# add_port N: make the virtual port parportN
add_port() {
	echo "add polled" >/dev/parbiter-vport
	eventually test -e "/dev/parbiter$1"
}

has_ended() { ! kill -0 "$1" 2>/dev/null; }

# as_nobody ARG...: run the command as the user nobody, in group lp only
as_nobody() {
	exec setpriv --reuid 65534 --regid lp --clear-groups "$tool" "$@"
}

# has_lines COUNT FILE: has the file so many lines?
has_lines() { [ "$(wc -l <"$2")" -ge "$1" ]; }

# reader_leaves STATUS: the watcher $! ends with this status when the reader of its
# output in the file pipe has read two lines
reader_leaves() {
	local watcher=$!

	head -n 2 pipe >out
	eventually has_ended "$watcher"
	wait "$watcher"
	[ $? = "$1" ] || fail "another end: $(<err)"
}

# A reader that has enough ends it, though nothing changes.
ends_with_its_reader() {
	mkfifo pipe
	"$tool" watch <&- >pipe 2>err &
	reader_leaves 141
	says out "parport0	free"
	(trap '' PIPE; exec "$tool" watch >pipe 2>err) &
	reader_leaves 74
	says err "cannot write standard output"
}

ends_without_a_port_that_opens() {
	local watcher

	chmod 600 /dev/parbiter0
	as_nobody watch >out 2>err &
	watcher=$!
	eventually has_ended "$watcher"
	wait "$watcher"
	[ $? = 77 ] || fail "another end: $(<err)"
	says err "parport0: no permission to open"
	[ "$(grep -c "no permission" err)" = 1 ] || fail "said: $(<err)"
	chmod 660 /dev/parbiter0
}

# udev gives a new node its group after watch has seen it: here, after readings.
waits_for_the_group_of_a_new_port() {
	local watcher i

	chgrp lp /dev/parbiter0
	as_nobody watch -i 0.01 >out 2>err &
	watcher=$!
	eventually grep -q "parport0	free" out
	add_port 1
	# Nobody can see from outside that the new node has been tried.
	for i in 1 2 3; do pause_briefly; done
	chgrp lp /dev/parbiter1
	chmod 660 /dev/parbiter1
	eventually grep -q "parport1	free" out
	kill "$watcher"
	[ ! -s err ] || fail "said: $(<err)"
}

# A node that stays as it is is complained of once, and tried again when it changes.
explains_a_port_that_stays_closed() {
	local watcher

	chmod 600 /dev/parbiter1
	chgrp lp /dev/parbiter0
	as_nobody watch -i 0.01 >out 2>err &
	watcher=$!
	eventually grep -q "parport1: no permission to open" err
	has_lines 1 out || fail "the other port is not shown"
	chmod 660 /dev/parbiter1
	eventually grep -q "parport1	free" out
	kill "$watcher"
	[ "$(grep -c "no permission" err)" = 1 ] || fail "said: $(<err)"
}

# The module is loaded again between two readings, as the remedy for exclusive=1 says.
opens_a_port_of_a_new_module() {
	local watcher

	unload parbiter
	modprobe lp || return 4
	load exclusive=1
	eventually test -e /dev/parbiter0
	"$tool" watch -w -i 0.01 0 >out 2>err &
	watcher=$!
	eventually grep -q "lp is registered on it, and parbiter has exclusive=1" err
	kill -STOP "$watcher"
	unload parbiter
	load
	eventually test -e /dev/parbiter0
	kill -CONT "$watcher"
	eventually grep -q "parport0	free" out
	kill "$watcher"
	wait "$watcher"
	[ "$(grep -c exclusive=1 err)" = 2 ] || fail "said: $(<err)"
	unload lp
}

# A reading whose output fails is the last one.
ends_when_it_cannot_write() {
	timeout 20 "$tool" watch -i 1h 0 >/dev/full 2>err
	[ $? = 74 ] || fail "another end: $(<err)"
	says err "cannot write standard output: No space left"
	timeout 20 "$tool" watch -i 1h 0 >&- 2>err
	[ $? = 74 ] || fail "another end: $(<err)"
}

# terminal_of PID: print the terminal on which a process writes
terminal_of() { readlink "/proc/$1/fd/1"; }

# watch_on_a_terminal OPTION...: start the command on a terminal, as process $watcher,
# which shows the file seen
watch_on_a_terminal() {
	on_a_terminal "exec $tool watch $* 0" >seen &
	eventually grep -q "parport0: .*; [0-9]* grants" seen
	watcher=$(pgrep -xn parbiter)
}

on_a_narrow_terminal() {
	watch_on_a_terminal
	stty -F "$(terminal_of "$watcher")" cols 15
	eventually grep -q $'parport0: free\r' seen
	kill "$watcher"
}

# readings_of PID: print how often a watcher has slept between two readings
readings_of() { sed -n 's/^voluntary_ctxt_switches:\t//p' "/proc/$1/status"; }

# has_read COUNT: has $watcher read so often?
has_read() { [ "$(readings_of "$watcher")" -ge "$1" ]; }

# updates: print how often the state of parport0 was written to the terminal
updates() { grep -aoE $'\r\033\\[Kparport0: ' seen | wc -l; }

# Where nothing changes, nothing is written; a time that passes changes once a second.
writes_only_what_changes() {
	local size begin

	watch_on_a_terminal -i 10ms
	size=$(stat -c %s seen)
	eventually has_read $(($(readings_of "$watcher") + 50))
	[ "$(stat -c %s seen)" = "$size" ] ||
		fail "wrote without a change: $(tail -c "+$((size + 1))" seen | cat -v)"
	begin=$SECONDS
	hold
	eventually grep -aq "parport0: owned by sleep (pid [0-9]*) for \([3-9]\|[1-9][0-9]\) s; [0-9]* grants" seen
	[ "$(updates)" -le $((SECONDS - begin + 4)) ] ||
		fail "$(updates) updates in $((SECONDS - begin)) s"
	release
	eventually grep -aq $'parport0: free; [0-9]* grants\r*$' <(tail -n 1 seen)
	kill "$watcher"
}

# What the shell has written while the command was stopped stays. script(1) stops with the
# command, and continues it.
stopped_and_continued() {
	local before screen

	watch_on_a_terminal
	screen=$(sed -n 's/^PPid:\t//p' "/proc/$watcher/status")
	kill -STOP "$watcher"
	eventually grep -q "^State:.*stopped" "/proc/$screen/status"
	before=$(stat -c %s seen)
	kill -CONT "$screen"
	eventually grown seen "$before"
	kill "$watcher"
	! tail -c "+$((before + 1))" seen | grep -q $'\033\\[[0-9]*A' ||
		fail "moved up: $(tail -c "+$((before + 1))" seen | cat -v)"
}
grown() { [ "$(stat -c %s "$1")" -gt "$2" ]; }

# A terminal that is not high gets no more lines than it has.
on_a_low_terminal() {
	local i

	hold
	for i in 1 2 3 4 5; do
		"$tool" run 0 -- cat </dev/null &
	done
	eventually is waiters 5
	watch_on_a_terminal
	eventually grep -aq "  5. cat" seen
	stty -F "$(terminal_of "$watcher")" rows 4
	eventually ends_with_three_lines
	kill "$watcher"
	release
}
# Does the last update consist of three lines?
ends_with_three_lines() {
	tr -d '\r' <seen | tail -n 3 | cat -v >last
	[[ "$(head -n 1 last)" = *"parport0: owned by"* && "$(tail -n 1 last)" = *"  2. cat"* ]]
}

# watching ARG...: start the command, as process $watcher, with its output in out
watching() {
	"$tool" watch -i 0.05 "$@" >out 2>err &
	watcher=$!
	eventually has_lines 1 out
}

times_have_a_zone() {
	local before

	export TZ=XYZ-5:30
	watching 0
	eventually grep -qE $'^20[0-9-]{8}T[0-9:]{8}[.][0-9]{3}[+]05:30\tparport0\tfree' out
	kill "$watcher"
	before=$(date -u +%FT%H)
	watching --utc 0
	eventually grep -qE $'^20[0-9-]{8}T[0-9:]{8}[.][0-9]{3}Z\tparport0\tfree' out
	kill "$watcher"
	[[ "$before $(date -u +%FT%H)" == *"$(cut -c1-13 out | tail -n 1)"* ]] ||
		fail "not UTC: $(<out)"
}

json_and_the_queue() {
	local waiter

	watching --json 0
	hold
	"$tool" run 0 -- cat </dev/null &
	waiter=$!
	eventually grep -q '"waiters": 1' out
	kill "$watcher"
	watching 0
	eventually grep -qE $'\towned\tsleep\t[0-9]+\t1\t[0-9]+\t-\tcat [0-9]+$' out
	kill "$watcher"
	release
	wait "$waiter"
	watch_on_a_terminal
	hold
	"$tool" run 0 -- cat </dev/null &
	eventually grep -q "  1. cat (pid [0-9]*), waiting for [0-9]* s" seen
	kill "$watcher"
	release
}

each_line_is_json() {
	watching --json
	hold
	release
	eventually grep -q '"state": "owned"' out
	kill "$watcher"
	python3 -c 'import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert lines[0]["state"] == "free" and lines[0]["owner"] is None, lines
owned = [line for line in lines if line["state"] == "owned"]
assert owned[0]["owner"] == "sleep" and owned[0]["queue"] == [], lines' out ||
		fail "said: $(<out)"
}

waits_for_the_first_port() {
	echo "remove 1" >/dev/parbiter-vport
	echo "remove 0" >/dev/parbiter-vport
	eventually test ! -e /dev/parbiter0
	wants 66 watch
	wants 66 watch 0
	"$tool" watch --wait >all 2>err &
	"$tool" watch -w 0 >named 2>>err &
	eventually has_lines 1 named
	eventually has_lines 1 all
	add_port 0
	eventually grep -q "parport0	free" all
	eventually grep -q "parport0	free" named
	[ ! -s err ] || fail "said: $(<err)"
}

cases=(set_up ends_with_its_reader ends_without_a_port_that_opens
	waits_for_the_group_of_a_new_port explains_a_port_that_stays_closed opens_a_port_of_a_new_module
	ends_when_it_cannot_write
	on_a_narrow_terminal writes_only_what_changes stopped_and_continued
	on_a_low_terminal times_have_a_zone json_and_the_queue each_line_is_json
	waits_for_the_first_port)

run_cases "$@"
