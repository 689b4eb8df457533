#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Programs that know nothing of parbiter, several at once: through parbiter each
# is served, in the order of asking. Stock ppdev deadlocks with two.
#
# vm: kernels=stock own=yes timeout=900 smp=any seconds=28 quick=no
#
# On stock kernels only: where ppdev's two are ended, the core turns interrupts on
# with cad_lock held, and lockdep says so, rightly. parbiter is not loaded then. A
# machine of its own: processes hang in it until this ends them.
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"
# shellcheck source=../lib/libtrace.sh
. "$here/libtrace.sh"
# shellcheck source=../lib/libprograms.sh
. "$here/libprograms.sh"

# Claims and releases the port 100 times.
key_rig_often() {	# DEVICE
	# shellcheck disable=SC2046	# words
	exec rigctl -m 1 -P PARALLEL -p "$1" $(yes 'T 1 T 0' | head -n 50)
}

# The one sleeps for the port with ppdev's mutex, for which the other, who owns
# the port, waits in a state that no signal ends.
stuck() {	# SLEEPER OWNER
	grep -q parport_claim_or_block "/proc/$1/stack" &&
	grep -q pp_ioctl "/proc/$2/stack" &&
	grep -q '^State:.D' "/proc/$2/status"
}

deadlocked() {	# PID PID
	stuck "$1" "$2" || stuck "$2" "$1"
}

progress() {
	vport counters 0 | grep '^records '
}

two_rigs_deadlock_on_ppdev() {
	local a b before

	set_up ppdev irq
	# Who has begun is still at it when the other begins.
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

# python3-parallel asks for exclusive use, and on ppdev the second to ask is
# refused. It is not told to wait: it fails.
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

# Starts a program that has to wait for the port, behind those started before
queue() {	# PROGRAM
	"$1" /dev/parbiter0 </dev/null >"out${#queue[@]}" 2>&1 &
	queue+=($!)
	eventually is waiters ${#queue[@]}
}

# Lets them go, one after the other, and waits for all.
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

# The processes that used the registers, in order, each when it came anew. The
# core's saving and restoring may be done by one for another.
users() {
	grep -vE '^[ISL]|^. ecr' raw | sed 's/.* pid=\([0-9]*\).*/\1/' | uniq
}

in_order() {
	printf '%s\n' "${queue[@]}"
}

# What ppdev cannot do: each in its turn, often
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

# Each python3-parallel owns the port for its life: eight lives follow each
# other, in the order of asking.
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

# Each rigctl owns it for moments, and asks again: the first round goes in the
# order of asking, and nobody is forgotten.
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

# All kinds, all at once, as they come: each ends as it does alone.
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
