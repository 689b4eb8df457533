#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Several unmodified programs use one port at the same time. Through parbiter each
# program gets the port, in the order of the requests. Two programs on ppdev
# deadlock.
#
# vm: kernels=stock own=yes timeout=900 smp=any seconds=28 quick=no
#
# The test runs on stock kernels only: when the two programs on ppdev are ended, the
# core turns interrupts on with cad_lock held, and the debug kernel's lockdep rightly
# reports that (parbiter is not loaded then). The test has a machine of its own,
# because processes hang in it until the test ends them.
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"
# shellcheck source=../lib/libtrace.sh
. "$here/libtrace.sh"
# shellcheck source=../lib/libprograms.sh
. "$here/libprograms.sh"

# key_rig_often DEVICE: become a program that claims and releases the port 100 times
key_rig_often() {
	# shellcheck disable=SC2046	# words
	exec rigctl -m 1 -P PARALLEL -p "$1" $(yes 'T 1 T 0' | head -n 50)
}

# stuck SLEEPER OWNER: does the process SLEEPER hold ppdev's mutex while it sleeps for
# the port, and does the process OWNER, which owns the port, wait for that mutex in a
# state that no signal ends?
stuck() {
	grep -q parport_claim_or_block "/proc/$1/stack" &&
	grep -q pp_ioctl "/proc/$2/stack" &&
	grep -q '^State:.D' "/proc/$2/status"
}

# deadlocked PID PID: are the two processes stuck, in either order?
deadlocked() {
	stuck "$1" "$2" || stuck "$2" "$1"
}

progress() {
	vport counters 0 | grep '^records '
}

two_rigs_deadlock_on_ppdev() {
	local a b before

	set_up ppdev irq
	# Make the programs so slow that the first still runs when the second begins.
	vport hook 0 write_control delay 100000
	key_rig_often /dev/parport0 >a 2>&1 &
	a=$!
	key_rig_often /dev/parport0 >b 2>&1 &
	b=$!
	eventually deadlocked "$a" "$b"
	before=$(progress)
	timeout 5 tail --pid="$a" -s 0.1 -f /dev/null && fail "ended: $(cat a)"
	timeout 5 tail --pid="$b" -s 0.1 -f /dev/null && fail "ended: $(cat b)"
	deadlocked "$a" "$b" || fail "not for ever"
	[ "$(progress)" = "$before" ] || fail "they do something"
	kill -9 "$a" "$b"
	finish "$a"
	finish "$b"
	clear_away
}

# python3-parallel asks for exclusive use of the port. On ppdev the second program is
# refused: it cannot wait, and fails.
two_pythons_exclude_on_ppdev() {
	local first status=0

	set_up ppdev irq
	mkfifo go
	own_by_python /dev/parport0 <go >out0 2>&1 &
	first=$!
	exec 4>go
	eventually grep -q owner out0
	pins /dev/parport0 >out1 2>&1 &
	finish $! || status=$?
	[ "$status" = 1 ] || fail "status $status: $(cat out1)"
	grep -q 'No such device or address' out1 || fail "$(cat out1)"
	exec 4>&-
	finish "$first" || fail "the first: $(cat out0)"
	clear_away
}

# queue PROGRAM: start a program that waits for the port, behind those started before
queue() {
	"$1" /dev/parbiter0 </dev/null >"out${#queue[@]}" 2>&1 &
	queue+=($!)
	eventually is waiters ${#queue[@]}
}

# Free the port, wait until all queued programs have ended, one after the other, and
# compare what they printed.
serve() {
	local i

	vport reset 0
	kill "$holder"
	for i in "${!queue[@]}"; do
		finish "${queue[i]}" || fail "number $i: $? $(cat "out$i")"
		cmp out0 "out$i" || fail "number $i says something else"
	done
	trace raw
	is state free || fail "not free"
	is waiters 0 || fail "somebody waits"
}

# Print the processes that used the registers, in order; a process appears again each
# time it follows another one. Saving and restoring by the core is left out, because
# one process may do it for another.
users() {
	grep -vE '^[ISL]|^. ecr' raw | sed 's/.* pid=\([0-9]*\).*/\1/' | uniq
}

in_order() {
	printf '%s\n' "${queue[@]}"
}

# Two programs that each need the port 100 times take turns, which they cannot do on
# ppdev.
two_rigs_take_turns() {
	local queue=() turns

	set_up parbiter irq
	vport hook 0 write_control delay 5000
	hold
	queue key_rig_often
	queue key_rig_often
	serve
	turns=$(users | wc -l)
	[ "$turns" -gt 20 ] || fail "only $turns turns"
	clear_away
}

# A program with python3-parallel owns the port from its start to its end: eight of
# them run one after the other, in the order of their requests.
eight_pythons_in_order() {
	local queue=() granted

	set_up parbiter irq
	hold
	granted=$(counter allocates)
	for _ in 1 2 3 4 5 6 7 8; do
		queue pins
	done
	serve
	users | diff - <(in_order) || fail "not the order of asking"
	[ $(($(counter allocates) - granted)) = 8 ] || fail "grants"
	clear_away
}

# rigctl owns the port for moments, and requests it again: the first round is in the
# order of the requests, and each program gets all of its turns.
eight_rigs_in_order() {
	local queue=() once

	set_up parbiter irq
	key_rig /dev/parbiter0 </dev/null >out 2>&1 &
	finish $! || fail "alone: $? $(cat out)"
	once=$(counter allocates)
	hold
	for _ in 1 2 3 4 5 6 7 8; do
		queue key_rig
	done
	serve
	users | awk '!seen[$0]++' | diff - <(in_order) ||
		fail "not the order of asking"
	[ "$(counter allocates)" = $((9 * once + 1)) ] ||
		fail "$(counter allocates) grants, not 9 * $once + 1"
	clear_away
}

# Programs of all kinds run at once, and each ends as it does alone.
eight_of_all_kinds() {
	local program pids=() i=0

	set_up parbiter irq
	for program in key_rig_often pins library find_chip find_scope \
			key_rig_often pins every_call; do
		"$program" /dev/parbiter0 </dev/null >"out$i" 2>&1 &
		pids+=($!)
		i=$((i + 1))
	done
	for i in "${!pids[@]}"; do
		finish "${pids[i]}" || fail "number $i: $? $(cat "out$i")"
	done
	cmp out0 out5 || fail "the rigs say different things"
	cmp out1 out6 || fail "the pins say different things"
	is state free || fail "not free"
	is waiters 0 || fail "somebody waits"
	clear_away
}

cases=(two_rigs_deadlock_on_ppdev two_rigs_take_turns eight_rigs_in_order)
# Each Python takes seconds to start.
[ -z "${FULL:-}" ] || cases+=(two_pythons_exclude_on_ppdev
	eight_pythons_in_order eight_of_all_kinds)
run_cases "$@"
