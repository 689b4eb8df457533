#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The commands of Documentation/tracing.rst, which are the files trace_*.sh of
# Documentation/examples/trace, show what they say they show.
#
# vm: ports=one kernels=stock timeout=1800 smp=any seconds=60 quick=no
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

set_up() {
	load_all
	[ -e /sys/kernel/tracing/trace ] || mount -t tracefs tracefs /sys/kernel/tracing
}

# Let two programs own the port in turn, until the case ends.
use_the_port() {
	local i

	for i in 1 2; do
		while "$tool" run 0 -- sleep 0.01; do :; done &
	done
}

# has_shown PATTERN: is there a line in the output that matches?
has_shown() { grep -qE "$1" out; }

# shows FILE PATTERN...: a command that runs until Ctrl-C has lines that match
shows() {
	local command=$1 limit pid pattern
	shift

	use_the_port
	setsid sh "$here/$command" >out 2>&1 &
	pid=$!
	# The compiler of bpftrace takes long in an emulator.
	limit=$((SECONDS + 300))
	for pattern; do
		until has_shown "$pattern"; do
			[ "$SECONDS" -lt "$limit" ] || break
			pause_briefly
		done
	done
	eventually ends_at_ctrl_c "$pid"
	for pattern; do
		has_shown "$pattern" || fail "no $pattern in: $(head -c 2000 out)"
	done
}

# trace-cmd misses a signal that comes right before it reads from a processor's buffer.
ends_at_ctrl_c() {
	kill -INT -- "-$1" 2>/dev/null
	pause_briefly
	has_ended "$1"
}

has_ended() { ! kill -0 "$1" 2>/dev/null; }

who_waits() {
	shows trace_waiting.sh \
		'parbiter_queued: .* comm=[a-z]+ position=1 owner_pid=[1-9][0-9]* owner_comm=[a-z]+'
}
waits() { shows trace_waits.sh '^@wait_us:' '^\[.*\) +[1-9][0-9]* \|@'; }
holds() { shows trace_holds.sh '^@hold_us\[(parbiter|sleep)\]:' '^\[.*\) +[1-9][0-9]* \|@'; }
longest() { shows trace_longest.sh '^@longest_us\[0, (parbiter|sleep)\]: [1-9]'; }
all_events() { shows trace_all.sh 'parbiter:parbiter_granted' 'parbiter:parbiter_freed'; }
sums() {
	use_the_port
	sh "$here/trace_sums.sh" >out 2>&1 || fail "it fails: $(cat out)"
	has_shown '^\{ comm: (parbiter|sleep) +\} hitcount: +[1-9].* hold_ns: +[1-9]' ||
		fail "said: $(cat out)"
}
sums_leave_no_trigger() {
	local pid

	setsid sh "$here/trace_sums.sh" >out 2>&1 &
	pid=$!
	eventually has_trigger
	kill -TERM -- "-$pid"
	eventually has_ended "$pid"
	! has_trigger || fail "the trigger is left on"
}

has_trigger() { grep -q '^hist:' /sys/kernel/tracing/events/parbiter/parbiter_freed/trigger; }

cases=(set_up who_waits waits holds longest all_events sums sums_leave_no_trigger)
run_cases "$@"
